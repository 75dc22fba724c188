"""ESC/POS receipt printers and the cash drawer behind them. Sources: FACTS 4.5 and 6.

Receipts are pictures (Odoo's point of sale sends a JPEG) or plain text. A drawer is opened by a pulse
on one pin, the configured one: firing both opens both drawers.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from ..labels import Label
from ..labels.letters import plain
from ..words import Words
from . import pictures
from .code_pages import spell
from .language import Language, Status, Unprintable, dots
from .pdf import Pdf

_RESET = b"\x1b@"
_CUT = b"\x1dV\x42\x00"  # GS V 66 0: feed to the knife, then cut
_BAND_ROWS = 256  # a picture goes in bands: small memories print garbage after long ones
_COLUMN_DOTS = 12  # width of a letter of font A
# ESC t: number of the code page, and Python's name of it.
CODE_PAGES = {"cp1252": 16, "cp850": 2, "cp437": 0}
PINS = {2: 0, 5: 1}  # drawer connector pin, and its number in ESC p

# DLE EOT n, n from 1 to 4: (which answer, bits of it, sentence, whether it stops printing).
_FLAGS = (
    (0, 0x08, Words("The printer is off line."), True),
    (1, 0x04, Words("The cover is open."), True),
    (1, 0x20, Words("Printing has stopped: out of paper."), True),
    (2, 0x08, Words("The knife is stuck."), True),
    (2, 0x20, Words("The printer has a fault: switch it off and on."), True),
    (2, 0x40, Words("The printer is too hot; it goes on when it has cooled down."), True),
    (3, 0x60, Words("Out of paper."), True),
    (3, 0x0C, Words("The paper is nearly used up."), False),
)
_SILENT = Words("The printer does not answer: is it on, and is the cable in?")
# DLE DC4 acts at once, even amid a picture; ESC p everywhere else.
_KICK_AT_ONCE = re.compile(rb"\x10\x14\x01[\x00\x01][\x01-\x08]")
_KICK_OR_PICTURE = re.compile(
    rb"\x1bp[\x00\x010-1]|\x1dv0.(?P<wide>..)(?P<high>..)|\x1b\*(?P<mode>.)(?P<columns>..)"
    rb"|\x1d\([A-Z](?P<bytes>..)|\x1d8L(?P<many>.{4})",
    re.DOTALL,
)


@dataclass(frozen=True)
class Escpos(Language):
    """ESC/POS. *code_page* for plain text; *cut*: the printer has a knife."""

    code_page: str = "cp1252"
    cut: bool = True

    name: ClassVar[str] = "escpos"
    title: ClassVar[str] = "ESC/POS"
    mimetype: ClassVar[str] = "application/escpos"
    continuous: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.code_page not in CODE_PAGES:
            pages = ", ".join(CODE_PAGES)
            raise ValueError(
                Words(
                    "code_page: must be one of {pages}, not {code_page}",
                    pages=pages,
                    code_page=repr(self.code_page),
                )
            )
        if not isinstance(self.cut, bool):
            raise ValueError(Words("cut: must be true or false, not {cut}", cut=repr(self.cut)))

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        """A layout is drawn and printed as a picture of its own width."""
        drawn = Pdf().render(layout, dpi)
        width = dots(layout.width_mm, dpi)
        (page,) = pictures.from_pdf(drawn, dpi, width, None)
        return self.picture(page, dpi, copies)

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        return self._receipt(b"".join(_bands(image)), copies)

    def text(self, content: str, width_dots: int, copies: int = 1) -> bytes:
        """Plain text, wrapped at the paper's width. Raises Unprintable for letters it lacks."""
        try:
            lines = plain(content).split("\n")
        except ValueError as error:
            raise Unprintable(Words("In this text {error}.", error=error)) from None
        columns = max(1, width_dots // _COLUMN_DOTS)
        body = bytearray(b"\x1bt" + bytes([CODE_PAGES[self.code_page]]))
        for line in lines:
            spelled = spell(line, self.code_page)
            rows = [spelled[at : at + columns] for at in range(0, len(spelled), columns)]
            body += b"\n".join(rows) + b"\n"
        return self._receipt(bytes(body), copies)

    def _receipt(self, body: bytes, copies: int) -> bytes:
        # Without a knife the paper is fed by hand's width, to be torn off.
        return (_RESET + body + (_CUT if self.cut else b"\x1bd\x05")) * copies

    def status_request(self) -> bytes:
        return b"".join(bytes((0x10, 0x04, which)) for which in (1, 2, 3, 4))

    def status_complete(self, data: bytes) -> bool:
        return len(_answers(data)) >= 4

    def read_status(self, data: bytes) -> Status:
        """Four bytes, one per question; other bytes (printers also talk unasked) are passed over."""
        found = _answers(data)
        if len(found) < 4:
            return Status(ready=False, problems=(_SILENT,), known=False)
        told = [(words, stops) for which, mask, words, stops in _FLAGS if found[which] & mask]
        problems = tuple(words for words, _stops in told)
        return Status(ready=not any(stops for _words, stops in told), problems=problems)


def drawer_kick(pin: int = 2, on_ms: int = 100, off_ms: int = 100) -> bytes:
    """The pulse on *pin* (2 or 5) that opens the drawer: ``ESC p m t1 t2``, times in units of 2 ms.

    Raises ValueError. Never send it twice for one wish: it is not idempotent.
    """
    if pin not in PINS:
        raise ValueError(Words("pin: must be 2 or 5, not {pin}", pin=repr(pin)))
    for name, time_ms in (("on_ms", on_ms), ("off_ms", off_ms)):
        if not 2 <= time_ms <= 510:
            raise ValueError(
                Words(
                    "{name}: must be from 2 to 510 ms, not {time_ms}",
                    name=name,
                    time_ms=repr(time_ms),
                )
            )
    return bytes((0x1B, 0x70, PINS[pin], on_ms // 2, off_ms // 2))


def opens_drawer(data: bytes) -> bool:
    """Whether a ready-made job has a command that opens a drawer; dots of pictures are none."""
    if _KICK_AT_ONCE.search(data):
        return True
    at = 0
    while found := _KICK_OR_PICTURE.search(data, at):
        if found[0].startswith(b"\x1bp"):
            return True
        at = found.end() + _picture_bytes(found)
    return False


def _picture_bytes(found: re.Match[bytes]) -> int:
    """How many bytes of dots follow the head of a picture."""
    told = {
        name: int.from_bytes(value, "little")
        for name, value in found.groupdict().items()
        if value is not None
    }
    if "wide" in told:
        return told["wide"] * told["high"]
    if "columns" in told:
        return told["columns"] * (1 if told["mode"] in (0, 1) else 3)
    return told.get("bytes", 0) or told.get("many", 0)


def drawer_pin_high(data: bytes) -> bool | None:
    """Level of the drawer's switch (pin 3) in an answer to the status request; None: not told.

    Which level means open depends on the drawer.
    """
    found = _answers(data)
    return bool(found[0] & 0x04) if len(found) >= 4 else None


def _answers(data: bytes) -> list[int]:
    """The bytes that are real-time answers: bits 1 and 4 set, 0 and 7 clear."""
    return [byte for byte in data if byte & 0x93 == 0x12]


def _bands(image: Image.Image):
    """GS v 0: bytes per row, rows, both low byte first; 1 is black."""
    for top in range(0, image.height, _BAND_ROWS):
        rows = min(_BAND_ROWS, image.height - top)
        row_bytes, data = pictures.rows(image.crop((0, top, image.width, top + rows)), black=1)
        size = row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + _without_real_time(data)


def _without_real_time(data: bytes) -> bytes:
    """DLE EOT, DLE ENQ and DLE DC4 act at once, even amid a picture, and the last opens the drawer:
    where dots happen to look like them, one dot more is black.
    """
    for second in (0x04, 0x05, 0x14):
        data = data.replace(bytes((0x10, second)), bytes((0x10, second | 0x08)))
    return data
