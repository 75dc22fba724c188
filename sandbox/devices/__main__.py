"""``python -m sandbox.devices --folder DIR --port-file FILE --scale nci_scp01 --printer zpl``."""

import argparse
import os
import signal
import threading
from pathlib import Path

from .control import Devices
from .hid import HidScale
from .ipp_printer import IppPrinter
from .printers import TcpPrinter
from .render import RENDERERS
from .scale_protocols import PROTOCOLS
from .scales import Scale
from .scanners import SerialScanner, WedgeScanner


def build(options) -> dict:
    """The devices of the command line by name. Raises SystemExit."""
    folder = options.folder
    devices: dict = {}
    for text in options.scale:
        name, protocol = _named(text, PROTOCOLS)
        devices[name] = Scale(protocol, folder, f"usb-Sandbox_{name}-if00")
    for text in options.printer:
        name, language = _named(text, RENDERERS)
        devices[name] = TcpPrinter(language, folder / name)
    for text in options.scanner:
        name, kind = _named(text, {"serial": None, "wedge": None})
        maker = SerialScanner if kind == "serial" else WedgeScanner
        devices[name] = maker(folder, f"usb-Sandbox_{name}")
    if options.hid:
        devices["hid"] = HidScale(folder)
    if options.ipp:
        devices["ipp"] = IppPrinter(folder / "ipp")
    return devices


def _named(text: str, known) -> tuple[str, str]:
    """``name=kind``, or the kind alone, which is then the name too."""
    name, _mark, kind = text.rpartition("=")
    if kind not in known:
        raise SystemExit(f"{kind}: one of {', '.join(known)}")
    return name or kind, kind


def _write_atomically(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".new")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)


def main(arguments=None) -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="sandbox.devices", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="links, FIFOs, pictures")
    parser.add_argument(
        "--port", type=int, default=0, help="control port on 127.0.0.1; 0: a free one"
    )
    parser.add_argument("--port-file", type=Path, help="receives the control port when all run")
    for name, kinds in (("scale", PROTOCOLS), ("printer", RENDERERS)):
        text = f"[NAME=]KIND with KIND one of {', '.join(kinds)}; repeatable"
        parser.add_argument(f"--{name}", action="append", default=[], help=text)
    parser.add_argument("--scanner", action="append", default=[], help="[NAME=]serial or wedge")
    parser.add_argument("--hid", action="store_true", help="a USB HID scale")
    parser.add_argument("--ipp", action="store_true", help="a document printer")
    options = parser.parse_args(arguments)
    options.folder = options.folder.resolve()
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: done.set())
    with Devices(build(options), options.port) as devices:
        if options.port_file:
            _write_atomically(options.port_file, f"{devices.port}\n")
        print(f"Sandbox devices at {devices.url}", flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
