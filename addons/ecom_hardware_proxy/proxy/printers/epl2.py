"""EPL2 (Zebra LP-2844). Source: FACTS 4.3, 4.5; the EPL2 programmer's manual.

Only what is confirmed is sent: automatic Code 128 by the printer, a GS1-128 bar by bar (the letters for
FNC1 are not confirmed), letters in one code page. The printer cannot be asked for its state.
"""

from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from ..labels import Code128, Label, code128, placing
from ..words import Words
from . import pictures
from .cell_fonts import CellFont, choose
from .code_pages import spell
from .language import Language, Unprintable, check_option, dots, span

# Resident fonts at 203 dpi; font 5 has capitals only.
_FONTS = (
    CellFont("1", 8, 12, 2),
    CellFont("2", 10, 16, 2),
    CellFont("3", 12, 20, 2),
    CellFont("4", 14, 24, 2),
)
_MOST = 6
_DPI = 203
# Character set in the I command, and Python's name of it.
CODE_PAGES = {"cp1252": "A", "cp850": "1"}


@dataclass(frozen=True)
class Epl2(Language):
    """EPL2. *code_page*: cp1252 or cp850; *gap_mm*: between labels."""

    code_page: str = "cp1252"
    gap_mm: float = 3.0

    name: ClassVar[str] = "epl2"
    title: ClassVar[str] = "EPL2"
    mimetype: ClassVar[str] = "application/epl2"

    def __post_init__(self) -> None:
        if self.code_page not in CODE_PAGES:
            raise ValueError(
                Words(
                    "code_page: must be one of {known}, not {value}",
                    known=", ".join(CODE_PAGES),
                    value=repr(self.code_page),
                )
            )
        check_option("gap_mm", self.gap_mm, 0, 20)

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        if dpi != _DPI:
            raise Unprintable(
                Words(
                    "EPL2 letters are known for {dpi} dpi only, not for {wanted}.",
                    dpi=_DPI,
                    wanted=dpi,
                )
            )
        width, height = dots(layout.width_mm, dpi), dots(layout.height_mm, dpi)
        fields = [_picture(item, width, height) for item in placing.pictures(layout)]
        for rectangle in placing.rectangles(layout):
            x, across = span(rectangle.x_mm, rectangle.width_mm, dpi, width)
            y, down = span(rectangle.y_mm, rectangle.height_mm, dpi, height)
            fields.append(_line(x, y, across, down))
        for code in placing.codes(layout):
            fields += _code(code)
        fields += [self._text(line) for line in placing.text_lines(layout)]
        return self._job(fields, width, height, copies)

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        return self._job([_graphic(image, 0, 0)], image.width, image.height, copies)

    def _job(self, fields: list[bytes], width: int, height: int, copies: int) -> bytes:
        """An empty line ends whatever was left over; N, q and Q wipe the memory, so they come first."""
        size = f"q{width}\nQ{height},{dots(self.gap_mm, _DPI)}\nN\n"
        head = f"\nI8,{CODE_PAGES[self.code_page]},001\n{size}"
        return head.encode() + b"".join(fields) + f"P{copies}\n".encode()

    def _text(self, line: placing.TextLine) -> bytes:
        text = spell(line.text, self.code_page)
        room = line.width_mm * _DPI / 25.4
        font = choose(_FONTS, _MOST, (room + 0.01) / len(text), dots(line.size_mm, _DPI))
        x, y = int(line.x_mm * _DPI / 25.4), dots(line.y_mm, _DPI)
        x += max(0, int((room - font.pitch * len(text)) / 2)) if line.centered else 0
        head = f"A{x},{y},0,{font.font.name},{font.across},{font.down},N,"
        return head.encode() + quote(text) + b"\n"


def quote(text: bytes) -> bytes:
    """*text* between quotes; it cannot end them."""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _line(x: int, y: int, across: int, down: int) -> bytes:
    return f"LO{x},{y},{across},{down}\n".encode()


def _placed(code: Code128) -> tuple[int, int, int, int]:
    module = placing.module_dots(code, _DPI)
    left = dots(placing.bars_left_mm(code, module * 25.4 / _DPI), _DPI)
    return left, dots(code.y_mm, _DPI), module, dots(code.height_mm, _DPI)


def _code(code: Code128) -> list[bytes]:
    """By the printer if it surely has room (at worst it finds no pairs of digits), else bar by bar."""
    left, top, module, height = _placed(code)
    widest = (11 * (len(code.data) + 2) + 13 + code128.QUIET) * module
    if code.gs1 or left + widest > int((code.x_mm + code.width_mm) * _DPI / 25.4):
        return [
            _line(left + start * module, top, width * module, height)
            for start, width in code128.bars(code.values)
        ]
    head = f"B{left},{top},0,1,{module},{module},{height},N,"
    return [head.encode() + quote(code.data.encode("ascii")) + b"\n"]


def _picture(item: placing.Picture, width: int, height: int) -> bytes:
    x, across = span(item.x_mm, item.width_mm, _DPI, width)
    y, down = span(item.y_mm, item.height_mm, _DPI, height)
    return _graphic(pictures.into_field(item.content, across, down), x, y)


def _graphic(image: Image.Image, x: int, y: int) -> bytes:
    """GW: 1 is white (FACTS 4.3), and so are the bits that fill the last byte of a row."""
    found = pictures.ink(image)
    if not found:
        return b""
    row_bytes, data = pictures.rows(found.image, black=0)
    head = f"GW{x + found.x},{y + found.y},{row_bytes},{found.image.height},"
    return head.encode() + data + b"\n"
