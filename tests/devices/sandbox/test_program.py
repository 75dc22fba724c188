"""The devices as one process with control calls."""

import ast
import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
import serial

from launcher.state import ROOT

KINDS = ["--scale", "bench=toledo_8217", "--printer", "zpl", "--printer", "till=escpos"]
KINDS += ["--scanner", "gun=serial", "--scanner", "wedge", "--hid", "--ipp"]


@contextlib.contextmanager
def program(folder, *arguments):
    port_file = folder / "port"
    command = [sys.executable, "-m", "sandbox.devices", "--folder", str(folder / "devices")]
    with subprocess.Popen([*command, "--port-file", str(port_file), *arguments], cwd=ROOT,
                          stdout=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            end = time.monotonic() + 20
            while not port_file.exists():
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.01)
            yield f"http://127.0.0.1:{int(port_file.read_text())}/_control"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def call(url, values=None):
    data = None if values is None else json.dumps(values).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
        body = answer.read()
    return json.loads(body) if answer.headers["Content-Type"] == "application/json" else body


def test_all_devices_in_one_process(tmp_path):
    with program(tmp_path, *KINDS) as control:
        devices = call(f"{control}/devices")["devices"]
        assert set(devices) == {"bench", "zpl", "till", "gun", "wedge", "hid", "ipp"}

        call(f"{control}/devices/bench", {"load_g": "1250"})
        with serial.Serial(devices["bench"]["link"], timeout=5) as port:
            port.write(b"W")
            assert port.read_until(b"\r") == b"\x0201.250\r"
        assert call(f"{control}/devices/bench/unplug", {})["device"] is None
        assert call(f"{control}/devices/bench/plug", {"name": "usb-Other"})["device"]

        with socket.create_connection(("127.0.0.1", devices["zpl"]["port"])) as connection:
            connection.sendall(b"^XA^FO9,9^GB90,90,90^FS^XZ")
        end = time.monotonic() + 10
        while not (printed := call(f"{control}/devices/zpl")["printed"]):
            assert time.monotonic() < end
        picture = call(f"{control}/devices/zpl/printed/{printed[0]['file']}")
        assert picture.startswith(b"\x89PNG")

        with serial.Serial(devices["gun"]["link"], timeout=5) as port:
            call(f"{control}/devices/gun/scan", {"code": "ABC", "aim": "]C0"})
            assert port.read_until(b"\r") == b"]C0ABC\r"
        foreign = urllib.request.Request(f"{control}/devices", headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(foreign, timeout=10)
        assert refused.value.code == 403
        refused.value.close()
        for path, values, status in (
            ("devices/none", {}, 404),
            ("devices/bench", {"colour": 1}, 400),
            ("devices/bench/explode", {}, 400),
            ("devices/zpl/printed/..png", None, 404),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                call(f"{control}/{path}", values)
            assert refused.value.code == status
            refused.value.close()
    left = [path.name for path in (tmp_path / "devices").iterdir()]
    assert sorted(left) == ["ipp", "till", "zpl"]  # the pictures stay, links and FIFOs go


def test_the_devices_share_no_code_with_the_agent():
    """Else both would be wrong in the same way."""
    for path in (ROOT / "sandbox" / "devices").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(node, "names", ())]
            names += [getattr(node, "module", None) or ""]
            assert not any(re.search(r"\b(odoo|proxy|addons)\b", name) for name in names), path


def test_an_unknown_kind_is_refused(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "sandbox.devices", "--folder", str(tmp_path), "--scale", "abacus"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode and "toledo_8217" in run.stderr
