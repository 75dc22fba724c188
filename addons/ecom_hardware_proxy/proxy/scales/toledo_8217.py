"""Mettler-Toledo 8217 and 8213 (FACTS 3.1): one letter asks, ``STX .. CR`` answers, no unit."""

import re
from dataclasses import replace

from ..weights import Reading, State, Unit, stable
from ..words import Words
from . import framing
from .driver import ODD_SHAPE, SEVEN_EVEN, FramedDriver, unit_option

# dd.ddd, dd.dd and 0dd.dd; a scale may send leading zeros as spaces.
WEIGHT = re.compile(rb"\x02((?=[ \d]{1,3}\.) {0,2}\d{1,3}\.\d{2,3})(N?)\r")
STATUS = re.compile(rb"\x02\?([\x00-\x7f])\r")
SHAPES = {(6, 3), (5, 2), (6, 2)}
BY_DECIMALS = {3: Unit.KILOGRAM, 2: Unit.POUND}

# Bits of the status byte that mean "no weight", the graver first. 4, 5 and 6 are no errors.
PROBLEMS = (
    (1, State.OVERLOAD),
    (2, State.UNDERLOAD),
    (0, State.MOTION),
    (3, State.NOT_ZEROED),
)
CENTRE_OF_ZERO = 1 << 4
# Answers "unchanged" that may repeat one weight: two minutes at the usual pace.
UNCHANGED_LIMIT = 400
UNCHANGED = Words(
    "The scale says that nothing changed, but its last weight is not known: lift the parcel and"
    " put it down again."
)


class Toledo8217(FramedDriver):
    """``W`` asks. A status frame without any bit means "unchanged": the last weight is repeated,
    but only while the scale answers, nothing moved and nobody zeroed or tared it.
    """

    name = "toledo_8217"
    title = "Mettler-Toledo 8217, 8213"
    line = SEVEN_EVEN
    options = {
        "unit": "kg or lb, as set in the scale; auto: three decimals are kg, two are lb (a guess)"
    }

    def __init__(self, unit: str | None = None) -> None:
        super().__init__(framing.Frames((b"\r",), 16, start=b"\x02", opaque=b"\x02?"))
        self._unit = unit_option(
            unit, ("kg", "lb", "auto"), Words("The scale does not send its unit.")
        )
        self._shape = framing.Habit()
        self._last: Reading | None = None
        self._repeats = 0

    def request(self) -> bytes | None:
        return b"W"

    def zero(self) -> bytes | None:
        self._last = None
        return b"Z"

    def tare(self) -> bytes | None:
        self._last = None
        return b"T"

    def reset(self) -> None:
        super().reset()
        self._last = None

    def read(self, frame: bytes) -> Reading | None:
        if weight := WEIGHT.fullmatch(frame):
            return self._read_weight(weight[1].decode(), weight[2] == b"N", frame)
        if status := STATUS.fullmatch(frame):
            return self._read_status(status[1][0], frame)
        return self.unreadable(frame)

    def unreadable(self, raw: bytes, hint: str = "") -> Reading:
        self._last = None
        return super().unreadable(raw, hint)

    def _read_weight(self, text: str, net: bool, frame: bytes) -> Reading:
        shape = (len(text), len(text.partition(".")[2]))
        if shape not in SHAPES:
            return self.unreadable(frame)
        if not self._shape.fits(shape):
            return self.unreadable(frame, ODD_SHAPE)
        unit = BY_DECIMALS[shape[1]] if self._unit == "auto" else Unit(self._unit)
        self._last = stable(text.strip(), unit, self.name, None, net, frame)
        self._repeats = 0
        return self._last

    def _read_status(self, status: int, frame: bytes) -> Reading:
        for bit, state in PROBLEMS:
            if status & 1 << bit:
                self._last = None
                return Reading(state, self.name, raw=frame)
        return self._unchanged(bool(status & CENTRE_OF_ZERO), frame)

    def _unchanged(self, zero: bool, frame: bytes) -> Reading:
        last = self._last
        self._repeats += 1
        if last is None or self._repeats > UNCHANGED_LIMIT or (zero and last.weight_g):
            self._last = None
            return Reading(State.STALE, self.name, zero=zero or None, raw=frame, hint=UNCHANGED)
        return replace(last, zero=zero or None, raw=frame)
