"""What the tests of the agent's core stand on: a label printer on a socket, ports that a test plugs
and unplugs, a station in a folder, and waiting for something to become true.
"""

import socket
import struct
import threading
import time
from contextlib import contextmanager

from odoo.addons.ecom_hardware_proxy.proxy import config
from odoo.addons.ecom_hardware_proxy.proxy.links import identity
from odoo.addons.ecom_hardware_proxy.proxy.station import Station

LONG_S = 30.0
SERIAL = config.LinkConfig("serial", vid="0eb8", pid="2200", serial="A1")
RESET = struct.pack("ii", 1, 0)
HEALTHY = (
    b"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,0,0,1,2,4,0,00000000,1,000\x03\r\n"
    b"\x021234,0\x03\r\n"
)


def until(condition, limit_s=LONG_S):
    """Wait until *condition()* is true and return its value."""
    deadline = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.005)
    return value


class Sink:
    """A printer on a loopback port; `jobs` are the bytes of each connection that carried any,
    without the questions for its state, of which `asked` is the number.

    *status*: what it answers to those, b"" nothing. *cut_after*: resets the connection after so
    many bytes; *reset_at_end*: takes everything, then resets; *keeps_open*: never closes its side;
    *asleep*: reads nothing.
    """

    def __init__(self):
        self.jobs, self.status, self.asked = [], b"", 0
        self.cut_after = None
        self.reset_at_end = self.keeps_open = self.asleep = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.switch_off()
        for connection in self._open:
            connection.close()

    def switch_off(self):
        """Refuse connections from now on."""
        try:
            # Closing alone does not end a waiting accept().
            self._server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._server.close()

    def close_politely(self):
        """Say to all who are connected that everything has come."""
        for connection in self._open:
            connection.shutdown(socket.SHUT_WR)

    def _accept(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        got = bytearray()
        try:
            while data := connection.recv(256 if self.cut_after else 65536):
                while self.asleep:
                    time.sleep(0.01)
                got += data
                if b"~HS" in got:
                    got = got.replace(b"~HS", b"")
                    self.asked += 1
                    connection.sendall(self.status)
                if self.cut_after and len(got) >= self.cut_after:
                    return self._reset(connection, got)
            if self.reset_at_end:
                return self._reset(connection, got)
            if got:
                self.jobs.append(bytes(got))
            if not self.keeps_open:
                connection.close()
        except OSError:
            pass

    def _reset(self, connection, got):
        if got:
            self.jobs.append(bytes(got[: self.cut_after]))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()


class Shelf:
    """Ports that a test plugs and unplugs: `nodes` is what the kernel would list."""

    def __init__(self, *nodes):
        self.now = list(nodes)

    def nodes(self, kind):
        return list(self.now)

    def find(self, link):
        return identity.choose(link, () if link.path else self.now)


def usb(path, serial="", usb_path="1-1"):
    return identity.Node(str(path), "0eb8", "2200", serial, usb_path)


def device(kind, device_id=None, link=None, **values):
    names = {"scale": {"driver": "toledo_8217", "options": {"unit": "kg"}}}
    return config.DeviceConfig(
        device_id or kind,
        (device_id or kind).title(),
        kind,
        link=link,
        **names.get(kind, {}) | values,
    )


def zpl(sink, device_id="labels", options=None, **link):
    return device(
        "label_printer",
        device_id,
        config.LinkConfig("tcp", host="127.0.0.1", port=sink.port, **link),
        language="zpl",
        options={"retry_max_s": 0.1, "status": False} | (options or {}),
    )


@contextmanager
def running(home, *devices, **options):
    """A started station."""
    station = Station(config.Config(devices=devices), home, **options)
    station.start()
    try:
        yield station
    finally:
        station.stop()


def reading(station):
    """What the scale said last."""
    return station.reading("scale")


def is_online(station):
    """Whether the scale can be asked."""
    return station.device("scale").state == "online"
