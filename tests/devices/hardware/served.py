"""A real station behind a real server on the loopback, and a page of Odoo that signs as pages do."""

import asyncio
import base64
import http.client
import json
import socket
import ssl
import threading
import time

from odoo.addons.ecom_hardware_proxy.proxy import config, signing
from odoo.addons.ecom_hardware_proxy.proxy.server import Server
from odoo.addons.ecom_hardware_proxy.proxy.station import Station

ORIGIN = "https://shop.example.com"
EVIL = "https://evil.example.com"
KEY = "5e" * 32
PAIRING = config.Pairing("station-1", KEY, "Packing 1", (ORIGIN,))
ZPL = b"^XA^FO20,20^A0N,40^FDone^FS^XZ"
ALL = ["read", "print", "drawer", "scale", "manage"]


def job(job_id, content=ZPL, **values):
    """A label as a page posts it."""
    return {
        "id": job_id,
        "device": "labels",
        "name": "Label",
        "mimetype": "application/zpl",
        "content": base64.b64encode(content).decode(),
    } | values


class Loop:
    """An event loop in a thread of its own."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self.run(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _end(self):
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def run(self, coroutine, limit_s=20.0):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(limit_s)


class Served(Loop):
    """``with Served(tmp_path, toml) as agent: agent.post(...)``. *pairing* may be changed."""

    def __init__(self, home, toml="", port=0, **options):
        self.pairing = PAIRING
        self.pos_key = None
        self.woken = 0
        self.station = Station(config.parse(f"[agent]\nport = {port}\n{toml}"), home)
        self.server = None
        self._options = options

    def __enter__(self):
        super().__enter__()
        self.station.start()
        self.run(self._start())
        return self

    async def _start(self):
        self.server = Server(
            self.station, lambda: self.pairing, lambda: self.pos_key, self._wake, **self._options
        )
        await self.server.start()

    def _wake(self):
        self.woken += 1

    def __exit__(self, *error):
        self.run(self.server.stop())
        self.station.stop()
        super().__exit__(*error)

    @property
    def port(self):
        return self.server.port

    def page(self, **claims):
        return Page(self, **claims)

    def wait_for_job(self, job_id, *states, limit_s=10.0):
        """Return the job once it is in one of *states*."""
        wait_until(lambda: self.station.job(job_id).state in states, limit_s)
        return self.station.job(job_id)


def wait_until(true, limit_s=10.0):
    """Return when *true* () is; AssertionError after the limit."""
    until = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.status, self.json["error"]


def ask(port, method, target, body=None, headers=None, host=None, tls=None):
    """One request as given, nothing added but Host and Content-Length."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    if tls:
        connection.sock = tls.wrap_socket(socket.create_connection(("127.0.0.1", port)))
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{port}")
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None and "Content-Length" not in (headers or {}):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Page:
    """A page of Odoo with its token; what is to be wrong about it is given by name."""

    def __init__(self, agent, key=KEY, **claims):
        self._agent = agent
        now = time.time()
        self.claims = {
            "station": "station-1",
            "user": 2,
            "login": "packer",
            "origin": ORIGIN,
            "do": ALL,
            "exp": now + 300,
        } | claims
        self.token, self.secret = signing.mint(key, self.claims)

    def headers(self, method, target, body=b"", now=None):
        signed = signing.sign(self.secret, method, target, body, now or time.time())
        return signed | {
            signing.TOKEN: self.token,
            "Origin": self.claims["origin"],
            "Content-Type": "application/json",
        }

    def send(self, method, target, values=None, now=None, host=None, **headers):
        """Headers with value None are left out; underscores stand for dashes."""
        body = None if values is None else json.dumps(values).encode()
        sent = self.headers(method, target, body or b"", now)
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        return ask(self._agent.port, method, target, body, sent, host)

    def get(self, target, **changes):
        return self.send("GET", target, **changes)

    def post(self, target, values=None, **changes):
        return self.send("POST", target, values or {}, **changes)


def trusting(path):
    """A client's TLS that believes the certificate in *path* and checks names."""
    return ssl.create_default_context(cafile=str(path))
