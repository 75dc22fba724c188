"""A scale that is late, silent, held by another program or pulled out: never a wrong weight."""

from sandbox.devices.scales import Scale
from tests.stations import SERIAL, device, is_online, reading, running, until, usb


def test_an_old_weight_is_stale(station):
    assert station.read_now("scale", 30)["state"] == "stable"
    stale = until(lambda: reading(station)["state"] == "stale" and reading(station))
    assert stale["weight_g"] is None and stale["age_ms"] > 0 and "old" in stale["words"]


def test_a_late_answer_is_not_the_weight_of_now(station, scale):
    """The reply to a question that was given up belongs to the past."""
    with station.watch("scale"):
        until(lambda: reading(station)["state"] == "stable")
        scale.set(delay_s=1.3)
        until(lambda: reading(station)["state"] == "silent")
        scale.set(delay_s=0, load_g=2000)
        with station.hub.subscribe(["reading"]) as readings:
            seen = []
            while "2000.000" not in seen:
                seen.append(readings.get(30).data["weight_g"])
        assert set(seen) <= {None, "2000.000"}


def test_silence_is_said_and_ends(station, scale):
    scale.set(silent=True)
    with station.watch("scale"):
        until(lambda: reading(station)["state"] == "silent")
        scale.set(silent=False)
        until(lambda: reading(station)["weight_g"] == "1250.000")
        until(lambda: is_online(station))


def test_unplugged_and_back_by_identity_beside_a_twin(station, scale, shelf, tmp_path):
    with station.watch("scale"), Scale("toledo_8217", tmp_path / "dev", "twin") as twin:
        twin.set(load_g=9999)
        until(lambda: reading(station)["state"] == "stable")
        scale.unplug()
        shelf.now = [usb(twin.link, "B2", "1-2")]
        until(lambda: station.device("scale").state == "offline")
        assert reading(station)["state"] == "offline" and reading(station)["weight_g"] is None
        scale.plug("another-name")
        shelf.now.append(usb(scale.link, "A1", "1-3"))
        until(lambda: reading(station)["weight_g"] == "1250.000", 10)
        assert bytes(twin.port.received) == b""


def test_unplugging_is_noticed_while_nobody_looks(station, scale, shelf):
    until(lambda: is_online(station))
    shelf.now = []
    until(lambda: station.device("scale").state == "offline")


def test_a_held_port_is_said(tmp_path, scale, shelf, station):
    until(lambda: is_online(station))
    with running(tmp_path / "home-2", device("scale", link=SERIAL), ports=shelf) as second:
        until(lambda: second.device("scale").state == "attention")
        assert "Another program" in second.device("scale").words
