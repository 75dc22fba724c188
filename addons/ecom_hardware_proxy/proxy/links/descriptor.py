"""Links that are an open file of this machine: HID scales (FACTS 3.8), USB printers (4.7)."""

import errno
import fcntl
import os
import select
from collections.abc import Callable
from contextlib import suppress

from ..words import Words
from .link import Link, LinkBusy, LinkLost, LinkMissing

_GONE = Words("The device was unplugged or switched off.")
_HELD = Words("Another program uses {path}; close it.")
_MISSING = {errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO}


class DescriptorLink(Link):
    """A file that is polled, without waiting anywhere else; *find* gives its path at each opening."""

    flags = os.O_RDWR

    def __init__(self, find: Callable[[], str]) -> None:
        self._find = find
        self._path = ""
        self._fd: int | None = None

    def open(self) -> None:
        self.close()
        self._path = self._find()
        fd = self._open(self._path)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise LinkBusy(_HELD.fill(path=self._path)) from None
        self._fd = fd

    def _open(self, path: str) -> int:
        try:
            return os.open(path, self.flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise opening_error(path, error) from error

    def write(self, data: bytes, timeout_s: float) -> int:
        if not self._wait(select.POLLOUT, timeout_s):
            return 0
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except (OSError, TypeError) as error:
            raise LinkLost(_GONE) from error

    def read(self, limit: int, timeout_s: float) -> bytes:
        if not self._wait(select.POLLIN, timeout_s):
            return b""
        try:
            data = os.read(self._fd, limit)
        except BlockingIOError:
            return b""
        except (OSError, TypeError) as error:
            raise LinkLost(_GONE) from error
        if not data:
            raise LinkLost(_GONE)
        return data

    def _wait(self, event: int, timeout_s: float) -> bool:
        """True when the file is ready. Raises LinkLost when it is closed or its device has gone."""
        if self._fd is None:
            raise LinkLost(Words("The connection was closed."))
        poll = select.poll()
        try:
            poll.register(self._fd, event)
            ready = poll.poll(max(0, round(timeout_s * 1000)))
        except OSError as error:
            raise LinkLost(_GONE) from error
        # Bytes that came before the unplugging may still be read.
        if ready and not ready[0][1] & event:
            raise LinkLost(_GONE)
        return bool(ready)

    def present(self) -> bool:
        try:
            return self._fd is not None and self._find() == self._path
        except LinkMissing:
            return False

    def close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            with suppress(OSError):
                os.close(fd)


def opening_error(path: str, error: OSError) -> LinkMissing | LinkBusy:
    """What a failed opening means."""
    if error.errno in _MISSING:
        return LinkMissing(Words("{path} is not there or does not react.", path=path))
    if error.errno in (errno.EACCES, errno.EPERM):
        return LinkBusy(
            Words(
                "{path} may not be used by this program: add its user to the device's group.",
                path=path,
            )
        )
    return LinkBusy(_HELD.fill(path=path))


class HidrawLink(DescriptorLink):
    """A HID device: each read gives one report, each write sends one."""


class UsbLpLink(DescriptorLink):
    """A printer of the USB printer class, ``/dev/usb/lp…``."""

    def finish(self, timeout_s: float) -> bool:
        """True when the printer has taken the last piece: the next one could be written."""
        return self._wait(select.POLLOUT, timeout_s)
