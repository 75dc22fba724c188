"""A one-way character device played by a FIFO: packets of a fixed size, old ones fall out."""

import array
import fcntl
import os
import termios
import threading
from pathlib import Path

READ_AT_ONCE = 10  # packets kept for a slow reader


class PacketFifo:
    """The device's end. ``plug`` makes the FIFO, ``unplug`` removes it: the reader sees its end."""

    def __init__(self, folder: Path, name: str, size: int, kept: int = READ_AT_ONCE) -> None:
        self.folder, self.name, self.size, self.kept = Path(folder), name, size, kept
        self._lock = threading.RLock()
        self._descriptor: int | None = None

    @property
    def link(self) -> Path:
        """The path to open."""
        return self.folder / self.name

    @property
    def plugged(self) -> bool:
        """It exists."""
        return self._descriptor is not None

    def plug(self, name: str | None = None) -> None:
        """Appear, perhaps under another name."""
        with self._lock:
            if self.plugged:
                raise ValueError(f"{self.name} is plugged in")
            self.name = name or self.name
            self.folder.mkdir(parents=True, exist_ok=True)
            self.link.unlink(missing_ok=True)
            os.mkfifo(self.link, 0o600)
            # Open for both: the reader sees no end between two packets, and writing never waits.
            self._descriptor = os.open(self.link, os.O_RDWR | os.O_NONBLOCK)

    def unplug(self) -> None:
        """Disappear."""
        with self._lock:
            if self.plugged:
                self.link.unlink(missing_ok=True)
                os.close(self._descriptor)
                self._descriptor = None

    def send(self, packets: bytes) -> None:
        """Hand over whole packets; when nobody reads, the oldest are lost."""
        with self._lock:
            if not self.plugged:
                return
            waiting = array.array("i", [0])
            fcntl.ioctl(self._descriptor, termios.FIONREAD, waiting)
            surplus = waiting[0] + len(packets) - self.kept * self.size
            try:
                if surplus > 0:
                    os.read(self._descriptor, -(-surplus // self.size) * self.size)
                os.write(self._descriptor, packets)
            except BlockingIOError:
                pass  # the reader was faster, or the pipe is full
