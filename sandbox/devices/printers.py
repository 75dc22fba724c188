"""Label and receipt printers on raw TCP (FACTS 4.6, 4.7, 6): they render what they receive.

A connection feeds a receive buffer; complete formats wait in order for the one print head, which
works while there is paper, the head is closed and nobody has pressed pause.
"""

import re
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from .papers import last_number
from .render import RENDERERS, Label, Rendered

MODES = ("ok", "refuse", "stall", "reset_after", "reset_at_end")
# How the end of what can be printed looks in what has come so far.
_COMPLETE = {
    "zpl": re.compile(rb".*\^XZ", re.DOTALL),
    "epl2": re.compile(rb".*\nP\d+(?:,\d+)?\r?\n(?!.)", re.DOTALL),
    "dpl": re.compile(rb".*\r\n?E\r?\n?(?!.)", re.DOTALL),
    "escpos": re.compile(rb".+", re.DOTALL),
}
_IDLE_S = 0.05
_REAL_TIME_KICK = re.compile(rb"\x10\x14\x01([\x00\x01])[\x01-\x08]")


@dataclass
class State:
    """What a test may change. *bytes*: for mode reset_after. *label_s*: time per label.

    *tells_when_out*: a firmware that still answers ``~HS`` without paper or with the head open.
    """

    mode: str = "ok"
    bytes: int = 1000
    paper: bool = True
    paper_low: bool = False
    head_open: bool = False
    paused: bool = False
    label_s: float = 0.0
    tells_when_out: bool = False

    def change(self, **values) -> None:
        """Set fields by name. Raises ValueError."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__ or (name == "mode" and value not in MODES):
                raise ValueError(f"a printer has no {name} {value!r}")
            setattr(self, name, type(getattr(self, name))(value))

    @property
    def ready(self) -> bool:
        """It prints what comes."""
        return self.paper and not self.head_open and not self.paused


@dataclass
class Printed:
    """One piece of paper. *file*: its PNG."""

    number: int
    job: int
    file: str
    texts: list[str]
    time: float


@dataclass
class _Format:
    job: int
    rendered: Rendered
    left: int = 0


@dataclass
class _Connection:
    number: int
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    unprinted: bytes = b""


class TcpPrinter:
    """``with TcpPrinter("zpl", folder) as printer: printer.port``; ``printer.set(paper=False)``."""

    def __init__(self, language: str, folder: Path, port: int = 0, **size) -> None:
        """*size*: width_mm, height_mm, dpi of the renderer."""
        self.language, self.folder, self.size = language, Path(folder), size
        self.state = State()
        self.printed: list[Printed] = []
        self.kicks: list[int] = []
        self.problems: list[str] = []
        self.jobs: list[bytearray] = []  # the bytes of each connection that sent some
        self.status_requests = 0
        self.connections = 0
        self.port = port
        self._formats: deque[_Format] = deque()
        self._changed = threading.Condition()
        self._number = 0
        self._stopping = False
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    # --- life -----------------------------------------------------------------------------
    def __enter__(self) -> "TcpPrinter":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number = last_number(self.folder, "", ".png")
        self._listen()
        self._start(self._print_head)
        return self

    def __exit__(self, *_error) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._close_listener()
        for connection in list(self._open):
            _hang_up(connection)
        for thread in self._threads:
            thread.join()

    def _start(self, work, *arguments) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(16)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._start(self._accept, listener)

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener:
            _hang_up(listener)
            listener.close()

    def set(self, **values) -> None:
        """Change the state; mode refuse closes the door, another opens it again."""
        with self._changed:
            self.state.change(**values)
            self._changed.notify_all()
        if self.state.mode == "refuse":
            self._close_listener()
        elif self._listener is None and not self._stopping:
            self._listen()

    def wait_for(self, labels: int, limit_s: float = 10.0) -> None:
        """Return when so many labels came out. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.printed) >= labels, limit_s):
                raise TimeoutError(f"{len(self.printed)} of {labels} labels; {self.problems}")

    def report(self) -> dict:
        """Everything as JSON values."""
        with self._changed:
            return {
                "language": self.language,
                "port": self.port,
                **vars(self.state),
                "count": len(self.printed),
                "printed": [vars(piece) for piece in self.printed],
                "waiting": len(self._formats),
                "kicks": {str(pin): self.kicks.count(pin) for pin in (2, 5)},
                "problems": list(self.problems),
                "jobs": len(self.jobs),
                "connections": self.connections,
            }

    # --- connections ----------------------------------------------------------------------
    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                accepted, _address = listener.accept()
            except OSError:
                return
            self._open.add(accepted)
            self.connections += 1
            self._start(self._serve, _Connection(self.connections, accepted))

    def _serve(self, connection: _Connection) -> None:
        try:
            while self._wait_to_read() and self._read(connection):
                pass
        except OSError:
            pass
        finally:
            self._flush(connection)
            self._open.discard(connection.socket)
            connection.socket.close()

    def _wait_to_read(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self.state.mode != "stall" or self._stopping)
            return not self._stopping

    def _read(self, connection: _Connection) -> bool:
        """Take what has come; False when the connection is at its end."""
        connection.socket.settimeout(_IDLE_S if connection.unprinted else 0.5)
        limit = 65536
        if self.state.mode == "reset_after":
            limit = min(limit, self.state.bytes - len(connection.received)) or 1
        try:
            data = connection.socket.recv(limit)
        except TimeoutError:
            self._take_complete(connection)
            return self._after_everything(connection)
        if not data:
            return False
        self._hear(connection, data)
        if self.state.mode == "reset_after" and len(connection.received) >= self.state.bytes:
            _reset(connection.socket)
            return False
        return True

    def _after_everything(self, connection: _Connection) -> bool:
        if self.state.mode == "reset_at_end" and connection.received:
            _reset(connection.socket)
            return False
        return True

    def _hear(self, connection: _Connection, data: bytes) -> None:
        if not connection.received:
            self.jobs.append(connection.received)
        connection.received += data
        connection.unprinted = self._answer_requests(connection, connection.unprinted + data)
        if self.language == "zpl":
            self._take_complete(connection)

    def _take_complete(self, connection: _Connection) -> None:
        match = _COMPLETE[self.language].match(connection.unprinted)
        if match:
            connection.unprinted = connection.unprinted[match.end() :]
            self._queue(connection.number, match[0])

    def _flush(self, connection: _Connection) -> None:
        """At the end of a connection even what is not complete is looked at."""
        rest, connection.unprinted = connection.unprinted, b""
        if rest.strip():
            self._queue(connection.number, rest)

    # --- status ---------------------------------------------------------------------------
    def _answer_requests(self, connection: _Connection, data: bytes) -> bytes:
        """Answer and cut out what is meant for now and not for paper."""
        for pattern, answer in _REQUESTS.get(self.language, ()):
            for match in pattern.finditer(data):
                self.status_requests += 1
                text = answer(self, match)
                if text:
                    connection.socket.sendall(text)
            data = pattern.sub(b"", data)
        if self.language == "escpos":
            for match in _REAL_TIME_KICK.finditer(data):
                self.kicks.append(5 if match[1][0] else 2)
            data = _REAL_TIME_KICK.sub(b"", data)
        return data

    def _host_status(self, _match) -> bytes | None:
        """``~HS``: nothing at all without paper or with the head open (FACTS 4.6)."""
        state = self.state
        if not state.tells_when_out and (not state.paper or state.head_open):
            return None
        with self._changed:
            waiting = len(self._formats)
            left = self._formats[0].left if self._formats else 0
        first = f"030,{not state.paper:d},{state.paused:d},1218,{waiting:03},0,0,0,000,0,0,0"
        second = f"000,0,{state.head_open:d},0,0,2,6,0,{left:08},1,000"
        lines = (first, second, "1234,0")
        return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines)

    def _real_time_status(self, match) -> bytes:
        """``DLE EOT n``, answered whatever happens; bits 1 and 4 are always set."""
        state = self.state
        offline = not state.ready
        bits = {
            1: 0x08 * offline,
            2: 0x04 * state.head_open | 0x20 * (not state.paper),
            3: 0,
            4: 0x6C * (not state.paper) | 0x0C * state.paper_low,
        }
        return bytes([0x12 | bits[match[1][0]]])

    def _datamax_status(self, _match) -> bytes:
        """``SOH A``: eight letters Y or N: busy, paper, ribbon, batch, printing, paused, 2 more."""
        state = self.state
        with self._changed:
            busy = bool(self._formats)
        paper = not state.paper or state.head_open
        flags = (False, paper, False, busy, busy and state.ready, state.paused, False, False)
        return "".join("NY"[flag] for flag in flags).encode() + b"\r"

    def _labels_left(self, _match) -> bytes:
        with self._changed:
            return b"%04d\r" % sum(waiting.left for waiting in self._formats)

    # --- paper ----------------------------------------------------------------------------
    def _queue(self, job: int, data: bytes) -> None:
        rendered = RENDERERS[self.language](data, **self.size)
        with self._changed:
            self.problems += rendered.problems
            self._formats.append(_Format(job, rendered, rendered.count))
            self._changed.notify_all()

    def _print_head(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopping or (self._formats and self.state.ready)
                )
                if self._stopping:
                    return
                work = self._formats[0]
            self._print(work)

    def _print(self, work: _Format) -> None:
        for label in work.rendered.labels:
            for _copy in range(label.copies):
                if not self._wait_for_paper():
                    return
                self._come_out(work, label)
        with self._changed:
            self.kicks += work.rendered.kicks
            self._formats.popleft()
            self._changed.notify_all()

    def _wait_for_paper(self) -> bool:
        """Wait until printing is possible and the time of a label has passed; False: the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, self.state.label_s or 0)
            self._changed.wait_for(lambda: self._stopping or self.state.ready)
            return not self._stopping

    def _come_out(self, work: _Format, label: Label) -> None:
        self._number += 1
        number = self._number
        file = self.folder / f"{number:05}.png"
        label.image.save(file)
        piece = Printed(number, work.job, file.name, label.texts, time.time())
        with self._changed:
            work.left -= 1
            self.printed.append(piece)
            self._changed.notify_all()


_REQUESTS = {
    "zpl": [(re.compile(rb"~HS\s*"), TcpPrinter._host_status)],
    "escpos": [(re.compile(rb"\x10\x04([\x01-\x04])"), TcpPrinter._real_time_status)],
    "dpl": [
        (re.compile(rb"\x01A\r?"), TcpPrinter._datamax_status),
        (re.compile(rb"\x01E\r?"), TcpPrinter._labels_left),
    ],
}


def _reset(connection: socket.socket) -> None:
    """End a connection with a reset instead of a polite end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _hang_up(connection: socket.socket) -> None:
    """Wake whoever reads; the reader closes."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
