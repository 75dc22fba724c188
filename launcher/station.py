"""A packing bench on this machine: sandbox devices, and the real agent beside them.

Demo, browser tests and benchmarks use it. The agent is the production one; only the devices are
ours (``sandbox/devices``).
"""

import importlib
import importlib.util
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from . import postgres, process, state
from .state import LauncherError

PATIENCE = 30.0  # seconds until a child has to answer
ADDON = state.ROOT / "addons" / "ecom_hardware_proxy"
# The agent's package under the name that it has when it is installed.
_spec = importlib.util.spec_from_file_location("ecom_proxy", ADDON / "proxy" / "__init__.py")
sys.modules["ecom_proxy"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["ecom_proxy"])
signing = importlib.import_module("ecom_proxy.signing")
CODE = re.compile(r"Pairing code:\s+(\S+)")

DEVICES = ("--scale=scale=toledo_8217", "--printer=labels=zpl", "--printer=receipts=escpos")
DEVICES += ("--scanner=scanner=serial",)


class Station:
    """Sandbox devices and agent for the time of a ``with`` block, their files below *folder*.

    ``url`` is the agent's address, ``devices_url`` that of the devices' control calls. What the
    agent knows (pairing, queue) stays in the folder for the next time.
    """

    def __init__(self, folder: Path, pos: bool = False) -> None:
        self.folder, self.home = folder, folder / "agent"
        self._pos = pos
        self._children: list[subprocess.Popen] = []
        self.agent: subprocess.Popen | None = None
        self.url = self.devices_url = ""

    def __enter__(self) -> "Station":
        try:
            self._start_devices()
            self._configure()
            self.start_agent()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception) -> None:
        for child in reversed(self._children):
            process.stop(child)

    def _start_devices(self) -> None:
        port_file = self.folder / "devices.port"
        self.folder.mkdir(parents=True, exist_ok=True)
        port_file.unlink(missing_ok=True)
        argv = ["-m", "sandbox.devices", "--folder", self.folder / "devices"]
        argv += ["--port-file", port_file, *DEVICES]
        child = self._start("devices", argv, process.environment())
        self._wait(child, "devices", port_file.exists)
        self.devices_url = f"http://127.0.0.1:{int(port_file.read_text(encoding='utf-8'))}"

    def _configure(self) -> None:
        """Write ``proxy.toml`` for the devices as they lie now."""
        told = self.control("GET", "devices")["devices"]
        port = postgres.same_port(self.folder / "agent.port")
        self.url = f"http://127.0.0.1:{port}"
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.home / "proxy.toml"
        former = path.read_text(encoding="utf-8") if path.exists() else ""
        # Where Odoo is, was written by pairing and stays.
        odoo = re.search(r"^\[odoo\]\n(?:[^\[\n].*\n|\n)*", former, re.MULTILINE)
        text = _TOML.format(
            port=port,
            pos=str(self._pos).lower(),
            scale=told["scale"]["link"],
            scanner=told["scanner"]["link"],
            labels=told["labels"]["port"],
            receipts=told["receipts"]["port"],
        )
        state.write_atomically(path, text + (odoo[0] if odoo else ""))
        path.chmod(0o600)

    def start_agent(self) -> None:
        """Start the agent and wait until it answers; ``agent`` is its process."""
        argv = ["-m", "proxy", "run", "--home", self.home]
        self.agent = self._start("agent", argv, _agent_env())
        self._wait(self.agent, "agent", self._answers)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/v1/hello", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _start(self, name: str, argv: list, env: dict[str, str]) -> subprocess.Popen:
        with open(self.folder / f"{name}.log", "ab") as log:
            child = process.start(
                [process.interpreter(), *argv],
                cwd=state.ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._children.append(child)
        return child

    def _wait(self, child: subprocess.Popen, name: str, ready: Callable[[], bool]) -> None:
        limit = time.monotonic() + PATIENCE
        while not ready():
            if child.poll() is not None or time.monotonic() > limit:
                tail = process.tail(self.folder / f"{name}.log")
                raise LauncherError(f"The {name} of the packing bench did not start:\n{tail}")
            time.sleep(0.05)

    def pos_address(self) -> str:
        """What to enter as the device address of Odoo's point of sale."""
        argv = [process.interpreter(), "-m", "proxy", "pos-key", "--home", self.home]
        said = subprocess.run(
            argv, cwd=state.ROOT, env=_agent_env(), capture_output=True, text=True, check=True
        ).stdout
        return re.search(r"https?://\S+", said)[0]

    def control(self, method: str, path: str, **values) -> dict:
        """One control call to the devices, such as ``control("POST", "devices/scale", load_g=500)``."""
        return control(self.devices_url, method, path, **values)

    def printed(self, printer: str = "labels") -> list[Path]:
        """Pictures of what a printer has printed since it was started, oldest first."""
        folder = self.folder / "devices" / printer
        pieces = self.control("GET", f"devices/{printer}")["printed"]
        return [folder / piece["file"] for piece in pieces]


def control(devices_url: str, method: str, path: str, **values) -> dict:
    """One control call to sandbox devices; see sandbox/README.md."""
    body = json.dumps(values).encode() if method != "GET" else None
    request = urllib.request.Request(f"{devices_url}/_control/{path}", data=body, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def pair(home: Path, odoo_url: str, database: str, type_code: Callable[[str], None]) -> None:
    """Pair the agent of *home* with an Odoo: it shows a code, *type_code* types that there."""
    child = process.start(
        [
            process.interpreter(),
            *("-m", "proxy", "pair", "--home", home),
            *("--odoo", odoo_url, "--database", database),
        ],
        cwd=state.ROOT,
        env=_agent_env(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    try:
        for line in child.stdout:
            said.append(line)
            if found := CODE.search(line):
                type_code(found[1])
        code = child.wait()
    finally:
        process.stop(child)
    if code:
        raise LauncherError(f"Pairing failed:\n{''.join(said)}")


def _agent_env() -> dict[str, str]:
    """The agent's package is found as ``proxy``, as in any checkout; what it says is read here."""
    known = {"PYTHONPATH": str(ADDON), "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
    return process.environment() | known


_TOML = """\
[agent]
port = {port}

[pos]
enabled = {pos}

[[device]]
id = "scale"
name = "Bench scale"
kind = "scale"
driver = "toledo_8217"
options = {{ unit = "kg" }}
link = {{ type = "serial", path = "{scale}" }}

[[device]]
id = "labels"
name = "Label printer"
kind = "label_printer"
language = "zpl"
dpi = 203
width_mm = 101.6
height_mm = 152.4
link = {{ type = "tcp", host = "127.0.0.1", port = {labels} }}

[[device]]
id = "receipts"
name = "Receipt printer"
kind = "receipt_printer"
language = "escpos"
dpi = 203
width_mm = 72
link = {{ type = "tcp", host = "127.0.0.1", port = {receipts} }}

[[device]]
id = "drawer"
name = "Cash drawer"
kind = "cash_drawer"
drawer = {{ printer = "receipts", pin = 2 }}

[[device]]
id = "scanner"
name = "Hand scanner"
kind = "scanner"
driver = "serial"
link = {{ type = "serial", path = "{scanner}" }}

"""
