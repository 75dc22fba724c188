"""Serial lines by pyserial, for this program alone, with the settings of the driver."""

import array
import errno
import fcntl
import os
import termios
import time
from collections.abc import Callable
from contextlib import suppress

import serial

from ..scales import LineSettings
from ..words import Words
from .descriptor import DescriptorLink, opening_error
from .link import LinkBusy, LinkLost, LinkMissing

PSEUDO = range(136, 144)  # Linux's major numbers of pseudo terminals


class SerialLink(DescriptorLink):
    """A tty; opened, set and locked by pyserial, then polled like any other file."""

    def __init__(self, find: Callable[[], str], settings: LineSettings, flow: str = "none") -> None:
        super().__init__(find)
        self._settings, self._flow = settings, flow
        self._port: serial.Serial | None = None

    def open(self) -> None:
        self.close()
        self._path = self._find()
        line = self._settings
        try:
            self._port = _Port(
                self._path,
                line.baud,
                line.bytesize,
                line.parity,
                line.stopbits,
                timeout=0,
                xonxoff=self._flow == "xonxoff",
                rtscts=self._flow == "rtscts",
                exclusive=True,
            )
        except serial.SerialException as error:
            raise _reason(self._path, error) from error
        except (ValueError, termios.error) as error:
            raise LinkMissing(
                Words("{path} refuses {line}.", path=self._path, line=line.words)
            ) from error
        self._fd = self._port.fileno()

    def finish(self, timeout_s: float) -> bool:
        """True when the last byte has left the line's buffer."""
        deadline = time.monotonic() + timeout_s
        waiting = array.array("i", [0])
        while time.monotonic() < deadline:
            try:
                fcntl.ioctl(self._fd, termios.TIOCOUTQ, waiting)
            except (OSError, TypeError) as error:
                raise LinkLost(Words("The device was unplugged or switched off.")) from error
            if not waiting[0]:
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        port, self._port = self._port, None
        self._fd = None
        if port:
            with suppress(OSError, termios.error):
                port.close()


class _Port(serial.Serial):
    """A pseudo terminal (a serial server, a tunnel) has no parity and always eight bits. Where that
    is all that is left to set, as at the second opening, tcsetattr(3) fails with EINVAL.
    """

    def _reconfigure_port(self, force_update: bool = False) -> None:
        try:
            super()._reconfigure_port(force_update)
        except termios.error as error:
            if error.args[0] != errno.EINVAL or not _is_pseudo(self.fd):
                raise


def _is_pseudo(descriptor: int) -> bool:
    return os.major(os.fstat(descriptor).st_rdev) in PSEUDO


def _reason(path: str, error: serial.SerialException) -> LinkMissing | LinkBusy:
    if "lock" in str(error):
        return LinkBusy(Words("Another program uses {path}; close it.", path=path))
    return opening_error(path, OSError(error.errno or 0, str(error)))
