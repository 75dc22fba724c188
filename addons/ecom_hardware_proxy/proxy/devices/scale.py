"""A scale: asked only while somebody looks, one question at a time, read until the frame ends
(FACTS 3.10). What it says is worth something for a moment only.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from .. import links, scales
from ..events import READING
from ..links import LinkBusy, LinkError, LinkMissing
from ..scales.settling import Settling
from ..weights import WORDS, Reading, State
from ..words import Words
from .unit import ATTENTION, OFFLINE, ONLINE, Context, Unit
from .worker import LOOKUP_S, Worker, backoff

STALE_INTERVALS = 3
SHORTEST_INTERVAL_S = 0.3
STREAM_STALE_S = 2.0  # FACTS 2, rule 2
TIMEOUTS_TO_REOPEN = 3
PRESENCE_S = 1.0
CHUNK = 256
DRAIN_S = 0.5
ENDLESS = Words(
    "The scale sends without end, faster than it can be read: set it to answer when it is asked."
)
COMMANDS = ("zero", "tare")


class Endless(LinkError):
    """What lies in the buffers is older than now, and no end of it is in sight."""


class ScaleUnit(Unit):
    """The newest reading of a scale, and who wants to see it."""

    def __init__(self, config, context: Context) -> None:
        super().__init__(config, context)
        driver = self.new_driver()
        self.commands = tuple(name for name in COMMANDS if getattr(driver, name)())
        asks = driver.request() is not None
        interval = max(driver.poll_s, SHORTEST_INTERVAL_S)
        self.stale_s = STALE_INTERVALS * interval if asks else STREAM_STALE_S
        self._news = threading.Condition()
        self._reading = Reading(State.OFFLINE, config.driver)
        self._at: float | None = None  # monotonic
        self._time = context.clock()
        self._sequence = 0
        self._watchers = 0
        self._asked = 0
        self._orders: deque[str] = deque()
        self._ending = False

    def new_driver(self) -> scales.ScaleDriver:
        """A driver with the options of the configuration. Raises ConfigError."""
        try:
            return scales.make(self.config.driver, dict(self.config.options))
        except (ValueError, TypeError) as error:
            raise self.wrong("options", dict(self.config.options), str(error)) from error

    def new_worker(self) -> "ScaleWorker":
        return ScaleWorker(self)

    def ask_to_stop(self) -> None:
        super().ask_to_stop()
        with self._news:
            self._ending = True
            self._news.notify_all()

    # --- who looks ------------------------------------------------------------------------------

    @contextmanager
    def watch(self) -> Iterator[None]:
        """The scale is asked as long as somebody is in here."""
        with self._news:
            self._watchers += 1
            self._news.notify_all()
        try:
            yield
        finally:
            with self._news:
                self._watchers -= 1

    def ask_once(self) -> None:
        """One question, although nobody looks."""
        with self._news:
            self._asked += 1
            self._news.notify_all()

    def command(self, name: str) -> None:
        """Let the scale do one of `commands`."""
        with self._news:
            self._orders.append(name)
            self._news.notify_all()

    def next_order(self) -> str | None:
        """For the worker: what was ordered, oldest first."""
        with self._news:
            return self._orders.popleft() if self._orders else None

    def wanted(self) -> bool:
        """For the worker: does somebody look? A single question is used up by being seen here."""
        with self._news:
            if self._watchers:
                return True
            if self._asked:
                self._asked -= 1
                return True
            return False

    def wait_until_wanted(self, timeout_s: float) -> None:
        """For the worker: sleep until somebody looks, asks or orders."""
        with self._news:
            self._news.wait_for(
                lambda: self._watchers or self._asked or self._orders or self._ending, timeout_s
            )

    def rest(self, seconds: float) -> None:
        """For the worker: the pause between two questions; an order ends it."""
        with self._news:
            self._news.wait_for(lambda: self._orders or self._ending, seconds)

    # --- readings -------------------------------------------------------------------------------

    def publish(self, reading: Reading) -> None:
        """The scale said something, or is known to say nothing."""
        with self._news:
            self._reading = reading
            self._at = time.monotonic()
            self._time = self.context.clock()
            self._sequence += 1
            self._news.notify_all()
        self.context.hub.publish(READING, self.reading())

    def wait_for_next(self, timeout_s: float) -> None:
        """Wait until there is a reading newer than now; not for a scale that is away."""
        if self.snapshot().state == OFFLINE:
            return
        with self._news:
            seen = self._sequence
            self._news.wait_for(lambda: self._sequence != seen, timeout_s)

    def is_stale(self) -> bool:
        """True when the newest reading holds a weight that is too old."""
        with self._news:
            return self._reading.state is State.STABLE and self._age_s() > self.stale_s

    def _age_s(self) -> float:
        return 0.0 if self._at is None else time.monotonic() - self._at

    def reading(self) -> dict[str, object]:
        """The newest reading as README.md shows it; an old weight is STALE, not a weight."""
        with self._news:
            reading, age_s = self._reading, self._age_s()
            told, sequence = self._time, self._sequence
        stale = reading.state is State.STABLE and age_s > self.stale_s
        weight_g = None if stale else reading.weight_g
        return {
            "device": self.config.id,
            "sequence": sequence,
            "time": told,
            "age_ms": round(age_s * 1000),
            "state": str(State.STALE if stale else reading.state),
            "words": WORDS[State.STALE] if stale else reading.words,
            "weight_g": None if weight_g is None else f"{weight_g:.3f}",
            "shown": reading.shown,
            "unit": str(reading.unit) if reading.unit else None,
            "zero": reading.zero,
            "net": reading.net,
            "protocol": reading.protocol,
            "raw": reading.raw.hex(),
        }


class ScaleWorker(Worker):
    """Opens the scale, asks it while somebody looks, opens it again when it was gone."""

    def __init__(self, unit: ScaleUnit) -> None:
        super().__init__(unit.config.id)
        self._unit = unit
        self._driver = unit.new_driver()
        self._settling = self._new_settling()
        self._link = links.make(unit.config.link, unit.context.ports.find, self._driver.line)

    def _new_settling(self) -> Settling | None:
        return Settling() if self._driver.settles else None

    def release(self) -> None:
        self._link.close()

    def work(self) -> None:
        pauses = backoff()
        while True:
            self.beat(LOOKUP_S)
            try:
                self._link.open()
                self._begin()
                pauses = self._serve(pauses)
            except LinkError as error:
                self._say_lost(error)
            finally:
                self._link.close()
            self._wait_for_return(next(pauses))

    def _begin(self) -> None:
        self._forget()
        hello = self._driver.start()
        if hello:
            self._write(hello)
        self.check()
        self._unit.say(ONLINE, Words("Connected."))

    def _forget(self) -> None:
        """Half frames and old weights do not count any more."""
        self._driver.reset()
        if self._settling:
            self._settling.reset()

    def _say_lost(self, error: LinkError) -> None:
        self.check()
        if isinstance(error, Endless):
            self._unit.say(ATTENTION, ENDLESS)
            self._publish(Reading(State.UNREADABLE, self._driver.name, hint=ENDLESS))
            return
        self._unit.say(ATTENTION if isinstance(error, LinkBusy) else OFFLINE, str(error))
        if self._unit.reading()["state"] != State.OFFLINE:
            self._publish(Reading(State.OFFLINE, self._driver.name))

    def _wait_for_return(self, pause_s: float) -> None:
        """A device that is not plugged in is looked for every second; others get their pause."""
        deadline = time.monotonic() + pause_s
        while time.monotonic() < deadline:
            self.pause(min(PRESENCE_S, max(0.0, deadline - time.monotonic())))
            if self._unit.config.link.type == "tcp":
                continue
            try:
                self._unit.context.ports.find(self._unit.config.link)
            except LinkMissing:
                deadline = time.monotonic() + PRESENCE_S
                continue
            if self._unit.snapshot().state == OFFLINE:
                return

    # --- while it is connected ------------------------------------------------------------------

    def _serve(self, pauses: Iterator[float]) -> Iterator[float]:
        """Work with an open scale until it is silent for too long; return the pauses to come."""
        silences = 0
        while silences < TIMEOUTS_TO_REOPEN:
            self.beat()
            self._obey()
            if not self._unit.wanted():
                self._idle()
                continue
            if self._ask():
                silences, pauses = 0, backoff()
            else:
                silences += 1
            self._unit.rest(self._driver.poll_s if self._driver.request() else 0)
        self._unit.say(ATTENTION, WORDS[State.SILENT])
        return pauses

    def _obey(self) -> None:
        while order := self._unit.next_order():
            data = getattr(self._driver, order)()
            if data:
                self._write(data)
                if self._settling:
                    self._settling.reset()
                self._listen(self._driver.reply_s)

    def _idle(self) -> None:
        """Nobody looks: only notice when the scale is unplugged, and let no old bytes gather."""
        self._unit.wait_until_wanted(PRESENCE_S)
        if not self._link.present():
            raise LinkMissing(Words("The scale was unplugged or switched off."))
        if self._drain():
            self._forget()

    def _drain(self) -> bool:
        """Throw away what came without a question; True when there was something. Raises Endless."""
        found, limit = False, time.monotonic() + DRAIN_S
        while self._link.read(CHUNK, 0):
            found = True
            self.beat()
            if time.monotonic() > limit:
                raise Endless(ENDLESS)
        return found

    def _ask(self) -> bool:
        """One question and its answer; True when the scale said something."""
        question = self._driver.request()
        if question is None:
            return self._follow()
        if self._drain():
            # The late answer to a question that was given up: not the weight of now.
            self._driver.reset()
        self._write(question)
        if self._listen(self._driver.reply_s):
            self._unit.say(ONLINE, Words("Connected."))
            return True
        self._forget()
        self._publish(Reading(State.SILENT, self._driver.name))
        return False

    def _follow(self) -> bool:
        """Listen for a moment to a scale that talks by itself. Its silence is no fault: it may
        speak only when its PRINT key is pressed.
        """
        if not self._listen(SHORTEST_INTERVAL_S) and self._unit.is_stale():
            self._publish(Reading(State.STALE, self._driver.name))
        return True

    def _listen(self, timeout_s: float) -> bool:
        """Read until a frame is complete; the time-out counts from the last byte."""
        deadline = time.monotonic() + timeout_s
        # Bytes without end are no answer either.
        limit = time.monotonic() + 5 * timeout_s
        while (now := time.monotonic()) < min(deadline, limit):
            data = self._link.read(CHUNK, deadline - now)
            self.beat()
            if not data:
                continue
            deadline = time.monotonic() + timeout_s
            readings = self._driver.feed(data)
            for reading in readings:
                self._publish(self._settled(reading))
            if readings:
                return True
        return False

    def _settled(self, reading: Reading) -> Reading:
        if not self._settling:
            return reading
        return self._settling.settle(reading, time.monotonic())

    def _publish(self, reading: Reading) -> None:
        self.check()
        self._unit.publish(reading)

    def _write(self, data: bytes) -> None:
        deadline = time.monotonic() + self._driver.reply_s
        while data and time.monotonic() < deadline:
            data = data[self._link.write(data, self._driver.reply_s) :]
            self.beat()
