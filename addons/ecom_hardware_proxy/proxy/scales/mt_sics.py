"""MT-SICS, Mettler-Toledo's bench and laboratory scales and their clones (FACTS 3.5).

``S S     100.00 g CR LF``: identifier, status, weight right-aligned in ten characters, unit.
"""

import re

from ..weights import Reading, State, stable
from ..words import Words
from . import framing
from .driver import ODD_SHAPE, FramedDriver, OptionError, unit_of

# Answers to SI carry the identifier S; clones exist that answer SI.
WEIGHT = re.compile(rb"(?:SI?) ([SD]) ( *-? *\d+(?:\.\d+)?) ([A-Za-z]{1,3}) *\r?\n")
OTHER = re.compile(rb"(SI?|Z|ZI|T|TI) ([-+I])\r?\n")
# Done, or a line that says who the scale is: nothing about the weight.
SILENT = re.compile(rb"(?:(?:Z|ZI|TAC|@) A|TI? [SD] .*|I\d+ .*|\r?)\r?\n")
ERRORS = {
    b"ES": Words("The scale does not know the command: choose another protocol for it."),
    b"ET": Words("The scale received a damaged command: check speed and parity of the line."),
    b"EL": Words("The scale cannot carry the command out just now."),
}
STATES = {
    b"I": (State.MOTION, Words("The scale is busy or still moving.")),
    b"+": (State.OVERLOAD, ""),
    b"-": (State.UNDERLOAD, ""),
}
OUT_OF_RANGE = Words("The scale cannot be zeroed with this on it: empty it first.")


class MtSics(FramedDriver):
    """``SI`` asks for the weight as it is, moving or not; ``@`` ends what another program began."""

    name = "mt_sics"
    title = "Mettler-Toledo MT-SICS, OHAUS, Sartorius"
    options = {
        "command": "SI: answer at once (usual); S: the scale waits until it is steady",
        "width": "characters of the weight (10); 0 for clones that do not align it",
    }

    def __init__(self, command: str = "SI", width: int = 10) -> None:
        super().__init__(framing.Frames((b"\n",), limit=64))
        if command not in ("S", "SI"):
            raise OptionError(Words("command: {command} given; choose S or SI.", command=command))
        self._command, self._wanted = command, width
        self._shape = framing.Habit()

    def start(self) -> bytes | None:
        return b"@\r\n"

    def request(self) -> bytes | None:
        return self._command.encode() + b"\r\n"

    def zero(self) -> bytes | None:
        return b"Z\r\n"

    def tare(self) -> bytes | None:
        return b"T\r\n"

    def read(self, frame: bytes) -> Reading | None:
        if weight := WEIGHT.fullmatch(frame):
            return self._read_weight(*weight.groups(), frame)
        if other := OTHER.fullmatch(frame):
            return self._read_other(*other.groups(), frame)
        if SILENT.fullmatch(frame):
            return None
        return self.unreadable(frame, ERRORS.get(frame.strip(), ""))

    def _read_weight(self, status: bytes, field: bytes, unit_text: bytes, frame: bytes) -> Reading:
        unit = unit_of(unit_text.decode())
        if unit is None:
            words = Words(
                "The scale shows {unit}; set it to g, kg, lb or oz.", unit=unit_text.decode()
            )
            return self.unreadable(frame, words)
        if self._wanted and len(field) != self._wanted:
            return self.unreadable(frame)
        # The unit belongs to the shape: a lost k makes grams of kilograms.
        if not self._shape.fits((len(field), unit)):
            return self.unreadable(frame, ODD_SHAPE)
        shown = field.decode().replace(" ", "")
        if status == b"D":
            return Reading(State.MOTION, self.name, None, shown, unit, raw=frame)
        return stable(shown, unit, self.name, raw=frame)

    def _read_other(self, identifier: bytes, sign: bytes, frame: bytes) -> Reading:
        state, words = STATES[sign]
        if not identifier.startswith(b"S") and sign != b"I":
            state, words = State.NOT_ZEROED, OUT_OF_RANGE
        return Reading(state, self.name, raw=frame, hint=words)
