"""What a hostile page or a hostile program on the network tried, and what it must not get."""

import logging
import socket

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import OdooServer
from odoo.addons.ecom_hardware_proxy.proxy.server import app

from .served import ORIGIN, Served, ask

POS = "[pos]\nenabled = true\n"


def test_wrong_keys_of_a_hostile_page_lock_nobody_out(tmp_path):
    """A GET in mode no-cors has no Origin, and comes from the same machine as the right page."""
    with Served(tmp_path, POS) as agent:
        agent.pos_key = "rightkey"
        guesses = [ask(agent.port, "GET", "/k/wrong/hw_proxy/hello").status for _ in range(30)]
        assert guesses[0] == 403 and guesses[-1] == 429
        assert agent.page().get("/v1/status").status == 200
        assert ask(agent.port, "GET", "/k/rightkey/hw_proxy/hello").status == 200


@pytest.mark.parametrize("key", ["%ed%a0%80", "%ff", "%00", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_key_of_odd_characters_is_a_wrong_key(tmp_path, key):
    with (
        Served(tmp_path, POS) as agent,
        socket.create_connection(("127.0.0.1", agent.port)) as line,
    ):
        agent.pos_key = "rightkey"
        head = f"GET /k/{key}/hw_proxy/hello HTTP/1.1\r\nHost: 127.0.0.1:{agent.port}\r\n\r\n"
        line.sendall(head.encode())
        assert line.recv(100).startswith((b"HTTP/1.1 403", b"HTTP/1.0 400"))


@pytest.mark.parametrize(
    "head",
    [
        "GET /k/SECRET/hw_proxy/hello HTTP/9.9\r\n",
        "GET /k/SECRET/hw_proxy/hello HTTP/1.1\r\nX-Ecom-Token: SECRET\0\r\n",
        f"GET / HTTP/1.1\r\nX-Ecom-Token: {'SECRET' * 2000}\r\n",
    ],
)
def test_a_request_that_cannot_be_read_leaves_no_secret_in_the_log(tmp_path, caplog, head):
    caplog.set_level(logging.DEBUG)
    with (
        Served(tmp_path, POS) as agent,
        socket.create_connection(("127.0.0.1", agent.port)) as line,
    ):
        line.sendall(f"{head}Host: 127.0.0.1:{agent.port}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.0 400")
    assert "SECRET" not in caplog.text and "cannot be read" in caplog.text


@pytest.mark.parametrize("start", [b"", b"GET / HT"])
def test_a_connection_that_asks_nothing_is_closed(tmp_path, monkeypatch, start):
    monkeypatch.setattr(app, "IDLE_S", 0.2)
    with Served(tmp_path) as agent, socket.create_connection(("127.0.0.1", agent.port)) as line:
        line.sendall(start)
        line.settimeout(10)
        assert line.recv(1) == b""


@pytest.mark.parametrize("data", ["[1]", "7", '"x"', "null"])
def test_an_action_of_another_kind_does_nothing(tmp_path, data):
    with Served(tmp_path, POS) as agent:
        headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
        body = f'{{"params": {{"data": {data}}}}}'.encode()
        answer = ask(agent.port, "POST", "/hw_proxy/default_printer_action", body, headers)
    assert answer.status == 200 and answer.json["result"] is False


def test_a_station_that_is_not_paired_any_more_serves_no_till(tmp_path):
    """Its Odoo was revoked; that the address is still in proxy.toml opens nothing."""
    toml = POS + f'[odoo]\nurl = "{ORIGIN}"\n'
    with Served(tmp_path, toml) as agent:
        agent.pos_key = "rightkey"
        headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
        paths = "/hw_proxy/handshake", "/k/rightkey/hw_proxy/handshake", "/iot_drivers/action"
        told = [ask(agent.port, "POST", path, b"{}", headers).status for path in paths]
        assert told == [200, 200, 200]
        agent.pairing = None
        told = [ask(agent.port, "POST", path, b"{}", headers).status for path in paths]
        assert told == [403, 403, 403]


def test_the_odoo_of_before_is_not_trusted_any_more(tmp_path):
    """``ecom-proxy pair`` with another Odoo, while the agent runs."""
    now = [OdooServer("https://former.example.com")]
    with Served(tmp_path, odoo=lambda: now[0]) as agent:
        headers = {"Origin": "https://former.example.com"}
        assert ask(agent.port, "GET", "/v1/hello", headers=headers).status == 200
        now[0] = OdooServer("https://other.example.com")
        assert ask(agent.port, "GET", "/v1/hello", headers=headers).status == 403
