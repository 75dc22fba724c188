"""What all languages draw on: a black and white page with fields, and what came of it."""

from dataclasses import dataclass, field

from PIL import Image, ImageChops

INK, BLANK = 255, 0  # of a field; on the page black is 0, as in Pillow's mode "1"
_TO_BLACK = [255 * (level >= 128) for level in range(256)]


@dataclass
class Label:
    """One printed label (or receipt): its picture, how often it came out, what was written on it."""

    image: Image.Image
    copies: int = 1
    texts: list[str] = field(default_factory=list)


@dataclass
class Rendered:
    """What a printer made of the bytes. *kicks*: drawer pins (2 or 5) in order."""

    labels: list[Label] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    kicks: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Pieces of paper that came out."""
        return sum(label.copies for label in self.labels)


def dots(length_mm: float, dpi: int) -> int:
    """Millimetres in dots; 4 inches at 203 dpi are 812."""
    return round(length_mm / 25.4 * dpi)


def field_of(width: int, height: int) -> Image.Image:
    """An empty field, to be filled with INK."""
    return Image.new("L", (max(1, width), max(1, height)), BLANK)


class Page:
    """The picture of one label, white at first. *problems* hears of ink that falls off the page."""

    def __init__(self, width: int, height: int, problems: list[str]) -> None:
        self.image = Image.new("1", (width, height), 1)
        self.texts: list[str] = []
        self._problems = problems

    def place(self, ink: Image.Image, x: int, y: int, turns=0, corner="top", how="black") -> None:
        """Draw a field whose *corner* ("top" left or "bottom" left) is at x, y, turned clockwise by
        quarter *turns* around that corner. *how*: black, white or xor.
        """
        width, height = ink.size
        down = height if corner == "bottom" else 0
        origin = [(0, down), (height - down, 0), (width, height - down), (down, width)][turns]
        turned = ink.rotate(-90 * turns, expand=True) if turns else ink
        self._draw(turned, x - origin[0], y - origin[1], how)

    def _draw(self, ink: Image.Image, left: int, top: int, how: str) -> None:
        box = ink.getbbox()
        if box and how != "white":
            self._tell_if_outside(left + box[0], top + box[1], left + box[2], top + box[3])
        mask = ink.point(_TO_BLACK, "1")
        place = (left, top, left + ink.width, top + ink.height)
        if how == "xor":
            self.image.paste(ImageChops.logical_xor(self.image.crop(place), mask), place)
        else:
            self.image.paste(1 if how == "white" else 0, place, mask)

    def _tell_if_outside(self, left: int, top: int, right: int, bottom: int) -> None:
        width, height = self.image.size
        if left < 0 or top < 0 or right > width or bottom > height:
            self._problems.append(
                f"ink at {left},{top} to {right},{bottom} is outside the page of {width} x {height}"
            )
