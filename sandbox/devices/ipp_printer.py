"""An IPP printer for PDF (FACTS 5; RFC 8010, 8011): strict about what it is asked, slow on request.

``with IppPrinter(folder) as printer: printer.uri``; the PDFs that came out are in the folder.
"""

import http.server
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import ipp_message as ipp
from .ipp_message import Attribute, Message
from .papers import last_number

PATH = "/ipp/print"
MEDIA = {
    "na_letter_8.5x11in": (21590, 27940),
    "na_legal_8.5x14in": (21590, 35560),
    "na_index-4x6_4x6in": (10160, 15240),
    "iso_a4_210x297mm": (21000, 29700),
}
TRAYS = ("tray-1", "tray-2", "manual")
SCALINGS = ("auto", "auto-fit", "fill", "fit", "none")
PENDING, HELD, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = range(3, 10)
IDLE, BUSY, HALTED = 3, 4, 5
MAX_BODY = 64 * 1024 * 1024

OK, SUBSTITUTED = 0x0000, 0x0001
BAD_REQUEST, NOT_POSSIBLE, NOT_FOUND, FORMAT, VALUES = 0x0400, 0x0404, 0x0406, 0x040A, 0x040B
CHARSET, COMPRESSION, FORMAT_ERROR = 0x040D, 0x040F, 0x0411
NO_SUCH_OPERATION, VERSION, NOT_ACCEPTING = 0x0501, 0x0503, 0x0506


class Refused(Exception):
    """An IPP status with its text and the attributes that were not liked."""

    def __init__(self, status: int, text: str, unsupported: list[Attribute] | None = None) -> None:
        super().__init__(text)
        self.status, self.unsupported = status, unsupported or []


@dataclass
class State:
    """What a test may change. *reasons* stop the printer: ``media-empty``, ``cover-open``, ...

    *substitutes*: another paper is taken for an unknown one, unless the client insists.
    *mode*: ok, hang (take the request, never answer) or reset (work, then reset).
    """

    accepting: bool = True
    reasons: tuple[str, ...] = ()
    job_s: float = 0.0
    substitutes: bool = False
    mode: str = "ok"

    def change(self, **values) -> None:
        """Set fields by name. Raises ValueError."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"a printer has no {name}")
            setattr(self, name, type(getattr(self, name))(value))


@dataclass
class Job:
    """One job and what became of it."""

    number: int
    name: str
    user: str
    template: dict
    state: int = PENDING
    reason: str = "none"
    document: bytes = b""
    closed: bool = False
    created: int = 0
    printed: int = 0
    file: str = ""
    keywords: dict = field(default_factory=dict)


class IppPrinter:
    """The printer with its HTTP door on the loopback interface."""

    def __init__(self, folder: Path, port: int = 0, name: str = "Sandbox Laser") -> None:
        self.folder, self.name = Path(folder), name
        self.state = State()
        self.jobs: list[Job] = []
        self.requests: list[int] = []  # operations, in order
        self._before = 0
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._started = time.monotonic()
        self._http = _Server(("127.0.0.1", port), self)
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """Port on the loopback interface."""
        return self._http.server_address[1]

    @property
    def uri(self) -> str:
        """Address for ``printer-uri``."""
        return f"ipp://127.0.0.1:{self.port}{PATH}"

    def __enter__(self) -> "IppPrinter":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._before = last_number(self.folder, "job-", ".pdf")
        serve = {"target": self._http.serve_forever, "kwargs": {"poll_interval": 0.05}}
        self._threads = [threading.Thread(daemon=True, **serve), threading.Thread(target=self._run)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        for thread in self._threads:
            thread.join()

    def set(self, **values) -> None:
        """Change the state by name."""
        with self._changed:
            self.state.change(**values)
            self._changed.notify_all()

    def wait_for(self, jobs: int, limit_s: float = 10.0) -> None:
        """Return when so many jobs are completed. Raises TimeoutError."""
        with self._changed:
            done = self._changed.wait_for(lambda: len(self._completed()) >= jobs, limit_s)
        if not done:
            raise TimeoutError(f"{self.report()}")

    def _completed(self) -> list[Job]:
        return [job for job in self.jobs if job.state == COMPLETED]

    def report(self) -> dict:
        """Everything as JSON values."""
        with self._changed:
            shown = ("number", "name", "user", "state", "reason", "file", "printed", "keywords")
            return {
                "language": "pdf",
                "uri": self.uri,
                **vars(self.state),
                "count": sum(job.printed for job in self.jobs),
                "printed": [{key: getattr(job, key) for key in shown} for job in self.jobs],
                "requests": list(self.requests),
            }

    # --- the engine -----------------------------------------------------------------------
    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._stopping.is_set() or self._next())
                job = self._next()
                if job and not self._stopping.is_set():
                    job.state, job.reason = PROCESSING, "job-printing"
            if job and not self._stopping.is_set():
                self._print(job)

    def _next(self) -> Job | None:
        return next((job for job in self.jobs if job.closed and job.state == PENDING), None)

    def _print(self, job: Job) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping.is_set() or job.state == CANCELED, self.state.job_s or 0
            )
            while self.state.reasons and job.state != CANCELED and not self._stopping.is_set():
                job.state, job.reason = STOPPED, "printer-stopped"
                self._changed.wait()
            if job.state == CANCELED or self._stopping.is_set():
                return
            job.printed = job.template.get("copies", 1)
            job.file = f"job-{self._before + job.number:04}.pdf"
            (self.folder / job.file).write_bytes(job.document)
            job.state, job.reason = COMPLETED, "job-completed-successfully"
            self._changed.notify_all()

    # --- answers --------------------------------------------------------------------------
    def answer(self, data: bytes) -> bytes:
        """The answer to the bytes of a request. Raises Malformed for what is not IPP."""
        request = ipp.decode(data)
        self.requests.append(request.code)
        groups: list[tuple[int, list[Attribute]]] = []
        try:
            self._check(request)
            work = _OPERATIONS.get(request.code)
            if not work:
                raise Refused(NO_SUCH_OPERATION, f"operation {request.code:04x}")
            with self._changed:
                status, groups = work(self, request)
                self._changed.notify_all()
            text = "successful-ok"
        except Refused as refusal:
            status, text = refusal.status, str(refusal)
            groups = [(ipp.UNSUPPORTED, refusal.unsupported)] if refusal.unsupported else []
        version = request.version if request.version in ((1, 1), (2, 0)) else (1, 1)
        operation = [
            Attribute("attributes-charset", ipp.CHARSET, ["utf-8"]),
            Attribute("attributes-natural-language", ipp.LANGUAGE, ["en"]),
            Attribute("status-message", ipp.TEXT, [text]),
        ]
        groups = [(ipp.OPERATION, operation), *groups]
        return ipp.encode(Message(version, status, request.request_id, groups))

    def _check(self, request: Message) -> None:
        """What every request must have, in this order (RFC 8011, 4.1)."""
        if request.version not in ((1, 1), (2, 0)):
            raise Refused(VERSION, "IPP 1.1 and 2.0")
        if request.request_id < 1:
            raise Refused(BAD_REQUEST, "request-id")
        names = []
        if request.groups and request.groups[0][0] == ipp.OPERATION:
            names = [(item.name, item.tag) for item in request.groups[0][1]]
        if names[:2] != [
            ("attributes-charset", ipp.CHARSET),
            ("attributes-natural-language", ipp.LANGUAGE),
        ]:
            raise Refused(BAD_REQUEST, "attributes-charset and attributes-natural-language first")
        if request.value(ipp.OPERATION, "attributes-charset").lower() != "utf-8":
            raise Refused(CHARSET, "utf-8 only")
        if names[2:3] not in ([("printer-uri", ipp.URI)], [("job-uri", ipp.URI)]):
            raise Refused(BAD_REQUEST, "printer-uri or job-uri is the third attribute")

    def _template(self, request: Message) -> tuple[dict, list[Attribute]]:
        """Job template values that are taken, and the attributes that are not."""
        taken, refused = {}, []
        for name, attribute in request.group(ipp.JOB).items():
            value = attribute.values[0]
            if _TEMPLATE.get(name, lambda _value: False)(value):
                taken[name] = value
            elif attribute.tag == ipp.COLLECTION:
                refused.append(Attribute(name, ipp.UNSUPPORTED_VALUE, [b""]))
            else:
                refused.append(attribute)
        insists = request.value(ipp.OPERATION, "ipp-attribute-fidelity", False)
        papers = [item for item in refused if item.name.startswith("media")]
        if refused and (insists or (papers and not self.state.substitutes)):
            raise Refused(VALUES, ", ".join(item.name for item in refused), refused)
        return taken, refused

    def _check_format(self, request: Message) -> None:
        if request.value(ipp.OPERATION, "compression", "none") != "none":
            raise Refused(COMPRESSION, "no compression")
        wanted = request.value(ipp.OPERATION, "document-format", "application/octet-stream")
        if wanted not in ("application/pdf", "application/octet-stream"):
            raise Refused(FORMAT, "application/pdf only")

    def validate_job(self, request: Message):
        """Would this job be taken?"""
        self._check_format(request)
        if not self.state.accepting:
            raise Refused(NOT_ACCEPTING, "not accepting jobs")
        _taken, refused = self._template(request)
        return self._taken(refused, [])

    def _taken(self, refused: list[Attribute], groups: list):
        if refused:
            return SUBSTITUTED, [(ipp.UNSUPPORTED, refused), *groups]
        return OK, groups

    def _new_job(self, request: Message) -> tuple[Job, list[Attribute]]:
        self._check_format(request)
        if not self.state.accepting:
            raise Refused(NOT_ACCEPTING, "not accepting jobs")
        taken, refused = self._template(request)
        job = Job(
            len(self.jobs) + 1,
            request.value(ipp.OPERATION, "job-name", "untitled"),
            request.value(ipp.OPERATION, "requesting-user-name", "anonymous"),
            taken,
            created=int(time.monotonic() - self._started) + 1,
        )
        job.keywords = {name: value for name, value in taken.items() if name != "media-col"}
        self.jobs.append(job)
        return job, refused

    def print_job(self, request: Message):
        """Print-Job: attributes and document in one request."""
        if not request.document.startswith(b"%PDF-"):
            self._check_format(request)
            raise Refused(FORMAT_ERROR, "this is no PDF")
        job, refused = self._new_job(request)
        job.document, job.closed = request.document, True
        return self._taken(refused, [(ipp.JOB, self._describe(job))])

    def create_job(self, request: Message):
        """Create-Job: the document follows."""
        job, refused = self._new_job(request)
        job.state, job.reason = HELD, "job-incoming"
        return self._taken(refused, [(ipp.JOB, self._describe(job))])

    def send_document(self, request: Message):
        """Send-Document: one document, then the job may print."""
        job = self._find(request)
        if "last-document" not in request.group(ipp.OPERATION):
            raise Refused(BAD_REQUEST, "last-document")
        if job.closed:
            raise Refused(NOT_POSSIBLE, "the job is closed")
        self._check_format(request)
        job.document += request.document
        if request.value(ipp.OPERATION, "last-document"):
            good = job.document.startswith(b"%PDF-")
            job.closed = True
            job.state, job.reason = (PENDING, "none") if good else (ABORTED, "aborted-by-system")
            if not good:
                raise Refused(FORMAT_ERROR, "this is no PDF")
        return OK, [(ipp.JOB, self._describe(job))]

    def _find(self, request: Message) -> Job:
        number = request.value(ipp.OPERATION, "job-id")
        if number is None:
            uri = request.value(ipp.OPERATION, "job-uri", "")
            last = uri.rpartition("/")[2]
            number = int(last) if last.isdigit() else 0
        if not 0 < number <= len(self.jobs):
            raise Refused(NOT_FOUND, f"job {number}")
        return self.jobs[number - 1]

    def cancel_job(self, request: Message):
        """Cancel-Job: not after the end."""
        job = self._find(request)
        if job.state in (CANCELED, ABORTED, COMPLETED):
            raise Refused(NOT_POSSIBLE, "the job has ended")
        job.state, job.reason, job.closed = CANCELED, "job-canceled-by-user", True
        return OK, []

    def get_job(self, request: Message):
        """Get-Job-Attributes."""
        return OK, [(ipp.JOB, _wanted(request, self._describe(self._find(request))))]

    def get_jobs(self, request: Message):
        """Get-Jobs: which-jobs completed or not-completed, limit."""
        which = request.value(ipp.OPERATION, "which-jobs", "not-completed")
        if which not in ("completed", "not-completed"):
            raise Refused(VALUES, "which-jobs", [Attribute("which-jobs", ipp.KEYWORD, [which])])
        ended = which == "completed"
        chosen = [job for job in self.jobs if (job.state >= CANCELED) == ended]
        limit = request.value(ipp.OPERATION, "limit", len(chosen))
        named = "requested-attributes" in request.group(ipp.OPERATION)
        return OK, [
            (ipp.JOB, _wanted(request, self._describe(job)) if named else self._describe(job)[:2])
            for job in chosen[:limit]
        ]

    def _describe(self, job: Job) -> list[Attribute]:
        return [
            Attribute("job-uri", ipp.URI, [f"{self.uri}/{job.number}"]),
            Attribute("job-id", ipp.INTEGER, [job.number]),
            Attribute("job-printer-uri", ipp.URI, [self.uri]),
            Attribute("job-name", ipp.NAME, [job.name]),
            Attribute("job-originating-user-name", ipp.NAME, [job.user]),
            Attribute("job-state", ipp.ENUM, [job.state]),
            Attribute("job-state-reasons", ipp.KEYWORD, [job.reason]),
            Attribute("job-impressions-completed", ipp.INTEGER, [job.printed]),
            Attribute("time-at-creation", ipp.INTEGER, [job.created]),
        ]

    def get_printer(self, request: Message):
        """Get-Printer-Attributes."""
        return OK, [(ipp.PRINTER, _wanted(request, self._printer_attributes()))]

    def _printer_attributes(self) -> list[Attribute]:
        working = any(job.state == PROCESSING for job in self.jobs)
        state = HALTED if self.state.reasons else BUSY if working else IDLE
        queued = sum(job.state < CANCELED for job in self.jobs)
        keyword, integer, text = ipp.KEYWORD, ipp.INTEGER, ipp.TEXT
        return [
            Attribute("printer-uri-supported", ipp.URI, [self.uri]),
            Attribute("uri-security-supported", keyword, ["none"]),
            Attribute("uri-authentication-supported", keyword, ["none"]),
            Attribute("printer-name", ipp.NAME, [self.name]),
            Attribute("printer-info", text, [self.name]),
            Attribute("printer-make-and-model", text, ["Sandbox Laser 1"]),
            Attribute("printer-state", ipp.ENUM, [state]),
            Attribute("printer-state-reasons", keyword, list(self.state.reasons) or ["none"]),
            Attribute("printer-is-accepting-jobs", ipp.BOOLEAN, [self.state.accepting]),
            Attribute("queued-job-count", integer, [queued]),
            Attribute("printer-up-time", integer, [int(time.monotonic() - self._started) + 1]),
            Attribute("ipp-versions-supported", keyword, ["1.1", "2.0"]),
            Attribute("operations-supported", ipp.ENUM, sorted(_OPERATIONS)),
            Attribute("charset-configured", ipp.CHARSET, ["utf-8"]),
            Attribute("charset-supported", ipp.CHARSET, ["utf-8"]),
            Attribute("natural-language-configured", ipp.LANGUAGE, ["en"]),
            Attribute("generated-natural-language-supported", ipp.LANGUAGE, ["en"]),
            Attribute("document-format-default", ipp.MIME, ["application/octet-stream"]),
            Attribute(
                "document-format-supported",
                ipp.MIME,
                ["application/octet-stream", "application/pdf"],
            ),
            Attribute("compression-supported", keyword, ["none"]),
            Attribute("pdl-override-supported", keyword, ["attempted"]),
            Attribute("media-supported", keyword, list(MEDIA)),
            Attribute("media-default", keyword, ["na_letter_8.5x11in"]),
            Attribute("media-ready", keyword, ["na_letter_8.5x11in", "na_index-4x6_4x6in"]),
            Attribute("media-source-supported", keyword, list(TRAYS)),
            Attribute("media-col-supported", keyword, ["media-size", "media-source"]),
            Attribute("print-scaling-supported", keyword, list(SCALINGS)),
            Attribute("print-scaling-default", keyword, ["auto"]),
            Attribute("copies-supported", ipp.RANGE, [(1, 99)]),
            Attribute("copies-default", integer, [1]),
        ]


def _known_paper(value) -> bool:
    """A ``media-col`` with a ``media-size``, a ``media-source`` or both, all of them ours."""
    if not isinstance(value, dict) or not value:
        return False
    size = value.get("media-size", [{}])[0]
    found = (*size.get("x-dimension", []), *size.get("y-dimension", []))
    known_size = found in MEDIA.values() or "media-size" not in value
    return known_size and value.get("media-source", TRAYS[:1])[0] in TRAYS


_TEMPLATE = {
    "media": lambda value: value in MEDIA,
    "media-col": _known_paper,
    "copies": lambda value: isinstance(value, int) and 1 <= value <= 99,
    "print-scaling": lambda value: value in SCALINGS,
    "sides": lambda value: value == "one-sided",
}
_OPERATIONS = {
    0x0002: IppPrinter.print_job,
    0x0004: IppPrinter.validate_job,
    0x0005: IppPrinter.create_job,
    0x0006: IppPrinter.send_document,
    0x0008: IppPrinter.cancel_job,
    0x0009: IppPrinter.get_job,
    0x000A: IppPrinter.get_jobs,
    0x000B: IppPrinter.get_printer,
}
_EVERYTHING = {"all", "printer-description", "job-description", "job-template"}


def _wanted(request: Message, attributes: list[Attribute]) -> list[Attribute]:
    asked = request.group(ipp.OPERATION).get("requested-attributes")
    if not asked or _EVERYTHING & set(asked.values):
        return attributes
    return [attribute for attribute in attributes if attribute.name in asked.values]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True

    def __init__(self, address, printer: IppPrinter) -> None:
        self.printer = printer
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request, client_address) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep open."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def handle_error(self, request, client_address) -> None:
        """A client that leaves is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One IPP request."""
        body = self._body()
        if body is None or not self._acceptable():
            return
        try:
            answer = self.server.printer.answer(body)
        except (ipp.Malformed, UnicodeDecodeError, TypeError, ValueError):
            self._finish(400, b"")
            return
        if self.server.printer.state.mode == "hang":
            self.server.printer._stopping.wait()
        if self.server.printer.state.mode != "ok":
            self.close_connection = True
            return
        self._finish(200, answer)

    def do_GET(self) -> None:
        """A browser finds nothing."""
        self._finish(405, b"")

    def _acceptable(self) -> bool:
        if self.path.rstrip("/") != PATH:
            self._finish(404, b"")
        elif self.headers.get_content_type() != "application/ipp":
            self._finish(415, b"")
        else:
            return True
        return False

    def _body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return self._chunks()
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._finish(413 if length.isdigit() else 411, b"")
            return None
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def _finish(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/ipp" if status == 200 else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments) -> None:
        """No log."""
