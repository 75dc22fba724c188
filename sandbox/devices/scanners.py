"""Bar code scanners: one on a serial pty, one that types like a keyboard (FACTS 7)."""

import struct
import threading
import time
from pathlib import Path

from .fifo import PacketFifo
from .serial_port import OnSerialLine, SerialPort

SYN, KEY, MSC = 0, 1, 4  # event types of Linux input
MSC_SCAN = 4
LEFT_SHIFT, ENTER, TAB = 42, 28, 15
_EVENT = struct.Struct("llHHi")  # struct input_event on 64 bits: seconds, microseconds, type ...
# Key codes of a US keyboard, row by row, from the code of the first key on.
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
KEYS = {
    sign: (first + place, shifted)
    for first, plain, upper in _ROWS
    for signs, shifted in ((upper, True), (plain, False))
    for place, sign in enumerate(signs)
}


class SerialScanner(OnSerialLine):
    """Sends prefix, AIM identifier, data and suffix, in this order (FACTS 7.2)."""

    def __init__(
        self,
        folder: Path,
        name: str = "usb-Sandbox_Scanner-if00",
        prefix: bytes = b"",
        suffix: bytes = b"\r",
    ) -> None:
        self.prefix, self.suffix = prefix, suffix
        self.port = SerialPort(folder, name, lambda _data: [])

    def set(self, **values) -> None:
        """Change the line (``byte_pause_s``, ``noise``, ...), *prefix* or *suffix* (hexadecimal)."""
        for name in ("prefix", "suffix"):
            if name in values:
                setattr(self, name, bytes.fromhex(values.pop(name)))
        self.port.line.change(**values)

    def scan(self, code: str, aim: str = "", gap_s: float = 0.0, at: int = 0) -> None:
        """Read one code; with *gap_s* the line pauses after *at* bytes, as a bad radio does."""
        sent = self.prefix + aim.encode() + code.encode("latin-1") + self.suffix
        if not gap_s:
            self.port.send(sent)
            return
        self.port.send(sent[:at])
        time.sleep(gap_s)
        self.port.send(sent[at:])

    def report(self) -> dict:
        """Everything as JSON values."""
        return {
            "protocol": "serial_scanner",
            "link": str(self.link),
            "device": self.port.device,
            "prefix": self.prefix.hex(),
            "suffix": self.suffix.hex(),
        }


class WedgeScanner:
    """Types key events of a US keyboard into a FIFO; *end*: the key after a code."""

    def __init__(
        self, folder: Path, name: str = "usb-Sandbox_Wedge-event-kbd", end: int | None = ENTER
    ) -> None:
        self.end = end
        self.fifo = PacketFifo(folder, name, _EVENT.size, kept=2000)
        self._lock = threading.Lock()

    def __enter__(self) -> "WedgeScanner":
        self.fifo.plug()
        return self

    def __exit__(self, *_error) -> None:
        self.fifo.unplug()

    @property
    def link(self) -> Path:
        """The path to open."""
        return self.fifo.link

    def set(self, end: int | None) -> None:
        """Change the key after a code: 28 Enter, 15 Tab, null none."""
        self.end = end

    def scan(self, code: str, aim: str = "", gap_s: float = 0.0) -> None:
        """Type one code, with *gap_s* between its characters. Raises ValueError."""
        unknown = sorted(set(aim + code) - set(KEYS))
        if unknown:
            raise ValueError(f"a US keyboard has no {unknown}")
        with self._lock:
            for sign in aim + code:
                self.fifo.send(_stroke(*KEYS[sign]))
                if gap_s:
                    time.sleep(gap_s)
            if self.end is not None:
                self.fifo.send(_stroke(self.end, False))

    def unplug(self) -> None:
        """Pull the plug."""
        self.fifo.unplug()

    def plug(self, name: str | None = None) -> None:
        """Plug it in again."""
        self.fifo.plug(name)

    def report(self) -> dict:
        """Everything as JSON values."""
        return {"protocol": "wedge", "link": str(self.link), "plugged": self.fifo.plugged}


def _stroke(key: int, shifted: bool) -> bytes:
    """A key pressed and released, between those of shift if need be."""
    pressed = [(LEFT_SHIFT, 1)] if shifted else []
    released = [(LEFT_SHIFT, 0)] if shifted else []
    return b"".join(
        _event(MSC, MSC_SCAN, 0x70000 + code) + _event(KEY, code, value) + _event(SYN, 0, 0)
        for code, value in [*pressed, (key, 1), (key, 0), *released]
    )


def _event(kind: int, code: int, value: int) -> bytes:
    seconds, micro = divmod(time.time_ns() // 1000, 1_000_000)
    return _EVENT.pack(seconds, micro, kind, code, value)
