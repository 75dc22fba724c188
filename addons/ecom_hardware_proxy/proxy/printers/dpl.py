"""DPL, the Datamax language of Citizen CLP-521 and CL-S521. Source: FACTS 4.4 and the DPL manual.

Millimetres (``STX m``: tenths), origin at the bottom left. Datamax's way to load pictures (manual, ``STX I``
and appendix "Image Loading") is not confirmed for Citizen (FACTS 17): without an option that says so,
pictures are refused in words. The printer cannot be asked for its state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from PIL import Image

from ..labels import Code128, Label, code128, placing
from ..words import Words
from . import pictures
from .cell_fonts import CellFont, choose
from .code_pages import spell
from .language import Language, Unprintable, dots

# DPL manual, appendix C: resident fonts with small letters and accents, per resolution.
_FONTS = {
    203: (CellFont("1", 7, 13, 2), CellFont("2", 10, 18, 2)),
    300: (CellFont("1", 10, 19, 3), CellFont("2", 15, 27, 3)),
}
_MULTIPLIERS = "123456789ABCDEFGHIJKLMNO"
# The manual: they hold these codes of code page 850.
_ACCENTS = frozenset({*range(32, 169), 171, 172, 225})
# Code 128: the first character of the data is the code set, ``&`` begins a function.
_START = {code128.START_B: "B", code128.START_C: "C"}
_IN_B = {code128.TO_C: "&D", code128.FNC1_VALUE: "&G"}
_IN_C = {code128.TO_B: "&E", code128.FNC1_VALUE: "&G"}
_NO_PICTURES = Words(
    "Pictures and PDF files cannot be printed in the Datamax language unless the option pictures ="
    ' "datamax" is set (try it); or set the printer to its Zebra emulation (ZPL).'
)
_PICTURES = ("refuse", "datamax")


@dataclass(frozen=True)
class Dpl(Language):
    """Datamax language. *pictures*: "refuse", or "datamax" (loaded as 7-bit image files into memory
    *bank*, a letter).
    """

    pictures: str = "refuse"
    bank: str = "D"

    name: ClassVar[str] = "dpl"
    title: ClassVar[str] = "DPL"
    mimetype: ClassVar[str] = "application/dpl"

    def __post_init__(self) -> None:
        if self.pictures not in _PICTURES:
            raise ValueError(
                Words(
                    "pictures: must be one of {known}, not {value}",
                    known=", ".join(_PICTURES),
                    value=repr(self.pictures),
                )
            )
        if not (isinstance(self.bank, str) and len(self.bank) == 1 and "A" <= self.bank <= "Z"):
            raise ValueError(
                Words("bank: must be a letter from A to Z, not {bank}", bank=repr(self.bank))
            )

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        if dpi not in _FONTS:
            known = " and ".join(map(str, _FONTS))
            raise Unprintable(
                Words(
                    "DPL letters are known for {known} dpi only, not for {dpi}.",
                    known=known,
                    dpi=dpi,
                )
            )
        loaded = [_Loaded.of(item, dpi) for item in placing.pictures(layout)]
        records = [_rectangle(item, layout) for item in placing.rectangles(layout)]
        records += [_code(item, layout, dpi) for item in placing.codes(layout)]
        records += [_text(item, layout, dpi) for item in placing.text_lines(layout)]
        return self._job(loaded, records, layout.height_mm, dpi, copies)

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        page_mm = image.height * 25.4 / dpi
        return self._job([_Loaded(image, 0, 0)], [], page_mm, dpi, copies)

    def _job(
        self, loaded: list["_Loaded"], records: list[bytes], page_mm: float, dpi: int, copies: int
    ) -> bytes:
        if loaded and self.pictures == "refuse":
            raise Unprintable(_NO_PICTURES)
        before, after = [], []
        for number, item in enumerate(loaded):
            name = f"ECOM{number}"
            before += [f"\x02I{self.bank}AF{name}".encode(), *_rows(item.image)]
            after.append(f"\x02x{self.bank}G{name}".encode())
            records.append(item.record(name, page_mm, dpi))
        page = [b"\x02m", b"\x02L", b"D11", *records, f"Q{copies:04d}".encode(), b"E"]
        return b"\r".join([*before, *page, *after]) + b"\r"


@dataclass(frozen=True)
class _Loaded:
    """A picture in dots, and where its top left corner goes."""

    image: Image.Image
    x_mm: float
    y_mm: float

    @staticmethod
    def of(item: placing.Picture, dpi: int) -> "_Loaded":
        size = (int(item.width_mm * dpi / 25.4), int(item.height_mm * dpi / 25.4))
        return _Loaded(pictures.into_field(item.content, *size), item.x_mm, item.y_mm)

    def record(self, name: str, page_mm: float, dpi: int) -> bytes:
        bottom_mm = self.y_mm + self.image.height * 25.4 / dpi
        return (_record("1Y11", 0, bottom_mm, self.x_mm, page_mm) + name).encode()


def _rows(image: Image.Image) -> Iterator[bytes]:
    """Appendix "Image Loading": rows ``80nnDD..`` in hexadecimal, 1 is black; ``0000FFnn`` repeats."""
    row_bytes, data = pictures.rows(image, black=1)
    rows = (data[at : at + row_bytes] for at in range(0, len(data), row_bytes))
    for row, same in groupby(rows):
        yield f"80{row_bytes:02X}{row.hex().upper()}".encode()
        more = len(list(same)) - 1
        while more:
            repeats = min(more, 255)
            yield f"0000FF{repeats:02X}".encode()
            more -= repeats
    yield b"FFFF"


def _tenths(length_mm: float) -> int:
    return round(length_mm * 10)


def _record(head: str, height: int, bottom_mm: float, left_mm: float, page_mm: float) -> str:
    """The head of a record: what, then the row of its lower edge, counted from below, and column."""
    row = max(0, _tenths(page_mm - bottom_mm))
    return f"{head}{height:03d}{row:04d}{_tenths(left_mm):04d}"


def _rectangle(item: placing.Rectangle, layout: Label) -> bytes:
    across, down = max(1, _tenths(item.width_mm)), max(1, _tenths(item.height_mm))
    head = _record("1X11", 0, item.y_mm + item.height_mm, item.x_mm, layout.height_mm)
    return f"{head}l{across:04d}{down:04d}".encode()


def _text(line: placing.TextLine, layout: Label, dpi: int) -> bytes:
    text = spell(line.text, "cp850", _ACCENTS.__contains__)
    room = line.width_mm * dpi / 25.4
    most = len(_MULTIPLIERS)
    font = choose(_FONTS[dpi], most, (room + 0.01) / len(text), dots(line.size_mm, dpi))
    used_mm = font.pitch * len(text) * 25.4 / dpi
    left_mm = line.x_mm + (max(0.0, line.width_mm - used_mm) / 2 if line.centered else 0)
    across, down = _MULTIPLIERS[font.across - 1], _MULTIPLIERS[font.down - 1]
    bottom_mm = line.y_mm + font.height * 25.4 / dpi
    head = _record(f"1{font.font.name}{across}{down}", 0, bottom_mm, left_mm, layout.height_mm)
    return head.encode() + text


def _code(code: Code128, layout: Label, dpi: int) -> bytes:
    if "&" in code.data or any("&" in value for _ai, value in code.gs1):
        raise Unprintable(Words("A bar code in the Datamax language cannot hold the sign &."))
    module = placing.module_dots(code, dpi)
    left_mm = placing.bars_left_mm(code, module * 25.4 / dpi)
    bottom_mm = code.y_mm + code.height_mm
    width = _MULTIPLIERS[module - 1]
    head = _record(
        f"1e{width}{width}", _tenths(code.height_mm), bottom_mm, left_mm, layout.height_mm
    )
    return (head + code128.spell(code.values, _IN_B, _IN_C, _START)).encode("ascii")
