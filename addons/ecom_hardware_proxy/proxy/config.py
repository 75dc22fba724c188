"""`proxy.toml`, read and written: every problem is told as file, key, value and reason, the way the
file writes them. The values are in settings.py, the folder and its secrets in home.py.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import tomli_w

from .home import (
    PAIRING_FILE,
    Pairing,
    forget_pairing,
    load_pairing,
    prepare_home,
    save_pairing,
    write_private,
)
from .settings import (
    BY_ORDER,
    KINDS,
    LANGUAGES,
    LINKS_OF,
    PRINTERS,
    Agent,
    Config,
    ConfigError,
    DeviceConfig,
    Drawer,
    LinkConfig,
    OdooServer,
    Pos,
    Tls,
)
from .words import Words

__all__ = [
    "FILE",
    "KINDS",
    "PAIRING_FILE",
    "PRINTERS",
    "Agent",
    "Config",
    "ConfigError",
    "DeviceConfig",
    "Drawer",
    "LinkConfig",
    "OdooServer",
    "Pairing",
    "Pos",
    "Tls",
    "dump",
    "forget_pairing",
    "load",
    "load_pairing",
    "parse",
    "prepare_home",
    "save",
    "save_pairing",
    "write_private",
]

FILE = "proxy.toml"

# --- reading ------------------------------------------------------------------------------------


def load(home: Path) -> Config:
    """Read ``proxy.toml`` of *home*; without the file, the defaults. Raises ConfigError."""
    path = Path(home) / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            str(path), "", "", Words("the file cannot be read: {error}", error=error)
        ) from None
    return parse(text, str(path))


def parse(text: str, file: str = FILE) -> Config:
    """Read the text of a configuration. Raises ConfigError that names *file*."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, "", "", Words("this is not TOML: {error}", error=error)) from None
    top = _Section(file, "", values)
    config = Config(
        agent=_agent(top.section("agent")),
        odoo=_odoo(top.section("odoo")),
        pos=_pos(top.section("pos")),
        devices=tuple(_device(section) for section in top.sections("device")),
    )
    top.end()
    _check_together(config, file)
    return config


class _Section:
    """One table of the file; hands out its values checked, and at the end knows what is left."""

    def __init__(self, file: str, prefix: str, values: object) -> None:
        self.file, self.prefix = file, prefix
        if not isinstance(values, dict):
            raise ConfigError(file, prefix.rstrip("."), values, Words("a table is needed here"))
        self._values = dict(values)

    def wrong(self, key: str, value: object, reason: str) -> ConfigError:
        return ConfigError(self.file, self.prefix + key, value, reason)

    def has(self, key: str) -> bool:
        return key in self._values

    def section(self, key: str) -> "_Section":
        return _Section(self.file, f"{self.prefix}{key}.", self._values.pop(key, {}))

    def sections(self, key: str) -> list["_Section"]:
        values = self._values.pop(key, [])
        if not isinstance(values, list):
            raise self.wrong(key, values, Words("write it as [[{key}]], once per {key}", key=key))
        return [
            _Section(self.file, f"{key}[{number}].", value)
            for number, value in enumerate(values, 1)
        ]

    def rest(self) -> dict[str, object]:
        values, self._values = self._values, {}
        return values

    def text(self, key: str, default: str | None = "", choices: tuple[str, ...] = ()) -> str:
        value = self._pop(key, default, str, Words("a text in quotes"))
        if choices and value not in (*choices, default or None):
            raise self.wrong(
                key, value, Words("one of {choices} is needed", choices=", ".join(choices))
            )
        return value

    def number(
        self, key: str, default: float | None, low: float, high: float, whole: bool = True
    ) -> float | int | None:
        kind = int if whole else (int, float)
        value = self._pop(
            key, default, kind, Words("a whole number") if whole else Words("a number")
        )
        if value is not None and not low <= value <= high:
            raise self.wrong(
                key, value, Words("a number from {low:g} to {high:g} is needed", low=low, high=high)
            )
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        return self._pop(key, default, bool, Words("true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._pop(key, [], list, Words("a list of texts"))
        if not all(isinstance(item, str) and item for item in value):
            raise self.wrong(key, value, Words("a list of texts is needed"))
        return tuple(value)

    def _pop(self, key: str, default: object, kind: type | tuple, words: str) -> object:
        if key not in self._values:
            return default
        value = self._values.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, value, Words("{words} is needed", words=words))
        return value

    def end(self) -> None:
        for key, value in self._values.items():
            raise self.wrong(key, value, Words("this key is not known here"))


def _agent(section: _Section) -> Agent:
    tls = section.section("tls")
    agent = Agent(
        bind=section.text("bind", Agent.bind),
        port=section.number("port", Agent.port, 0, 65535),
        hosts=_lower(section.texts("hosts")),
        max_body_mb=section.number("max_body_mb", Agent.max_body_mb, 1, 200),
        tls=_tls(tls),
    )
    section.end()
    return agent


def _lower(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.lower() for value in values)


def _tls(section: _Section) -> Tls:
    tls = Tls(
        mode=section.text("mode", "off", ("off", "own", "files")),
        certificate=section.text("certificate"),
        key=section.text("key"),
    )
    for name in ("certificate", "key"):
        if tls.mode == "files" and not getattr(tls, name):
            raise section.wrong(name, "", Words('mode = "files" needs the path of a PEM file'))
    section.end()
    return tls


def _split(url: str) -> SplitResult:
    """The parts of *url*, all empty when it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _odoo(section: _Section) -> OdooServer:
    url = section.text("url").rstrip("/")
    parts = _split(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise section.wrong(
            "url", url, Words("an address such as https://shop.example.com is needed")
        )
    if parts.username or parts.password:
        raise section.wrong("url", "…", Words("no name or password belongs into the address"))
    odoo = OdooServer(url=url, database=section.text("database"))
    section.end()
    return odoo


def _pos(section: _Section) -> Pos:
    pos = Pos(enabled=section.flag("enabled"), keyless_peers=section.texts("keyless_peers"))
    section.end()
    return pos


def _device(section: _Section) -> DeviceConfig:
    device_id = section.text("id")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", device_id):
        raise section.wrong(
            "id", device_id, Words("lower case letters, digits, - and _ are allowed, at most 40")
        )
    kind = section.text("kind", "", KINDS)
    drawer = section.section("drawer") if section.has("drawer") else None
    link = section.section("link") if section.has("link") else None
    device = DeviceConfig(
        id=device_id,
        name=section.text("name", device_id),
        kind=kind,
        driver=section.text("driver"),
        language=section.text("language"),
        options=section.section("options").rest(),
        link=_link(link) if link else None,
        dpi=section.number("dpi", None, 60, 1200),
        width_mm=section.number("width_mm", None, 5, 1000, whole=False),
        height_mm=section.number("height_mm", None, 5, 2000, whole=False),
        drawer=_drawer(drawer) if drawer else None,
    )
    _check_device(section, device)
    section.end()
    return device


def _check_device(section: _Section, device: DeviceConfig) -> None:
    """What a device of its kind must have, and must not."""
    allowed = LINKS_OF[device.kind]
    if device.kind == "cash_drawer":
        if not device.drawer:
            raise section.wrong("drawer", None, Words("a cash drawer needs printer and pin"))
        if device.link:
            raise section.wrong(
                "link", device.link.type, Words("a cash drawer hangs on its printer")
            )
        return
    if not device.link:
        raise section.wrong(
            "link", None, Words("one of {choices} is needed", choices=", ".join(allowed))
        )
    if device.link.type not in allowed:
        raise section.wrong(
            "link.type",
            device.link.type,
            Words("a {kind} takes {allowed}", kind=device.kind, allowed=", ".join(allowed)),
        )
    if device.kind in PRINTERS and device.language not in LANGUAGES:
        raise section.wrong(
            "language",
            device.language,
            Words("one of {choices} is needed", choices=", ".join(LANGUAGES)),
        )
    if device.kind not in PRINTERS and not device.driver:
        raise section.wrong(
            "driver", "", Words("a {kind} needs the name of its protocol", kind=device.kind)
        )


def _drawer(section: _Section) -> Drawer:
    pin = section.number("pin", 2, 2, 5)
    if pin not in (2, 5):
        raise section.wrong("pin", pin, Words("2 or 5 is needed"))
    drawer = Drawer(printer=section.text("printer"), pin=pin)
    section.end()
    return drawer


def _link(section: _Section) -> LinkConfig:
    kind = section.text("type", "", tuple(_LINKS))
    link = _LINKS[kind](section, kind)
    section.end()
    return link


def _local(section: _Section, kind: str) -> dict[str, object]:
    """The ways to name a device of this machine; exactly one of them."""
    values = {
        "vid": _hex4(section, "vid"),
        "pid": _hex4(section, "pid"),
        "serial": section.text("serial"),
        "usb_path": section.text("usb_path"),
        "by_id": section.text("by_id"),
        "path": section.text("path"),
        "path_may_move": section.flag("path_may_move"),
    }
    ways = [name for name in ("vid", "usb_path", "by_id", "path") if values[name]]
    if len(ways) != 1:
        found = ", ".join(ways) or None
        raise section.wrong(
            "type",
            kind,
            Words(
                "exactly one of vid + pid, usb_path, by_id, path is needed, not {found}",
                found=found,
            ),
        )
    if bool(values["vid"]) != bool(values["pid"]):
        raise section.wrong("pid", values["pid"], Words("vid and pid are needed together"))
    if BY_ORDER.match(values["path"]) and not values["path_may_move"]:
        raise section.wrong(
            "path",
            values["path"],
            Words(
                "this name changes with the order of plugging in: use vid and pid, usb_path or by_id,"
                " or write path_may_move = true"
            ),
        )
    return values


def _hex4(section: _Section, key: str) -> str:
    value = section.text(key).lower().removeprefix("0x")
    if value and not re.fullmatch(r"[0-9a-f]{4}", value):
        raise section.wrong(key, value, Words("four hexadecimal digits in quotes are needed"))
    return value


def _serial(section: _Section, kind: str) -> LinkConfig:
    return LinkConfig(
        kind,
        **_local(section, kind),
        baud=section.number("baud", None, 50, 4_000_000),
        bytesize=section.number("bytesize", None, 5, 8),
        parity=section.text("parity", None, ("N", "E", "O", "M", "S")) or None,
        stopbits=section.number("stopbits", None, 1, 2, whole=False),
        flow=section.text("flow", "none", ("none", "xonxoff", "rtscts")),
    )


def _tcp(section: _Section, kind: str) -> LinkConfig:
    host = section.text("host")
    if not host or "/" in host:
        raise section.wrong("host", host, Words("a name or an address is needed"))
    return LinkConfig(
        kind,
        host=host,
        port=section.number("port", 9100, 1, 65535),
        close_wait_s=section.number("close_wait_s", 10.0, 0.05, 600, whole=False),
        never_closes=section.flag("never_closes"),
    )


def _ipp(section: _Section, kind: str) -> LinkConfig:
    uri = section.text("uri")
    parts = _split(uri)
    if parts.scheme not in ("ipp", "ipps", "http", "https") or not parts.hostname:
        raise section.wrong(
            "uri", uri, Words("such as ipp://printer.local:631/ipp/print is needed")
        )
    return LinkConfig(kind, uri=uri, tls_verify=section.flag("tls_verify", True))


def _file(section: _Section, kind: str) -> LinkConfig:
    folder = section.text("folder")
    if not Path(folder).is_absolute():
        raise section.wrong("folder", folder, Words("an absolute path is needed"))
    return LinkConfig(kind, folder=folder)


def _node(section: _Section, kind: str) -> LinkConfig:
    return LinkConfig(kind, **_local(section, kind))


_LINKS: dict[str, Callable[[_Section, str], LinkConfig]] = {
    "serial": _serial,
    "tcp": _tcp,
    "ipp": _ipp,
    "usblp": _node,
    "hidraw": _node,
    "evdev": _node,
    "file": _file,
}


def _check_together(config: Config, file: str) -> None:
    """What no device can know alone: ids are unique, drawers hang on receipt printers."""
    seen: dict[str, DeviceConfig] = {}
    for number, device in enumerate(config.devices, 1):
        if device.id in seen:
            raise ConfigError(file, f"device[{number}].id", device.id, Words("this id is taken"))
        seen[device.id] = device
    for number, device in enumerate(config.devices, 1):
        if device.drawer:
            printer = seen.get(device.drawer.printer)
            if not printer or printer.language != "escpos":
                raise ConfigError(
                    file,
                    f"device[{number}].drawer.printer",
                    device.drawer.printer,
                    Words('the id of a printer with language = "escpos" is needed'),
                )


# --- writing ------------------------------------------------------------------------------------


def save(home: Path, config: Config) -> None:
    """Write ``proxy.toml``; what equals its default is left out."""
    text = dump(config)
    parse(text)
    write_private(home, FILE, text.encode())


def dump(config: Config) -> str:
    """The text of a configuration; `parse` reads it back."""
    values = {
        "agent": _told(config.agent, Agent()),
        "odoo": _told(config.odoo, OdooServer()),
        "pos": _told(config.pos, Pos()),
        "device": [_device_values(device) for device in config.devices],
    }
    return tomli_w.dumps({name: value for name, value in values.items() if value})


def _device_values(device: DeviceConfig) -> dict[str, object]:
    values = _told(device, DeviceConfig("", "", ""))
    if device.link:
        values["link"] = {"type": device.link.type} | _told(device.link, LinkConfig(""))
    if device.drawer:
        values["drawer"] = {"printer": device.drawer.printer, "pin": device.drawer.pin}
    return values


def _told(item: object, default: object) -> dict[str, object]:
    """The fields of a data class that differ from *default*, as TOML has them."""
    values: dict[str, object] = {}
    for name in item.__dataclass_fields__:
        value = getattr(item, name)
        if value == getattr(default, name) or value is None:
            continue
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Tls):
            value = _told(value, Tls())
        elif isinstance(value, Mapping):
            value = dict(value)
        values[name] = value
    return values
