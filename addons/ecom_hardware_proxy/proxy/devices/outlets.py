"""How a job reaches a printer and what may be said about it afterwards (FACTS 4.6, 4.7, 5)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..links import IppLink, IppRefused, Link, LinkError, LinkLost, LinkMissing
from ..links.ipp import ABORTED, CANCELLED, COMPLETED, STOPPED, media_name
from ..printers.language import Language, Status
from ..queue import Job, JobState
from ..words import Words, together
from .worker import LOOKUP_S

CHUNK = 16 * 1024
STEP_S = 1.0
# No printer has this much to say about its state.
LONGEST_ANSWER = 64 * 1024
ASK_AGAIN_S = 0.3
# A question that travels with the last bytes is answered before these are counted as waiting.
DIGEST_S = 0.05
TAKES_NOTHING = Words("The printer takes no more data: look at paper, cover and ribbon.")
CUT_OFF = Words("{problem} It is not known how much was printed. Look at the printer and decide.")
KEPT_OPEN = Words(
    "Everything was sent, but the printer neither answered nor closed the connection, so it is not"
    " known whether it was printed. Look at the printer and decide."
)
GIVEN_UP = Words(
    "The printer gave the document up: {problem} Look whether pages came out, and decide."
)
STOPPED_WORDS = Words("The printer is stopped.")
STILL_THERE = Words("The spooler still holds the document. Look at the printer and decide.")


class Outcome(NamedTuple):
    """How a job ended."""

    state: JobState
    words: str = ""


class NothingLeft(Exception):
    """The job could not be begun; no byte left, so it may simply be tried again."""


@dataclass(frozen=True)
class Patience:
    """Times in seconds; each is an option of a printer in proxy.toml.

    *status*: ask the printer for its state (False for one that never answers). *status_s*: wait for
    its answer. *confirm_s*: wait until it says that it has printed. *stall_s*: wait for a person
    while it takes nothing. *retry_max_s*: longest pause between attempts. *look_s*: ask an idle
    printer how it is (0: never).
    """

    status: bool = True
    status_s: float = 2.0
    confirm_s: float = 20.0
    stall_s: float = 600.0
    retry_max_s: float = 30.0
    look_s: float = 30.0


class Helm(NamedTuple):
    """What an outlet may ask of its worker: *beat* (tell progress, and for how many seconds the next
    step may be silent; raises when given up), *say* (the printer needs a person, in words; none: it
    is well) and *ending* (the agent stops).
    """

    beat: Callable[..., None]
    say: Callable[[tuple[str, ...]], None]
    ending: Callable[[], bool]


class StreamOutlet:
    """Bytes to a printer that takes its own language: TCP, serial, USB, or a folder."""

    def __init__(
        self, link: Link, language: Language, patience: Patience, close_wait_s: float, helm: Helm
    ) -> None:
        self.link = link
        self._language, self._patience, self._helm = language, patience, helm
        self._close_wait_s = close_wait_s
        self._request = language.status_request() if patience.status else None

    def open(self) -> None:
        """Connect. Raises LinkError; no byte left."""
        self.link.open()

    def close(self) -> None:
        """Let go of the printer."""
        self.link.close()

    def problems(self) -> tuple[str, ...]:
        """What keeps the printer from printing, in words. Raises LinkLost."""
        if self._request is None:
            return ()
        status = self._status()
        return () if status.ready else status.problems

    def send(self, job: Job, data: bytes) -> None:
        """Write *data*, which holds the copies already. Raises NothingLeft, or LinkLost when some bytes left."""
        self.write(data)

    def write(self, data: bytes) -> None:
        """Write *data*, waiting for a person when nothing is taken. Raises as `send`."""
        rest, moved = memoryview(data), time.monotonic()
        while rest:
            try:
                count = self.link.write(rest[:CHUNK], STEP_S)
            except LinkError as error:
                if len(rest) == len(data):
                    raise NothingLeft(str(error)) from error
                raise
            self._helm.beat()
            rest = rest[count:]
            if count:
                moved = time.monotonic()
            elif time.monotonic() - moved > self._patience.stall_s:
                raise (
                    NothingLeft(TAKES_NOTHING)
                    if len(rest) == len(data)
                    else LinkLost(TAKES_NOTHING)
                )
            elif time.monotonic() - moved > 2 * STEP_S:
                self._helm.say((TAKES_NOTHING,))

    def settle(self) -> Outcome:
        """Everything was written: what became of it? Raises LinkLost."""
        if self._request is None:
            return self._closed()
        heard, limit = False, time.monotonic() + self._patience.confirm_s
        person = time.monotonic() + self._patience.stall_s
        self._sleep(DIGEST_S)
        while time.monotonic() < limit and not self._helm.ending():
            status = self._status()
            heard = heard or status.known
            if status.known and status.ready and status.queued in (0, None):
                printed = status.queued == 0
                return Outcome(JobState.CONFIRMED if printed else JobState.SENT)
            if not status.ready:
                self._helm.say(status.problems)
                limit = person
            self._sleep(ASK_AGAIN_S)
        # An answer after the last byte: the printer has read as far as that.
        return Outcome(JobState.SENT) if heard else self._closed()

    def _closed(self) -> Outcome:
        self._helm.beat(self._close_wait_s)
        if self.link.finish(self._close_wait_s):
            return Outcome(JobState.SENT)
        return Outcome(JobState.UNKNOWN, KEPT_OPEN)

    def _status(self) -> Status:
        """Ask once; silence is an answer too, and the language knows what it means."""
        self._discard()
        self._helm.beat(self._patience.status_s)
        self.link.write(self._request, self._patience.status_s)
        answer, deadline = b"", time.monotonic() + self._patience.status_s
        while (left := deadline - time.monotonic()) > 0 and len(answer) < LONGEST_ANSWER:
            self._helm.beat(left)
            answer += self.link.read(4096, left)
            if answer and self._language.status_complete(answer):
                break
        self._helm.beat()
        return self._language.read_status(answer)

    def _discard(self) -> None:
        """Drop what came unasked; a printer that talks without end is not waited for."""
        for _ in range(LONGEST_ANSWER // 4096):
            if not self.link.read(4096, 0):
                break

    def _sleep(self, seconds: float) -> None:
        time.sleep(seconds)
        self._helm.beat()


class IppOutlet:
    """Documents to a printer or spooler by IPP; its "completed" is the spooler's word only."""

    def __init__(
        self,
        link: IppLink,
        patience: Patience,
        size_mm: tuple[float | None, float | None],
        helm: Helm,
    ) -> None:
        self.link = link
        self._patience, self._helm = patience, helm
        self._media = media_name(*size_mm)
        self._number = 0

    def open(self) -> None:
        """Nothing: each question is a connection of its own."""

    def close(self) -> None:
        """Nothing, see `open`."""

    def problems(self) -> tuple[str, ...]:
        """What keeps the printer from printing, in words. Raises LinkError."""
        return self.link.problems()

    def send(self, job: Job, data: bytes) -> None:
        """Hand the document over. Raises NothingLeft, IppRefused, LinkLost.

        The job's own paper and tray come before those of the printer; they are asked for first,
        because a spooler that does not know them prints on whatever is there.
        """
        mimetype = "application/pdf" if data.startswith(b"%PDF") else job.mimetype
        try:
            if job.media or job.tray:
                self._check_paper(job)
            self._number = self.link.print_job(
                data,
                mimetype,
                f"{job.name} [{job.id}]",
                job.copies,
                job.media or self._media,
                job.tray,
                leaving=self._helm.beat,
            )
        except LinkMissing as error:
            raise NothingLeft(str(error)) from error

    def _check_paper(self, job: Job) -> None:
        try:
            words = self.link.paper_problem(job.media, job.tray)
        except LinkError as error:
            # A question only: no byte of the document has left.
            raise NothingLeft(str(error)) from error
        if words:
            raise IppRefused(words)

    def settle(self) -> Outcome:
        """Follow the document until the printer is done with it."""
        limit = time.monotonic() + self._patience.stall_s
        while time.monotonic() < limit and not self._helm.ending():
            self._helm.beat(LOOKUP_S)
            try:
                state, reasons = self.link.job(self._number)
                if state == STOPPED:
                    reasons = self.link.problems() or reasons or (STOPPED_WORDS,)
            except IppRefused:
                # Spoolers forget what is done.
                state, reasons = COMPLETED, ()
            except LinkError as error:
                state, reasons = 0, (str(error),)
            if state == COMPLETED:
                return Outcome(JobState.SENT)
            if state in (ABORTED, CANCELLED):
                return Outcome(JobState.UNKNOWN, GIVEN_UP.fill(problem=together(reasons)))
            self._helm.say(reasons)
            time.sleep(ASK_AGAIN_S)
            self._helm.beat()
        return Outcome(JobState.UNKNOWN, STILL_THERE)
