"""Devices that send without end, and names that nobody resolves: no thread is lost to them."""

import socket
import threading
import time

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import Drawer, LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.devices import drawer, printer
from odoo.addons.ecom_hardware_proxy.proxy.devices.watchdog import Limits
from odoo.addons.ecom_hardware_proxy.proxy.queue import StorageError

from tests.stations import Sink, device, running, until, zpl

from .test_printer import label, state


class Flood:
    """A device on a loopback port that sends *piece* again and again to whoever connects, and
    takes everything.
    """

    def __init__(self, piece):
        self._piece = piece * (4096 // len(piece))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.flowing = True
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.flowing = False
        self._server.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            while self.flowing:
                connection.sendall(self._piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    @staticmethod
    def _take(connection):
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass


def stops_quickly(station):
    began = time.monotonic()
    station.stop()
    return time.monotonic() - began < 8


def test_a_printer_that_talks_without_end_gets_nothing_and_is_said(tmp_path):
    with Flood(b"\x02garbage\x03") as flood, Sink() as other:
        devices = zpl(flood, options={"status": True, "status_s": 0.3}), zpl(other, "others")
        with running(tmp_path, *devices) as station:
            station.submit(label())
            station.submit(label(2, "others"))
            until(lambda: state(station, 2) == "sent")
            until(lambda: station.device("labels").state == "attention")
            until(
                lambda: (
                    state(station) == "queued" and "cannot be read" in station.job("job-1").words
                )
            )
            assert stops_quickly(station)


def test_a_scale_that_talks_without_end_weighs_nothing(tmp_path):
    """What comes unasked faster than it is read lies in buffers: it is not the weight of now."""
    with Flood(b"\xff\x00garbage") as flood:
        link = LinkConfig("tcp", host="127.0.0.1", port=flood.port)
        with running(tmp_path, device("scale", link=link)) as station, station.watch("scale"):
            until(lambda: "without end" in station.reading("scale")["words"])
            for _ in range(20):
                assert station.read_now("scale", 0.2)["weight_g"] is None
            assert stops_quickly(station)


def test_a_name_server_that_is_silent_takes_no_printer_out_of_service(tmp_path, monkeypatch):
    """Looking up a name may take a minute; the printer comes back when the name does."""
    silent = threading.Event()

    def looked_up(address, timeout, connect=socket.create_connection):
        if not silent.wait(3.0):
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        return connect(address, timeout)

    monkeypatch.setattr(socket, "create_connection", looked_up)
    limits = Limits(silent_s=0.6, restarts=2, every_s=0.05)
    with Sink() as sink, running(tmp_path, zpl(sink), limits=limits) as station:
        station.submit(label())
        until(lambda: "not reached" in station.device("labels").words)
        until(lambda: "not reached" in station.job("job-1").words)
        silent.set()
        until(lambda: state(station) == "sent")
        assert not [
            line
            for line in station.audit.lines()
            if line["action"] != "print" and "restart" in line["action"]
        ]


def test_a_printer_that_is_slow_by_configuration_is_not_taken_for_hung(tmp_path):
    limits = Limits(silent_s=0.5, restarts=2, every_s=0.05)
    with Sink() as sink:
        sink.keeps_open = True
        slow = zpl(sink, close_wait_s=1.5)
        with running(tmp_path, slow, limits=limits) as station:
            station.submit(label())
            until(lambda: state(station) == "unknown")
            assert "neither answered nor closed" in station.job("job-1").words


def test_a_drawer_does_not_open_after_a_long_connecting(tmp_path, monkeypatch):
    """A minute later it opens for somebody else."""
    monkeypatch.setattr(drawer, "KICK_LIMIT_S", 0.2)
    connect = socket.create_connection

    def slow(address, timeout):
        time.sleep(0.6)
        return connect(address, timeout)

    with Sink() as sink:
        link = LinkConfig("tcp", host="127.0.0.1", port=sink.port)
        options = {"status": False, "look_s": 0}
        till = device("receipt_printer", "till", link, language="escpos", options=options)
        pin = device("cash_drawer", "drawer", drawer=Drawer("till"))
        with running(tmp_path, till, pin) as station:
            until(lambda: station.device("till").state == "online")
            monkeypatch.setattr(socket, "create_connection", slow)
            station.open_drawer("drawer", "k1", "change", "anna")
            until(lambda: station.kick("k1").state == "failed")
            assert "not opened" in station.kick("k1").words
    assert not any(b"\x1bp" in job for job in sink.jobs)


def test_a_full_disk_after_a_kick_kills_no_thread(tmp_path, monkeypatch):
    monkeypatch.setattr(printer, "STORAGE_S", 0.05)
    with Sink() as sink:
        link = LinkConfig("tcp", host="127.0.0.1", port=sink.port)
        options = {"status": False, "look_s": 0}
        till = device("receipt_printer", "till", link, language="escpos", options=options)
        pin = device("cash_drawer", "drawer", drawer=Drawer("till"))
        with running(tmp_path, till, pin) as station:
            end, full = station.queue.end_kick, iter(range(3))

            def end_kick(*values):
                if next(full, None) is not None:
                    raise StorageError("the disk is full")
                return end(*values)

            monkeypatch.setattr(station.queue, "end_kick", end_kick)
            thread = station._units["till"].worker
            station.open_drawer("drawer", "k1", "change", "anna")
            until(lambda: station.kick("k1").state == "done")
            assert station._units["till"].worker is thread and thread.is_alive()
    assert sum(job.count(b"\x1bp") for job in sink.jobs) == 1


@pytest.mark.parametrize("host", ["printer..local", "a" * 70])
def test_a_name_that_cannot_exist_is_said(tmp_path, host):
    link = LinkConfig("tcp", host=host, port=9100)
    far = device("label_printer", "far", link, language="zpl")
    office = LinkConfig("ipp", uri=f"ipp://{host}:631/ipp/print")
    laser = device("document_printer", "laser", office, language="pdf")
    with running(tmp_path, far, laser) as station:
        for name in ("far", "laser"):
            until(lambda name=name: "not reached" in station.device(name).words)
        assert not any("restart" in line["action"] for line in station.audit.lines())
