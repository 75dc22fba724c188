"""A scanner that pretends to be a keyboard: its key events, which nobody else gets (FACTS 7.3)."""

import fcntl
import os
import stat

from .descriptor import DescriptorLink

EVIOCGRAB = 0x40044590  # _IOW('E', 0x90, int) of linux/input.h


class EvdevLink(DescriptorLink):
    """Reads ``struct input_event`` records. The device is grabbed, so that scans do not also land
    in whatever window has the focus. Recorded events (a file or FIFO) can be read too.
    """

    flags = os.O_RDONLY

    def _open(self, path: str) -> int:
        if stat.S_ISFIFO(_mode(path)):
            # Also open for writing: the end of one writer is not the end of the FIFO.
            return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fd = super()._open(path)
        if stat.S_ISCHR(os.fstat(fd).st_mode):
            fcntl.ioctl(fd, EVIOCGRAB, 1)
        return fd


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except OSError:
        return 0
