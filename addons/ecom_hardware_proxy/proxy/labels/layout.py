"""A label: its size and what stands on it, in millimetres from the top left corner.

All values are checked when they are made: a :class:`Label` that exists fits on its page, in every
printer language. What does not fit is refused with the field, its value and the reason.
"""

from dataclasses import dataclass

from ..words import Words
from . import code128, gs1, letters, typesetting
from .gs1 import Element as Gs1Element

MAX_ELEMENTS = 200
MAX_TEXT = 500
MAX_DATA = 80
MAX_PICTURE_BYTES = 2_000_000
MAX_WIDTH_MM, MAX_HEIGHT_MM = 220.0, 1000.0
MIN_SIDE_MM = 10.0
# The narrowest bar that scanners read with ease: 2 dots at 203 dpi, 3 at 300.
SMALLEST_MODULE_MM = 0.255
_SLACK_MM = 1e-6


class LabelError(ValueError):
    """A value that no label may have: *field*, *value* and *reason* in words."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        shown = repr(value)
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        super().__init__(
            Words("{field}: {reason} (got {shown})", field=field, reason=reason, shown=shown)
        )
        self.field, self.value, self.reason = field, value, reason

    def inside(self, where: str) -> "LabelError":
        """The same complaint about a field of *where*."""
        return LabelError(f"{where}.{self.field}", self.value, self.reason)


def _number(owner: object, *names: str, low: float = 0.0, high: float = MAX_HEIGHT_MM) -> None:
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LabelError(name, value, Words("must be a number"))
        if not low <= value <= high:  # which "not a number" never is
            raise LabelError(
                name, value, Words("must be from {low:g} to {high:g}", low=low, high=high)
            )


def _true_or_false(owner: object, name: str) -> None:
    if not isinstance(getattr(owner, name), bool):
        raise LabelError(name, getattr(owner, name), Words("must be true or false"))


@dataclass(frozen=True)
class Text:
    """A text whose first line's letters begin at *y_mm*.

    *size_mm*: from the top of the letters to their descent; it shrinks down to
    ``typesetting.SMALLEST_MM`` until the text fits into *max_width_mm* (to the right edge if None) on
    *max_lines* lines. A line feed begins a new line. *align*: left or center.
    """

    x_mm: float
    y_mm: float
    text: str
    size_mm: float = 4.0
    max_width_mm: float | None = None
    max_lines: int = 1
    align: str = "left"

    def __post_init__(self) -> None:
        _number(self, "x_mm", "y_mm")
        _number(self, "size_mm", low=typesetting.SMALLEST_MM, high=50)
        if self.max_width_mm is not None:
            _number(self, "max_width_mm", low=1)
        if isinstance(self.max_lines, bool) or not isinstance(self.max_lines, int):
            raise LabelError("max_lines", self.max_lines, Words("must be a whole number"))
        _number(self, "max_lines", low=1, high=50)
        if self.align not in ("left", "center"):
            raise LabelError("align", self.align, Words("must be left or center"))
        if not isinstance(self.text, str) or len(self.text) > MAX_TEXT:
            raise LabelError(
                "text",
                self.text,
                Words("must be a text of at most {max_text} characters", max_text=MAX_TEXT),
            )
        try:
            object.__setattr__(self, "text", letters.plain(self.text))
        except ValueError as error:
            raise LabelError("text", self.text, str(error)) from None


@dataclass(frozen=True)
class Line:
    """A black bar: a rule if it is flat, a field if it is not."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    def __post_init__(self) -> None:
        _number(self, "x_mm", "y_mm")
        _number(self, "width_mm", "height_mm", low=0.1)


@dataclass(frozen=True)
class Box:
    """A frame; its lines are inside of its size."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    thickness_mm: float = 0.375

    def __post_init__(self) -> None:
        _number(self, "x_mm", "y_mm")
        _number(self, "width_mm", "height_mm", low=0.5)
        _number(self, "thickness_mm", low=0.1, high=min(self.width_mm, self.height_mm) / 2)


@dataclass(frozen=True)
class Code128:
    """A Code 128 in the middle of a field of *width_mm*, quiet zones included.

    Either *data* (printable ASCII) or *gs1*: (identifier, value) pairs of a GS1-128.
    *height_mm* is that of the bars; *readable* writes the data below. *module_mm* is the widest that
    the narrow bar may be; it gets narrower until the code fits.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    data: str = ""
    gs1: tuple[Gs1Element, ...] = ()
    readable: bool = True
    module_mm: float = 0.375

    def __post_init__(self) -> None:
        _number(self, "x_mm", "y_mm")
        _number(self, "width_mm", low=10)
        _number(self, "height_mm", low=3, high=99)
        _number(self, "module_mm", low=0.25, high=1)
        _true_or_false(self, "readable")
        self._check_content()
        if self.modules * SMALLEST_MODULE_MM > self.width_mm + _SLACK_MM:
            need = f"{self.modules * SMALLEST_MODULE_MM:.1f} mm"
            raise LabelError(
                "width_mm", self.width_mm, Words("the bar code needs at least {need}", need=need)
            )

    def _check_content(self) -> None:
        if bool(self.data) == bool(self.gs1):
            raise LabelError("data", self.data, Words("give either data or gs1"))
        if not isinstance(self.data, str) or len(self.data) > MAX_DATA:
            raise LabelError(
                "data",
                self.data,
                Words("must be a text of at most {max_data} characters", max_data=MAX_DATA),
            )
        if not all(" " <= char <= "~" for char in self.data):
            raise LabelError("data", self.data, Words("a bar code holds printable ASCII only"))
        complaint = gs1.complaint(self.gs1)
        if complaint:
            raise LabelError("gs1", self.gs1, complaint)

    @property
    def values(self) -> tuple[int, ...]:
        """The symbols, from the start to before the check."""
        return code128.encode(gs1.data(self.gs1) if self.gs1 else self.data)

    @property
    def modules(self) -> int:
        """The width in narrow bars, quiet zones included."""
        return code128.modules(self.values) + 2 * code128.QUIET

    def caption(self) -> Text:
        """The line of text below the bars."""
        return Text(
            self.x_mm,
            self.y_mm + self.height_mm + 1,
            gs1.readable(self.gs1) if self.gs1 else self.data,
            size_mm=3.5,
            max_width_mm=self.width_mm,
            max_lines=2,
            align="center",
        )


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG scaled into a field, as large as it goes without distortion."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    content: bytes

    def __post_init__(self) -> None:
        _number(self, "x_mm", "y_mm")
        _number(self, "width_mm", "height_mm", low=1)
        if not isinstance(self.content, bytes) or not 0 < len(self.content) <= MAX_PICTURE_BYTES:
            limit = Words(
                "must be a picture of at most {max_picture_bytes} bytes",
                max_picture_bytes=MAX_PICTURE_BYTES,
            )
            raise LabelError("content", self.content, limit)


Element = Text | Line | Box | Code128 | Picture


@dataclass(frozen=True)
class Label:
    """A page and its elements, drawn in their order."""

    width_mm: float
    height_mm: float
    elements: tuple[Element, ...]

    def __post_init__(self) -> None:
        _number(self, "width_mm", low=MIN_SIDE_MM, high=MAX_WIDTH_MM)
        _number(self, "height_mm", low=MIN_SIDE_MM, high=MAX_HEIGHT_MM)
        if len(self.elements) > MAX_ELEMENTS:
            raise LabelError(
                "elements",
                len(self.elements),
                Words("at most {max_elements} elements", max_elements=MAX_ELEMENTS),
            )
        for number, element in enumerate(self.elements):
            try:
                self._check_inside(element)
            except LabelError as error:
                raise error.inside(f"elements[{number}]") from None

    def _check_inside(self, element: Element) -> None:
        if isinstance(element, Text):
            self.fitted(element)
            return
        if element.x_mm + element.width_mm > self.width_mm + _SLACK_MM:
            raise LabelError(
                "width_mm", element.width_mm, Words("runs over the right edge of the label")
            )
        if element.y_mm + element.height_mm > self.height_mm + _SLACK_MM:
            raise LabelError(
                "height_mm", element.height_mm, Words("runs over the lower edge of the label")
            )
        if isinstance(element, Code128) and element.readable:
            self.fitted(element.caption())

    def fitted(self, text: Text) -> typesetting.Fitted:
        """The lines of *text* on this page. Raises LabelError if they do not fit."""
        room_mm = self.width_mm - text.x_mm
        width_mm = room_mm if text.max_width_mm is None else text.max_width_mm
        if width_mm > room_mm + _SLACK_MM:
            raise LabelError(
                "max_width_mm", width_mm, Words("runs over the right edge of the label")
            )
        height_mm = self.height_mm - text.y_mm
        found = typesetting.fit(text.text, text.size_mm, width_mm, height_mm, text.max_lines)
        if not found:
            room = Words(
                "{width_mm:g} mm, {max_lines} line(s), {height_mm:g} mm high",
                width_mm=max(width_mm, 0),
                max_lines=text.max_lines,
                height_mm=max(height_mm, 0),
            )
            raise LabelError(
                "text", text.text, Words("does not fit into its field ({room})", room=room)
            )
        return found
