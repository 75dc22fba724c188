"""``ecom-proxy``: run the agent, set it up, pair it, look at it. Errors are one sentence."""

import argparse
import asyncio
import contextlib
import getpass
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import aiohttp

from . import VERSION, capture, service, setup_guide
from .audit import AuditLog
from .config import (
    FILE,
    Config,
    ConfigError,
    DeviceConfig,
    OdooServer,
    Pairing,
    forget_pairing,
    load,
    load_pairing,
    save,
    save_pairing,
)
from .links import LinkError
from .queue import StorageError
from .security import pairing as pairings
from .server import Server, ServerRefuses, address_of
from .server.capture_page import CapturePage
from .server.pages import STATES
from .server.running import NoAnswer, ask_running
from .station import AUDIT_FILE, NoSuchDevice, Station, StationBusy, agent_runs
from .uplink import Uplink
from .words import Words, in_language, terminal_language

HOME_VARIABLE = "ECOM_PROXY_HOME"


class NotRemoved(Exception):
    """Something else needs it; the text says what."""


FAILURES = (
    ConfigError,
    LinkError,
    NoSuchDevice,
    NotRemoved,
    OSError,
    ServerRefuses,
    StationBusy,
    StorageError,
    pairings.PairingFailed,
)
_logger = logging.getLogger(__name__)


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(argv)
    logging.basicConfig(
        # In a dialogue the log would come between question and answer.
        level=logging.DEBUG if options.verbose else options.log_level,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    # These would write down addresses with the key of the point of sale.
    for name in ("aiohttp.access", "aiohttp.client", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        return options.command(options) or 0
    except FAILURES as error:
        say(Words("ecom-proxy: {error}", error=error), sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except EOFError:
        say(Words("ecom-proxy: no answer was given."), sys.stderr)
        return 1


def say(text: str, where: TextIO | None = None) -> None:
    """Tell the person at the terminal at once, also when another program reads along."""
    where = where or sys.stdout
    where.write(f"{_said(text)}\n")
    where.flush()


def _said(text: str) -> str:
    return in_language(text, terminal_language())


def default_home() -> Path:
    """Where configuration and queue lie, unless told otherwise."""
    if told := os.environ.get(HOME_VARIABLE) or os.environ.get("STATE_DIRECTORY"):
        return Path(told)
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ecom-proxy"


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home",
        type=Path,
        default=None,
        help=_said(Words("the agent's folder (default: %(default)s)")),
    )
    common.set_defaults(home=default_home(), log_level=logging.WARNING)
    common.add_argument("-v", "--verbose", action="store_true", help=_said(Words("log more")))
    parser = argparse.ArgumentParser(
        prog="ecom-proxy",
        description=_said(
            Words("Scales, label printers, scanners and cash drawers of a workstation for Odoo.")
        ),
        epilog=_said(Words("First: ecom-proxy setup. It asks about everything that is needed.")),
    )
    parser.add_argument("--version", action="version", version=f"ecom-proxy {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, call: Callable, words: Words) -> argparse.ArgumentParser:
        said = _said(words)
        made = commands.add_parser(name, parents=[common], help=said, description=said)
        made.set_defaults(command=call)
        return made

    command("run", run, Words("serve the devices until stopped")).set_defaults(
        log_level=logging.INFO
    )
    guide = command("setup", setup, Words("find devices, try them and pair, question by question"))
    guide.add_argument(
        "--odoo", default="", metavar="URL", help=_said(Words("the address of your Odoo"))
    )
    guide.add_argument("--insecure", action="store_true", help=argparse.SUPPRESS)
    pair = command(
        "pair", pair_with_odoo, Words("show a code that pairs this station with an Odoo")
    )
    pair.add_argument(
        "--odoo", default="", metavar="URL", help=_said(Words("the address of your Odoo"))
    )
    pair.add_argument(
        "--database", default="", help=_said(Words("its database, if the address has several"))
    )
    pair.add_argument(
        "--insecure", action="store_true", help=_said(Words("allow http outside this machine"))
    )
    command(
        "devices", devices, Words("list the devices that are plugged in and those that are set up")
    )
    command("status", status, Words("tell how this station is set up and what waits to be printed"))
    raw = command(
        "capture", capture_bytes, Words("show the raw bytes of a device; stop the agent first")
    )
    raw.add_argument("device", help=_said(Words("its id in proxy.toml")))
    raw.add_argument(
        "--seconds", type=float, default=None, help=_said(Words("end after this long"))
    )
    gone = command("remove", remove, Words("forget a device that was set up"))
    gone.add_argument("device", help=_said(Words("its id in proxy.toml")))
    named = command("rename", rename, Words("give a device another name; its id stays"))
    named.add_argument("device", help=_said(Words("its id in proxy.toml")))
    named.add_argument("name", help=_said(Words("what people call it")))
    command("service", print_service, Words("print the systemd unit of this installation"))
    command("forget", forget, Words("end the pairing; nobody is let in until the next one"))
    key = command("pos-key", pos_key, Words("show the point of sale's address for its settings"))
    command("accept-loss", accept_loss, Words("print again after the list of print jobs was lost"))
    which = key.add_mutually_exclusive_group()
    which.add_argument(
        "--new", action="store_true", help=_said(Words("make a new key; the former one ends"))
    )
    which.add_argument("--off", action="store_true", help=_said(Words("let no key in any more")))
    return parser


# --- run ----------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> None:
    """``run``: until SIGTERM or Ctrl-C."""
    asyncio.run(serve(options.home))


async def serve(home: Path, ready: Callable[[str], None] = lambda url: None) -> None:
    """The whole agent; ends in good order at SIGTERM and SIGINT. *ready* is told the address."""
    station = Station(load(home), home, time.time)
    pairing = pairings.pairing_file(home)
    where = _odoo_file(home, station.config)
    server_address = ""
    uplink = Uplink(station, pairing, where, lambda: server_address)
    server = Server(station, pairing, pairings.pos_key_file(home), uplink.wake, odoo=where)
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    await asyncio.to_thread(station.start)
    asking = None
    try:
        await server.start()
        server_address = server.url
        asking = asyncio.ensure_future(uplink.run())
        _logger.info("Listening on %s, %d devices", server.url, len(station.devices()))
        ready(server.url)
        await _until(ended, asking)
    finally:
        _tell_systemd("STOPPING=1")
        if asking:
            asking.cancel()
            await asyncio.wait({asking})
        await server.stop()
        await asyncio.to_thread(station.stop)
        _logger.info("Stopped")


async def _until(ended: asyncio.Event, asking: asyncio.Task) -> None:
    """Wait for the end, and tell systemd's watchdog that the loop still turns."""
    _tell_systemd("READY=1")
    every_s = int(os.environ.get("WATCHDOG_USEC", "60000000")) / 2_000_000
    while not ended.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), every_s)
        if asking.done():
            # The uplink never ends by itself; if it did, the whole agent is started again.
            asking.result()
        _tell_systemd("WATCHDOG=1")


def _tell_systemd(text: str) -> None:
    """sd_notify(3), where systemd listens."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, contextlib.suppress(OSError):
        notify.sendto(text.encode(), address)


def _odoo_file(home: Path, config: Config) -> Callable[[], OdooServer]:
    """Where Odoo is, as the file says now: ``pair`` may have changed it meanwhile."""
    newest = pairings.SecretFile(Path(home) / FILE, lambda: load(home).odoo)
    return lambda: newest() or config.odoo


# --- pairing ------------------------------------------------------------------------------------


def pair_with_odoo(options: argparse.Namespace) -> None:
    """``pair``: show a code and wait until it was typed into Odoo."""
    config = load(options.home)
    url = options.odoo or config.odoo.url
    if not url:
        raise pairings.PairingFailed(Words("Say which Odoo: ecom-proxy pair --odoo https://…"))
    url = pairings.check_url(url, options.insecure)
    found = asyncio.run(_pair(config, url, options.database or config.odoo.database))
    keep_pairing(options.home, found, OdooServer(url, options.database or config.odoo.database))
    say(Words("Paired: this is station {name}.", name=found.name))


def keep_pairing(home: Path, found: Pairing, odoo: OdooServer) -> None:
    """Write down what pairing brought, and with which Odoo. Another station gets another till's key."""
    former = pairings.pairing_file(home)()
    if not former or former.station != found.station:
        pairings.drop_pos_key(home)
    save_pairing(home, found)
    config = load(home)
    if config.odoo != odoo:
        save(home, replace(config, odoo=odoo))


async def _pair(config: Config, url: str, database: str) -> Pairing:
    code = pairings.new_code()
    async with aiohttp.ClientSession() as session:
        client = pairings.PairingClient(url, session, database)
        expires_in = await client.start(code, socket.gethostname(), agent_address(config))
        say(f"\n    {_said(Words('Pairing code:'))}  {code.shown}\n")
        say(
            Words(
                "Type it into Odoo within {minutes:.0f} minutes: Hardware, Stations, Pair.",
                minutes=expires_in / 60,
            )
        )
        say(Words("Waiting …"))
        return await pairings.wait_for_pairing(client, code, expires_in)


def agent_address(config: Config) -> str:
    """Under which address browsers will find the agent."""
    return address_of(config.agent, config.agent.port)


def forget(options: argparse.Namespace) -> None:
    """``forget``."""
    forget_pairing(options.home)
    say(
        Words(
            "Forgotten, with the point of sale's key. Pair the station again with: ecom-proxy pair"
        )
    )


# --- looking ------------------------------------------------------------------------------------


def devices(options: argparse.Namespace) -> None:
    """``devices``: what is plugged in, and what is set up."""
    config = load(options.home)
    say(Words("Set up:"))
    for device in config.devices:
        say(f"  {device.id:20} {device.kind:18} {device.driver or device.language}")
    if not config.devices:
        say(f"  {_said(Words('nothing yet: ecom-proxy setup'))}")
    say(Words("Plugged in:"))
    for found in setup_guide.plugged_in():
        say(f"  {found}")


def status(options: argparse.Namespace) -> None:
    """``status``: from the agent's folder, and what the agent says while it runs."""
    config, found = load(options.home), load_pairing(options.home)
    say(Words("Home:    {home}", home=options.home))
    say(Words("Address: {address}", address=agent_address(config)))
    say(Words("Odoo:    {url}", url=config.odoo.url or Words("none")))
    say(
        Words(
            "Paired:  {state}",
            state=Words("as {name}", name=found.name) if found else Words("no: ecom-proxy pair"),
        )
    )
    say(
        Words(
            "Devices: {devices}",
            devices=", ".join(device.id for device in config.devices) or Words("none"),
        )
    )
    for line in _running(options.home, config):
        say(line)
    for line in setup_guide.waiting_jobs(options.home):
        say(line)


def _running(home: Path, config: Config) -> Iterator[str]:
    """Lines about the agent that works with *home* now, and its devices."""
    if not agent_runs(home):
        yield Words("Agent:   does not run; start it with: ecom-proxy run")
        return
    try:
        told = asyncio.run(ask_running(config.agent, terminal_language()))
    except NoAnswer as error:
        yield Words("Agent:   runs here, but {error}", error=error)
        return
    yield Words("Agent:   runs here, version {version}", version=told["version"])
    for device in told["devices"]:
        yield f"  {device['id']:20} {_said(STATES[device['state']]):12} {device['words']}".rstrip()


def capture_bytes(options: argparse.Namespace) -> None:
    """``capture DEVICE``."""
    device = _known(load(options.home), options.device)
    seen = capture.Seen()
    with CapturePage(device.name, seen.lines, seen.words) as page:
        say(
            Words(
                "Bytes of {name}; the same as a page: {url}\nCtrl-C ends.",
                name=device.name,
                url=page.url,
            )
        )
        capture.show(device, seen, options.seconds)


def remove(options: argparse.Namespace) -> None:
    """``remove DEVICE``: with the drawer that hangs on it nothing is removed."""
    config = load(options.home)
    device = _known(config, options.device)
    hanging = [d.id for d in config.devices if d.drawer and d.drawer.printer == device.id]
    if hanging:
        raise NotRemoved(
            Words("A cash drawer hangs on it; first: ecom-proxy remove {id}", id=hanging[0])
        )
    rest = tuple(item for item in config.devices if item.id != device.id)
    _change(options.home, replace(config, devices=rest))
    say(Words("{name} is removed.", name=device.name))


def rename(options: argparse.Namespace) -> None:
    """``rename DEVICE NAME``: its id, by which Odoo knows it, stays."""
    config = load(options.home)
    _known(config, options.device)
    changed = tuple(
        replace(item, name=options.name) if item.id == options.device else item
        for item in config.devices
    )
    _change(options.home, replace(config, devices=changed))
    say(Words("{id} is called {name} now.", id=options.device, name=options.name))


def _known(config: Config, device_id: str) -> DeviceConfig:
    try:
        return config.device(device_id)
    except KeyError:
        raise NoSuchDevice(device_id) from None


def _change(home: Path, config: Config) -> None:
    save(home, config)
    if agent_runs(home):
        say(setup_guide.STALE)


def print_service(_options: argparse.Namespace) -> None:
    """``service``: into a file of systemd's."""
    say(service.unit())
    if service.hidden():
        say(
            Words(
                "The unit hides people's folders, so it will not find {program}: install the"
                " agent elsewhere, such as in /opt/ecom-proxy.",
                program=service.program(),
            ),
            sys.stderr,
        )


def setup(options: argparse.Namespace) -> None:
    """``setup``."""
    setup_guide.Guide(options.home, options.odoo, options.insecure, pair_with_odoo).run()


def accept_loss(options: argparse.Namespace) -> None:
    """``accept-loss``: somebody has read the alarm; the running agent prints again at once."""
    queue = setup_guide.opened_queue(options.home)
    alarm = queue.alarm if queue else ""
    if not alarm:
        say(Words("No list of print jobs was lost; there is nothing to accept."))
        return
    queue.accept_loss()
    queue.close()
    AuditLog(Path(options.home) / AUDIT_FILE, time.time).write(
        getpass.getuser(), "accept_loss", words=alarm
    )
    say(
        Words(
            "Accepted: what arrives from now on is printed. What arrived meanwhile is decided in Odoo."
        )
    )


def pos_key(options: argparse.Namespace) -> None:
    """``pos-key``: the address for the point of sale's settings."""
    config = load(options.home)
    if options.off:
        pairings.drop_pos_key(options.home)
        say(Words("No key opens the point of sale's routes any more."))
        return
    key = None if options.new else pairings.pos_key_file(options.home)()
    key = key or pairings.new_pos_key(options.home)
    say(
        Words(
            "Address for the point of sale: {address}/k/{key}",
            address=agent_address(config),
            key=key,
        )
    )
    if not config.pos.enabled:
        say(Words("It is not served yet: write [pos] enabled = true into proxy.toml."))
    if not load_pairing(options.home):
        say(Words("It is served once the station is paired: ecom-proxy pair"))
    if agent_runs(options.home) and _serves_pos(config) not in (None, config.pos.enabled):
        say(setup_guide.STALE)


def _serves_pos(config: Config) -> bool | None:
    """Whether the running agent lets the point of sale in; None: it does not say."""
    with contextlib.suppress(NoAnswer):
        return asyncio.run(ask_running(config.agent, terminal_language()))["pos"]
    return None
