"""USB HID scales, usage page 8D (FACTS 3.8): Mettler, Dymo, Fairbanks, Pitney Bowes and others.

An input report has six bytes: report id, status, unit, signed power of ten, weight (little endian).
"""

import struct
from decimal import Decimal

from ..weights import Reading, State, Unit, stable
from ..words import Words
from .driver import ScaleDriver

REPORT = struct.Struct("<BBBbH")
IDS = (3, 4)
UNITS = {2: Unit.GRAM, 3: Unit.KILOGRAM, 11: Unit.OUNCE, 12: Unit.POUND}
OTHER_UNITS = {
    1: "milligrams",
    4: "carats",
    5: "taels",
    6: "grains",
    7: "pennyweights",
    8: "tonnes",
    9: "short tons",
    10: "troy ounces",
}
ZERO_STABLE, MOVING, STABLE, NEGATIVE = 2, 3, 4, 5
PROBLEMS = {
    1: (State.FAULT, ""),
    6: (State.OVERLOAD, ""),
    7: (State.FAULT, Words("The scale asks for a new calibration.")),
    8: (State.NOT_ZEROED, ""),
}
# Beyond these a report is garbage: no scale at a packing bench weighs 10 tonnes or micrograms.
POWERS = range(-6, 4)


class HidPos(ScaleDriver):
    """The scale reports by itself. The first report after opening may be an old one: dropped."""

    name = "hid_pos"
    title = "USB scale (HID)"
    line = None
    options = {"ignore_status": "true for a scale that never tells whether it is steady"}

    def __init__(self, ignore_status: bool = False) -> None:
        self._ignores = self.settles = ignore_status
        self._is_first = True

    def zero(self) -> bytes | None:
        """Output report 2, bit 1: zero the scale. Not every scale obeys."""
        return b"\x02\x02"

    def reset(self) -> None:
        self._is_first = True

    def feed(self, data: bytes) -> list[Reading]:
        """Take whole reports, as the kernel gives them; parts of one are not put together."""
        if not data:
            return []
        if len(data) % REPORT.size or any(id not in IDS for id in data[:: REPORT.size]):
            return [self.unreadable(data)]
        parts = [data[at : at + REPORT.size] for at in range(0, len(data), REPORT.size)]
        if self._is_first:
            self._is_first = False
            del parts[0]
        return [self._read(part) for part in parts]

    def _read(self, report: bytes) -> Reading:
        _id, status, code, power, weight = REPORT.unpack(report)
        if self._ignores:
            status = STABLE
        if status in PROBLEMS:
            state, words = PROBLEMS[status]
            return Reading(state, self.name, raw=report, hint=words)
        if not ZERO_STABLE <= status <= NEGATIVE or power not in POWERS:
            return self.unreadable(report)
        if code not in UNITS:
            words = Words(
                "The scale shows {unit}; set it to g, kg, lb or oz.",
                unit=OTHER_UNITS.get(code, Words("an unknown unit")),
            )
            return self.unreadable(report, words)
        shown = format(Decimal(weight).scaleb(power), "f")
        return self._weight(status, shown, UNITS[code], report)

    def _weight(self, status: int, shown: str, unit: Unit, report: bytes) -> Reading:
        if status == MOVING:
            return Reading(State.MOTION, self.name, None, shown, unit, False, raw=report)
        if status == NEGATIVE:
            return Reading(State.NEGATIVE, self.name, None, f"-{shown}", unit, False, raw=report)
        reading = stable(shown, unit, self.name, status == ZERO_STABLE, raw=report)
        if reading.zero and reading.weight_g:
            return self.unreadable(report, Words("The scale says zero and shows a weight."))
        return reading
