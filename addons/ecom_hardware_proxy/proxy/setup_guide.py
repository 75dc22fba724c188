"""``ecom-proxy setup``: the questions that a shop assistant can answer, one after the other.

Every question has a default that Enter takes. Only what the assistant points at is opened: nothing
is ever written to a device to find out what it is.
"""

import re
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from . import links, scales
from .config import (
    LANGUAGES,
    LINKS_OF,
    Config,
    ConfigError,
    DeviceConfig,
    Drawer,
    LinkConfig,
    OdooServer,
    dump,
    load,
    parse,
    save,
)
from .discovery import Ports, identity
from .links.identity import Node
from .links.ipp import IppLink
from .queue import ENDED, JobQueue, JobState
from .security.pairing import PairingFailed, check_url
from .settings import BY_ORDER, shown
from .station import QUEUE_FILE, Station, agent_runs
from .weights import State
from .words import Words, in_language, terminal_language, together

LIVE_S = 4.0
REACH_S = 5.0
PRINT_S = 20.0
# What a device on that kind of socket most likely is.
LIKELY = {
    "serial": "scale",
    "hidraw": "scale",
    "usblp": "label_printer",
    "evdev": "scanner",
    "tcp": "label_printer",
    "ipp": "document_printer",
}
NAMES = {
    "scale": Words("Scale"),
    "label_printer": Words("Label printer"),
    "document_printer": Words("Document printer"),
    "receipt_printer": Words("Receipt printer"),
    "scanner": Words("Scanner"),
    "cash_drawer": Words("Cash drawer"),
}
NETWORK = Words("a printer in the network (port 9100)")
DOCUMENTS = Words("a document printer (CUPS, IPP)")
PORT = Words("a serial port, by its path")
DRAWER = Words("a cash drawer on a receipt printer")
LANGUAGE_OF = {"label_printer": "zpl", "document_printer": "pdf", "receipt_printer": "escpos"}
SCANNER_OF = {"evdev": "keyboard"}
PRINTED = (JobState.SENT, JobState.CONFIRMED)
OTHER_LANGUAGE = Words("Try another language? y/n")
STALE = Words("The agent that runs here works with the former settings: end it and start it again.")


@dataclass(frozen=True)
class Found:
    """A device that is plugged in: the type of link, what it calls itself, how to find it again."""

    link: str
    words: str
    path: str
    values: dict

    def __str__(self) -> str:
        if not self.words:
            return f"{self.path}  ({self.link})"
        return f"{self.words}  ({self.link}, {self.path})"


def plugged_in(ports: Ports | None = None) -> list[Found]:
    """What the kernel lists; nothing is opened."""
    ports = ports or Ports()
    found = []
    for kind in ("serial", "hidraw", "usblp", "evdev"):
        nodes: list[Node] = ports.nodes(kind)
        found += [Found(kind, node.words, node.path, identity(node, kind, nodes)) for node in nodes]
    return found


def opened_queue(home: Path) -> JobQueue | None:
    """The list of print jobs; None where none was made. Raises StorageError when it is damaged."""
    path = Path(home) / QUEUE_FILE
    return JobQueue(path, time.time, mend=False) if path.exists() else None


def waiting_jobs(home: Path) -> Iterator[str]:
    """Lines about what waits or asks for a decision. Raises StorageError."""
    queue = opened_queue(home)
    if not queue:
        return
    try:
        for job in queue.jobs(200):
            if job.state not in ENDED:
                yield Words(
                    "Print:   {name} on {device}: {words}",
                    name=job.name,
                    device=job.device,
                    words=job.words,
                )
        if queue.alarm:
            yield Words("Alarm:   {alarm}", alarm=queue.alarm)
    finally:
        queue.close()


class Guide:
    """The dialogue. *ask* and *say* are input() and print(); *pair* is the command of that name."""

    def __init__(
        self,
        home: Path,
        odoo: str,
        insecure: bool,
        pair: Callable[[Namespace], None],
        ports: Ports | None = None,
        ask: Callable[[str], str] = input,
        say: Callable[[str], None] = print,
    ) -> None:
        self._home, self._odoo, self._insecure, self._pair = home, odoo, insecure, pair
        self._ports = ports or Ports()
        self._ask, self._say = ask, lambda text: say(_said(text))
        self._alone = False

    def run(self) -> None:
        """All of it. What was answered is kept after each device."""
        config = load(self._home)
        self._say(
            Words("This sets up the devices of this workstation. Enter takes what is in brackets.")
        )
        self._tell_known(config)
        found = plugged_in(self._ports)
        while choice := self._choice(config, found):
            config = self._add(config, choice, found)
            found = plugged_in(self._ports)
        config = self._point_of_sale(config)
        self._connect(config)
        done = Words("Done. The agent is started with: ecom-proxy run")
        self._say(STALE if agent_runs(self._home) else done)

    # --- questions ------------------------------------------------------------------------------

    def _question(self, text: str, default: str, allowed: tuple[str, ...] = ()) -> str:
        """The answer, *default* for Enter and when nobody is there to answer."""
        while True:
            try:
                shown = f" [{default}] " if default else " "
                answer = self._ask(_said(text) + shown).strip() or default
            except EOFError:
                self._alone = True
                return default
            if not allowed or answer in allowed:
                return answer
            self._say(Words("Please answer with one of: {allowed}", allowed=", ".join(allowed)))

    def _yes(self, text: str, default: str = "y") -> bool:
        return self._question(text, default, ("y", "n")) == "y"

    def _again(self, text: str) -> bool:
        """Try once more? Without anybody to answer: no, or it would go on for ever."""
        return not self._alone and self._yes(text)

    # --- devices --------------------------------------------------------------------------------

    def _tell_known(self, config: Config) -> None:
        if not config.devices:
            return
        self._say(Words("Set up already (ecom-proxy rename and remove change that):"))
        for device in config.devices:
            self._say(f"  {device.id:20} {device.name}")

    def _choice(self, config: Config, found: list[Found]) -> str:
        """What is to be set up next: a number of *found* or a letter; empty: no more."""
        self._say(Words("Plugged in:") if found else Words("Nothing new is plugged in here."))
        for number, item in enumerate(found, 1):
            self._say(f"  {number}  {item}")
        others = {"n": NETWORK, "d": DOCUMENTS, "s": PORT}
        if _tills(config):
            others["c"] = DRAWER
        for letter, words in others.items():
            self._say(f"  {letter}  {_said(words)}")
        numbers = (str(number) for number in range(1, len(found) + 1))
        choice = self._question(
            Words("Which one is to be set up? q: no more"), "q", (*numbers, *others, "q")
        )
        return "" if choice == "q" else choice

    def _add(self, config: Config, choice: str, found: list[Found]) -> Config:
        """Ask for the device of that choice; keep it at once."""
        device = self._drawer(config) if choice == "c" else self._device(config, choice, found)
        if not device:
            self._say(Words("Nothing of it is kept."))
            return config
        config = self._keep(config, device)
        if device.kind == "receipt_printer" and device in _tills(config):
            hangs = Words("Does a cash drawer hang on it? y/n")
            if self._yes(hangs, "n"):
                return self._keep(config, self._drawer(config, device.id))
        return config

    def _keep(self, config: Config, device: DeviceConfig) -> Config:
        config = replace(config, devices=(*config.devices, device))
        save(self._home, config)
        self._say(Words("{name} is set up as {id}.", name=device.name, id=device.id))
        return config

    def _device(self, config: Config, choice: str, found: list[Found]) -> DeviceConfig | None:
        """Link, kind, name, and what that kind needs; None: it is not wanted."""
        link = self._right_link(choice, found)
        if not link:
            return None
        kinds = tuple(kind for kind, links in LINKS_OF.items() if link.type in links)
        kind = self._question(
            Words("What is it? {kinds}", kinds=", ".join(kinds)), LIKELY[link.type], kinds
        )
        name = self._question(Words("What do people call it?"), _said(NAMES[kind]))
        device = DeviceConfig(_free_id(name, config), name, kind, link=link)
        if kind == "scale":
            return self._scale(device)
        if kind == "scanner":
            return replace(device, driver=SCANNER_OF.get(link.type, "serial"))
        return self._printer(device)

    # --- where it is ----------------------------------------------------------------------------

    def _right_link(self, choice: str, found: list[Found]) -> LinkConfig | None:
        """Ask until the answers make an address that answers, or that is kept all the same."""
        while link := self._link(choice, found):
            kind = LIKELY[link.type]
            if words := complaint(DeviceConfig("new", "new", kind, "any", "zpl", link=link)):
                self._say(words)
                continue
            words = self._unreachable(link)
            if not words:
                return link
            self._say(words)
            # A printer that is off may be set up all the same.
            if self._yes(Words("Keep this address all the same? y/n"), "n"):
                return link
        return None

    def _unreachable(self, link: LinkConfig) -> str:
        """Why nobody answers there, empty when somebody does; nothing is printed."""
        try:
            if link.type == "ipp":
                IppLink(link.uri, link.tls_verify, REACH_S).problems()
            elif link.type == "tcp":
                opened = links.make(link, self._ports.find)
                opened.open()
                opened.close()
        except links.LinkError as error:
            return str(error)
        return ""

    def _link(self, choice: str, found: list[Found]) -> LinkConfig | None:
        """One set of answers; None: it is not wanted after all."""
        if choice == "n":
            return self._tcp()
        if choice == "d":
            uri = self._question(
                Words("Its address, such as ipp://printer.local/ipp/print (Enter: none)"), ""
            )
            address = uri if "://" in uri else f"ipp://{uri}/ipp/print"
            return LinkConfig("ipp", uri=address) if uri else None
        if choice == "s":
            return self._serial_port()
        values = dict(found[int(choice) - 1].values)
        # A device without any identity is found by its file, which the assistant has just chosen.
        return LinkConfig(**values, path_may_move=bool(values.get("path")))

    def _tcp(self) -> LinkConfig | None:
        host = self._question(Words("Address of the printer (Enter: none)"), "")
        if not host:
            return None
        port = self._question(Words("Port"), "9100")
        return LinkConfig("tcp", host=host, port=int(port) if port.isdecimal() else 0)

    def _serial_port(self) -> LinkConfig | None:
        """Any path that is there; a name by order of plugging is taken with a warning."""
        while True:
            path = self._question(
                Words("Its path, such as /dev/serial/by-id/usb-… (Enter: none)"), ""
            )
            if not path:
                return None
            moves = bool(BY_ORDER.match(path))
            if moves:
                self._say(
                    Words(
                        "{path} may be another device after the next plugging in: a name below"
                        " /dev/serial/by-id lasts.",
                        path=path,
                    )
                )
            if Path(path).is_absolute() and Path(path).exists():
                return LinkConfig("serial", path=path, path_may_move=moves)
            self._say(Words("There is no {path}.", path=path))

    # --- drawers, point of sale -----------------------------------------------------------------

    def _drawer(self, config: Config, printer: str = "") -> DeviceConfig:
        """A cash drawer: on which receipt printer, and by which pin of its socket."""
        ids = tuple(device.id for device in _tills(config))
        if not printer:
            printer = self._question(
                Words("On which receipt printer? {ids}", ids=", ".join(ids)), ids[0], ids
            )
        pin = self._question(Words("Which pin of the socket opens it? 2, 5"), "2", ("2", "5"))
        name = self._question(Words("What do people call it?"), _said(NAMES["cash_drawer"]))
        return DeviceConfig(
            _free_id(name, config), name, "cash_drawer", drawer=Drawer(printer, int(pin))
        )

    def _point_of_sale(self, config: Config) -> Config:
        """Odoo's own point of sale is let in only where it is wanted."""
        if not config.devices:
            return config
        before = "y" if config.pos.enabled else "n"
        wanted = self._yes(
            Words("Does Odoo's point of sale use the devices of this machine? y/n"), before
        )
        if wanted != config.pos.enabled:
            config = replace(config, pos=replace(config.pos, enabled=wanted))
            save(self._home, config)
        if wanted:
            self._say(Words("Its address for the point of sale is shown by: ecom-proxy pos-key"))
        return config

    # --- scales ---------------------------------------------------------------------------------

    def _scale(self, device: DeviceConfig) -> DeviceConfig | None:
        """Try protocols on this line, which is known to be a scale's, until the weight is right."""
        names = tuple(scales.DRIVERS)
        default = "hid_pos" if device.link.type == "hidraw" else names[0]
        while True:
            for name, driver in scales.DRIVERS.items():
                self._say(f"  {name:14} {driver.title}")
            name = self._question(Words("Which protocol is it set to?"), default, names)
            tried = replace(device, driver=name, options=self._options(name))
            if self._show_weight(tried) and self._yes(
                Words("Is that what the scale itself shows? y/n")
            ):
                return tried
            if not self._again(Words("Try another protocol? y/n")):
                return tried if self._yes(Words("Keep it as it is? y/n")) else None
            default = names[(names.index(name) + 1) % len(names)]

    def _options(self, name: str) -> dict[str, object]:
        """Only the unit is asked for, where the protocol does not send it."""
        try:
            scales.make(name, {})
        except scales.OptionError as error:
            if "unit" not in scales.DRIVERS[name].options:
                self._say(
                    Words(
                        "This protocol needs more, to be written into proxy.toml: {error}",
                        error=error,
                    )
                )
                return {}
            unit = self._question(
                Words("It does not send its unit. Which is it? kg, lb"), "kg", ("kg", "lb")
            )
            return {"unit": unit}
        return {}

    def _show_weight(self, device: DeviceConfig) -> bool:
        """Show live readings for some seconds; True when there was one."""
        self._say(Words("Put something on the scale …"))
        try:
            with self._trial(device) as station, station.watch(device.id):
                return self._show_readings(station, device.id)
        except ConfigError as error:
            self._say(str(error))
            return False

    def _show_readings(self, station: Station, device_id: str) -> bool:
        shown, until = "", time.monotonic() + LIVE_S
        weighed = False
        while time.monotonic() < until:
            reading = station.read_now(device_id, 0.5)
            weighed = weighed or reading["state"] == "stable"
            stable = reading["state"] == "stable"
            away = reading["state"] == State.OFFLINE
            words = station.device(device_id).words if away else reading["words"]
            text = f"{reading['shown']} {reading['unit'] or ''}" if stable else words
            if text != shown:
                self._say(f"    {_said(text)}")
            shown = text
            time.sleep(0.05)
        return weighed

    # --- printers -------------------------------------------------------------------------------

    def _printer(self, device: DeviceConfig) -> DeviceConfig | None:
        """Choose a language and print a test, until it came out right."""
        default = LANGUAGE_OF[device.kind]
        while True:
            language = self._question(
                Words("Which language does it speak? {languages}", languages=", ".join(LANGUAGES)),
                default,
                LANGUAGES,
            )
            tried = replace(device, language=language)
            if device.kind == "label_printer":
                tried = self._label_size(tried)
            if not self._yes(Words("Print a test? y/n")):
                return tried
            state = self._print_test(tried)
            if state in PRINTED and self._yes(Words("Did it come out right? y/n")):
                return tried
            # What was never sent says nothing about the language.
            again = Words("Try again? y/n") if state == JobState.QUEUED else OTHER_LANGUAGE
            if not self._again(again):
                return tried if self._yes(Words("Keep it as it is? y/n")) else None

    def _label_size(self, device: DeviceConfig) -> DeviceConfig:
        dpi = self._question(Words("Dots per inch: 203, 300, 600"), "203", ("203", "300", "600"))
        while True:
            size = self._question(Words("Label, width x height in mm"), "102x152")
            match = re.fullmatch(r"(\d+(?:\.\d+)?) *[xX*] *(\d+(?:\.\d+)?) *(?:mm)?", size)
            width, height = map(float, match.groups()) if match else (0.0, 0.0)
            tried = replace(device, dpi=int(dpi), width_mm=width, height_mm=height)
            if match and not (words := complaint(tried)):
                return tried
            self._say(words if match else Words("Write it as 102x152, in millimetres."))

    def _print_test(self, device: DeviceConfig) -> str:
        """Print a test label; tell what became of it and return the state of its job."""
        try:
            with self._trial(device) as station:
                job_id = station.test(device.id, "setup")["job"]["id"]
                until = time.monotonic() + PRINT_S
                job = station.job(job_id)
                while job.state not in (*ENDED, JobState.UNKNOWN) and time.monotonic() < until:
                    time.sleep(0.1)
                    job = station.job(job_id)
                words = station.device(device.id).words
                told = job.words if words in job.words else together((job.words, words))
                self._say(f"    {_said(told)}")
                return job.state
        except ConfigError as error:
            self._say(str(error))
            return JobState.FAILED

    @contextmanager
    def _trial(self, device: DeviceConfig) -> Iterator[Station]:
        """A station with this device alone; nothing of it is kept."""
        with tempfile.TemporaryDirectory(prefix="ecom-proxy-") as folder:
            station = Station(Config(devices=(device,)), Path(folder), ports=self._ports)
            station.start()
            try:
                yield station
            finally:
                station.stop()

    # --- Odoo -----------------------------------------------------------------------------------

    def _odoo_url(self, default: str) -> str:
        """Ask until the answer is an address, or ``-``."""
        while True:
            url = self._question(Words("Address of your Odoo (- for later)"), default)
            if url == "-":
                return url
            try:
                return check_url(url if "://" in url else f"https://{url}", self._insecure)
            except PairingFailed as error:
                self._say(str(error))
                default = "-"

    def _connect(self, config: Config) -> None:
        """Pair with Odoo, if its address is known."""
        url = self._odoo_url(self._odoo or config.odoo.url or "-")
        if url == "-":
            self._say(Words("Pair later with: ecom-proxy pair --odoo https://…"))
            return
        save(self._home, replace(config, odoo=OdooServer(url, config.odoo.database)))
        options = Namespace(
            home=self._home, odoo=url, database=config.odoo.database, insecure=self._insecure
        )
        self._pair(options)


def _said(text: str) -> str:
    return in_language(text, terminal_language())


def complaint(device: DeviceConfig) -> str:
    """What proxy.toml would say against *device*, empty if nothing."""
    try:
        parse(dump(Config(devices=(device,))))
    except ConfigError as error:
        return Words(
            "{key} = {value}: {reason}.",
            key=error.key.rpartition(".")[2],
            value=shown(error.value),
            reason=error.reason,
        )
    return ""


def _tills(config: Config) -> list[DeviceConfig]:
    """The printers that a cash drawer can hang on."""
    return [device for device in config.devices if device.language == "escpos"]


def _free_id(name: str, config: Config) -> str:
    """An id for proxy.toml that says what it is and is not taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30] or "device"
    taken = {device.id for device in config.devices}
    number = 1
    while (found := plain if number == 1 else f"{plain}-{number}") in taken:
        number += 1
    return found
