"""FACTS 16, case 6, over real sockets: what is not to be believed reaches no device."""

import base64
import json
import socket
import time

import pytest
from aiohttp import web

from odoo.addons.ecom_hardware_proxy.proxy import signing
from odoo.addons.ecom_hardware_proxy.proxy.server.app import door

from tests.devices.hardware.served import EVIL, ORIGIN, Served, ask

TOML = """
[pos]
enabled = true
[[device]]
id = "labels"
kind = "label_printer"
language = "zpl"
link = {{ type = "file", folder = "{0}" }}
"""
JOB = {
    "id": "j1",
    "device": "labels",
    "name": "Label",
    "mimetype": "application/zpl",
    "content": base64.b64encode(b"^XA^XZ").decode(),
}


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    return tmp_path_factory.mktemp("sink")


@pytest.fixture(scope="module")
def served(tmp_path_factory, sink):
    with Served(tmp_path_factory.mktemp("home"), TOML.format(sink), body_s=0.5) as running:
        yield running


@pytest.fixture
def agent(served, sink):
    """After each test: nothing was printed, and no origin but the paired one was named."""
    yield served
    assert not served.station.jobs() and not list(sink.iterdir())


def never_shared(answer):
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin, Accept-Language"


@pytest.mark.parametrize("origin", [EVIL, "null", "*", f"{ORIGIN}.evil.example", f"{ORIGIN}:444"])
def test_a_foreign_page_is_refused(agent, origin):
    answer = agent.page(origin=origin).post("/v1/jobs", JOB)
    assert answer.error == (403, "origin")
    never_shared(answer)


@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_a_foreign_page_gets_no_preflight(agent, origin):
    sent = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = ask(agent.port, "OPTIONS", "/v1/jobs", headers=sent)
    assert answer.error == (403, "origin")
    never_shared(answer)


def test_the_paired_page_passes_the_preflight(agent):
    sent = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-ecom-token",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = ask(agent.port, "OPTIONS", "/v1/jobs", headers=sent)
    assert answer.status == 204 and not answer.body
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"
    assert answer.headers["Vary"] == "Origin, Accept-Language"
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    names = (signing.TOKEN, signing.TIME, signing.NONCE, signing.SIGNATURE, "Content-Type")
    assert {name.lower() for name in names} <= set(allowed)


def test_the_paired_page_may_read_its_answers_and_its_refusals(agent):
    for answer in (agent.page().get("/v1/status"), agent.page(do=[]).get("/v1/status")):
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("host", ["evil.example:{}", "evil.example", "127.0.0.1", "127.0.0.1:1"])
def test_a_rebound_name_is_refused(agent, host):
    answer = agent.page().post("/v1/jobs", JOB, host=host.format(agent.port), Origin=None)
    assert answer.error == (403, "host")
    answer = agent.page().post("/v1/jobs", JOB, host=host.format(agent.port))
    assert answer.error == (403, "host")
    never_shared(answer)
    assert ask(agent.port, "GET", "/", host=host.format(agent.port)).status == 403
    assert ask(agent.port, "GET", "/v1/hello", host=host.format(agent.port)).status == 403


def test_two_hosts_or_origins_are_refused(agent):
    for header in ("Host", "Origin"):
        right = {"Host": f"127.0.0.1:{agent.port}", "Origin": ORIGIN}
        lines = [f"{name}: {value}" for name, value in right.items()]
        lines.append(f"{header}: {right[header]}")
        with socket.create_connection(("127.0.0.1", agent.port)) as line:
            line.sendall("\r\n".join(["GET /v1/hello HTTP/1.1", *lines, "", ""]).encode())
            assert line.recv(20).split()[1] in (b"400", b"403")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_simple_request_is_refused(agent, kind):
    answer = agent.page().post("/v1/jobs", JOB, Content_Type=kind)
    assert answer.error == (415, "json_only")


@pytest.mark.parametrize("target", ["/v1/jobs", "/v1/jobs/j1/decide", "/v1/drawers/labels/open"])
def test_get_does_nothing(agent, target):
    answer = agent.page().get(target)
    assert answer.status in (404, 405) and answer.json["text"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
def test_other_methods_are_refused(agent, method):
    assert ask(agent.port, method, "/v1/hello").status == 405


def test_without_signature_nothing_is_done(agent):
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    answer = ask(agent.port, "POST", "/v1/jobs", json.dumps(JOB).encode(), headers)
    assert answer.error == (401, "unsigned")


def test_a_replayed_request_is_refused(agent):
    body, page = b"{}", agent.page()
    headers = page.headers("POST", "/v1/wake", body)
    assert ask(agent.port, "POST", "/v1/wake", body, headers).status == 200
    assert ask(agent.port, "POST", "/v1/wake", body, headers).error == (401, "replayed")


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"exp": time.time() - 1}, (401, "expired")),
        ({"key": "77" * 32}, (401, "signature")),
        ({"station": "station-2"}, (401, "station")),
        ({"do": ["read", "scale"]}, (403, "action")),
        ({"do": []}, (403, "action")),
    ],
)
def test_the_token_must_be_for_this(agent, claims, refusal):
    assert agent.page(**claims).post("/v1/jobs", JOB).error == refusal


def test_a_token_is_worth_something_on_its_own_page_only(agent):
    page = agent.page(origin="https://other.example.com")
    assert page.post("/v1/jobs", JOB, Origin=ORIGIN).error == (401, "origin")
    assert agent.page().post("/v1/jobs", JOB, Origin=None).error == (401, "origin")


def test_what_was_signed_must_be_what_comes(agent):
    page, body = agent.page(), json.dumps(JOB).encode()
    headers = page.headers("POST", "/v1/jobs", json.dumps(JOB | {"copies": 2}).encode())
    assert ask(agent.port, "POST", "/v1/jobs", body, headers).error == (401, "signature")
    headers = page.headers("POST", "/v1/wake", body)
    assert ask(agent.port, "POST", "/v1/jobs", body, headers).error == (401, "signature")


@pytest.mark.parametrize("late_s", [-300, 300])
def test_a_wrong_clock_is_explained(agent, late_s):
    answer = agent.page().post("/v1/jobs", JOB, now=time.time() + late_s)
    assert answer.error == (401, "clock")
    assert "300 s" in answer.json["text"] or "299 s" in answer.json["text"]


def test_without_pairing_nobody_is_let_in(agent):
    agent.pairing, before = None, agent.pairing
    try:
        answer = agent.page().post("/v1/jobs", JOB)
        assert answer.error == (403, "origin")
        answer = agent.page().post("/v1/jobs", JOB, Origin=None)
        assert answer.error == (401, "unpaired")
    finally:
        agent.pairing = before


def test_a_body_too_large_is_refused_before_it_is_read(agent):
    headers = {"Content-Length": str(200 * 1024 * 1024)}
    page = agent.page()
    sent = page.headers("POST", "/v1/jobs") | headers
    assert ask(agent.port, "POST", "/v1/jobs", b"{", sent).error == (413, "too_large")


def test_a_chunked_body_too_large_is_refused(tmp_path):
    with Served(tmp_path, "max_body_mb = 1\n") as small:
        sent = small.page().headers("POST", "/v1/jobs") | {"Transfer-Encoding": "chunked"}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        with socket.create_connection(("127.0.0.1", small.port)) as line:
            host = f"127.0.0.1:{small.port}"
            line.sendall(f"POST /v1/jobs HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode())
            piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
            try:
                for _ in range(40):
                    line.sendall(piece)
            except ConnectionError:
                pass
            assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_slow_body_does_not_hold_the_door(agent):
    headers = agent.page().headers("POST", "/v1/jobs") | {"Content-Length": "1000"}
    answer = ask(agent.port, "POST", "/v1/jobs", b"{", headers)
    assert answer.error == (408, "slow")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"1"])
def test_what_is_no_json_object_is_refused(agent, body):
    headers = agent.page().headers("POST", "/v1/jobs", body)
    assert ask(agent.port, "POST", "/v1/jobs", body, headers).status == 400


def test_guessing_is_slowed_down(tmp_path):
    with Served(tmp_path) as attacked:
        guesses = [attacked.page(key="77" * 32).get("/v1/status").status for _ in range(30)]
    assert guesses[0] == 401 and guesses[-1] == 429


def test_prints_are_limited(tmp_path):
    with Served(tmp_path) as busy:
        answers = [busy.page().post("/v1/jobs", JOB) for _ in range(45)]
    assert answers[0].error == (404, "no_device")
    assert answers[-1].error == (429, "too_fast") and answers[-1].headers["Retry-After"]


def test_what_is_not_there_is_told_in_json(agent):
    assert agent.page().get("/v1/nothing").error == (404, "not_found")
    assert ask(agent.port, "GET", "/../etc/passwd").status in (400, 404)


def test_a_handler_without_a_rule_is_never_called(served):
    """Forgetting to say who may call is no open door."""
    called = []

    async def forgotten(request):
        called.append(request)
        return web.Response()

    async def start():
        app = web.Application(middlewares=[door(served.server._guard)])
        app.add_routes([web.get("/forgotten", forgotten)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = served.run(start())
    try:
        port = runner.addresses[0][1]
        answer = ask(port, "GET", "/forgotten", host=f"127.0.0.1:{served.port}")
        assert answer.error == (403, "no_rule") and not called
    finally:
        served.run(runner.cleanup())
