"""What every scale driver is: bytes in, readings out. No I/O, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..weights import Reading, State, Unit
from ..words import Words, together
from . import framing

PARITIES = {
    "N": Words("no parity"),
    "E": Words("even parity"),
    "O": Words("odd parity"),
    "M": Words("mark parity"),
    "S": Words("space parity"),
}


@dataclass(frozen=True)
class LineSettings:
    """A serial line: speed, data bits (7, 8), parity (N, E, O, M, S) and stop bits."""

    baud: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1

    @property
    def words(self) -> Words:
        """As a person says it: "9600 baud, 7 data bits, even parity"."""
        return Words(
            "{baud} baud, {bits} data bits, {parity}",
            baud=self.baud,
            bits=self.bytesize,
            parity=PARITIES[self.parity],
        )


SEVEN_EVEN = LineSettings(9600, 7, "E", 1)


class OptionError(ValueError):
    """A driver cannot work with its options; the text says which and why, for the administrator."""


class ScaleDriver:
    """Base of all drivers. *options* of a class: name of the option -> what it is, in words.

    Times in seconds. *line* None: not a serial device. *settles*: the protocol does not say
    whether a weight is steady, wrap its readings in ``settling.Settling``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    options: ClassVar[Mapping[str, str]] = {}
    line: LineSettings | None = LineSettings()
    poll_s = 0.3
    reply_s = 1.0
    settles = False

    def start(self) -> bytes | None:
        """What to write once after opening, before the first request."""
        return None

    def request(self) -> bytes | None:
        """What to write to ask for the weight; None: the scale talks by itself."""
        return None

    def zero(self) -> bytes | None:
        """What to write to zero the scale; None: the protocol cannot."""
        return None

    def tare(self) -> bytes | None:
        """What to write to tare the scale; None: the protocol cannot."""
        return None

    def feed(self, data: bytes) -> list[Reading]:
        """Take bytes in any split, return the readings they complete. Never raises."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget half frames and remembered weights: after opening, a time-out or a pause."""
        raise NotImplementedError

    def unreadable(self, raw: bytes, hint: str = "") -> Reading:
        """A reading that says that *raw* means nothing."""
        return Reading(State.UNREADABLE, self.name, raw=raw, hint=hint)


class FramedDriver(ScaleDriver):
    """A driver of a protocol in 7-bit characters; a subclass cuts (``frames``) and reads."""

    def __init__(self, frames: framing.Frames) -> None:
        self._frames = frames

    def feed(self, data: bytes) -> list[Reading]:
        readings = (self._checked(frame) for frame in self._frames.feed(data))
        return [reading for reading in readings if reading is not None]

    def reset(self) -> None:
        self._frames.reset()

    def read(self, frame: bytes) -> Reading | None:
        """Read one whole frame of 7-bit characters; None: an answer that is not about weight."""
        raise NotImplementedError

    def _checked(self, frame: bytes) -> Reading | None:
        if framing.has_eighth_bit(frame):
            return self.unreadable(frame, framing.parity_hint(frame))
        return self.read(frame)


UNITS = {str(unit): unit for unit in Unit}
CHOOSE_UNIT = Words("unit: {value} given; choose one of {known}.")
ODD_SHAPE = Words("The scale's answer does not look like the ones before; it is not believed.")


def unit_of(text: str) -> Unit | None:
    """The unit that *text* means, in any case and padded with spaces or ``_``; None: unknown."""
    return UNITS.get(text.strip(" _").lower())


def unit_option(value: object, allowed: tuple[str, ...], advice: str = "") -> str:
    """Check an option that names a unit. Raises OptionError."""
    if value not in allowed:
        known = ", ".join(allowed)
        raise OptionError(
            together(
                filter(
                    None, (CHOOSE_UNIT.fill(value=value or Words("nothing"), known=known), advice)
                )
            )
        )
    return str(value)
