"""A scan, and what every scanner driver is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from . import aim

# The same code again this soon is the scanner's stutter (FACTS 7.3), not a second item.
BOUNCE_S = 0.4


@dataclass(frozen=True)
class Scan:
    """One code. *aim*: the AIM identifier (``]C1``) or "", not part of *code*; FNC1 inside is
    the character 1D. *raw*: the characters as they came, identifier included.
    """

    code: str
    aim: str
    raw: str


class ScannerOptionError(ValueError):
    """A scanner driver cannot work with its options; the text says why."""


class ScannerDriver:
    """Base of the drivers: input in any split -> scans. No I/O, no clock: *now* in seconds."""

    name: ClassVar[str]
    title: ClassVar[str]
    options: ClassVar[Mapping[str, str]] = {}

    def __init__(self, minimum: int) -> None:
        self._minimum = minimum
        self._last: tuple[str, float] | None = None

    def feed(self, data: bytes, now: float) -> list[Scan]:
        """Take input, return the codes that it completes. Never raises."""
        raise NotImplementedError

    def flush(self, now: float) -> list[Scan]:
        """Return the code that silence completed, or forget the half one that it proves broken."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget a half code: the scanner was unplugged or opened anew."""
        raise NotImplementedError

    def _scanned(self, raw: str, now: float) -> list[Scan]:
        """The scan of *raw*, unless it is too short or a bounce."""
        if len(raw) < self._minimum or self._bounces(raw, now):
            return []
        identifier, code = aim.split(raw)
        return [Scan(code, identifier, raw)] if code else []

    def _bounces(self, raw: str, now: float) -> bool:
        """Counts from the last time it was seen: a stutter of five is one scan, too."""
        last, self._last = self._last, (raw, now)
        return last is not None and last[0] == raw and 0 <= now - last[1] < BOUNCE_S
