"""Printers that cut the line, run out of paper, sleep or hang: no label twice, none lost."""

import threading
from dataclasses import replace

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.devices.printer import PrinterWorker
from odoo.addons.ecom_hardware_proxy.proxy.devices.watchdog import Limits
from odoo.addons.ecom_hardware_proxy.proxy.station import NewJob, StationBusy

from sandbox.devices.ipp_printer import IppPrinter
from sandbox.devices.printers import TcpPrinter
from sandbox.devices.scales import Scale
from tests.stations import device, running, until

from .agents import parcels

LABEL = "^XA^PW400^LL160^FX%s^FS^FO40,40^BY2^BCN,80,N^FDParcel %d^FS^XZ"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def label(number=1, device_id="labels", padding=0):
    content = (LABEL % ("x" * padding, number)).encode()
    return NewJob(f"job-{number}", device_id, f"Label {number}", "application/zpl", content)


def labels(printer, device_id="labels", **options):
    link = LinkConfig("tcp", host="127.0.0.1", port=printer.port, close_wait_s=1.0)
    known = {"retry_max_s": 0.2, "look_s": 0.1, "status_s": 0.3}
    return device("label_printer", device_id, link, language="zpl", options=known | options)


@pytest.fixture
def printer(tmp_path):
    with TcpPrinter("zpl", tmp_path / "paper") as printer:
        yield printer


def state(station, number=1):
    return station.job(f"job-{number}").state


def test_cut_off_after_1000_bytes_is_unknown_although_the_kernel_took_all(tmp_path, printer):
    printer.set(mode="reset_after")
    with running(tmp_path, labels(printer, status=False)) as station:
        station.submit(label(padding=6500))
        until(lambda: state(station) == "unknown")
        printer.set(mode="ok")
        station.submit(label(2))
        until(lambda: state(station, 2) == "sent")
        assert state(station) == "unknown"
    assert [len(job) for job in printer.jobs][0] == 1000
    assert parcels(printer) == [2]


def test_a_refusing_printer_gets_everything_later_in_order(tmp_path, printer):
    printer.set(mode="refuse")
    with running(tmp_path, labels(printer)) as station:
        for number in range(5):
            station.submit(label(number))
        until(lambda: station.device("labels").state == "offline")
        assert {job.state for job in station.jobs()} == {"queued"}
        printer.set(mode="ok")
        until(lambda: {job.state for job in station.jobs()} == {"confirmed"})
    assert parcels(printer) == list(range(5))


@pytest.mark.parametrize("tells", [True, False])
def test_paper_out_and_back_in_the_middle_of_a_batch(tmp_path, printer, tells):
    printer.set(label_s=0.1, tells_when_out=tells)
    with running(tmp_path, labels(printer, confirm_s=30)) as station:
        for number in range(4):
            station.submit(label(number))
        printer.wait_for(1)
        printer.set(paper=False)
        until(lambda: station.device("labels").state == "attention")
        printer.set(paper=True)
        until(lambda: {job.state for job in station.jobs()} == {"confirmed"})
        until(lambda: station.device("labels").state == "online")
    assert parcels(printer) == list(range(4))


def test_a_printer_that_takes_nothing_is_said_and_goes_on(tmp_path, printer):
    with running(tmp_path, labels(printer, status=False, stall_s=60)) as station:
        until(lambda: station.device("labels").state == "online")
        printer.set(mode="stall")
        # More than the buffers of both sides hold.
        station.submit(label(padding=11_000_000))
        until(lambda: "takes no more data" in station.device("labels").words)
        assert state(station) == "sending"
        printer.set(mode="ok")
        until(lambda: state(station) != "sending")
        assert station.device("labels").state == "online"


def test_no_answer_before_printing_is_attention_and_nothing_is_sent(tmp_path, printer):
    printer.set(head_open=True)
    with running(tmp_path, labels(printer)) as station:
        station.submit(label())
        until(lambda: station.device("labels").state == "attention")
        until(lambda: station.job("job-1").words.startswith("Waiting:"))
        assert state(station) == "queued" and not any(b"Parcel" in job for job in printer.jobs)
        printer.set(head_open=False)
        until(lambda: state(station) == "confirmed")
    assert parcels(printer) == [1]


# --- hung drivers -------------------------------------------------------------------------------


@pytest.fixture
def hanging(monkeypatch):
    """Jobs named "hang" hold their thread after the last byte, as a driver would that waits for
    ever; the gate lets them go on.
    """
    gate = threading.Event()

    def checkpoint(worker, step, job):
        if step == "written" and job.name == "hang":
            gate.wait()

    monkeypatch.setattr(PrinterWorker, "checkpoint", checkpoint)
    yield gate
    gate.set()


QUICK = Limits(silent_s=3.0, restarts=5, every_s=0.05)


def hang(number):
    return NewJob(f"job-{number}", "labels", "hang", "application/zpl", b"^FXwaits^FS")


def test_a_hung_driver_blocks_nobody_and_is_replaced(tmp_path, printer, hanging):
    link = LinkConfig("serial", path=str(tmp_path / "dev" / "scale"))
    with (
        Scale("toledo_8217", tmp_path / "dev", "scale") as scale,
        TcpPrinter("zpl", tmp_path / "paper-2") as other,
        running(
            tmp_path,
            labels(printer),
            labels(other, "others"),
            device("scale", link=link),
            limits=QUICK,
        ) as station,
    ):
        scale.set(load_g=1250)
        station.submit(hang(1))
        until(lambda: state(station) == "sending")
        station.submit(label(2))
        station.submit(label(3, "others"))
        assert station.read_now("scale", 30)["weight_g"] == "1250.000"
        until(lambda: state(station, 3) == "confirmed")
        until(lambda: state(station) == "unknown")
        until(lambda: state(station, 2) == "confirmed")
        hanging.set()
        station.submit(label(4))
        until(lambda: state(station, 4) == "confirmed")
        assert state(station) == "unknown"
    assert parcels(printer) == [2, 4]


def test_a_driver_that_hangs_again_and_again_is_switched_off(tmp_path, printer, hanging):
    limits = Limits(silent_s=0.8, restarts=2, every_s=0.05)
    with running(tmp_path, labels(printer, look_s=60, status=False), limits=limits) as station:
        for number in range(1, 5):
            station.submit(hang(number))
        until(lambda: "switched off" in station.device("labels").words)
        assert station.device("labels").state == "attention"
        # The fourth was never touched: two restarts, three threads.
        assert [state(station, number) for number in range(1, 5)] == ["unknown"] * 3 + ["queued"]
        actions = [line["action"] for line in station.audit.lines()]
        assert actions.count("restart driver") == 2 and "out of service" in actions


def test_one_home_has_one_agent(tmp_path, printer):
    with running(tmp_path, labels(printer)), pytest.raises(StationBusy), running(tmp_path):
        pass


# --- documents ----------------------------------------------------------------------------------


@pytest.fixture
def laser(tmp_path):
    with IppPrinter(tmp_path / "paper") as laser:
        yield laser


@pytest.fixture
def office(tmp_path, laser):
    link = LinkConfig("ipp", uri=laser.uri)
    options = {"retry_max_s": 0.2, "look_s": 0.1, "stall_s": 20}
    config = device(
        "document_printer",
        "laser",
        link,
        language="pdf",
        options=options,
        width_mm=215.9,
        height_mm=279.4,
    )
    with running(tmp_path, config) as station:
        yield station


def document(number=1, copies=1, **values):
    content = PDF + b"%%%d" % number
    return NewJob(
        f"job-{number}", "laser", "Manifest", "application/pdf", content, copies, **values
    )


def test_a_document_arrives_as_it_is_with_paper_scaling_and_copies(office, laser):
    office.submit(document(copies=2))
    until(lambda: state(office) == "sent")
    (job,) = laser.jobs
    assert job.document == document().content and job.printed == 2
    assert job.name == "Manifest [job-1]"
    assert job.template["media"] == "na_letter_8.5x11in"
    assert job.template["print-scaling"] == "none"


def test_the_paper_of_a_job_comes_before_that_of_its_printer(office, laser):
    office.submit(document(media="iso_a4_210x297mm"))
    until(lambda: state(office) == "sent")
    assert laser.jobs[0].template["media"] == "iso_a4_210x297mm"
    assert laser.jobs[0].template["print-scaling"] == "none"


@pytest.mark.parametrize(
    ("paper", "sides"),
    [({"media": "iso_a4_210x297mm"}, (21000, 29700)), ({}, (21590, 27940))],
    ids=["its own paper", "the paper of the printer"],
)
def test_a_tray_is_asked_for_with_its_paper(office, laser, paper, sides):
    office.submit(document(tray="tray-2", **paper))
    until(lambda: state(office) == "sent")
    template = laser.jobs[0].template
    assert template["media-col"]["media-source"] == ["tray-2"] and "media" not in template
    (size,) = template["media-col"]["media-size"]
    assert (*size["x-dimension"], *size["y-dimension"]) == sides


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"media": "iso_a6_105x148mm"}, "no paper iso_a6_105x148mm; it has na_letter"),
        ({"media": "iso_a4; raw"}, "no paper of the name iso_a4; raw."),
        ({"tray": "cellar"}, "no tray cellar; it has tray-1, tray-2, manual."),
    ],
    ids=["a paper that it has not", "no paper at all", "a tray that it has not"],
)
def test_what_the_printer_has_not_is_refused_by_its_name(office, laser, wanted, words):
    office.submit(document(**wanted))
    until(lambda: state(office) == "failed")
    assert words in office.job("job-1").words and laser.jobs == []
    office.submit(document(2))
    until(lambda: state(office, 2) == "sent")


def test_a_printer_that_goes_before_it_is_asked_for_paper_gets_the_job_later(
    office, laser, monkeypatch
):
    def checkpoint(_worker, step, _job):
        if step == "begun" and laser.state.mode == "ok" and not laser.jobs:
            laser.set(mode="reset")

    monkeypatch.setattr(PrinterWorker, "checkpoint", checkpoint)
    office.submit(document(tray="tray-2"))
    until(lambda: "Waiting: The connection" in office.job("job-1").words)
    assert state(office) == "queued" and laser.jobs == []
    monkeypatch.undo()
    laser.set(mode="ok")
    until(lambda: state(office) == "sent")
    assert len(laser.jobs) == 1


def test_a_label_printer_prints_whatever_paper_is_asked_for(tmp_path, printer):
    with running(tmp_path, labels(printer)) as station:
        station.submit(replace(label(), media="iso_a4_210x297mm", tray="tray-2"))
        until(lambda: state(station) == "confirmed")


def test_an_empty_tray_is_said_and_the_document_waits(office, laser):
    laser.set(reasons=("media-empty",))
    office.submit(document())
    until(lambda: "tray is empty" in office.device("laser").words)
    assert state(office) == "queued" and laser.jobs == []
    laser.set(reasons=())
    until(lambda: state(office) == "sent")
    assert len(laser.jobs) == 1


def test_a_tray_that_empties_while_printing_is_said_too(office, laser):
    laser.set(job_s=0.5)
    office.submit(document())
    until(lambda: state(office) == "sending" and laser.jobs)
    laser.set(reasons=("media-empty",))
    until(lambda: office.device("laser").state == "attention")
    laser.set(reasons=())
    until(lambda: state(office) == "sent")


def test_a_connection_that_breaks_before_the_answer_is_unknown(office, laser, monkeypatch):
    def checkpoint(_worker, step, _job):
        if step == "begun":
            laser.set(mode="reset")

    monkeypatch.setattr(PrinterWorker, "checkpoint", checkpoint)
    office.submit(document())
    until(lambda: state(office) == "unknown")
    laser.set(mode="ok")
    monkeypatch.undo()
    office.submit(document(2))
    until(lambda: state(office, 2) == "sent")
    # The printer had worked before it hung up: sent again, it would have printed twice.
    assert state(office) == "unknown" and len(laser.jobs) == 2


def test_a_printer_that_takes_no_jobs_gets_none(office, laser):
    laser.set(accepting=False)
    office.submit(document())
    until(lambda: "no jobs" in office.device("laser").words)
    assert state(office) == "queued" and laser.jobs == []
