"""Scanners that pretend to be keyboards, read as Linux input events (FACTS 7.1, 7.3)."""

import struct
from collections.abc import Iterable

from ..words import Words
from .layouts import LAYOUTS
from .scan import Scan, ScannerDriver, ScannerOptionError

# struct input_event of a 64-bit kernel: seconds, microseconds, type, code, value.
EVENT = struct.Struct("<qqHHi")
EV_KEY = 1
UP, DOWN = 0, 1
ENDS = frozenset({28, 96, 15})  # Enter, Enter of the keypad, Tab
CAPS, ALT, ALT_GR = 58, 56, 100
SHIFTS, CONTROLS = frozenset({42, 54}), frozenset({29, 97})
MODIFIERS = SHIFTS | CONTROLS | {CAPS, ALT, ALT_GR}
SEPARATOR_KEY, SEPARATOR = 27, "\x1d"  # Ctrl+] types FNC1
KEYPAD_DIGITS = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
GAP_S = 0.15
# Keys that go on within this time after a gap belong to the torn code, and go with it.
TORN_S = 2.0
LIMIT = 4096


class KeyboardScanner(ScannerDriver):
    """A code is keys less than *gap_s* apart and an Enter or Tab. Where a pause tears it, all of
    it is dropped: a piece of a code is another code. Scanners without Enter (*suffix* false) end
    a code by the pause.
    """

    name = "keyboard"
    title = "Scanner as keyboard"
    options = {
        "layout": "us or fr, as set in the scanner",
        "suffix": "false if the scanner does not send Enter or Tab after a code",
        "gap_s": "longest time between two keys of one code, in seconds (0.15)",
        "separator": "the text that the scanner types for FNC1, if it cannot type Ctrl+]",
    }

    def __init__(
        self, layout: str = "us", suffix: bool = True, gap_s: float = GAP_S, separator: str = ""
    ) -> None:
        super().__init__(minimum=3)
        if layout not in LAYOUTS:
            raise ScannerOptionError(
                Words(
                    "layout: {layout} given; choose one of {layouts}.",
                    layout=layout,
                    layouts=", ".join(LAYOUTS),
                )
            )
        self._layout = LAYOUTS[layout]
        self._suffix, self._gap_s, self._separator = suffix, gap_s, separator
        self._bytes = b""
        self._caps = False
        self._held: set[int] = set()
        self._fed = 0.0
        self._begin()

    def reset(self) -> None:
        self._bytes = b""
        self._caps = False
        self._held.clear()
        self._begin()

    def feed(self, data: bytes, now: float) -> list[Scan]:
        """*data*: input events as the kernel writes them, 24 bytes each."""
        data = self._bytes + data
        whole = len(data) - len(data) % EVENT.size
        self._bytes = data[whole:]
        events = EVENT.iter_unpack(data[:whole])
        keys = [
            (s + us / 1e6, code, value) for s, us, kind, code, value in events if kind == EV_KEY
        ]
        if keys:
            self._fed = now
        return self.keys(keys)

    def keys(self, keys: Iterable[tuple[float, int, int]]) -> list[Scan]:
        """Take (time in seconds, key code, 0 up / 1 down / 2 repeated) of each key."""
        return [scan for key in keys for scan in self._key(*key)]

    def flush(self, now: float) -> list[Scan]:
        if self._suffix or not self._text or now - self._fed < self._gap_s:
            return []
        return self._finish(self._time)

    def _begin(self) -> None:
        self._text = ""
        self._alt_digits = ""
        self._torn = False
        self._time: float | None = None

    def _key(self, time: float, code: int, value: int) -> list[Scan]:
        scans = self._pause(time)
        if code in MODIFIERS:
            self._modifier(code, value)
        elif value == DOWN and code in ENDS:
            scans += self._finish(time)
        elif value == DOWN:
            self._time = time
            self._character(code)
        return scans

    def _pause(self, time: float) -> list[Scan]:
        """What the time since the last key means for the code so far."""
        if self._time is None or time - self._time <= self._gap_s:
            return []
        if not self._suffix:
            return self._finish(self._time)
        if time - self._time > TORN_S:
            self._begin()
        else:
            self._torn = True
        return []

    def _modifier(self, code: int, value: int) -> None:
        if value == DOWN:
            self._held.add(code)
            self._caps ^= code == CAPS
        elif value == UP:
            self._held.discard(code)
            if code == ALT and self._alt_digits:
                self._text += chr(int(self._alt_digits) % 256)
                self._alt_digits = ""

    def _character(self, code: int) -> None:
        """Add what the key types; one that types nothing we know makes the code another one."""
        if ALT in self._held and code in KEYPAD_DIGITS:
            self._alt_digits = (self._alt_digits + KEYPAD_DIGITS[code])[-4:]
            return
        character = self._typed(code)
        self._text += character
        self._torn |= not character or len(self._text) > LIMIT
        self._text = self._text[: LIMIT + 1]

    def _typed(self, code: int) -> str:
        if self._held & CONTROLS:
            return SEPARATOR if code == SEPARATOR_KEY else ""
        if ALT_GR in self._held:
            return self._layout.alt_gr.get(code, "")
        shifted = bool(self._held & SHIFTS) ^ (self._caps and code in self._layout.locked)
        return (self._layout.shift if shifted else self._layout.plain).get(code, "")

    def _finish(self, time: float) -> list[Scan]:
        text, torn = self._text, self._torn
        self._begin()
        if torn:
            return []
        return self._scanned(
            text.replace(self._separator, SEPARATOR) if self._separator else text, time
        )
