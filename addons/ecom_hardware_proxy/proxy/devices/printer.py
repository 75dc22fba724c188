"""A printer: first in, first out from the durable queue, one job at a time, each at most once."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import NamedTuple, TypeVar

from .. import labels, links, printers
from ..labels.samples import check_label
from ..links import IppLink, IppRefused, LinkBusy, LinkError, LinkMissing
from ..queue import Job, JobState, Kick, NewJob, NotAllowed, StorageError
from ..words import Words, together
from .outlets import CUT_OFF, Helm, IppOutlet, NothingLeft, Outcome, Patience, StreamOutlet
from .unit import ATTENTION, OFFLINE, ONLINE, UNKNOWN, Context, Unit
from .worker import LOOKUP_S, Worker, backoff

IDLE_S = 1.0
RETRY_FIRST_S = 0.5
NEEDS_PERSON_S = 1.5
STORAGE_S = 2.0
PREPARE_S = 600.0
RAW = ("application/escpos", "application/octet-stream")
OPENS = Words(
    "This file would open the cash drawer, which needs a permission and is written down: open the"
    " drawer by its own button."
)
DRAWN = ("application/pdf", "image/")
ATTEMPTS = 3
POISON = Words(
    "The agent ended {times} times while it prepared this document, so it is not tried again: print it"
    " from another program, or as another kind of file."
)
KICK_LIMIT_S = 3.0
READY = Words("Ready.")
TOO_LATE = Words("The printer was busy; the drawer was not opened.")
DEFAULT_DPI = 203
# When proxy.toml does not say: 4 x 6 inch labels, 80 mm receipts without end, US letter.
DEFAULT_WIDTH_MM = {"label_printer": 101.6, "receipt_printer": 72.0, "document_printer": 215.9}
DEFAULT_HEIGHT_MM = {"label_printer": 152.4, "receipt_printer": None, "document_printer": 279.4}


_logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Try(Enum):
    """What came of trying a job: it is over, it waits for a person, or for the printer."""

    DONE = auto()
    PERSON = auto()
    AGAIN = auto()


class DrawerOrder(NamedTuple):
    """Open the drawer at *pin*, before *until* (monotonic) or not at all."""

    kick: Kick
    pin: int
    until: float


class PrinterUnit(Unit):
    """A printer and what waits for it beside jobs: drawers to open."""

    def __init__(self, config, context: Context) -> None:
        super().__init__(config, context)
        self.patience, rest = self._options()
        try:
            self.language = printers.make(config.language, rest)
        except (ValueError, TypeError) as error:
            raise self.wrong("options", rest, str(error)) from error
        self.drawers: list[Unit] = []
        self._orders: deque[DrawerOrder] = deque()
        self._poked = threading.Condition()
        self._ending = False

    def _options(self) -> tuple[Patience, dict[str, object]]:
        values = dict(self.config.options)
        own = {name: values.pop(name) for name in _OPTIONS if name in values}
        for name, value in own.items():
            wanted = bool if name == "status" else (int, float)
            if not isinstance(value, wanted) or (isinstance(value, bool) and name != "status"):
                raise self.wrong(
                    f"options.{name}", value, Words("true/false, or seconds, is needed")
                )
        return Patience(**own), values

    def new_worker(self) -> "PrinterWorker":
        return PrinterWorker(self)

    def say(self, state: str, words: str) -> None:
        super().say(state, words)
        for drawer in self.drawers:
            drawer.say(state, words)

    def give_up_worker(self) -> None:
        super().give_up_worker()
        with self._poked:
            self._orders.clear()
        for drawer in self.drawers:
            self.context.queue.recover(drawer.config.id)
        for job in self.context.queue.recover(self.config.id):
            self.context.audit.write("agent", "recover", job.device, job.state, job.id, job.words)

    def ask_to_stop(self) -> None:
        super().ask_to_stop()
        self._ending = True
        self._poke()

    def prepare(self, job: Job) -> bytes:
        """The bytes that print a job. Raises printers.Unprintable."""
        document = printers.Document(job.mimetype, self.context.queue.content(job.id))
        config = self.config
        if self.drawers and document.kind in RAW and printers.opens_drawer(document.content):
            raise printers.Unprintable(OPENS)
        # By IPP the printer makes the copies.
        copies = 1 if config.link.type == "ipp" else job.copies
        return printers.prepare(
            document,
            self.language,
            config.dpi or DEFAULT_DPI,
            config.width_mm or DEFAULT_WIDTH_MM[config.kind],
            config.height_mm or DEFAULT_HEIGHT_MM[config.kind],
            copies,
        )

    def test_job(self, job_id: str, who: str) -> NewJob:
        """A label that shows whether all of it is on the paper, at its true size, and readable."""
        config = self.config
        width_mm = config.width_mm or DEFAULT_WIDTH_MM[config.kind]
        height_mm = config.height_mm or DEFAULT_HEIGHT_MM[config.kind] or width_mm
        day = datetime.fromtimestamp(self.context.clock()).strftime("%Y-%m-%d %H:%M")
        label = check_label("Test", config.name, day, "TEST", width_mm, height_mm)
        return NewJob(job_id, config.id, "Test", labels.MIMETYPE, labels.write(label), who=who)

    # --- drawers --------------------------------------------------------------------------------

    def order(self, order: DrawerOrder) -> None:
        """Open a drawer as soon as the printer is free."""
        with self._poked:
            self._orders.append(order)
        self._poke()

    def next_order(self) -> DrawerOrder | None:
        """For the worker."""
        with self._poked:
            return self._orders.popleft() if self._orders else None

    def has_orders(self) -> bool:
        """For the worker: is a drawer to be opened?"""
        return bool(self._orders)

    def wait_for_order(self, timeout_s: float) -> bool:
        """For the worker: True when a drawer is to be opened."""
        with self._poked:
            self._poked.wait_for(lambda: self._orders or self._ending, timeout_s)
            return bool(self._orders)

    def _poke(self) -> None:
        with self._poked:
            self._poked.notify_all()
        self.context.queue.wake()


_OPTIONS = tuple(Patience.__dataclass_fields__)


class PrinterWorker(Worker):
    """Takes the oldest job, sees whether the printer can print, sends, and says what is known."""

    def __init__(self, unit: PrinterUnit) -> None:
        super().__init__(unit.config.id)
        self._unit = unit
        self._queue = unit.context.queue
        self._id = unit.config.id
        self._prepared: tuple[str, bytes] = ("", b"")
        self._outlet = self._make_outlet()
        self._looked = 0.0
        self._tidy = False

    def _make_outlet(self) -> StreamOutlet | IppOutlet:
        unit, link = self._unit, self._unit.config.link
        helm = Helm(self.check_abandoned, self._say_problems, self._stopping.is_set)
        if link.type == "ipp":
            size_mm = (unit.config.width_mm, unit.config.height_mm)
            return IppOutlet(IppLink(link.uri, link.tls_verify), unit.patience, size_mm, helm)
        opened = links.make(link, unit.context.ports.find, None, unit.config.language)
        return StreamOutlet(opened, unit.language, unit.patience, link.close_wait_s, helm)

    def checkpoint(self, step: str, job: Job) -> None:
        """A named step of a job: ``taken``, ``begun``, ``written``, ``ended``. Nothing happens
        here; the fault tests pull the plug at these places.
        """

    def release(self) -> None:
        self._outlet.close()

    def work(self) -> None:
        pauses = self._backoff()
        while True:
            self.beat()
            try:
                self._open_drawers()
                job = self._queue.next(self._id)
                if job is None:
                    self._idle()
                    continue
                result = self._try(job)
            except StorageError as error:
                # Nothing is printed that cannot be written down.
                self._unit.say(ATTENTION, str(error))
                self._wait(STORAGE_S)
                continue
            if result is not Try.AGAIN:
                pauses = self._backoff()
            if result is not Try.DONE:
                self._wait(NEEDS_PERSON_S if result is Try.PERSON else next(pauses))

    def _backoff(self) -> Iterator[float]:
        return backoff(RETRY_FIRST_S, self._unit.patience.retry_max_s)

    # --- nothing to do --------------------------------------------------------------------------

    def _idle(self) -> None:
        if self._tidy:
            self._tidy = False
            self._queue.tidy()
        if self._time_to_look():
            self._look()
        self._queue.wait(self._id, IDLE_S, unless=self._called)

    def _called(self) -> bool:
        return self._stopping.is_set() or self._unit.has_orders()

    def _time_to_look(self) -> bool:
        """Local printers are looked at when they come; serial ones at no other time, because
        opening a line may reset what is at its end.
        """
        link, look_s = self._unit.config.link, self._unit.patience.look_s
        due = not self._looked or (look_s > 0 and time.monotonic() - self._looked > look_s)
        if link.type not in ("serial", "usblp"):
            return due
        try:
            self._unit.context.ports.find(link)
        except LinkMissing as error:
            self._unit.say(OFFLINE, str(error))
            return False
        came = self._unit.snapshot().state in (OFFLINE, UNKNOWN)
        return came or (due and link.type == "usblp")

    def _open(self) -> None:
        self.check_abandoned(LOOKUP_S)
        self._outlet.open()

    def _look(self) -> None:
        """See how an idle printer is."""
        self._looked = time.monotonic()
        try:
            self._open()
            self._say_problems(self._outlet.problems())
        except LinkError as error:
            self._say_error(error)
        finally:
            self._outlet.close()

    def _wait(self, seconds: float) -> None:
        """A pause between attempts, in which drawers are still answered."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.beat()
            if self._unit.wait_for_order(min(left, IDLE_S)):
                self._open_drawers()

    def _say_problems(self, problems: tuple[str, ...]) -> None:
        self.check_abandoned()
        if problems:
            self._unit.say(ATTENTION, together(problems))
        else:
            self._unit.say(ONLINE, READY)

    def _say_error(self, error: Exception) -> None:
        self.check_abandoned()
        refused = isinstance(error, IppRefused)
        self._unit.say(ATTENTION if refused else OFFLINE, str(error))

    # --- a job ----------------------------------------------------------------------------------

    def _try(self, job: Job) -> Try:
        """Print *job* if the printer can."""
        self.checkpoint("taken", job)
        data = self._bytes_of(job)
        if data is None:
            return Try.DONE
        try:
            self._open()
            problems = self._outlet.problems()
            self._say_problems(problems)
            if problems:
                self._hold(job, together(problems))
                return Try.PERSON
            self._print(job, data)
            return Try.DONE
        except (LinkError, NothingLeft) as error:
            self._say_error(error)
            self._hold(job, str(error))
            return Try.AGAIN
        finally:
            self._looked = time.monotonic()
            self._outlet.close()

    def _bytes_of(self, job: Job) -> bytes | None:
        """What to send; None when the job cannot be printed on this printer, which is said."""
        if self._prepared[0] == job.id:
            return self._prepared[1]
        self.beat(PREPARE_S)
        try:
            self._prepared = (job.id, self._draw(job))
        except KeyError:  # cancelled meanwhile
            return None
        except StorageError:
            raise
        except printers.Unprintable as error:
            self._end(job, Outcome(JobState.FAILED, str(error)))
            return None
        except Exception as error:
            # No byte has left, and a document that upsets a library must not block its printer.
            _logger.exception("%s cannot be prepared", job.id)
            kind = type(error).__name__
            self._end(
                job,
                Outcome(
                    JobState.FAILED, Words("It cannot be prepared for printing: {kind}.", kind=kind)
                ),
            )
            return None
        self.beat()
        return self._prepared[1]

    def _draw(self, job: Job) -> bytes:
        """What a library draws may take all memory, and the agent with it: not again and again."""
        if not job.mimetype.lower().startswith(DRAWN):
            return self._unit.prepare(job)
        with self._queue.attempt(job.id) as times:
            if times > ATTEMPTS:
                raise printers.Unprintable(POISON.fill(times=times - 1))
            return self._unit.prepare(job)

    def _hold(self, job: Job, words: str) -> None:
        with suppress(NotAllowed):  # cancelled meanwhile
            self._queue.hold(job.id, Words("Waiting: {problem}", problem=words))

    def _print(self, job: Job, data: bytes) -> None:
        """From here on the job happens at most once. Raises NothingLeft: it has not begun."""
        try:
            self._queue.begin(job.id)
        except NotAllowed:  # cancelled meanwhile
            return
        self.checkpoint("begun", job)
        try:
            self._outlet.send(job, data)
        except NothingLeft as error:
            words = Words("Waiting: {problem}", problem=error)
            self._insist(lambda: self._queue.back(job.id, words))
            raise
        except IppRefused as error:
            self._end(job, Outcome(JobState.FAILED, str(error)))
            return
        except LinkError as error:
            self._say_error(error)
            self._end(job, Outcome(JobState.UNKNOWN, CUT_OFF.fill(problem=error)))
            return
        self.checkpoint("written", job)
        self._settle(job)

    def _settle(self, job: Job) -> None:
        try:
            outcome = self._outlet.settle()
        except LinkError as error:
            self._say_error(error)
            outcome = Outcome(JobState.UNKNOWN, CUT_OFF.fill(problem=error))
        else:
            self._say_problems(())
        self._end(job, outcome)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self._prepared = ("", b"")
        self._tidy = True
        try:
            ended = self._insist(lambda: self._queue.end(job.id, outcome.state, outcome.words))
        except NotAllowed:  # cancelled before it began
            return
        self._unit.context.audit.write(
            "agent", "printed", self._id, ended.state, job.id, outcome.words
        )
        self.checkpoint("ended", job)

    def _insist(self, change: Callable[[], Result]) -> Result:
        """Write down what happened to a job; a full disk makes this printer wait, not forget."""
        while True:
            self.check_abandoned()
            try:
                return change()
            except StorageError as error:
                self._unit.say(ATTENTION, str(error))
                self.pause(STORAGE_S)

    # --- drawers --------------------------------------------------------------------------------

    def _open_drawers(self) -> None:
        while order := self._unit.next_order():
            self.beat()
            state, words = self._kick(order)
            self._insist(partial(self._queue.end_kick, order.kick.id, state, words))
            self._unit.context.audit.write(
                order.kick.who, "open drawer", order.kick.device, state, order.kick.id, words
            )

    def _kick(self, order: DrawerOrder) -> tuple[str, str]:
        """Once, now or never: a drawer that opens minutes later opens for somebody else."""
        if time.monotonic() > order.until:
            return "failed", TOO_LATE
        try:
            self._open()
            if time.monotonic() > order.until:
                return "failed", TOO_LATE
            self._outlet.write(printers.drawer_kick(order.pin))
            reached = self._outlet.link.finish(KICK_LIMIT_S)
        except (NothingLeft, LinkMissing, LinkBusy) as error:
            self._say_error(error)
            return "failed", Words("{error} The drawer was not opened.", error=error)
        except LinkError as error:
            self._say_error(error)
            return "unknown", Words("{error} Look whether the drawer is open.", error=error)
        finally:
            self._outlet.close()
        return (
            ("done", Words("Opened."))
            if reached
            else ("unknown", Words("Look whether the drawer is open."))
        )
