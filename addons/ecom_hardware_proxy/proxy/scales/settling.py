"""A software rule for scales that do not say whether the weight is steady (FACTS 2, rule 3)."""

from dataclasses import replace
from decimal import Decimal

from ..weights import Reading, State
from ..words import Words

# A pause longer than this begins anew: two equal weights an hour apart are no steady weight.
GAP_S = 3.0


class Settling:
    """Believes a weight that came *samples* times in a row over at least *seconds*."""

    def __init__(self, samples: int = 4, seconds: float = 1.0) -> None:
        self._samples, self._seconds = samples, seconds
        self.reset()

    def reset(self) -> None:
        """Begin anew: the scale was silent, gone or zeroed."""
        self._weight_g: Decimal | None = None
        self._count = 0
        self._since = self._seen = 0.0

    def settle(self, reading: Reading, now: float) -> Reading:
        """Return *reading*, as MOTION while its weight is not steady yet; *now* in seconds, never
        going back. A settled reading says so in its hint.
        """
        if reading.state is not State.STABLE:
            self.reset()
            return reading
        if reading.weight_g != self._weight_g or now - self._seen > GAP_S:
            self._weight_g, self._count, self._since = reading.weight_g, 0, now
        self._count += 1
        self._seen = now
        if self._count < self._samples or now - self._since < self._seconds:
            return replace(reading, state=State.MOTION, weight_g=None)
        words = Words(
            "Steady for {seconds:g} s (the scale itself does not say).", seconds=self._seconds
        )
        return replace(reading, hint=words)
