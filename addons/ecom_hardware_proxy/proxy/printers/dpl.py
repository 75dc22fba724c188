"""DPL, the Datamax language of Citizen CLP-521 and CL-S521. Source: FACTS 4.4 and the DPL manual.

Millimetres (``STX m``: tenths), origin at the bottom left. How pictures are loaded into a Citizen is not
confirmed, so pictures are refused in words; its state cannot be asked for either.
"""

from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from ..labels import Code128, Label, code128, placing
from .cell_fonts import CellFont, choose
from .code_pages import spell
from .language import Language, Unprintable, dots

# DPL manual, appendix C: resident fonts with small letters, per resolution.
_FONTS = {
    203: (CellFont("0", 5, 7, 1), CellFont("1", 7, 13, 2), CellFont("2", 10, 18, 2)),
    300: (CellFont("0", 7, 10, 1), CellFont("1", 10, 19, 3), CellFont("2", 15, 27, 3)),
}
_MULTIPLIERS = "123456789ABCDEFGHIJKLMNO"
# The manual: fonts 1 and 2 hold these codes of code page 850, font 0 only ASCII.
_ACCENTS = frozenset({*range(32, 169), 171, 172, 225})
# Code 128: the first character of the data is the code set, ``&`` begins a function.
_START = {code128.START_B: "B", code128.START_C: "C"}
_IN_B = {code128.TO_C: "&D", code128.FNC1_VALUE: "&G"}
_IN_C = {code128.TO_B: "&E", code128.FNC1_VALUE: "&G"}
_NO_PICTURES = (
    "Pictures and PDF files cannot be printed in the Datamax language: set the printer to its Zebra"
    " emulation (ZPL), or print a label layout."
)


@dataclass(frozen=True)
class Dpl(Language):
    """Datamax language."""

    name: ClassVar[str] = "dpl"
    title: ClassVar[str] = "DPL"
    mimetype: ClassVar[str] = "application/dpl"

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        if dpi not in _FONTS:
            known = " and ".join(map(str, _FONTS))
            raise Unprintable(f"DPL letters are known for {known} dpi only, not for {dpi}.")
        if any(placing.pictures(layout)):
            raise Unprintable(_NO_PICTURES)
        records = [_rectangle(item, layout) for item in placing.rectangles(layout)]
        records += [_code(item, layout, dpi) for item in placing.codes(layout)]
        records += [_text(item, layout, dpi) for item in placing.text_lines(layout)]
        lines = [b"\x02m", b"\x02L", b"D11", *records, f"Q{copies:04d}".encode(), b"E"]
        return b"\r".join(lines) + b"\r"

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        raise Unprintable(_NO_PICTURES)


def _tenths(length_mm: float) -> int:
    return round(length_mm * 10)


def _record(head: str, height: int, bottom_mm: float, left_mm: float, layout: Label) -> str:
    """The head of a record: what, then the row of its lower edge, counted from below, and column."""
    row = max(0, _tenths(layout.height_mm - bottom_mm))
    return f"{head}{height:03d}{row:04d}{_tenths(left_mm):04d}"


def _rectangle(item: placing.Rectangle, layout: Label) -> bytes:
    across, down = max(1, _tenths(item.width_mm)), max(1, _tenths(item.height_mm))
    head = _record("1X11", 0, item.y_mm + item.height_mm, item.x_mm, layout)
    return f"{head}l{across:04d}{down:04d}".encode()


def _text(line: placing.TextLine, layout: Label, dpi: int) -> bytes:
    text = spell(line.text, "cp850", _ACCENTS.__contains__)
    fonts = _FONTS[dpi] if text.isascii() else _FONTS[dpi][1:]
    room = line.width_mm * dpi / 25.4
    most = len(_MULTIPLIERS)
    font = choose(fonts, most, (room + 0.01) / len(text), dots(line.size_mm, dpi))
    used_mm = font.pitch * len(text) * 25.4 / dpi
    left_mm = line.x_mm + (max(0.0, line.width_mm - used_mm) / 2 if line.centered else 0)
    across, down = _MULTIPLIERS[font.across - 1], _MULTIPLIERS[font.down - 1]
    bottom_mm = line.y_mm + font.height * 25.4 / dpi
    head = _record(f"1{font.font.name}{across}{down}", 0, bottom_mm, left_mm, layout)
    return head.encode() + text


def _code(code: Code128, layout: Label, dpi: int) -> bytes:
    if "&" in code.data or any("&" in value for _ai, value in code.gs1):
        raise Unprintable("A bar code in the Datamax language cannot hold the sign &.")
    module = placing.module_dots(code, dpi)
    left_mm = placing.bars_left_mm(code, module * 25.4 / dpi)
    bottom_mm = code.y_mm + code.height_mm
    width = _MULTIPLIERS[module - 1]
    head = _record(f"1e{width}{width}", _tenths(code.height_mm), bottom_mm, left_mm, layout)
    return (head + code128.spell(code.values, _IN_B, _IN_C, _START)).encode("ascii")
