"""The line is set as the driver says, and a line that is set otherwise is told as such.

A pty keeps neither parity nor data bits, so the far end is pyserial's RFC 2217 server (FACTS 15): it
sees what a client sets, as a serial converter would.
"""

import os
import socket
import termios
import threading
from contextlib import contextmanager

import pytest
import serial
from serial.rfc2217 import PortManager

from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.links import serial as links_serial
from odoo.addons.ecom_hardware_proxy.proxy.scales import LineSettings

from sandbox.devices.platter import Platter
from sandbox.devices.scale_protocols import PROTOCOLS
from sandbox.devices.serial_port import with_even_parity
from tests.stations import device, running, until

SEVEN_EVEN = (9600, 7, "E", 1)


class Wire:
    """The converter's end of a line on which a scale speaks 7E1: who listens otherwise sees bit 7."""

    cts = dsr = ri = cd = dtr = rts = True
    xonxoff = rtscts = break_condition = False

    def __init__(self, protocol):
        self.baudrate, self.bytesize, self.parity, self.stopbits = 1200, 5, "N", 2
        self._protocol = protocol

    def reset_input_buffer(self):
        pass

    reset_output_buffer = reset_input_buffer

    @property
    def settings(self):
        return self.baudrate, self.bytesize, self.parity, self.stopbits

    def answer(self, question):
        """What the converter hands on of the scale's answer."""
        sent = b"".join(self._protocol.receive(bytes(byte & 0x7F for byte in question)))
        return sent if self.bytesize == 7 else bytes(map(with_even_parity, sent))


@contextmanager
def converter(wire):
    """An RFC 2217 server on a loopback port; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(line,), daemon=True).start()

        def talk(line):
            manager = PortManager(wire, Connection(line))
            try:
                while data := line.recv(1024):
                    question = b"".join(manager.filter(data))
                    if answer := question and wire.answer(question):
                        line.sendall(b"".join(manager.escape(answer)))
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


class Connection:
    """What PortManager writes to."""

    def __init__(self, line):
        self.write = line.sendall


@pytest.fixture
def wire(monkeypatch):
    """The agent's serial ports are RFC 2217 clients of *wire* from now on."""
    platter = Platter()
    platter.change(load_g=1250)
    wire = Wire(PROTOCOLS["toledo_8217"](platter))
    with converter(wire) as port:

        class Port:
            """pyserial's client, with a descriptor to poll."""

            def __init__(self, _path, *settings, exclusive, **named):
                assert exclusive
                self._port = serial.serial_for_url(
                    f"rfc2217://127.0.0.1:{port}", *settings, **named
                )
                self._port.timeout = 0.05
                self._ours, self._theirs = socket.socketpair()
                for pump in (self._up, self._down):
                    threading.Thread(target=pump, daemon=True).start()

            def fileno(self):
                return self._theirs.fileno()

            def _up(self):
                while data := self._ours.recv(1024):
                    self._port.write(data)
                self._port.close()

            def _down(self):
                try:
                    while True:
                        if data := self._port.read(64):
                            self._ours.sendall(data)
                except (OSError, TypeError, AttributeError, serial.SerialException):
                    pass

            def close(self):
                self._theirs.close()

        monkeypatch.setattr(links_serial, "_Port", Port)
        yield wire


def scale(tmp_path, **settings):
    (tmp_path / "line").touch()
    return device("scale", link=LinkConfig("serial", path=str(tmp_path / "line"), **settings))


def test_an_8217_is_read_at_9600_7e1(tmp_path, wire):
    with running(tmp_path / "home", scale(tmp_path)) as station, station.watch("scale"):
        until(lambda: station.reading("scale")["weight_g"] == "1250.000")
    assert wire.settings == SEVEN_EVEN


def test_the_kernel_is_told_so(monkeypatch):
    told, tcsetattr = [], termios.tcsetattr

    def heard(descriptor, when, values):
        told.append((values[2], values[4], values[5]))
        tcsetattr(descriptor, when, values)

    far, near = os.openpty()
    try:
        monkeypatch.setattr(termios, "tcsetattr", heard)
        link = links_serial.SerialLink(lambda: os.ttyname(near), LineSettings(*SEVEN_EVEN))
        link.open()
        link.close()
    finally:
        os.close(far)
        os.close(near)
    flags, *speeds = told[0]
    assert flags & termios.CSIZE == termios.CS7 and flags & termios.PARENB
    assert not flags & (termios.PARODD | termios.CSTOPB) and speeds == [termios.B9600] * 2


def test_a_line_that_is_set_otherwise_is_told_as_wrong_parity(tmp_path, wire):
    wrong = scale(tmp_path, bytesize=8, parity="N")
    with running(tmp_path / "home", wrong) as station, station.watch("scale"):
        until(lambda: "Wrong parity" in station.reading("scale")["words"])
        reading = station.reading("scale")
    assert wire.settings == (9600, 8, "N", 1)
    assert reading["state"] == "unreadable" and reading["weight_g"] is None
    assert "7E1" in reading["words"]
