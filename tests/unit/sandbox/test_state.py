"""State over a restart, the command line, the clock."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from sandbox.canada_post import CanadaPostSandbox, errors
from tests.unit.sandbox.caller import (
    MANIFEST,
    TRACK,
    Caller,
    codes,
    immediate,
    links,
    rates,
    shipment,
    value,
)


def test_state_survives_a_restart(tmp_path):
    file = tmp_path / "state.json"
    with CanadaPostSandbox(state=str(file)) as first:
        first.control("POST", "/_control/clock", {"date": "2026-01-14"})
        caller = Caller(first.url)
        made = caller.create()
        transmitted = caller.create(immediate("REQ-2"))
        label = caller.get(links(made)["label"], "application/pdf").body
    assert json.loads(file.read_text())["version"] == 1
    with CanadaPostSandbox(state=str(file), latency_ms=1) as second:
        caller = Caller(second.url)
        path = links(made)["label"].split("/rs/")[1]
        assert caller.get("/rs/" + path, "application/pdf").body == label
        assert codes(caller.create()) == ["7314"]
        assert value(caller.create(shipment("REQ-3")), "tracking-pin") not in (
            value(made, "tracking-pin"),
            value(transmitted, "tracking-pin"),
        )
        pin = value(transmitted, "tracking-pin")
        assert caller.get(f"/vis/track/pin/{pin}/detail", TRACK).status == 200
        sheet = links(caller.transmit())["manifest"]
        assert caller.get(sheet, MANIFEST).status == 202
    assert not list(tmp_path.glob("*.tmp"))


def test_command_line(tmp_path):
    port_file, log = tmp_path / "port", tmp_path / "log"
    command = [
        sys.executable,
        "-m",
        "sandbox.canada_post",
        "--port",
        "0",
        "--port-file",
        str(port_file),
    ]
    command += ["--log", str(log), "--state", str(tmp_path / "state.json"), "--latency-ms", "5"]
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 10
        while not port_file.exists() and time.monotonic() < until:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{port_file.read_text().strip()}"
        assert Caller(url).rates().status == 200
        process.send_signal(signal.SIGTERM)
        _out, error = process.communicate(timeout=5)
    finally:
        process.kill()
    assert (process.returncode, error) == (0, b"")
    assert "POST /rs/ship/price 200" in log.read_text()
    assert "north-pass" not in log.read_text()


def test_stop_releases_waiting_callers():
    sandbox = CanadaPostSandbox().start()
    caller = Caller(sandbox.url)
    caller.rates()
    started = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - started < 2


def test_clock(post, box):
    assert box.control("POST", "/_control/clock", {"now": "2026-03-01T03:00:00Z"})["frozen"]
    assert post.rates(rates(expected_mailing_date="2026-02-28")).status == 200, (
        "it is still February in Ottawa"
    )
    box.control("POST", "/_control/clock", {"real": True})
    shifted = box.control("POST", "/_control/clock", {"offset_hours": 48})
    assert not shifted["frozen"]


def test_reset_keeps_numbers_unique(post, box):
    first = value(post.create(), "tracking-pin")
    box.control("POST", "/_control/reset")
    box.control("POST", "/_control/clock", {"date": "2026-01-14"})
    second = post.create()
    assert second.status == 200
    assert value(second, "tracking-pin") != first
    assert box.control("GET", "/_control/shipments")["sold"] == 1


def test_every_refusal_has_a_test():
    tests = "".join(
        file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py")
    )
    assert [code for code in errors.TEXTS if f'"{code}"' not in tests] == []


def test_assumed_codes_are_known():
    assert set(errors.ASSUMED) <= set(errors.TEXTS)
