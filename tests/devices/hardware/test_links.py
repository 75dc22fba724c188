"""Links on real sockets, ptys, FIFOs and files: what arrived, what is missing, busy or lost."""

import os
import pty
import socket
import termios
import threading
import tty

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import links
from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.links import (
    LinkBusy,
    LinkLost,
    LinkMissing,
    ipp,
    tcp,
)
from odoo.addons.ecom_hardware_proxy.proxy.links import serial as serial_link
from odoo.addons.ecom_hardware_proxy.proxy.scales import LineSettings

from sandbox.devices import ipp_message
from tests.stations import Shelf, Sink, until

NOWHERE = Shelf()


def make(kind, line=None, suffix="bin", **values):
    return links.make(LinkConfig(kind, **values), NOWHERE.find, line, suffix)


def write_all(link, data):
    while data:
        data = data[link.write(data, 5) :]


# --- TCP ----------------------------------------------------------------------------------------


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


def test_orderly_shutdown_and_the_peers_close_mean_that_all_arrived(sink):
    link = make("tcp", host="127.0.0.1", port=sink.port)
    link.open()
    write_all(link, b"x" * 300_000)
    assert link.finish(20) is True
    link.close()
    assert [len(job) for job in sink.jobs] == [300_000]


def test_a_reset_is_lost_although_every_write_succeeded(sink):
    sink.cut_after = 1000
    link = make("tcp", host="127.0.0.1", port=sink.port)
    link.open()
    write_all(link, b"x" * 6786)
    with pytest.raises(LinkLost):
        link.finish(20)
    link.close()


def test_no_close_is_not_known(sink):
    sink.keeps_open = True
    link = make("tcp", host="127.0.0.1", port=sink.port)
    link.open()
    write_all(link, b"label")
    assert link.finish(0.05) is False
    link.close()


def test_a_full_window_takes_nothing_and_says_so(sink):
    sink.asleep = True
    link = make("tcp", host="127.0.0.1", port=sink.port)
    link.open()
    while link.write(b"x" * 1_000_000, 0.05):
        pass
    sink.asleep = False
    assert link.write(b"x", 20) == 1
    link.close()


def test_refused_is_busy_and_unknown_names_are_missing(sink, monkeypatch):
    sink.switch_off()
    with pytest.raises(LinkBusy, match="takes no connection"):
        make("tcp", host="127.0.0.1", port=sink.port).open()

    def no_answer(*_arguments):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(tcp.socket, "create_connection", no_answer)
    with pytest.raises(LinkMissing, match="not reached"):
        make("tcp", host="printer.invalid").open()


def test_a_closed_link_is_lost_for_who_still_uses_it(sink):
    link = make("tcp", host="127.0.0.1", port=sink.port)
    link.open()
    link.close()
    link.close()
    for use in (lambda: link.write(b"x", 1), lambda: link.read(1, 1), lambda: link.finish(1)):
        with pytest.raises(LinkLost):
            use()


# --- serial -------------------------------------------------------------------------------------


@pytest.fixture
def line():
    """A pty: its master, and the path of the slave."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    for descriptor in (master, slave):
        try:
            os.close(descriptor)
        except OSError:
            pass


def test_a_serial_line_reads_what_is_there_and_does_not_wait_for_more(line):
    master, path = line
    link = make("serial", LineSettings(9600, 7, "E", 1), path=path)
    link.open()
    os.write(master, b"\x0201.250\r")
    assert link.read(256, 30) == b"\x0201.250\r"
    assert link.read(256, 0.01) == b""
    write_all(link, b"W")
    assert os.read(master, 10) == b"W" and link.finish(5) is True
    link.close()


def test_a_serial_line_is_for_one_program(line):
    first, second = (make("serial", path=line[1]) for _ in range(2))
    first.open()
    with pytest.raises(LinkBusy, match="Another program"):
        second.open()
    first.close()
    second.open()
    second.close()


def test_a_pseudo_terminal_without_parity_is_opened_again_and_again(line):
    link = make("serial", LineSettings(9600, 7, "E", 1), path=line[1])
    for sent in (b"1", b"2", b"3"):
        link.open()
        write_all(link, sent)
        assert os.read(line[0], 10) == sent
        link.close()


def test_refused_settings_are_said_as_people_say_them(line, monkeypatch):
    def refuse(*_arguments):
        raise termios.error(22, "Invalid argument")

    monkeypatch.setattr("serial.Serial._reconfigure_port", refuse)
    monkeypatch.setattr(serial_link, "_is_pseudo", lambda _descriptor: False)
    with pytest.raises(LinkMissing) as refused:
        make("serial", LineSettings(9600, 7, "E", 1), path=line[1]).open()
    words = str(refused.value)
    assert words == f"{line[1]} refuses 9600 baud, 7 data bits, even parity."
    assert words.said_in("fr") == f"{line[1]} refuse 9600 bauds, 7 bits de données, parité paire."


def test_settings_of_the_configuration_come_before_those_of_the_driver():
    config = LinkConfig("serial", path="/dev/x", baud=4800, stopbits=2)
    settings = links._settings(config, LineSettings(9600, 7, "E", 1))
    assert settings == LineSettings(4800, 7, "E", 2)


@pytest.mark.parametrize(("flow", "is_on"), [("none", False), ("xonxoff", True)])
def test_flow_control_is_what_was_asked_for(line, flow, is_on):
    link = make("serial", path=line[1], flow=flow)
    link.open()
    assert bool(termios.tcgetattr(link._fd)[0] & termios.IXON) is is_on
    link.close()


def test_an_unplugged_line_is_lost(line):
    master, path = line
    link = make("serial", path=path)
    link.open()
    os.close(master)
    with pytest.raises(LinkLost):
        link.read(1, 5)
    link.close()


def test_missing_files_are_missing(tmp_path):
    for kind in ("serial", "hidraw", "usblp", "evdev"):
        with pytest.raises(LinkMissing):
            make(kind, path=str(tmp_path / "none")).open()
    with pytest.raises(LinkMissing, match="Not plugged in"):
        make("serial", vid="0eb8", pid="2200").open()


# --- evdev --------------------------------------------------------------------------------------


def test_key_events_come_through_a_fifo_and_survive_its_writer(tmp_path):
    fifo = tmp_path / "event0"
    os.mkfifo(fifo)
    link = make("evdev", path=str(fifo))
    link.open()
    for text in (b"first", b"second"):
        thread = threading.Thread(target=fifo.write_bytes, args=(text,))
        thread.start()
        assert link.read(100, 30) == text
        thread.join()
    assert link.read(100, 0.01) == b""
    link.close()


# --- files --------------------------------------------------------------------------------------


def test_files_are_whole_or_not_there(tmp_path):
    link = make("file", suffix="zpl", folder=str(tmp_path))
    link.open()
    write_all(link, b"one")
    assert list(tmp_path.iterdir()) == []
    link.finish(1)
    (tmp_path / "000007.pdf").write_bytes(b"from elsewhere")
    link.open()
    write_all(link, b"two")
    link.close()
    link.open()
    write_all(link, b"three")
    link.finish(1)
    names = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert names == {
        "000001.zpl": b"one",
        "000007.pdf": b"from elsewhere",
        "000008.zpl": b"three",
    }


def test_a_folder_that_is_gone_is_missing(tmp_path):
    with pytest.raises(LinkMissing):
        make("file", folder=str(tmp_path / "none")).open()


# --- IPP ----------------------------------------------------------------------------------------


def test_requests_are_what_an_independent_reader_expects():
    attributes = [(0x44, "requested-attributes", ("a", "b")), (0x21, "copies", (3,))]
    request = ipp_message.decode(ipp.encode(0x000B, 7, {0x01: attributes}) + b"document")
    assert (request.code, request.request_id, request.document) == (0x000B, 7, b"document")
    group = request.group(ipp_message.OPERATION)
    assert group["requested-attributes"].values == ["a", "b"] and group["copies"].values == [3]


def test_a_tray_and_its_paper_are_one_collection():
    attribute = ipp.media_and_tray("iso_a4_210x297mm", "tray-2")
    group = ipp_message.decode(ipp.encode(2, 7, {0x02: [attribute, (0x21, "copies", (3,))]}))
    values = group.group(ipp_message.JOB)
    assert values["media-col"].values == [
        {
            "media-size": [{"x-dimension": [21000], "y-dimension": [29700]}],
            "media-source": ["tray-2"],
        }
    ]
    assert values["copies"].values == [3]


@pytest.mark.parametrize("cut", range(0, 30, 3))
def test_answers_cut_short_are_lost_not_misread(cut):
    answer = ipp.encode(0, 1, {0x02: [(0x21, "job-id", (5,))]})
    assert ipp.decode(answer).first("job-id") == 5
    with pytest.raises(LinkLost):
        ipp.decode(answer[: min(cut, len(answer) - 1)])


def test_names_are_cut_on_whole_characters():
    answer = ipp.decode(ipp.encode(0, 1, {0x01: [(0x42, "job-name", ("é" * 200,))]}))
    assert answer.first("job-name") == "é" * 127


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((215.9, 279.4), "na_letter_8.5x11in"),
        ((101.6, 152.0), "na_index-4x6_4x6in"),
        ((210, 297), "iso_a4_210x297mm"),
        ((100, 50), "custom_100x50_100x50mm"),
        ((None, 50), ""),
    ],
)
def test_media_by_their_registered_names(size, name):
    assert ipp.media_name(*size) == name


def test_reasons_are_sentences_and_reports_are_left_out():
    reasons = ["none", "media-empty-error", "toner-low-warning", "odd-thing-error", "media-empty"]
    assert ipp.reasons_in_words(reasons) == (
        "The paper tray is empty.",
        "The printer says: odd-thing.",
    )


@pytest.mark.parametrize("uri", ["ipp://127.0.0.1:{}/ipp/print", "http://127.0.0.1:{}/printers/a"])
def test_a_printer_that_is_off_is_missing(sink, uri):
    sink.switch_off()
    with pytest.raises(LinkMissing):
        links.IppLink(uri.format(sink.port)).problems()


def test_something_that_is_no_printer_is_lost(sink):
    threading.Thread(target=lambda: until(lambda: sink._open) and sink._open[0].close()).start()
    with pytest.raises(LinkLost):
        links.IppLink(f"ipp://127.0.0.1:{sink.port}/", timeout_s=0.2).problems()
