"""Scanners on a real pty and a FIFO of recorded key events."""

import os
import pty
import struct
import tty

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig

from tests.stations import device, running, until

KEYS = dict(zip("1234567890", range(2, 12), strict=True)) | {"\n": 28}


def pressed(text):
    """The events of a scanner that types *text* with 5 ms between its keys."""
    events = [
        struct.pack("<qqHHi", 100, 5000 * number, 1, KEYS[char], value)
        for number, char in enumerate(text)
        for value in (1, 0)
    ]
    return b"".join(events)


@pytest.fixture
def line():
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def test_a_serial_scan_is_told_with_its_aim_identifier(tmp_path, line):
    scanner = device("scanner", link=LinkConfig("serial", path=line[1]), driver="serial")
    with running(tmp_path, scanner) as station, station.hub.subscribe(["scan"]) as scans:
        until(lambda: station.device("scanner").state == "online")
        os.write(line[0], b"]C10112345")
        os.write(line[0], b"678901231\r")
        scan = scans.get(30).data
    assert (scan["device"], scan["aim"]) == ("scanner", "]C1")
    assert scan["code"] == "0112345678901231" and scan["time"] > 0


def test_a_scanner_that_types_is_read_from_its_key_events(tmp_path):
    os.mkfifo(tmp_path / "event0")
    link = LinkConfig("evdev", path=str(tmp_path / "event0"))
    scanner = device("scanner", link=link, driver="keyboard")
    with running(tmp_path, scanner) as station, station.hub.subscribe(["scan"]) as scans:
        until(lambda: station.device("scanner").state == "online")
        (tmp_path / "event0").write_bytes(pressed("0123456789\n"))
        assert scans.get(30).data["code"] == "0123456789"
