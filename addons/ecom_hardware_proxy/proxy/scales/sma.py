"""SMA SCP-0499 of the Scale Manufacturers Association (FACTS 3.6).

``LF s r n m f xxxxxx.xxx uuu CR`` without the blanks: status, range, gross/net/tare, motion,
reserved, weight in ten characters, unit in three.
"""

import re
from dataclasses import replace

from ..weights import Reading, State, stable
from ..words import Words
from . import framing
from .driver import FramedDriver, unit_of

REPLY = re.compile(
    rb"\n([ ZOUET])[ -~]([GNT])([ M])[ -~]([ \d.-]{10})([A-Z _]{3})\r", re.IGNORECASE
)
NUMBER = re.compile(r" *-? *(?:\d+\.?\d*|\.\d+)")
UNKNOWN_COMMAND = b"\n?\r"
PROBLEMS = {
    "O": (State.OVERLOAD, ""),
    "U": (State.UNDERLOAD, ""),
    "E": (State.NOT_ZEROED, ""),
    "T": (State.FAULT, Words("The scale could not tare: remove the tare and try again.")),
}


class Sma(FramedDriver):
    """``LF W CR`` asks; each answer has the same 20 characters."""

    name = "sma"
    title = "SMA SCP-0499"

    def __init__(self) -> None:
        super().__init__(framing.Frames((b"\r",), limit=32, start=b"\n"))

    def request(self) -> bytes | None:
        return b"\nW\r"

    def zero(self) -> bytes | None:
        return b"\nZ\r"

    def tare(self) -> bytes | None:
        return b"\nT\r"

    def read(self, frame: bytes) -> Reading | None:
        if match := REPLY.fullmatch(frame):
            return self._read_reply(*(part.decode() for part in match.groups()), frame)
        if frame == UNKNOWN_COMMAND:
            words = Words("The scale does not know the command: choose another protocol for it.")
            return self.unreadable(frame, words)
        return self.unreadable(frame)

    def _read_reply(
        self, status: str, kind: str, motion: str, field: str, unit_text: str, frame: bytes
    ) -> Reading:
        zero, net = status.upper() == "Z", kind.upper() == "N"
        if status.upper() in PROBLEMS:
            state, words = PROBLEMS[status.upper()]
            return Reading(state, self.name, zero=zero, net=net, raw=frame, hint=words)
        unit = unit_of(unit_text)
        if unit is None or not NUMBER.fullmatch(field):
            return self.unreadable(frame)
        if kind.upper() == "T":
            return self.unreadable(frame, Words("The scale shows its tare, not the weight."))
        reading = stable(field.replace(" ", ""), unit, self.name, zero, net, frame)
        if motion == " ":
            return reading
        return replace(reading, state=State.MOTION, weight_g=None)
