"""NCI and Avery Weigh-Tronix: SCP-01, SCP-02 (ECR) and SCP-12 (3835, H-100) (FACTS 3.3).

Weight: SCP-01 ``LF xxxx.xxuu CR LF hh CR ETX``, SCP-02 ``LF xx.xxxUU CR LF S hh CR ETX``, SCP-12
``LF p xxx.xx UU CR hh ETX``. The letter S and the line feed before the status tell them apart.
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ..weights import GRAMS, Reading, State, Unit, stable
from ..words import Words
from . import framing
from .driver import ODD_SHAPE, SEVEN_EVEN, FramedDriver, OptionError, unit_of

# Pounds and ounces; a number and its unit in two characters; or a field full of one sign.
WEIGHT = (
    rb"\n(?:(?P<lb>[ \d]?[ \d]?\d)lb (?P<oz>[ \d]?\d(?:\.\d{1,2})?)oz"
    rb"|(?P<number> *-? *(?:\d+\.?\d*|\.\d+)) ?(?P<unit>lb|oz|kg| g|g )"
    rb"|(?P<fill>[ .]*(?:\^[\^ .]*|_[_ .]*|-[- .]*))(?:lb|oz|kg| g|g )?)\r"
)
STATUS = rb"(?P<status>[0-?][0-?p-\x7f]{1,3})"
VARIANTS = {
    "scp01": re.compile(WEIGHT + rb"\n" + STATUS + rb"\r\x03", re.IGNORECASE),
    "scp02": re.compile(WEIGHT + rb"\nS ?" + STATUS + rb"\r\x03", re.IGNORECASE),
    "scp12": re.compile(WEIGHT + STATUS + rb"\x03", re.IGNORECASE),
}
STATUS_ONLY = re.compile(rb"\n(?:S ?)?" + STATUS + rb"\r\x03")
UNKNOWN_COMMAND = b"\n?\r"

# (byte, bit, state) of the status, the graver first; a third and fourth byte may be missing.
PROBLEMS = (
    (0, 2, State.FAULT),
    (0, 3, State.FAULT),
    (1, 2, State.FAULT),
    (1, 3, State.FAULT),
    (2, 3, State.NOT_ZEROED),
    (1, 1, State.OVERLOAD),
    (1, 0, State.UNDERLOAD),
    (0, 0, State.MOTION),
)
POUNDS_OUNCES = "lb oz"
# (before, now): a lost K and half of pounds and ounces look like another unit.
CONFUSED = {("kg", "g"), (POUNDS_OUNCES, "lb"), (POUNDS_OUNCES, "oz")}
FILLED = {b"^": State.OVERLOAD, b"_": State.UNDERLOAD, b"-": State.NOT_ZEROED}


class Status(NamedTuple):
    """The status bytes: the gravest problem or None, centre of zero, net (None: not told)."""

    problem: State | None
    zero: bool
    net: bool | None


def read_status(data: bytes) -> Status | None:
    """Read 2 to 4 status bytes; None if their bits 6 ("another follows") do not fit their number."""
    if [bool(byte & 0x40) for byte in data] != [False, *[True] * (len(data) - 2), False]:
        return None
    problem = next(
        (state for at, bit, state in PROBLEMS if at < len(data) and data[at] & 1 << bit), None
    )
    return Status(problem, bool(data[0] & 2), bool(data[2] & 4) if len(data) > 2 else None)


class Nci(FramedDriver):
    """``W CR`` asks. The variant is taken from the first good answer, or is the one given."""

    name = "nci"
    title = "NCI / Avery Weigh-Tronix (SCP-01, SCP-02, SCP-12)"
    line = SEVEN_EVEN
    options = {
        "profile": "auto, scp01, scp02 or scp12: which answers are accepted",
        "tare": "true if the scale knows the command T (newer Brecknell)",
    }

    def __init__(self, profile: str = "auto", tare: bool = False) -> None:
        super().__init__(framing.Frames((b"\x03", UNKNOWN_COMMAND), 64, start=b"\n", nested=True))
        if profile not in ("auto", *VARIANTS):
            known = ", ".join(("auto", *VARIANTS))
            raise OptionError(
                Words(
                    "profile: {profile} given; choose one of {known}.", profile=profile, known=known
                )
            )
        self._patterns = VARIANTS if profile == "auto" else {profile: VARIANTS[profile]}
        self._can_tare = tare
        self._variant, self._kinds = framing.Habit(), framing.Habit()
        self._kind = ""
        self._widths: dict[tuple[str, str], framing.Habit] = {}

    def request(self) -> bytes | None:
        return b"W\r"

    def zero(self) -> bytes | None:
        return b"Z\r"

    def tare(self) -> bytes | None:
        return b"T\r" if self._can_tare else None

    def read(self, frame: bytes) -> Reading | None:
        """The frame may begin with a damaged one: the first line feed that makes sense counts."""
        starts = (at for at, byte in enumerate(frame) if byte == 0x0A)
        readings = (self._read_from(frame[at:]) for at in starts)
        return next(filter(None, readings), None) or self.unreadable(frame)

    def _read_from(self, frame: bytes) -> Reading | None:
        for variant, pattern in self._patterns.items():
            if match := pattern.fullmatch(frame):
                return self._read_weight(variant, match)
        if match := STATUS_ONLY.fullmatch(frame):
            return self._read_status_only(match)
        if frame == UNKNOWN_COMMAND:
            words = Words("The scale does not know the command: choose another protocol for it.")
            return self.unreadable(frame, words)
        return None

    def _read_status_only(self, match: re.Match[bytes]) -> Reading:
        status = read_status(match["status"])
        if status is None or status.problem is None:
            words = Words("The scale sent no weight: is less than nothing on it? Zero it empty.")
            return self.unreadable(match[0], words)
        return self._without_weight(status.problem, status, match[0])

    def _read_weight(self, variant: str, match: re.Match[bytes]) -> Reading:
        status = read_status(match["status"])
        if status is None:
            return self.unreadable(match[0])
        if match["fill"]:
            return self._without_weight(_filled(match["fill"], status), status, match[0])
        kind, width, reading = self._shown(match)
        if reading is None:
            return self.unreadable(match[0])
        if not self._believes(variant, kind, width):
            return self.unreadable(match[0], ODD_SHAPE)
        reading = replace(reading, zero=status.zero, net=status.net, raw=match[0])
        if status.problem is None:
            return reading
        return replace(reading, state=status.problem, weight_g=None)

    def _without_weight(self, state: State, status: Status, frame: bytes) -> Reading:
        return Reading(state, self.name, zero=status.zero, net=status.net, raw=frame)

    def _believes(self, variant: str, kind: str, width: object) -> bool:
        """Each unit has its own usual width, so that the scale's unit key costs no reading, unless
        damage could have made the new unit of the one before.
        """
        if not self._variant.fits(variant):
            return False
        if (self._kind, kind) not in CONFUSED:
            self._kinds = framing.Habit()
        widths = self._widths.setdefault((variant, kind), framing.Habit())
        if not (self._kinds.fits(kind) and widths.fits(width)):
            return False
        self._kind = kind
        return True

    def _shown(self, match: re.Match[bytes]) -> tuple[str, object, Reading | None]:
        """What the weight field says: its kind, its width and a reading, None if there is none."""
        if match["oz"]:
            width = len(match["lb"]), len(match["oz"])
            return (
                POUNDS_OUNCES,
                width,
                self._pounds_ounces(match["lb"].decode(), match["oz"].decode()),
            )
        unit = unit_of(match["unit"].decode())
        number = match["number"].decode()
        return str(unit), len(number), stable(number.replace(" ", ""), unit, self.name)

    def _pounds_ounces(self, pounds: str, ounces: str) -> Reading | None:
        """Both as one exact weight; None where ounces make another pound or a blank is inside."""
        if not pounds.strip().isdigit() or Decimal(ounces) >= 16:
            return None
        grams = int(pounds) * GRAMS[Unit.POUND] + Decimal(ounces) * GRAMS[Unit.OUNCE]
        shown = f"{int(pounds)} lb {Decimal(ounces)} oz"
        return Reading(State.STABLE, self.name, grams, shown)


def _filled(fill: bytes, status: Status) -> State:
    """``-`` and ``_`` can both be a zero error: where the status says what is wrong, it is right."""
    if status.problem not in (None, State.MOTION):
        return status.problem
    return FILLED[fill.strip(b" .")[:1]]
