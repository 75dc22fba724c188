"""ZPL II (Zebra and many emulations). Sources: FACTS 4.2, 4.5, 4.6; the ZPL II guide for ``~HS``.

Texts come from customers: ``^`` and ``~`` start commands, so fields are written with ``^FH`` and every
byte that is no plain letter, digit or harmless mark as hexadecimal. A job is pure ASCII.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from ..labels import Code128, Label, code128, letters, placing
from ..words import Words
from . import pictures
from .language import Language, Status, check_option, dots, span

_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-/()'+:>")
# What the data of ^BC says for symbols that are no characters, and for its own escape sign.
_START = {code128.START_B: ">:", code128.START_C: ">;"}
_IN_B = {code128.TO_C: ">5", code128.FNC1_VALUE: ">8", ord(">") - 32: ">0"}
_IN_C = {code128.TO_B: ">6", code128.FNC1_VALUE: ">8"}
# Font 0 is narrower than this; a line that is too wide for its room is written in narrower letters.
_LIKE_FONT_0 = "Helvetica-Bold"
_ANSWER = re.compile(rb"\x02([^\x03]*)\x03")
_SILENT = Words(
    "The printer does not answer: look for paper out, an open head, or a missing ribbon."
)
_GARBLED = Words("The printer's answer about its state cannot be read.")
_FLAGS = (  # line, field, words of the answer to ~HS
    (0, 1, Words("Out of paper.")),
    (0, 2, Words("The printer is paused: press its pause key.")),
    (0, 5, Words("The printer's memory for jobs is full.")),
    (0, 9, Words("The printer lost its settings (memory fault).")),
    (0, 10, Words("The print head is too cold.")),
    (0, 11, Words("The print head is too hot; it goes on when it has cooled down.")),
    (1, 2, Words("The print head is open.")),
    (1, 3, Words("Out of ribbon.")),
)


@dataclass(frozen=True)
class Zpl(Language):
    """ZPL II. *darkness* (0 to 30) and *speed* (inches per second) are sent only if given."""

    darkness: int | None = None
    speed: int | None = None

    name: ClassVar[str] = "zpl"
    title: ClassVar[str] = "ZPL"
    mimetype: ClassVar[str] = "application/zpl"

    def __post_init__(self) -> None:
        for name, most in (("darkness", 30), ("speed", 14)):
            if getattr(self, name) is not None:
                check_option(name, getattr(self, name), 0, most)

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        width, height = dots(layout.width_mm, dpi), dots(layout.height_mm, dpi)
        fields = [_picture(item, width, height, dpi) for item in placing.pictures(layout)]
        for rectangle in placing.rectangles(layout):
            x, across = span(rectangle.x_mm, rectangle.width_mm, dpi, width)
            y, down = span(rectangle.y_mm, rectangle.height_mm, dpi, height)
            fields.append(f"^FO{x},{y}^GB{across},{down},{min(across, down)}^FS")
        fields += [_code(code, dpi) for code in placing.codes(layout)]
        fields += [_text(line, dpi) for line in placing.text_lines(layout)]
        return self._job(fields, width, height, copies)

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        return self._job([_graphic(image, 0, 0)], image.width, image.height, copies)

    def _job(self, fields: list[str], width: int, height: int, copies: int) -> bytes:
        set_up = [f"^MD{self.darkness:g}"] if self.darkness is not None else []
        set_up += [f"^PR{self.speed:g}"] if self.speed is not None else []
        page = ["^XA", "^CI28", f"^PW{width}", f"^LL{height}", "^LH0,0", *set_up]
        return "\n".join([*page, *fields, f"^PQ{copies}", "^XZ", ""]).encode("ascii")

    def status_request(self) -> bytes:
        return b"~HS"

    def status_complete(self, data: bytes) -> bool:
        return data.count(b"\x03") >= 3

    def read_status(self, data: bytes) -> Status:
        """Three lines STX ... ETX; no answer means that somebody must look (ZPL II guide, ~HS)."""
        if not data:
            return Status(ready=False, problems=(_SILENT,), known=False)
        lines = [line.decode("ascii", "replace").split(",") for line in _ANSWER.findall(data)]
        try:
            first, second, _third = lines
            problems = tuple(words for row, field, words in _FLAGS if int(lines[row][field]))
            queued = int(first[4]) + int(second[8])
        except (IndexError, ValueError):
            return Status(ready=False, problems=(_GARBLED,), known=False)
        return Status(ready=not problems, problems=problems, queued=queued)


def escape(text: str) -> str:
    """*text* for a ``^FH_`` field."""
    return "".join(chr(b) if b in _SAFE else f"_{b:02X}" for b in text.encode("utf-8"))


def _text(line: placing.TextLine, dpi: int) -> str:
    text = letters.simple_marks(line.text)
    size, room = dots(line.size_mm, dpi), line.width_mm * dpi / 25.4
    needed = stringWidth(text, _LIKE_FONT_0, size)
    broad = min(size, max(1, int(size * room / needed)))
    x, y = int(line.x_mm * dpi / 25.4), int(line.y_mm * dpi / 25.4)
    # The printer knows its letters best; but in a block a backslash would begin a command.
    block = f"^FB{int(room)},1,0,C" if line.centered and "\\" not in text else ""
    return f"^FO{x},{y}^A0N,{size},{broad}{block}^FH_^FD{escape(text)}^FS"


def _code(code: Code128, dpi: int) -> str:
    module = placing.module_dots(code, dpi)
    left = dots(placing.bars_left_mm(code, module * 25.4 / dpi), dpi)
    data = escape(code128.spell(code.values, _IN_B, _IN_C, _START))
    top, height = dots(code.y_mm, dpi), dots(code.height_mm, dpi)
    return f"^FO{left},{top}^BY{module}^BCN,{height},N,N,N,N^FH_^FD{data}^FS"


def _picture(item: placing.Picture, width: int, height: int, dpi: int) -> str:
    x, across = span(item.x_mm, item.width_mm, dpi, width)
    y, down = span(item.y_mm, item.height_mm, dpi, height)
    return _graphic(pictures.into_field(item.content, across, down), x, y)


def _graphic(image: Image.Image, x: int, y: int) -> str:
    """^GFA with the hexadecimal that every firmware and emulation reads; 1 is black."""
    found = pictures.ink(image)
    if not found:
        return ""
    row_bytes, data = pictures.rows(found.image, black=1)
    rows = [data[at : at + row_bytes] for at in range(0, len(data), row_bytes)]
    total = len(data)
    head = f"^FO{x + found.x},{y + found.y}^GFA,{total},{total},{row_bytes},"
    return head + "".join(_hex_rows(rows)) + "^FS"


def _hex_rows(rows: list[bytes]):
    """Rows in hexadecimal: ``:`` repeats the row above, ``,`` ends a row that is white from there."""
    above = None
    for row in rows:
        if row == above:
            yield ":"
        else:
            dark = row.hex().upper().rstrip("0")
            yield dark if len(dark) == 2 * len(row) else f"{dark},"
        above = row
