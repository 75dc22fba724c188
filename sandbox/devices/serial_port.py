"""A serial device on a pty behind a symlink with a name like those of /dev/serial/by-id.

A pty keeps neither parity nor data bits (FACTS 15): wrong parity is played by setting bit 7.
"""

import os
import selectors
import threading
import time
import tty
from dataclasses import dataclass
from pathlib import Path

POLL_S = 0.05


@dataclass
class Line:
    """How the wire behaves.

    *silent*: nothing is sent. *delay_s* before an answer, *byte_pause_s* after each of its bytes.
    *noise*: bytes before each answer. *glue*: each answer leaves so many times in one piece.
    *wrong_parity*: 7E1 seen by somebody who reads 8N1: bit 7 is the even parity.
    """

    silent: bool = False
    delay_s: float = 0.0
    byte_pause_s: float = 0.0
    noise: bytes = b""
    glue: int = 1
    wrong_parity: bool = False

    def change(self, **values) -> None:
        """Set fields by name; *noise* may be hexadecimal text. Raises ValueError."""
        for name, value in values.items():
            kind = type(getattr(self, name, None))
            if name not in self.__dataclass_fields__:
                raise ValueError(f"a line has no {name}")
            as_hex = kind is bytes and isinstance(value, str)
            setattr(self, name, bytes.fromhex(value) if as_hex else kind(value))

    def dress(self, answer: bytes) -> bytes:
        """*answer* as it is on the wire."""
        sent = (self.noise + answer) * self.glue
        return bytes(map(with_even_parity, sent)) if self.wrong_parity else sent


def with_even_parity(byte: int) -> int:
    """Seven bits and their even parity: 31 becomes B1."""
    low = byte & 0x7F
    return low | (low.bit_count() & 1) << 7


class SerialPort:
    """The device's end of a serial line. One thread answers; *answer(data)* gives the replies.

    ``plug`` and ``unplug`` make and remove the pty; whoever has it open gets a hang-up.
    """

    def __init__(self, folder: Path, name: str, answer, tick=None, tick_s: float = 0.2) -> None:
        self.folder, self.name = Path(folder), name
        self.line = Line()
        self.received = bytearray()
        self._answer, self._tick, self._tick_s = answer, tick, tick_s
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._master: int | None = None
        self._slave: int | None = None
        self._thread: threading.Thread | None = None
        self._wake: tuple[int, int] | None = None

    @property
    def link(self) -> Path:
        """The stable name."""
        return self.folder / self.name

    @property
    def device(self) -> str | None:
        """The pty behind it (another one after each plug); None while unplugged."""
        with self._lock:
            return None if self._slave is None else os.ttyname(self._slave)

    def plug(self, name: str | None = None) -> None:
        """Appear: a new pty behind the same, or another, name."""
        with self._lock:
            if self._master is not None:
                raise ValueError(f"{self.name} is plugged in")
            self.name = name or self.name
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = self.link.with_name(f".{self.name}.new")
            partial.unlink(missing_ok=True)
            partial.symlink_to(os.ttyname(self._slave))
            partial.replace(self.link)
            self._stop.clear()
            self._wake = os.pipe()
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def unplug(self) -> None:
        """Disappear: name gone, pty hung up."""
        with self._lock:
            if self._master is None:
                return
            self.link.unlink(missing_ok=True)
            self._stop.set()
            os.write(self._wake[1], b"x")
        self._thread.join()
        with self._lock:
            for descriptor in (self._master, self._slave, *self._wake):
                os.close(descriptor)
            self._master = self._slave = self._wake = None

    def send(self, answer: bytes) -> None:
        """Put *answer* on the wire, from any thread. What nobody reads in time is lost."""
        with self._lock:
            if self._master is None or self.line.silent or not answer:
                return
            for piece in self._pieces(self.line.dress(answer)):
                try:
                    os.write(self._master, piece)
                except BlockingIOError:
                    return

    def _pieces(self, sent: bytes):
        if not self.line.byte_pause_s:
            yield sent
            return
        for number in range(len(sent)):
            if number and self._stop.wait(self.line.byte_pause_s):
                return
            yield sent[number : number + 1]

    def _run(self) -> None:
        next_tick = time.monotonic() + self._tick_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            selector.register(self._wake[0], selectors.EVENT_READ)
            while not self._stop.is_set():
                ready = {key.fd for key, _events in selector.select(self._pause(next_tick))}
                if self._master in ready:
                    self._hear(os.read(self._master, 4096))
                if self._tick and time.monotonic() >= next_tick:
                    next_tick = time.monotonic() + self._tick_s
                    self.send(self._tick() or b"")

    def _pause(self, next_tick: float) -> float | None:
        return max(0.0, next_tick - time.monotonic()) if self._tick else None

    def _hear(self, data: bytes) -> None:
        # The other side may send with parity; a scale hears seven bits.
        self.received += data
        for reply in self._answer(bytes(byte & 0x7F for byte in data)):
            if self.line.delay_s and self._stop.wait(self.line.delay_s):
                return
            self.send(reply)


class OnSerialLine:
    """A device at the end of a serial line, ``port``; plugged in for the time of a ``with`` block."""

    port: SerialPort

    def __enter__(self):
        self.port.plug()
        return self

    def __exit__(self, *_error) -> None:
        self.port.unplug()

    @property
    def link(self) -> Path:
        """The stable path to open."""
        return self.port.link

    def unplug(self) -> None:
        """Pull the plug."""
        self.port.unplug()

    def plug(self, name: str | None = None) -> None:
        """Plug it in again, perhaps under another name."""
        self.port.plug(name)
