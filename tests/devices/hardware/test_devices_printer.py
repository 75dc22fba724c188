"""A printer on a real socket: in order, at most once, and nothing said that is not known."""

import threading

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import printers
from odoo.addons.ecom_hardware_proxy.proxy.config import ConfigError, Drawer, LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.devices import drawer, printer
from odoo.addons.ecom_hardware_proxy.proxy.links import LinkLost, TcpLink
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobQueue, StorageError
from odoo.addons.ecom_hardware_proxy.proxy.station import (
    Conflict,
    NewJob,
    NoSuchDevice,
    Unsupported,
)

from tests.stations import HEALTHY, Sink, device, running, until, zpl

STILL_PRINTING = HEALTHY.replace(b",00000000,", b",00000003,")
LABEL = b"^XA^FO20,20^A0N,30,30^FDParcel %d^FS^XZ\n"


def label(number=1, **values):
    content = LABEL % number
    known = {"id": f"job-{number}", "device": "labels", "name": f"Label {number}"}
    return NewJob(
        **known | {"mimetype": "application/zpl", "content": content, "who": "ann"} | values
    )


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture
def station(tmp_path, sink):
    with running(tmp_path, zpl(sink)) as station:
        yield station


@pytest.fixture
def asking(tmp_path, sink):
    """A station whose printer is asked for its state, and well."""
    sink.status = HEALTHY
    options = {"status": True, "status_s": 10, "confirm_s": 60}
    with running(tmp_path, zpl(sink, options=options)) as station:
        yield station


def ended(station, number=1):
    """The job once nothing more happens to it by itself."""
    moving = ("queued", "sending")
    return until(lambda: (job := station.job(f"job-{number}")).state not in moving and job)


def test_a_label_is_sent_as_it_is_once_the_printer_closed_in_order(station, sink):
    job, created = station.submit(label())
    assert created and job.state == "queued"
    assert ended(station).state == "sent"
    assert sink.jobs == [LABEL % 1]
    until(lambda: station.device("labels").state == "online")


def test_events_and_audit_tell_the_story_without_the_content(station):
    with station.hub.subscribe(["job"]) as jobs:
        station.submit(label())
        states = [jobs.get(30).data["state"] for _ in range(3)]
    assert states == ["queued", "sending", "sent"]
    until(lambda: len(station.audit.lines()) == 2)
    printed, asked = station.audit.lines()
    assert (asked["who"], asked["action"], asked["job"]) == ("ann", "print", "job-1")
    assert printed["result"] == "sent"
    assert "Parcel" not in (station.home / "audit.log").read_text()


def test_twenty_posts_of_one_job_print_one_label(station, sink):
    threads = [threading.Thread(target=station.submit, args=(label(),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended(station)
    station.submit(label(2))
    ended(station, 2)
    assert sink.jobs == [LABEL % 1, LABEL % 2]
    with pytest.raises(Conflict):
        station.submit(label(content=b"^XA^XZ"))


def test_copies_are_one_job(station, sink):
    station.submit(label(copies=3))
    ended(station)
    assert sink.jobs == [LABEL % 1 * 3]


def test_a_printer_that_says_so_confirms(asking, sink):
    asking.submit(label())
    assert ended(asking).state == "confirmed"


def test_labels_still_waiting_in_the_printer_are_not_printed_yet(asking, sink):
    until(lambda: sink.asked)
    sink.status = STILL_PRINTING
    asking.submit(label())
    # Once before the label, then after it again and again.
    until(lambda: sink.asked >= 4)
    assert asking.job("job-1").state == "sending"
    sink.status = HEALTHY
    assert ended(asking).state == "confirmed"


def test_a_printer_that_is_never_done_has_got_it_but_does_not_confirm(tmp_path, sink):
    sink.status = STILL_PRINTING
    options = {"status": True, "status_s": 10, "confirm_s": 0.1}
    with running(tmp_path, zpl(sink, options=options)) as station:
        station.submit(label())
        assert ended(station).state == "sent"


def test_cut_off_after_some_bytes_is_unknown_and_not_sent_again(station, sink):
    sink.cut_after = 1000
    station.submit(label(content=b"^XA" + b"^FX" + b"x" * 6780 + b"^XZ"))
    job = ended(station)
    assert job.state == "unknown" and "decide" in job.words
    sink.cut_after = None
    station.submit(label(2))
    ended(station, 2)
    assert [len(data) for data in sink.jobs] == [1000, len(LABEL % 2)]


def test_reset_after_everything_is_unknown(station, sink):
    sink.reset_at_end = True
    station.submit(label())
    assert ended(station).state == "unknown"


def test_a_printer_that_never_closes_is_unknown(tmp_path, sink):
    sink.keeps_open = True
    with running(tmp_path, zpl(sink, close_wait_s=0.05)) as station:
        station.submit(label())
        job = ended(station)
    assert job.state == "unknown" and "nor closed" in job.words


def test_unless_the_administrator_says_that_it_never_closes(tmp_path, sink):
    sink.keeps_open = True
    with running(tmp_path, zpl(sink, never_closes=True)) as station:
        station.submit(label())
        assert ended(station).state == "sent"


def test_refused_connections_leave_the_job_waiting(tmp_path):
    with Sink() as closed:
        pass
    with running(tmp_path, zpl(closed)) as station:
        station.submit(label())
        until(lambda: "takes no connection" in station.job("job-1").words)
        assert station.job("job-1").state == "queued"
        assert station.device("labels").state == "offline"
        assert station.cancel("job-1", "ann").state == "cancelled"


def test_what_cannot_be_printed_fails_with_words_and_does_not_block(station, sink):
    station.submit(label(mimetype="application/x-unheard-of"))
    station.submit(label(2))
    job = ended(station)
    assert job.state == "failed" and "cannot print" in job.words
    ended(station, 2)
    assert sink.jobs == [LABEL % 2]


def test_jobs_for_nobody_are_refused(station):
    with pytest.raises(NoSuchDevice, match="no device nobody"):
        station.submit(label(device="nobody"))


def test_a_test_label_is_a_job(station, sink):
    result = station.test("labels", "ann")
    until(lambda: station.job(result["job"]["id"]).state == "sent")
    (data,) = sink.jobs
    assert data.startswith(b"^XA") and b"TEST" in data


def test_files_are_numbered(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    link = LinkConfig("file", folder=str(folder))
    with running(
        tmp_path, device("label_printer", "labels", link, language="zpl", options={"status": False})
    ) as station:
        station.submit(label())
        station.submit(label(2))
        ended(station, 2)
    assert [path.name for path in sorted(folder.iterdir())] == ["000001.zpl", "000002.zpl"]
    assert (folder / "000002.zpl").read_bytes() == LABEL % 2


@pytest.mark.parametrize("options", [{"stauts": True}, {"status": 1}, {"status_s": "long"}])
def test_wrong_options_are_refused_at_once(tmp_path, sink, options):
    with pytest.raises(ConfigError, match="labels"), running(tmp_path, zpl(sink, options=options)):
        pass


# --- drawers ------------------------------------------------------------------------------------


@pytest.fixture
def till(tmp_path, sink):
    link = LinkConfig("tcp", host="127.0.0.1", port=sink.port)
    receipts = device(
        "receipt_printer", "receipts", link, language="escpos", options={"status": False}
    )
    till = device("cash_drawer", "drawer", drawer=Drawer("receipts", 5))
    with running(tmp_path, receipts, till) as station:
        yield station


def kicked(station, action_id="k1"):
    return until(lambda: (kick := station.kick(action_id)).state != "waiting" and kick)


def test_a_drawer_opens_once_per_order(till, sink):
    first = till.open_drawer("drawer", "k1", "Change for ann", "ann")
    assert first.state == "waiting"
    assert kicked(till).state == "done"
    assert till.open_drawer("drawer", "k1", "Change for ann", "ann").state == "done"
    till.open_drawer("drawer", "k2", "Again", "ann")
    kicked(till, "k2")
    assert [data[:3] for data in sink.jobs] == [b"\x1bp\x01"] * 2


KICK = b"\x1bp\x00\x19\x19"
PICTURE = b"\x1dv0\x00\x03\x00\x02\x00" + b"\x1bp\x00" * 2


@pytest.mark.parametrize("mimetype", ["application/escpos", "application/octet-stream"])
@pytest.mark.parametrize(
    "content",
    [
        b"\x1b@hello" + KICK,
        b"\x1b@" + PICTURE + KICK,
        b"\x1b*\x21\x02\x00123456" + KICK,
        b"\x1d(L\x02\x00ab" + KICK,
        b"\x1dv0\x00\x03\x00\x02\x00" + b"\x10\x14\x01\x00\x05!",
    ],
)
def test_a_file_does_not_open_the_drawer_in_secret(till, sink, content, mimetype):
    """Who may print may not yet open the drawer, and opening is written down."""
    till.submit(label(device="receipts", mimetype=mimetype, content=content))
    job = ended(till)
    assert job.state == "failed" and "drawer" in job.words and not sink.jobs


@pytest.mark.parametrize("content", [b"\x1b@" + PICTURE + b"\n", b"\x1b@hello\n\x1dVB\x00"])
def test_a_ready_made_receipt_prints(till, sink, content):
    till.submit(label(device="receipts", mimetype="application/escpos", content=content))
    assert ended(till).state == "sent" and sink.jobs == [content]


def test_who_opened_a_drawer_and_why_is_written_down(till):
    till.open_drawer("drawer", "k1", "Change for a customer", "ann")
    kicked(till)
    lines = until(lambda: len(till.audit.lines()) == 2 and till.audit.lines())
    assert [line["result"] for line in lines] == ["done", "asked"]
    assert lines[1]["who"] == "ann" and lines[1]["words"] == "Change for a customer"


def test_a_drawer_that_is_not_reached_is_not_opened_later(tmp_path, till, sink):
    sink.switch_off()
    till.open_drawer("drawer", "k1", "Change", "ann")
    kick = kicked(till)
    assert kick.state == "failed" and "not opened" in kick.words
    assert sink.jobs == []


def test_a_drawer_does_not_open_minutes_later(till, sink, monkeypatch):
    monkeypatch.setattr(drawer, "KICK_LIMIT_S", -1.0)
    till.open_drawer("drawer", "k1", "Change", "ann")
    kick = kicked(till)
    assert kick.state == "failed" and "busy" in kick.words and sink.jobs == []


def test_a_printer_is_no_drawer(till):
    with pytest.raises(Unsupported):
        till.open_drawer("receipts", "k1", "Change", "ann")
    with pytest.raises(Unsupported):
        till.submit(label(device="drawer"))


# --- misfortunes inside -------------------------------------------------------------------------


def test_lost_before_the_first_byte_the_job_waits_and_prints(station, sink, monkeypatch):
    """The connection was open, the job begun, and then not even one byte was taken."""
    broken = iter([True, True])

    def write(link, data, timeout_s):
        if next(broken, False):
            raise LinkLost("The connection broke.")
        return original(link, data, timeout_s)

    original = TcpLink.write
    monkeypatch.setattr(TcpLink, "write", write)
    with station.hub.subscribe(["job"]) as jobs:
        station.submit(label())
        assert ended(station).state == "sent"
        states = [jobs.get(30).data["state"] for _ in range(6)]
    assert states == ["queued", "sending", "queued", "sending", "queued", "sending"]
    assert sink.jobs == [LABEL % 1]


def test_a_document_that_upsets_a_library_fails_and_does_not_block(station, sink, monkeypatch):
    def prepare(document, *values):
        if document.mimetype == "application/pdf":
            raise ZeroDivisionError("inside a library")
        return original(document, *values)

    original = printers.prepare
    monkeypatch.setattr(printers, "prepare", prepare)
    station.submit(label(mimetype="application/pdf"))
    station.submit(label(2))
    job = ended(station)
    assert job.state == "failed" and "ZeroDivisionError" in job.words
    assert ended(station, 2).state == "sent"


def test_a_full_disk_makes_the_printer_wait_and_nothing_is_printed_twice(
    station, sink, monkeypatch
):
    """The label is out, but that cannot be written down: no other label until it can."""
    full = threading.Event()
    full.set()

    def end(queue, *values):
        if full.is_set():
            raise StorageError("The disk is full.")
        return original(queue, *values)

    original = JobQueue.end
    monkeypatch.setattr(JobQueue, "end", end)
    monkeypatch.setattr(printer, "STORAGE_S", 0.05)
    station.submit(label())
    station.submit(label(2))
    until(lambda: station.device("labels").words == "The disk is full.")
    assert station.job("job-1").state == "sending" and station.job("job-2").state == "queued"
    full.clear()
    ended(station, 2)
    assert station.job("job-1").state == "sent"
    assert sink.jobs == [LABEL % 1, LABEL % 2]
