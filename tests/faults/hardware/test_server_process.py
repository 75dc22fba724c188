"""The whole agent as a process: retry storms over restarts, pairing, TLS, an orderly end."""

import base64
import json
import re
import socket
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import config
from odoo.addons.ecom_hardware_proxy.proxy.security import tls

from sandbox.devices.printers import TcpPrinter
from tests.devices.hardware.fake_odoo import FakeOdoo
from tests.devices.hardware.served import EVIL, KEY, ORIGIN, PAIRING, ask, trusting, wait_until
from tests.faults.hardware.proxies import Proxy, command, said

ZPL = b"^XA^FO20,20^A0N,40^FDone^FS^XZ"
TOML = """
[[device]]
id = "labels"
kind = "label_printer"
language = "zpl"
link = {{ type = "tcp", host = "127.0.0.1", port = {port} }}
"""
JOB = {
    "id": "one",
    "device": "labels",
    "name": "Label",
    "mimetype": "application/zpl",
    "content": base64.b64encode(ZPL).decode(),
}


@pytest.fixture
def printer(tmp_path):
    with TcpPrinter("zpl", tmp_path / "printed") as running:
        yield running


@pytest.fixture
def agent(tmp_path, printer):
    with Proxy(tmp_path / "home", TOML.format(port=printer.port)) as running:
        yield running


def job_state(agent, job_id="one"):
    return agent.page().get(f"/v1/jobs/{job_id}").json.get("state")


def labels_at(printer):
    """What the printer received beside the questions for its state."""
    return [data for data in printer.jobs if b"^XA" in data]


def test_a_retry_storm_over_a_restart_is_one_label(agent, printer):
    """FACTS 16, case 3."""
    with ThreadPoolExecutor(20) as many:
        answers = list(many.map(lambda _: agent.page().post("/v1/jobs", JOB).status, range(20)))
    assert sorted(answers) == [200] * 19 + [202]
    wait_until(lambda: job_state(agent) in ("sent", "confirmed"), 30)
    agent.kill()
    agent.start()
    with ThreadPoolExecutor(5) as many:
        answers = list(many.map(lambda _: agent.page().post("/v1/jobs", JOB).status, range(5)))
    assert answers == [200] * 5
    changed = JOB | {"content": base64.b64encode(ZPL + b" ").decode()}
    assert agent.page().post("/v1/jobs", changed).error == (409, "conflict")
    # Whatever was queued wrongly would come out before this one.
    assert agent.page().post("/v1/jobs", JOB | {"id": "last"}).status == 202
    wait_until(lambda: job_state(agent, "last") in ("sent", "confirmed"), 30)
    printer.wait_for(2)
    assert len(printer.printed) == 2 and len(labels_at(printer)) == 2


def test_a_request_is_not_accepted_again_after_a_kill(agent):
    body = b"{}"
    headers = agent.page().headers("POST", "/v1/wake", body)
    assert ask(agent.port, "POST", "/v1/wake", body, headers).status == 200
    agent.kill()
    agent.start()
    assert ask(agent.port, "POST", "/v1/wake", body, headers).error == (401, "replayed")


def test_sigterm_is_an_orderly_end_also_while_pages_listen(agent):
    headers = agent.page().headers("GET", "/v1/events")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", agent.port)) as listening:
        host = f"127.0.0.1:{agent.port}"
        listening.sendall(f"GET /v1/events HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode())
        assert b"200" in listening.recv(20)
        started = time.monotonic()
        assert agent.stop() == 0
    assert time.monotonic() - started < 15
    assert "Stopped" in agent.output() and "Traceback" not in agent.output()


def test_two_agents_do_not_share_a_home(agent):
    code, output = said(agent.home, "run")
    assert code == 1 and "Another agent" in output and "Traceback" not in output


def test_secrets_and_contents_reach_no_log(tmp_path, printer):
    toml = TOML.format(port=printer.port) + "[pos]\nenabled = true\n"
    with Proxy(tmp_path / "home", toml) as agent:
        agent.page().post("/v1/jobs", JOB)
        ask(agent.port, "GET", "/k/SecretKey12345/hw_proxy/hello?token=SecretQuery")
        ask(agent.port, "POST", "/k/SecretKey12345/hw_proxy/handshake", b"{}", {"Origin": ORIGIN})
        agent.page(key="77" * 32).get("/v1/status")
        assert agent.stop() == 0
        files = [path for path in agent.home.iterdir() if path.suffix in (".log", "")]
        text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
    assert "/k/…" in text and "403" in text
    for secret in (KEY, "SecretKey12345", "SecretQuery", JOB["content"], "FDone"):
        assert secret not in text


def test_the_network_needs_encryption(tmp_path):
    home = config.prepare_home(tmp_path / "home")
    (home / config.FILE).write_text('[agent]\nbind = "0.0.0.0"\nport = 0\n')
    code, output = said(home, "run")
    assert code == 1 and "without encryption" in output and "Traceback" not in output


def test_tls_with_the_agents_own_certificate(tmp_path):
    toml = '[agent]\nbind = "0.0.0.0"\nport = 0\ntls = { mode = "own" }\n'
    with Proxy(tmp_path / "home", toml) as agent:
        own = agent.home / tls.OWN_FILE
        assert stat.S_IMODE(own.stat().st_mode) == 0o600
        context = trusting(own)
        with (
            socket.create_connection(("127.0.0.1", agent.port)) as line,
            context.wrap_socket(line, server_hostname="127.0.0.1") as secure,
        ):
            host = f"127.0.0.1:{agent.port}"
            secure.sendall(f"GET /v1/hello HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert secure.recv(20).startswith(b"HTTP/1.1 200")
        with pytest.raises((OSError, ValueError)):
            agent.hello()
        assert agent.stop() == 0


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        home = config.prepare_home(tmp_path / "home")
        (home / config.FILE).write_text(f"[agent]\nport = {taken.getsockname()[1]}\n")
        code, output = said(home, "run")
    assert code == 1 and "Address already in use." in output and "Traceback" not in output


def test_pairing_by_a_code_lets_the_running_agent_in(tmp_path, printer):
    """The agent runs before it is paired, is paired by another process, prints, and forgets."""
    home = tmp_path / "home"
    with (
        FakeOdoo(PAIRING) as odoo,
        Proxy(home, TOML.format(port=printer.port), pairing=None) as agent,
    ):
        assert agent.page().post("/v1/jobs", JOB).error == (403, "origin")
        pairing = command(home, "pair", "--odoo", odoo.url)
        line = ""
        while "Pairing code" not in line:
            line = pairing.stdout.readline()
            assert line, "no code was shown"
        odoo.offer("from-odoo", ZPL)
        odoo.type_code(re.search(r"\w{4}-\w{4}", line)[0])
        rest, _ = pairing.communicate(timeout=60)
        assert pairing.returncode == 0 and "station Packing 1" in rest
        assert (
            KEY not in rest and stat.S_IMODE((home / config.PAIRING_FILE).stat().st_mode) == 0o600
        )
        printer.wait_for(1, 30)
        wait_until(lambda: agent.page().get("/v1/status").status == 200, 30)
        assert said(home, "forget")[0] == 0
        assert agent.page().post("/v1/jobs", JOB).error == (403, "origin")
        answer = agent.page().post("/v1/jobs", JOB, Origin=None)
        assert answer.error == (401, "unpaired")


def test_pairing_over_plain_http_is_for_this_machine_only(tmp_path):
    code, output = said(tmp_path, "pair", "--odoo", "http://shop.example.com")
    assert code == 1 and "not encrypted" in output
    code, output = said(tmp_path, "pair", "--odoo", "shop")
    assert code == 1 and "no address" in output
    code, output = said(tmp_path, "pair", "--odoo", "http://127.0.0.1:9")
    assert code == 1 and "cannot be reached" in output and "Traceback" not in output


def test_a_hostile_page_reaches_no_printer(agent, printer):
    """FACTS 16, case 6, against the process: the rest is in test_security_door.py."""
    body = json.dumps(JOB).encode()
    tries = [
        agent.page(origin=EVIL).post("/v1/jobs", JOB),
        agent.page(origin="null").post("/v1/jobs", JOB),
        agent.page().post("/v1/jobs", JOB, host="evil.example", Origin=None),
        agent.page().post("/v1/jobs", JOB, Content_Type="text/plain"),
        agent.page(exp=time.time() - 1).post("/v1/jobs", JOB),
        agent.page(key="77" * 32).post("/v1/jobs", JOB),
        ask(agent.port, "POST", "/v1/jobs", body, {"Content-Type": "application/json"}),
        ask(agent.port, "GET", "/v1/jobs"),
    ]
    assert all(400 <= answer.status < 500 for answer in tries)
    assert all(
        answer.headers.get("Access-Control-Allow-Origin") in (None, ORIGIN) for answer in tries
    )
    assert not labels_at(printer)


def test_what_waits_is_told_by_status(tmp_path, printer):
    printer.set(mode="refuse")
    with Proxy(tmp_path / "home", TOML.format(port=printer.port)) as agent:
        agent.page().post("/v1/jobs", JOB)
        code, output = said(agent.home, "status")
    assert code == 0 and "Label on labels" in output and KEY not in output


def test_many_pages_ask_at_once_and_all_are_answered(agent):
    """A slow client holds nobody up."""
    slow = socket.create_connection(("127.0.0.1", agent.port))
    slow.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: ")
    try:
        done = []
        threads = [
            threading.Thread(target=lambda: done.append(agent.hello().status)) for _ in range(30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert done == [200] * 30
    finally:
        slow.close()
