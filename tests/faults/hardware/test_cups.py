"""The agent's IPP link against a real CUPS that is killed and started again (FACTS 4.7, 5, 16)."""

import time

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.links import ipp
from odoo.addons.ecom_hardware_proxy.proxy.links.link import LinkLost, LinkMissing

from sandbox.devices.ipp_printer import IppPrinter
from sandbox.devices.printers import TcpPrinter
from tests.faults.hardware.cups import Cups

PDF = b"%PDF-1.4\n" + b"%" + b"x" * 20000 + b"\n%%EOF\n"
LETTER = "na_letter_8.5x11in"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """CUPS, laid out once for this file."""
    return Cups(tmp_path_factory.mktemp("cups"))


@pytest.fixture
def cups(installed):
    """A running cupsd."""
    installed.start()
    yield installed
    installed.kill()


@pytest.fixture
def laser(tmp_path):
    """A document printer that is switched off, at an address that stays."""
    with IppPrinter(tmp_path / "laser") as first:
        port = first.port
    return IppPrinter(tmp_path / "laser", port)


def until(condition, limit_s=30):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(link, job):
    """Whether CUPS calls a job completed."""
    return link.job(job)[0] == ipp.COMPLETED


def test_a_document_goes_through_unchanged(cups, laser):
    with laser:
        link = ipp.IppLink(cups.queue("through", laser.uri))
        job = link.print_job(PDF, "application/pdf", "Manifest é", media=LETTER)
        until(lambda: ended(link, job))
        (printed,) = laser.jobs
    assert printed.document == PDF and printed.name == "Manifest é"
    assert printed.keywords["media"] == LETTER and printed.keywords["print-scaling"] == "none"


def test_a_queue_without_a_driver_takes_no_wish_for_a_tray(cups, laser):
    """It would forget the tray and the paper with it; what it has of paper it does not say."""
    with laser:
        link = ipp.IppLink(cups.queue("trays", laser.uri))
        assert link.paper_problem("na_legal_8.5x14in", "") == ""
        assert "no tray tray-2: it takes no wishes" in link.paper_problem("", "tray-2")
        job = link.print_job(PDF, "application/pdf", "Manifest", media=LETTER, tray="tray-2")
        until(lambda: ended(link, job))
        assert laser.jobs[0].template == {"print-scaling": "none"}


def test_a_killed_spooler_keeps_the_job_and_it_comes_out_once(cups, laser):
    """The printer is off, the spooler has the job, power fails, everything comes back."""
    link = ipp.IppLink(cups.queue("killed", laser.uri))
    job = link.print_job(PDF, "application/pdf", "Manifest", media=LETTER)
    assert link.job(job)[0] in (ipp.PENDING, ipp.PROCESSING)
    cups.kill()
    with pytest.raises(LinkMissing):
        link.job(job)
    cups.start()
    assert link.job(job)[0] in (ipp.PENDING, ipp.PROCESSING)
    with laser:
        until(lambda: ended(link, job))
        assert [printed.document for printed in laser.jobs] == [PDF]


def test_nothing_leaves_for_a_spooler_that_is_down(cups, laser):
    """The link says so before the first byte, so that the job may be sent again."""
    link = ipp.IppLink(cups.queue("down", laser.uri))
    cups.kill()
    left = []
    with pytest.raises(LinkMissing):
        link.print_job(PDF, "application/pdf", "Manifest", leaving=lambda: left.append(True))
    assert not left
    cups.start()
    with laser:
        job = link.print_job(PDF, "application/pdf", "Manifest", leaving=lambda: left.append(True))
        until(lambda: ended(link, job))
        assert left and len(laser.jobs) == 1


def test_paper_out_at_the_printer_is_told_through_the_spooler(cups, laser):
    laser.set(reasons=["media-empty"])
    with laser:
        link = ipp.IppLink(cups.queue("empty", laser.uri))
        job = link.print_job(PDF, "application/pdf", "Manifest", media=LETTER)
        until(lambda: "The paper tray is empty." in link.problems())
        laser.set(reasons=[])
        until(lambda: ended(link, job))
        assert len(laser.jobs) == 1


def test_what_a_spooler_calls_completed_may_not_be_on_paper(cups, tmp_path):
    """FACTS 4.7: reset after 1000 of 6786 bytes, and CUPS says completed. Labels go by 9100."""
    label = b"^XA^FX" + b"x" * 6774 + b"^FS^XZ"
    with TcpPrinter("zpl", tmp_path) as printer:
        printer.set(mode="reset_after", bytes=1000)
        link = ipp.IppLink(cups.queue("raw", f"socket://127.0.0.1:{printer.port}"))
        job = link.print_job(label, "application/vnd.cups-raw", "Label")
        until(lambda: ended(link, job))
        assert [len(sent) for sent in printer.jobs] == [1000] and not printer.printed


def test_a_spooler_killed_while_the_printer_works_prints_again(cups, laser):
    """A limit of CUPS (queues with retry-job), see FACTS 4.7: the agent handed the job
    over once, the spooler hands it on twice. A printer addressed directly does not do this.
    """
    laser.set(reasons=["media-empty"])
    with laser:
        link = ipp.IppLink(cups.queue("again", laser.uri))
        job = link.print_job(PDF, "application/pdf", "Manifest", media=LETTER)
        until(lambda: laser.jobs and laser.jobs[0].closed)
        cups.kill()
        cups.start()
        until(lambda: len(laser.jobs) == 2)
        laser.set(reasons=[])
        until(lambda: ended(link, job))
        assert [printed.document for printed in laser.jobs] == [PDF, PDF]


def test_a_printer_addressed_directly_prints_once(laser):
    """The answer is lost after the job was taken: nobody knows, and one copy comes out."""
    laser.set(mode="reset")
    with laser:
        with pytest.raises(LinkLost):
            ipp.IppLink(laser.uri).print_job(PDF, "application/pdf", "Manifest", media=LETTER)
        laser.wait_for(1)
        assert [printed.document for printed in laser.jobs] == [PDF]
