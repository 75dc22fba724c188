"""The transport against a tiny server on this machine: time-outs, cut bodies, links, secrets."""

import base64
import http.server
import shutil
import socket
import ssl
import subprocess
import threading
import time
import traceback
from contextlib import contextmanager

import pytest
import requests
import urllib3

from odoo.addons.ecom_shipping.carrier_contract import (
    CarrierError,
    Refused,
    Unavailable,
    Unreadable,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import client
from odoo.addons.ecom_shipping_canada_post.canada_post.call import Call
from odoo.addons.ecom_shipping_canada_post.canada_post.client import Transport

USER, PASSWORD = "key-user", "pässword-öf-key"
TYPE = "application/vnd.cpc.test+xml"


class Handler(http.server.BaseHTTPRequestHandler):
    """Behaves as the first part of the path says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        self.server.ports.add(self.client_address[1])
        word = self.path.split("?")[0].strip("/").split("/")[-1]
        if word.startswith("status"):
            self.answer(int(word.removeprefix("status")))
        else:
            getattr(self, "do_" + word, self.do_ok)()

    do_GET = do_POST = do_DELETE = handle_any

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", len(body) if length is None else length)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_ok(self):
        self.answer(200, b"fine")

    def do_flaky(self):
        self.answer(200, b"fine") if len(self.server.seen) > 2 else self.answer(503, b"later")

    def do_busy(self):
        self.answer(503, b"", Retry_After="7")

    def do_redirect(self):
        self.answer(302, b"", Location=f"http://127.0.0.1:{self.server.server_port}/ok")

    def do_cookie(self):
        self.answer(200, b"fine", Set_Cookie="session=1; Path=/")

    def do_cut(self):
        self.answer(200, b"half", length=100)
        self.close_connection = True

    def do_large(self):
        self.answer(200, b"x" * 5000)

    def do_unannounced(self):
        """Neither length nor end: the connection's end is the body's end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 5000)
        self.close_connection = True

    def do_chunked(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.wfile.write(b"4\r\nfine\r\n4\r\nagai\r\n0\r\n\r\n")

    def do_zipped(self):
        self.answer(200, b"no zip at all", Content_Encoding="gzip")

    def do_silent(self):
        self.server.stop.wait(5)
        self.close_connection = True

    def do_dripping(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(100):
            if self.server.stop.wait(0.02):
                break
            try:
                self.wfile.write(b"x")
            except OSError:
                break
        self.close_connection = True

    def do_hangup(self):
        self.close_connection = True

    def do_garbage(self):
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        self.close_connection = True

    def do_empty(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture(scope="module")
def running():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.ports, server.stop = [], set(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(running):
    running.seen.clear()
    running.ports.clear()
    running.url = f"http://127.0.0.1:{running.server_port}"
    return running


def transport(server, prefix="", language="en", sleep=lambda _seconds: None):
    return Transport(
        server.url + prefix, USER, PASSWORD, language, timeouts=(0.5, 0.3, 0.3), sleep=sleep
    )


def get(target, **changes):
    return Call("GET", target, TYPE, **changes)


def post(target, body=b"<x/>"):
    return Call("POST", target, TYPE, body=body)


# --- what goes out --------------------------------------------------------------------------------


def test_get_sends_login_media_type_and_language(server):
    answer = transport(server, language="fr_CA").send(get("/rs/ok", params=(("requestId", "A 1"),)))
    assert (answer.status, answer.body) == (200, b"fine")
    ((method, path, headers, body),) = server.seen
    assert (method, path, body) == ("GET", "/rs/ok?requestId=A+1", b"")
    assert headers["Accept"] == TYPE
    assert headers["Accept-language"] == "fr-CA"
    assert headers["Accept-Encoding"] == "identity"
    login = base64.b64decode(headers["Authorization"].removeprefix("Basic "))
    assert login.decode() == f"{USER}:{PASSWORD}"
    assert "Content-Type" not in headers


def test_post_sends_the_body_unchanged_in_the_same_media_type(server):
    transport(server).send(post("/rs/ok", "<é/>".encode()))
    ((method, _path, headers, body),) = server.seen
    assert (method, body) == ("POST", "<é/>".encode())
    assert headers["Content-Type"] == TYPE
    assert headers["Accept-language"] == "en-CA"


def test_delete_is_answered_without_a_body(server):
    answer = transport(server).send(Call("DELETE", "/rs/empty", TYPE))
    assert (answer.status, answer.body) == (204, b"")


def test_prefix_of_the_endpoint_stays_in_front(server):
    transport(server, prefix="/canada-post/").send(get("/rs/ok"))
    assert server.seen[0][1] == "/canada-post/rs/ok"


def test_connections_are_used_again(server):
    shared = transport(server)
    for target in ("/ok", "/chunked", "/empty", "/ok"):
        shared.send(get(target))
    assert len(server.ports) == 1


def test_threads_share_one_transport(server):
    shared = transport(server)
    bodies = []
    threads = [
        threading.Thread(target=lambda: bodies.append(shared.send(get("/ok")).body))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [b"fine"] * 16


def test_connection_of_a_cut_answer_is_not_used_again(server):
    shared = transport(server)
    with pytest.raises(Unavailable):
        shared.send(post("/cut"))
    assert shared.send(get("/ok")).body == b"fine"
    assert len(server.ports) == 2


def test_connection_of_an_oversized_answer_is_not_used_again(server):
    shared = transport(server)
    with pytest.raises(Unreadable):
        shared.send(get("/large", limit=10))
    assert shared.send(get("/ok")).body == b"fine"


def test_as_many_connections_are_kept_as_there_are_threads(server):
    shared = transport(server)
    assert shared._session.get_adapter(server.url)._pool_maxsize >= 16


def test_cookies_are_not_kept(server):
    shared = transport(server)
    shared.send(get("/cookie"))
    shared.send(get("/ok"))
    assert "Cookie" not in server.seen[1][2]


def test_proxy_and_netrc_of_the_environment_stay_out_on_this_machine(server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert transport(server).send(get("/ok")).status == 200
    assert USER in base64.b64decode(server.seen[0][2]["Authorization"].split()[1]).decode()


# --- links ----------------------------------------------------------------------------------------


def test_link_on_our_host_is_followed(server):
    answer = transport(server, prefix="/x").send(get(server.url + "/rs/ok?manifestId=7"))
    assert answer.status == 200
    assert server.seen[0][1] == "/rs/ok?manifestId=7"


def test_link_without_a_question_has_none(server):
    transport(server).send(get(server.url + "/rs/ok#part"))
    assert server.seen[0][1] == "/rs/ok"


def test_default_port_of_a_link_is_the_same_host():
    https = Transport("https://carrier.example", USER, PASSWORD)
    assert https._url("https://carrier.example:443/x") == "https://carrier.example/x"
    assert https._url("https://CARRIER.example/x?a=1") == "https://carrier.example/x?a=1"
    with pytest.raises(Unreadable):
        https._url("https://carrier.example:80/x")


def test_login_inside_a_link_is_dropped(server):
    link = server.url.replace("//", "//other:login@") + "/ok"
    transport(server).send(get(link))
    login = base64.b64decode(server.seen[0][2]["Authorization"].split()[1])
    assert login.startswith(USER.encode())


@pytest.mark.parametrize(
    "link",
    [
        "http://carrier.example/ok",
        "https://127.0.0.1:{port}/ok",
        "http://127.0.0.1/ok",
        "http://127.0.0.1:1/ok",
        "http://127.0.0.1:{port}@carrier.example/ok",
        "http://localhost:{port}/ok",
        "//carrier.example/ok",
        "ftp://127.0.0.1:{port}/ok",
        "file:///etc/hostname",
        "javascript:alert(1)",
        "http://[::1/ok",
        "http://127.0.0.1:99999999/ok",
        "http://127.0.0.1:port/ok",
        "ok",
        "",
    ],
)
def test_link_elsewhere_is_refused_and_nothing_is_sent(server, link):
    link = link.format(port=server.server_port)
    with pytest.raises(Unreadable, match="points to another server") as caught:
        transport(server).send(get(link))
    assert caught.value.body == link.encode()
    assert server.seen == []


@pytest.mark.parametrize("media_type", ["text/☃", "application/pdf\r\nX-Evil: 1", "a\x00b"])
def test_media_type_of_a_link_stays_in_its_header(server, media_type):
    with pytest.raises(Unreadable, match="media-type"):
        transport(server).send(Call("GET", "/ok", media_type))
    assert server.seen == []


@pytest.mark.parametrize("endpoint", ["http://carrier.example", "ftp://carrier.example", ""])
def test_login_never_goes_over_plain_http(endpoint):
    with pytest.raises(Refused, match="https") as caught:
        Transport(endpoint, USER, PASSWORD).send(get("/ok"))
    assert caught.value.messages[0].field == "account.endpoint"


def test_redirect_is_handed_back(server):
    assert transport(server).send(post("/redirect")).status == 302
    assert len(server.seen) == 1


# --- trouble --------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_nobody_listening_means_that_nothing_was_sent():
    with pytest.raises(Unavailable, match="cannot be reached") as caught:
        Transport(f"http://127.0.0.1:{free_port()}", USER, PASSWORD).send(post("/ok"))
    assert caught.value.sent is False


@pytest.mark.parametrize("word", ["silent", "hangup", "garbage", "cut", "dripping"])
def test_trouble_after_sending_may_have_bought_something(server, word):
    started = time.monotonic()
    with pytest.raises(Unavailable, match="in time or broke off") as caught:
        transport(server).send(post(f"/{word}"))
    assert caught.value.sent is True
    assert len(server.seen) == 1, "a purchase is never repeated"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("word", ["large", "unannounced"])
def test_answer_above_the_limit_is_unreadable(server, word):
    assert transport(server).send(get(f"/{word}", limit=5000)).body == b"x" * 5000
    with pytest.raises(Unreadable, match="larger than 4999 bytes"):
        transport(server).send(get(f"/{word}", limit=4999))


def test_compressed_answer_is_not_blown_up(server):
    """We ask for plain bytes; what comes compressed all the same stays as it is."""
    assert transport(server).send(get("/zipped")).body == b"no zip at all"


def test_get_is_tried_again_with_pauses(server):
    pauses = []
    answer = transport(server, sleep=pauses.append).send(get("/flaky"))
    assert answer.body == b"fine"
    assert pauses == list(client.RETRY_PAUSES_S)


def test_get_gives_up_with_the_last_answer(server):
    answer = transport(server).send(get("/busy"))
    assert (answer.status, answer.retry_after_s) == (503, 7)
    assert len(server.seen) == 3


def test_get_gives_up_with_the_last_error(server):
    with pytest.raises(Unavailable):
        transport(server).send(get("/hangup"))
    assert len(server.seen) >= 3


@pytest.mark.parametrize("status", [502, 503, 504])
def test_get_is_tried_again_when_a_gateway_is_in_trouble(server, status):
    transport(server).send(get(f"/status{status}"))
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [400, 404, 429, 500, 501])
def test_get_takes_other_answers_as_they_are(server, status):
    assert transport(server).send(get(f"/status{status}")).status == status
    assert len(server.seen) == 1


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nothing_else_is_tried_again(server, method):
    assert transport(server).send(Call(method, "/busy", TYPE)).status == 503
    assert len(server.seen) == 1


@pytest.mark.parametrize("header", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "9" * 9, None, ""])
def test_odd_retry_after_counts_as_none(header):
    assert client._seconds(header) is None


# --- what a failure tells about the purchase ------------------------------------------------------


@contextmanager
def failing(monkeypatch, problem):
    def request(*_args, **_kwargs):
        raise problem

    monkeypatch.setattr(requests.Session, "request", request)
    yield Transport("https://carrier.example", USER, PASSWORD, sleep=lambda _s: None)


def wrapped(reason):
    return urllib3.exceptions.MaxRetryError(None, "/", reason)


def certificate_error():
    return urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))


@pytest.mark.parametrize(
    ("problem", "sent"),
    [
        (requests.ConnectTimeout(), False),
        (requests.exceptions.ProxyError(), False),
        (requests.ConnectionError(wrapped(urllib3.exceptions.NewConnectionError(None, ""))), False),
        (requests.exceptions.SSLError(wrapped(certificate_error())), False),
        (requests.exceptions.SSLError(wrapped(urllib3.exceptions.SSLError("cut"))), True),
        (requests.ReadTimeout(), True),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("aborted")), True),
        (requests.ConnectionError(), True),
        (requests.RequestException("odd"), True),
    ],
)
def test_only_a_failed_connection_counts_as_not_sent(monkeypatch, problem, sent):
    with failing(monkeypatch, problem) as broken, pytest.raises(Unavailable) as caught:
        broken.send(post("/ok"))
    assert caught.value.sent is sent


def test_no_secret_in_errors_tracebacks_or_repr(monkeypatch):
    problem = requests.exceptions.ProxyError(f"cannot reach http://proxy:{PASSWORD}@proxy:3128")
    with failing(monkeypatch, problem) as broken, pytest.raises(CarrierError) as caught:
        broken.send(post("/ok"))
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value) + repr(broken)
    assert PASSWORD not in told


@pytest.fixture
def tls_server(running, tmp_path):
    """A server with a certificate of its own making; gives its address and what it saw."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl is absent")
    pair = tmp_path / "pair.pem"
    command = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 1 -subj /CN=x"
    subprocess.run(
        [openssl, *command.split(), "-keyout", pair, "-out", tmp_path / "cert.pem"],
        check=True,
        capture_output=True,
    )
    pair.write_text(pair.read_text() + (tmp_path / "cert.pem").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.ports, server.stop = [], set(), running.stop
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_args: None
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}", server.seen
    server.shutdown()
    server.server_close()


def test_certificate_of_its_own_making_gets_nothing_from_us(tls_server):
    url, seen = tls_server
    with pytest.raises(Unavailable, match="certificate") as caught:
        Transport(url, USER, PASSWORD).send(post("/ok"))
    assert caught.value.sent is False
    assert seen == []
