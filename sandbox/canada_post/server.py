"""The HTTP side: connections, first checks, faults and answers (facts 2 and 3)."""

import hashlib
import http.server
import re
import socketserver
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

from . import control, faults, limits, routes
from .accounts import authenticate, check_customers, credentials
from .errors import Refusal, technical
from .store import Store, eastern

MAX_BODY = 2 * 1024 * 1024
_LOOPBACK_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_REASONS = http.server.BaseHTTPRequestHandler.responses


@dataclass
class Answer:
    """Status, body and media type of one answer."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: dict = field(default_factory=dict)

    def replace(self, status, body, media_type):
        """Another answer in place of this one."""
        return Answer(status, body, media_type)

    def encode(self, keep_alive):
        """Header and body as one piece, so that it leaves in one packet."""
        reason = _REASONS.get(self.status, ("Unknown",))[0]
        lines = [f"HTTP/1.1 {self.status} {reason}", "Server: sandbox-canada-post"]
        if self.media_type:
            lines.append(f"Content-Type: {self.media_type}")
        if self.status != 204 and self.status != 304:
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines.append("Connection: " + ("keep-alive" if keep_alive else "close"))
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


@dataclass
class Context:
    """What an operation knows about its call."""

    sandbox: object
    operation: str
    method: str
    url_path: str
    path: dict
    query: dict
    headers: object
    body: bytes
    host: str
    media_type: str = ""
    account: object = None
    language: str = "en"

    @property
    def store(self):
        """The sandbox's memory."""
        return self.sandbox.store

    @property
    def settings(self):
        """Settings that the control calls may change."""
        return self.sandbox.store.data["settings"]

    def href(self, path):
        """Absolute address of a resource, on the host that the caller used."""
        return f"http://{self.host}{path}"

    def now(self):
        """Eastern date and time with its zone name."""
        return eastern(self.store.now())

    def today(self):
        """Today in Eastern time."""
        return self.now()[0].date()

    def xml(self, body, status=200):
        """An answer in the media type that the caller asked for."""
        return Answer(status, body, self.media_type if status != 204 else "")


class CanadaPostSandbox:
    """A loopback Canada Post. ``with CanadaPostSandbox() as sandbox: sandbox.url``."""

    def __init__(self, port=0, state=None, latency_ms=0, log=None, **settings):
        if latency_ms:
            settings["latency_ms"] = latency_ms
        self.store = Store(state, settings)
        self.faults = faults.Faults()
        self.limiter = limits.Limiter()
        self.calls = control.Calls()
        self.documents = {}
        self.stopping = threading.Event()
        self._log = open(log, "a", encoding="utf-8") if log else None  # noqa: SIM115
        self._log_lock = threading.Lock()
        self._http = _Server(("127.0.0.1", port), self)
        self._thread = None

    @property
    def port(self):
        """Port on the loopback interface."""
        return self._http.server_address[1]

    @property
    def url(self):
        """Base address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Serve in a thread; returns the sandbox itself."""
        self._thread = threading.Thread(
            target=self._http.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="sandbox-canada-post",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self):
        """End all connections and write the state."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        if self._thread:
            self._http.shutdown()
            self._thread.join(5)
        self._http.close_connections()
        self._http.server_close()
        self.store.close()
        if self._log:
            self._log.close()

    __enter__ = start

    def __exit__(self, *_exception):
        self.stop()

    def control(self, method, path, body=None):
        """A control call without HTTP: ``sandbox.control("POST", "/_control/advance", {"pin":
        pin})``.
        """
        status, answer = control.handle(self, method, path, body or {})
        if status >= 400:
            raise ValueError(answer["error"])
        return answer

    def log(self, line):
        """Append a line to the log file, if there is one; it never carries a secret."""
        if self._log:
            with self._log_lock:
                self._log.write(line + "\n")
                self._log.flush()


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address, sandbox):
        self.sandbox = sandbox
        self._open = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self):
        """Bind without the name look-up of the base class."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request, client_address):
        """Remember open connections, to end them at stop."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        """Forget a connection that ended."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self):
        """End connections that wait for a next call."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            super().shutdown_request(connection)

    def handle_error(self, request, client_address):
        """A caller that went away is no news; anything else is a defect of the sandbox."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError, OSError, ValueError)):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format, *args):
        """The sandbox keeps its own log."""

    def handle_any(self):
        """Serve one call of whatever method."""
        sandbox, started = self.server.sandbox, time.monotonic()
        url = urllib.parse.urlsplit(self.path)
        body = self._read_body()
        if body is None:
            return self._send(Answer(411 if not self.headers.get("Content-Length") else 413), None)
        if url.path.startswith("/_control/"):
            return self._control(sandbox, url, body)
        operation = routes.name_of(self.command, url.path)
        call = sandbox.calls.begin(operation or "unknown", self.command, self.path, self._user())
        fault = sandbox.faults.take(operation, self.path, body)
        answer = Answer(0)
        try:
            answer = self._answer(sandbox, url, body, fault, operation)
            _sleep_until(started, sandbox, fault)
        finally:
            sandbox.calls.end(call, answer.status, fault)
        sandbox.log(
            f"{call['started']} {self.command} {self.path} {answer.status} {call['fault'] or '-'}"
        )
        return self._send(answer, fault)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = handle_any

    def _answer(self, sandbox, url, body, fault, operation):
        """The honest answer, then spoilt when a fault waits for it."""
        answer = Answer(200)
        if fault is None or fault["work"]:
            answer = self._work(sandbox, url, body)
        return faults.spoil(answer, fault, operation) if fault else answer

    def _work(self, sandbox, url, body):
        context = Context(
            sandbox=sandbox,
            operation="",
            method=self.command,
            url_path=url.path,
            path={},
            query=dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)),
            headers=self.headers,
            body=body,
            host=self._host(sandbox),
        )
        try:
            return _with_etag(run(context), self.headers)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.document(context.language), "application/xml")

    def _control(self, sandbox, url, body):
        if not _LOOPBACK_HOST.fullmatch(self.headers.get("Host", "")):
            return self._send(Answer(403), None)
        status, payload = control.handle_http(sandbox, self.command, url, body)
        return self._send(Answer(status, payload, "application/json"), None)

    def _read_body(self):
        length = self.headers.get("Content-Length")
        if length is None:
            if self.command in ("POST", "PUT") or self.headers.get("Transfer-Encoding"):
                self.close_connection = True
                return None
            return b""
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _host(self, sandbox):
        host = self.headers.get("Host", "")
        return host if _LOOPBACK_HOST.fullmatch(host) else f"127.0.0.1:{sandbox.port}"

    def _user(self):
        try:
            return credentials(self.headers.get("Authorization"))[0]
        except Refusal:
            return None

    def _send(self, answer, fault):
        keep = not self.close_connection
        if self.command == "HEAD":
            answer = Answer(answer.status, b"", answer.media_type, answer.headers)
        payload = answer.encode(keep)
        if not faults.send(self.connection, payload, fault, self.server.sandbox.stopping):
            self.close_connection = True


def run(context):
    """All checks, then the operation: address, login, customer, types, limits (facts 2)."""
    route, context.path = routes.find(context.method, context.url_path)
    context.operation = route.name
    context.language = _language(context.headers.get("Accept-language"), "en")
    context.account = authenticate(
        context.headers.get("Authorization"), context.settings["environment"]
    )
    context.language = _language(context.headers.get("Accept-language"), context.account.language)
    platform = context.headers.get("platform-id")
    check_customers(context.account, context.path.get("mb"), context.path.get("mobo"), platform)
    _check_media_types(context, route)
    limits.check(context, route)
    return route.handler(context)


def _language(header, default):
    wanted = (header or "").strip().lower()
    return {"en-ca": "en", "fr-ca": "fr"}.get(wanted, default)


def _check_media_types(context, route):
    """Accept must be the exact media type (406), the body must have the right one (415)."""
    accept = (context.headers.get("Accept") or "").strip().lower()
    if route.accept:
        if accept not in route.accept:
            raise technical(406, f"Accept must be {' or '.join(route.accept)}")
        context.media_type = accept
    if route.content:
        content = (context.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if content != route.content:
            raise technical(415, f"Content-Type must be {route.content}")


def _with_etag(answer, headers):
    """ETag and If-None-Match (facts 2)."""
    if answer.status == 200 and answer.body:
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        if headers.get("If-None-Match") == tag:
            return Answer(304, headers={"ETag": tag})
        answer.headers["ETag"] = tag
    return answer


def _sleep_until(started, sandbox, fault):
    """Latency is a floor: the time the work took counts towards it."""
    wanted = sandbox.store.data["settings"]["latency_ms"] + (fault["latency_ms"] if fault else 0)
    rest = started + wanted / 1000 - time.monotonic()
    if rest > 0:
        sandbox.stopping.wait(rest)
