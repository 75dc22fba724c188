"""Scanners and the HID scale of the sandbox, byte by byte."""

import os
import struct
import time

import pytest
import serial

from sandbox.devices.hid import HidScale
from sandbox.devices.scanners import SerialScanner, WedgeScanner


def test_serial_scanner_order_of_parts(tmp_path):
    """FACTS 7.2: prefix, AIM id, data, suffix."""
    scanner = SerialScanner(tmp_path, prefix=b"\x02", suffix=b"\r\n")
    with scanner, serial.Serial(str(scanner.link), timeout=5) as port:
        scanner.scan("0100012345678905\x1d10A", aim="]C1")
        assert port.read_until(b"\n") == b"\x02]C10100012345678905\x1d10A\r\n"
    assert not list(tmp_path.iterdir())


def test_serial_scanner_gap_and_other_suffix(tmp_path):
    with SerialScanner(tmp_path) as scanner:
        scanner.set(suffix="09")
        with serial.Serial(str(scanner.link), timeout=5) as port:
            before = time.monotonic()
            scanner.scan("123456", gap_s=0.05, at=3)
            assert port.read_until(b"\t") == b"123456\t" and time.monotonic() - before >= 0.05


def keys(raw):
    """(key code, value) of the key events in what a keyboard sent."""
    events = [struct.unpack("llHHi", raw[at : at + 24]) for at in range(0, len(raw), 24)]
    return [(code, value) for _s, _us, kind, code, value in events if kind == 1]


def test_wedge_types_with_shift_and_enter(tmp_path):
    """Linux key codes: a 30, 1 2, left shift 42, Enter 28."""
    with WedgeScanner(tmp_path) as scanner, open(scanner.link, "rb", buffering=0) as device:
        scanner.scan("a1A")
        assert keys(device.read(65536)) == [
            (30, 1), (30, 0), (2, 1), (2, 0),
            (42, 1), (30, 1), (30, 0), (42, 0), (28, 1), (28, 0),
        ]  # fmt: skip
        scanner.set(end=None)
        scanner.scan("/")
        assert keys(device.read(65536)) == [(53, 1), (53, 0)]
        with pytest.raises(ValueError):
            scanner.scan("\x1d")
        scanner.unplug()
        assert device.read(1) == b""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("state", "report"),
    [
        ({"load_g": 0}, "03 02 03 fd 0000"),
        ({"load_g": 1250}, "03 04 03 fd e204"),
        ({"load_g": "18291.112320250", "unit": "oz"}, "03 04 0b ff 3419"),
        ({"load_g": 1250, "motion": True}, "03 03 03 fd e204"),
        ({"load_g": -50}, "03 05 03 fd 3200"),
        ({"overload": True}, "03 06 03 fd 0000"),
        ({"zero_error": True}, "03 08 03 fd 0000"),
        ({"fault": True}, "03 01 03 fd 0000"),
        ({"load_g": 500, "unit": "g"}, "03 04 02 00 f401"),
        ({"load_g": "453.59237", "unit": "lb"}, "03 04 0c fe 6400"),
    ],
)
def test_hid_reports(tmp_path, state, report):
    """FACTS 3.8: 0B FF 34 19 is 645.2 oz; a negative load is status 5 without a sign."""
    scale = HidScale(tmp_path)
    scale.set(**state)
    assert scale.packet() == bytes.fromhex(report)


def test_hid_scale_sends_and_keeps_few_old_reports(tmp_path):
    with HidScale(tmp_path) as scale:
        scale.set(load_g=1250)
        for _ in range(50):
            scale.fifo.send(scale.packet())
        device = os.open(scale.link, os.O_RDONLY)
        assert len(os.read(device, 6000)) <= 60
        assert os.read(device, 6) == bytes.fromhex("030403fde204")
        scale.unplug()
        while os.read(device, 6):
            pass
        os.close(device)
    assert not list(tmp_path.iterdir())
