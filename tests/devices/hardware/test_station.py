"""The station as a whole: what others may ask of it, and what it refuses in words."""

import json
import threading
from dataclasses import replace

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import Config, Drawer, LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobQueue, JobState
from odoo.addons.ecom_hardware_proxy.proxy.station import (
    NewJob,
    NoSuchDevice,
    Station,
    StorageError,
    Unsupported,
)

from tests.stations import Shelf, Sink, device, running, until, zpl

MISSING = LinkConfig("serial", vid="0eb8", pid="2200")
LABEL = NewJob("job-1", "labels", "Label 1", "application/zpl", b"^XA^XZ", who="ann")
READING = {
    "device": "scale",
    "sequence": 0,
    "state": "offline",
    "words": "The scale is not connected.",
    "weight_g": None,
    "shown": None,
    "unit": None,
    "zero": None,
    "net": None,
    "protocol": "toledo_8217",
    "raw": "",
}


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture
def devices(sink):
    receipts = device(
        "receipt_printer",
        "receipts",
        LinkConfig("tcp", host="127.0.0.1", port=sink.port),
        language="escpos",
        options={"status": False},
    )
    return (
        device("scale", link=MISSING),
        device("cash_drawer", "drawer", drawer=Drawer("receipts")),
        zpl(sink),
        receipts,
    )


@pytest.fixture
def station(tmp_path, devices):
    with running(tmp_path / "home", *devices, ports=Shelf()) as station:
        yield station


def test_devices_come_in_their_order_and_as_json(station):
    until(lambda: station.device("scale").state == "offline")
    told = [state.to_json() for state in station.devices()]
    assert [item["id"] for item in told] == ["scale", "drawer", "labels", "receipts"]
    assert json.loads(json.dumps(told[0])) == {
        "id": "scale",
        "name": "Scale",
        "kind": "scale",
        "driver": "toledo_8217",
        "language": "",
        "state": "offline",
        "words": "Not plugged in: the device 0eb8:2200.",
        "last_seen": None,
        "dpi": None,
        "width_mm": None,
        "height_mm": None,
    }


def test_a_drawer_is_as_well_as_its_printer(station):
    until(lambda: station.device("drawer").state == "online")


def test_a_scale_that_is_away_has_a_reading_without_weight_at_once(station):
    until(lambda: station.device("scale").state == "offline")
    now = station.read_now("scale", 60)
    assert {key: now[key] for key in READING} == READING


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda station: station.reading("nothing"), NoSuchDevice),
        (lambda station: station.reading("labels"), Unsupported),
        (lambda station: station.scale_command("labels", "zero"), Unsupported),
        (lambda station: station.open_drawer("labels", "k", "r", "ann"), Unsupported),
        (lambda station: station.open_drawer("nothing", "k", "r", "ann"), NoSuchDevice),
        (lambda station: station.submit(replace(LABEL, device="scale")), Unsupported),
        (lambda station: station.test("drawer", "ann"), Unsupported),
        (lambda station: station.job("nothing"), KeyError),
        (lambda station: station.kick("nothing"), KeyError),
        (lambda station: station.decide("nothing", "void", "ann"), KeyError),
    ],
)
def test_what_is_not_there_is_refused(station, call, error):
    with pytest.raises(error):
        call(station)


def test_what_was_being_sent_when_the_agent_died_is_decided_by_a_person(tmp_path, devices):
    home = tmp_path / "home"
    home.mkdir()
    queue = JobQueue(home / "queue.db", lambda: 1.0)
    queue.put(LABEL)
    queue.begin("job-1")
    queue.close()
    with running(home, *devices, ports=Shelf()) as station:
        assert station.job("job-1").state == "unknown"
        assert station.audit.lines()[0]["action"] == "recover"
        assert station.decide("job-1", "void", "ann").state == "cancelled"
        line = station.audit.lines()[0]
    assert (line["who"], line["action"], line["result"]) == ("ann", "decide void", "cancelled")


def test_a_damaged_list_is_an_alarm_until_a_manager_accepts_it(tmp_path, devices, sink):
    home = tmp_path / "home"
    home.mkdir()
    (home / "queue.db").write_bytes(b"no database" * 1000)
    with running(home, *devices, ports=Shelf()) as station:
        assert "damaged" in station.alarms[0]
        assert station.submit(LABEL)[0].state == "unknown"
        station.accept_loss("boss")
        assert station.alarms == []
        station.submit(replace(LABEL, id="job-2"))
        until(lambda: station.job("job-2").state == "sent")
    assert len(sink.jobs) == 1


def test_a_stop_lets_the_label_that_is_under_way_finish(tmp_path, devices, sink):
    sink.keeps_open = True
    with running(tmp_path / "home", *devices, ports=Shelf()) as station:
        station.submit(LABEL)
        until(lambda: station.job("job-1").state == "sending")
        threading.Timer(0.1, sink.close_politely).start()
    queue = JobQueue(tmp_path / "home" / "queue.db", lambda: 1.0)
    assert queue.get("job-1").state is JobState.SENT
    queue.close()


def test_nothing_is_accepted_that_cannot_be_kept(station, monkeypatch):
    def full(*_values):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(JobQueue, "put", full)
    with pytest.raises(StorageError, match="full"):
        station.submit(LABEL)
    assert station.jobs() == []


def test_an_agent_without_devices_runs(tmp_path):
    station = Station(Config(), tmp_path)
    station.start()
    assert station.devices() == [] and station.jobs() == [] and station.alarms == []
    station.stop()
