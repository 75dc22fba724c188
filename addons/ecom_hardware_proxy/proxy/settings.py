"""The values of `proxy.toml`: which devices there are and how the agent is reached."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .words import Words

KINDS = (
    "scale",
    "label_printer",
    "document_printer",
    "receipt_printer",
    "cash_drawer",
    "scanner",
)
PRINTERS = ("label_printer", "document_printer", "receipt_printer")
LINKS_OF = {
    "scale": ("serial", "tcp", "hidraw"),
    "label_printer": ("tcp", "serial", "usblp", "file"),
    "document_printer": ("ipp", "tcp", "usblp", "file"),
    "receipt_printer": ("tcp", "serial", "usblp", "file"),
    "scanner": ("serial", "evdev", "hidraw", "tcp"),
    "cash_drawer": (),
}
LANGUAGES = ("zpl", "epl2", "dpl", "escpos", "pdf")
MB = 1024 * 1024
# Names that the kernel gives in the order of plugging in: they say nothing about the device.
BY_ORDER = re.compile(r"/dev/(ttyUSB|ttyACM|hidraw|usb/lp|input/event)\d+$")


def shown(value: object) -> str:
    """A value the way the file writes it.

    >>> shown("é"), shown(True), shown(None)
    ('"é"', 'true', 'nothing')
    """
    if value is None:
        return Words("nothing")
    return json.dumps(value, ensure_ascii=False, default=str)


class ConfigError(Exception):
    """A value that cannot be used: *file*, *key* (dotted), *value* and the *reason*."""

    def __init__(self, file: str, key: str, value: object, reason: str) -> None:
        what = Words("{key} = {value}: ", key=key, value=shown(value)) if key else ""
        super().__init__(Words("{file}: {what}{reason}", file=file, what=what, reason=reason))
        self.file, self.key, self.value, self.reason = file, key, value, reason


@dataclass(frozen=True)
class Tls:
    """*mode*: ``off``, ``own`` (the agent makes a key of its own) or ``files`` (the merchant's)."""

    mode: str = "off"
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True)
class Agent:
    """Where the agent listens. *hosts*: further names allowed in the Host header, without port."""

    bind: str = "127.0.0.1"
    port: int = 8470
    hosts: tuple[str, ...] = ()
    max_body_mb: int = 12
    tls: Tls = field(default_factory=Tls)

    @property
    def max_body(self) -> int:
        """The largest accepted body, in bytes."""
        return self.max_body_mb * MB


@dataclass(frozen=True)
class OdooServer:
    """The Odoo that this station belongs to; *url* is empty until it is known."""

    url: str = ""
    database: str = ""


@dataclass(frozen=True)
class Pos:
    """Odoo's own point of sale. *keyless_peers*: addresses that need no key in the path."""

    enabled: bool = False
    keyless_peers: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkConfig:
    """How a device is reached. *type* is serial, tcp, ipp, usblp, hidraw, evdev or file.

    Local devices: identity (*vid*, *pid* in hex, *serial*), *usb_path* (the socket it is plugged
    into, e.g. ``1-1.4``), *by_id* (a name under /dev/serial/by-id or the like) or *path*.
    *flow* of a serial line: none, xonxoff or rtscts; a printer loses graphics without it.
    """

    type: str
    vid: str = ""
    pid: str = ""
    serial: str = ""
    usb_path: str = ""
    by_id: str = ""
    path: str = ""
    path_may_move: bool = False
    baud: int | None = None
    bytesize: int | None = None
    parity: str | None = None
    stopbits: float | None = None
    flow: str = "none"
    host: str = ""
    port: int = 9100
    close_wait_s: float = 10.0
    never_closes: bool = False
    uri: str = ""
    tls_verify: bool = True
    folder: str = ""


@dataclass(frozen=True)
class Drawer:
    """A cash drawer hangs on a receipt printer: its device id, and pin 2 or 5 of the socket."""

    printer: str
    pin: int = 2


@dataclass(frozen=True)
class DeviceConfig:
    """One device. *options* belong to its driver or language; lengths in millimetres."""

    id: str
    name: str
    kind: str
    driver: str = ""
    language: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    link: LinkConfig | None = None
    dpi: int | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    drawer: Drawer | None = None


@dataclass(frozen=True)
class Config:
    """All of `proxy.toml`."""

    agent: Agent = field(default_factory=Agent)
    odoo: OdooServer = field(default_factory=OdooServer)
    pos: Pos = field(default_factory=Pos)
    devices: tuple[DeviceConfig, ...] = ()

    def device(self, device_id: str) -> DeviceConfig:
        """The device of that id. Raises KeyError."""
        return {device.id: device for device in self.devices}[device_id]
