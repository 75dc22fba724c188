"""A scale on a real pty: asked only while watched, never a wrong or an old weight."""

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import ConfigError
from odoo.addons.ecom_hardware_proxy.proxy.station import Unsupported

from tests.stations import SERIAL, device, is_online, reading, running, until


def test_a_stable_weight_is_grams_with_unit_and_raw_bytes(station):
    now = station.read_now("scale", 30)
    assert now["state"] == "stable"
    assert (now["weight_g"], now["shown"], now["unit"]) == ("1250.000", "01.250", "kg")
    assert bytes.fromhex(now["raw"]).strip(b"\x02\r") == b"01.250"
    assert now["sequence"] == 1 and now["device"] == "scale"


def test_nobody_looks_nobody_asks(station, scale):
    until(lambda: is_online(station))
    assert bytes(scale.port.received) == b""
    with station.watch("scale"), station.hub.subscribe(["reading"]) as readings:
        assert readings.get(30).data["weight_g"] == "1250.000"
        assert readings.get(30).data["sequence"] == 2
    asked = until(lambda: bytes(scale.port.received))
    assert set(asked) == set(b"W")


def test_motion_and_overload_are_no_weights(station, scale):
    with station.watch("scale"):
        for state in ("motion", "overload"):
            scale.set(**{state: True})
            now = until(
                lambda wanted=state: reading(station)["state"] == wanted and reading(station)
            )
            assert now["weight_g"] is None
            scale.set(**{state: False})
        until(lambda: reading(station)["state"] == "stable")


def test_a_frame_in_single_bytes_is_read(station, scale):
    scale.set(byte_pause_s=0.01)
    assert station.read_now("scale", 30)["weight_g"] == "1250.000"


def test_zero_goes_to_the_scale(station, scale):
    until(lambda: is_online(station))
    scale.set(load_g=10)
    station.scale_command("scale", "zero", "ann")
    with station.watch("scale"):
        until(lambda: reading(station)["weight_g"] == "0.000")
    assert station.audit.lines()[0]["action"] == "zero"
    with pytest.raises(Unsupported):
        station.scale_command("scale", "explode")


def test_wrong_options_are_refused_at_once(tmp_path):
    with (
        pytest.raises(ConfigError, match="device scale: options"),
        running(tmp_path, device("scale", link=SERIAL, options={"unti": "kg"})),
    ):
        pass
