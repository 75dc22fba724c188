"""Readings, scans, jobs and devices, told to whoever listens, in threads and in asyncio.

Kinds and the shape of their data are in README.md. A listener that does not keep up loses the
oldest events and is told how many (`Subscription.missed`); it never slows the devices down.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

READING, SCAN, DEVICE, JOB = KINDS = ("reading", "scan", "device", "job")
BACKLOG = 500


class Event(NamedTuple):
    """*kind* is one of `KINDS`, *data* a value of JSON that must not be changed."""

    kind: str
    data: dict


class Hub:
    """Where events are published; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: list[Subscription] = []

    def publish(self, kind: str, data: dict) -> None:
        """Give the event to all who asked for its kind."""
        with self._lock:
            listeners = [item for item in self._subscriptions if kind in item.kinds]
        for listener in listeners:
            listener.offer(Event(kind, data))

    def subscribe(self, kinds: Iterable[str] = KINDS, backlog: int = BACKLOG) -> "Subscription":
        """Listen to *kinds* from now on; use as a context manager, or close it."""
        kinds = frozenset(kinds)
        if kinds - set(KINDS):
            raise ValueError(f"unknown kinds of events: {sorted(kinds - set(KINDS))}")
        subscription = Subscription(self, kinds, backlog)
        with self._lock:
            self._subscriptions.append(subscription)
        return subscription

    def forget(self, subscription: "Subscription") -> None:
        """Publish nothing more to *subscription*."""
        with self._lock:
            self._subscriptions = [item for item in self._subscriptions if item is not subscription]


class Subscription:
    """The events of one listener, oldest first. Either `get` or asyncio, not both at once."""

    def __init__(self, hub: Hub, kinds: frozenset[str], backlog: int) -> None:
        self.kinds = kinds
        self.missed = 0
        self._hub = hub
        self._waiting: deque[Event] = deque(maxlen=backlog)
        self._changed = threading.Condition()
        self._sleeper: tuple[asyncio.AbstractEventLoop, asyncio.Future] | None = None
        self._closed = False

    def offer(self, event: Event) -> None:
        """Called by the hub, in the thread of the publisher."""
        with self._changed:
            if self._closed:
                return
            self.missed += len(self._waiting) == self._waiting.maxlen
            self._waiting.append(event)
            self._wake()

    def get(self, timeout_s: float | None = None) -> Event | None:
        """The next event; None when *timeout_s* passed or the subscription was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed, timeout_s)
            return self._waiting.popleft() if self._waiting else None

    async def next(self, timeout_s: float | None = None) -> Event | None:
        """Like `get`, without blocking the event loop."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self.__anext__()
        except (TimeoutError, StopAsyncIteration):
            return None

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Event:
        while True:
            with self._changed:
                if self._waiting:
                    return self._waiting.popleft()
                if self._closed:
                    raise StopAsyncIteration
                loop = asyncio.get_running_loop()
                future = loop.create_future()
                self._sleeper = loop, future
            # Nothing is taken before the wait is over: a cancelled wait loses no event.
            await future

    def _wake(self) -> None:
        self._changed.notify_all()
        sleeper, self._sleeper = self._sleeper, None
        if sleeper:
            loop, future = sleeper
            try:
                loop.call_soon_threadsafe(_settle, future)
            except RuntimeError:
                # The loop of this listener has ended; so has the listener.
                self._closed = True

    def close(self) -> None:
        """Hear nothing more; whoever waits is woken."""
        self._hub.forget(self)
        with self._changed:
            self._closed = True
            self._wake()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _settle(future: asyncio.Future) -> None:
    if not future.done():
        future.set_result(None)
