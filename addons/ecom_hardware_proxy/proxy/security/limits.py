"""How often anybody may ask for anything, and how many may listen at once.

A station that is asked faster than a person works is being attacked, or caught in a loop of some
page; neither may wear a device out (FACTS, section 13.5).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..words import Words


class TooFast(Exception):
    """Asked too often. The text is for people; *wait_s* tells when it is worth trying again."""

    def __init__(self, text: str, wait_s: float) -> None:
        super().__init__(text)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Rate:
    """*per_second* in the long run, *burst* at once."""

    per_second: float
    burst: int


# A burst of prints is a batch of parcels, or an impatient browser that sends one job again.
RATES = {
    "read": Rate(10, 30),
    "scale": Rate(10, 20),
    "print": Rate(5, 30),
    "drawer": Rate(1, 1),
    "manage": Rate(1, 5),
    "wake": Rate(5, 10),
    "wrong": Rate(0.5, 20),
}
WORDS = {
    "drawer": Words("The drawer was opened a moment ago."),
    "wrong": Words("Too many requests that could not be believed."),
}
STREAMS = 16


class Limits:
    """One token bucket for each (who, kind), and a count of open streams for each who.

    *clock* is monotonic, in seconds. Used by one event loop.
    """

    def __init__(self, clock: Callable[[], float], rates: dict[str, Rate] | None = None) -> None:
        self._clock = clock
        self._rates = RATES | (rates or {})
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._streams: dict[str, int] = {}

    def take(self, who: str, kind: str) -> None:
        """Count one request. Raises TooFast."""
        left = self._left(who, kind)
        if left < 1:
            raise self._too_fast(kind, left)
        self._buckets[who, kind] = left - 1, self._clock()

    def _left(self, who: str, kind: str) -> float:
        rate, now = self._rates[kind], self._clock()
        left, since = self._buckets.get((who, kind), (rate.burst, now))
        return min(rate.burst, left + (now - since) * rate.per_second)

    def _too_fast(self, kind: str, left: float) -> TooFast:
        wait_s = (1 - left) / self._rates[kind].per_second
        words = WORDS.get(kind, Words("Too many requests at once."))
        return TooFast(Words("{words} Wait {wait_s:.1f} s.", words=words, wait_s=wait_s), wait_s)

    @contextmanager
    def stream(self, who: str, most: int = STREAMS) -> Iterator[None]:
        """Count an open stream. Raises TooFast."""
        if self._streams.get(who, 0) >= most:
            raise TooFast(Words("{most} pages listen already; close one of them.", most=most), 5.0)
        self._streams[who] = self._streams.get(who, 0) + 1
        try:
            yield
        finally:
            self._streams[who] -= 1
