"""What touches devices: open, read, write, close. Nothing here knows what the bytes mean."""

from collections.abc import Callable

from ..config import LinkConfig
from ..scales import LineSettings
from .link import Link, LinkBusy, LinkError, LinkLost, LinkMissing
from .descriptor import HidrawLink, UsbLpLink
from .evdev import EvdevLink
from .file import FileLink
from .ipp import IppLink, IppRefused
from .serial import SerialLink
from .tcp import TcpLink


def make(
    config: LinkConfig,
    find: Callable[[LinkConfig], str],
    line: LineSettings | None = None,
    suffix: str = "bin",
) -> Link:
    """The link of *config*, not opened yet.

    *find* gives the device file of an identity, or raises LinkMissing. *line* are the settings of
    the driver, which the configuration may override. *suffix* is that of written files.
    """
    if config.type == "tcp":
        return TcpLink(config.host, config.port, config.never_closes)
    if config.type == "file":
        return FileLink(config.folder, suffix)
    if config.type == "serial":
        return SerialLink(
            lambda: find(config), _settings(config, line or LineSettings()), config.flow
        )
    local = {"hidraw": HidrawLink, "usblp": UsbLpLink, "evdev": EvdevLink}
    return local[config.type](lambda: find(config))


def _settings(config: LinkConfig, line: LineSettings) -> LineSettings:
    names = ("baud", "bytesize", "parity", "stopbits")
    return LineSettings(*(getattr(config, name) or getattr(line, name) for name in names))
