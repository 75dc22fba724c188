"""Bytes into frames: the one place that knows of split, glued, dirty and endless input.

No protocol of this package but the old BCC ones has a checksum (FACTS 3.4), so a frame is only
what begins and ends as it should; what was damaged in between shows by its shape (``Habit``).
"""

from ..words import Words

# Cutting ignores bit 7, so that a wrong parity setting still gives frames that can be told as such.
PLAIN = bytes(byte & 0x7F for byte in range(256))
NOISE_LIMIT = 16


class Frames:
    """Cuts a stream into frames of at most *limit* bytes.

    A frame ends with one of *ends*. With *start* it begins at that byte and everything outside
    is noise; without, it begins where the one before ended. *nested*: the start byte may occur
    inside (NCI), otherwise it restarts the frame. The byte after a frame's beginning *opaque* is
    any value, also that of a start or end (8217 status). Frames come out whole and with bit 7.
    """

    def __init__(
        self,
        ends: tuple[bytes, ...],
        limit: int,
        start: bytes | None = None,
        nested: bool = False,
        opaque: bytes = b"",
    ) -> None:
        self._ends, self._limit, self._nested, self._opaque = ends, limit, nested, opaque
        self._start = start[0] if start else None
        self._frame = bytearray()
        self._noise = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames that *data* completes. Too long ones and much noise come out as they
        are, without the right beginning or end, so that nothing parses them.
        """
        return [frame for byte in data for frame in self._take(byte)]

    def reset(self) -> None:
        """Forget a half frame; the rest of it, if it comes late, is no frame either."""
        if self._frame and self._start is None:
            self.skip()
        self._frame.clear()

    def skip(self) -> None:
        """Drop what comes up to the next end: the stream is met in the middle of a line."""
        self._skipping = self._start is None

    def _take(self, byte: int) -> list[bytes]:
        if self._opaque and self._frame.translate(PLAIN) == self._opaque:
            self._frame.append(byte)
            return []
        is_start = byte & 0x7F == self._start
        if is_start and not self._nested:
            self._frame.clear()
        if self._start is not None and not self._frame and not is_start:
            return self._note_noise(byte)
        self._frame.append(byte)
        if self._frame.translate(PLAIN).endswith(self._ends):
            return self._finish()
        return self._overflow() if len(self._frame) > self._limit else []

    def _finish(self) -> list[bytes]:
        frame, skipped = bytes(self._frame), self._skipping
        self._frame.clear()
        self._noise.clear()
        self._skipping = False
        return [] if skipped else [frame]

    def _overflow(self) -> list[bytes]:
        frame, skipped = bytes(self._frame), self._skipping
        if self._start is None:
            # The tail of a too long line must not become a line; keep what may begin the end.
            self._skipping = True
            del self._frame[: -max(len(end) for end in self._ends)]
        else:
            again = frame.translate(PLAIN).find(self._start, 1)
            del self._frame[: again if again > 0 else None]
        return [] if skipped else [frame]

    def _note_noise(self, byte: int) -> list[bytes]:
        self._noise.append(byte)
        if len(self._noise) < NOISE_LIMIT:
            return []
        noise = bytes(self._noise)
        self._noise.clear()
        return [noise]


class Habit:
    """Believes the shape it is used to; another one only when it came three times in a row.

    A lost digit leaves a frame that still parses, but is shorter than the ones before.
    """

    PATIENCE = 3

    def __init__(self) -> None:
        self._usual: object = None
        self._other: object = None
        self._times = 0

    def fits(self, shape: object) -> bool:
        """Tell whether a frame of *shape* (anything comparable, not None) may be believed."""
        if self._usual is None or shape == self._usual:
            self._usual, self._other, self._times = shape, None, 0
            return True
        self._times = self._times + 1 if shape == self._other else 1
        self._other = shape
        if self._times < self.PATIENCE:
            return False
        self._usual = shape
        return True


def has_eighth_bit(raw: bytes) -> bool:
    """Tell whether a byte is outside ASCII, which no protocol here sends on purpose."""
    return any(byte & 0x80 for byte in raw)


def parity_hint(raw: bytes) -> str:
    """What bytes with bit 7 say about the line settings (FACTS 3.1, traps); "" without such."""
    if not has_eighth_bit(raw):
        return ""
    ones = {byte.bit_count() % 2 for byte in raw}
    if ones == {0}:
        return Words(
            "Wrong parity: the scale sends 7 data bits with even parity; set the line to 7E1."
        )
    if ones == {1}:
        return Words(
            "Wrong parity: the scale sends 7 data bits with odd parity; set the line to 7O1."
        )
    return Words("The scale's answer is damaged: check speed, data bits and parity of the line.")
