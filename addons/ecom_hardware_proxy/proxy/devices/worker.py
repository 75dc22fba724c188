"""The thread of one device. It may hang in a driver; then the watchdog puts another in its place."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

_logger = logging.getLogger(__name__)
# Looking up the name of a device in a network whose name server is silent takes up to two minutes.
LOOKUP_S = 120.0


class Stopped(BaseException):
    """This thread is to end. Not an Exception: no driver's "except Exception" may swallow it."""


class Worker(threading.Thread):
    """Subclasses do their work in `work`, calling `beat` at least every few seconds."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"device-{name}", daemon=True)
        self.last_beat = time.monotonic()
        self.failed = False
        self._stopping = threading.Event()
        self._abandoned = False

    def work(self) -> None:
        """Do the device's work until `beat` raises Stopped."""
        raise NotImplementedError

    def release(self) -> None:
        """Let go of the device; called at the end, and from elsewhere when the thread hangs."""

    def run(self) -> None:
        try:
            with suppress(Stopped):
                self.work()
        except Exception:
            # The text of drivers' errors holds no contents of labels; the watchdog restarts.
            _logger.exception("%s failed", self.name)
            self.failed = True
        finally:
            self.release()

    def beat(self, busy_s: float = 0.0) -> None:
        """Tell the watchdog that there is progress, and that the next step may take *busy_s* longer
        than usual. Raises Stopped when the thread is to end.
        """
        self.check()
        self.last_beat = time.monotonic() + busy_s

    def check(self) -> None:
        """Raise Stopped when this thread must not touch anything any more."""
        if self._abandoned or self._stopping.is_set():
            raise Stopped

    def check_abandoned(self, busy_s: float = 0.0) -> None:
        """Like `beat`, for what has begun and may be finished when the agent stops in order."""
        if self._abandoned:
            raise Stopped
        self.last_beat = time.monotonic() + busy_s

    def pause(self, seconds: float) -> None:
        """Wait, beating; ends early when the thread is to end."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.beat()
            self._stopping.wait(min(left, 1.0))
        self.beat()

    def ask_to_stop(self) -> None:
        """Let `beat` raise Stopped."""
        self._stopping.set()

    def abandon(self) -> None:
        """Nobody waits for this thread any more; its device is let go, which may hang as well."""
        self._abandoned = True
        threading.Thread(target=self.release, name=f"{self.name}-release", daemon=True).start()

    @property
    def abandoned(self) -> bool:
        """True when another thread has taken over."""
        return self._abandoned


def backoff(first_s: float = 0.5, longest_s: float = 30.0) -> Iterator[float]:
    """Pauses between attempts: 0.5, 1, 2 ... 30 s (FACTS 3.10)."""
    pause_s = first_s
    while True:
        yield min(pause_s, longest_s)
        pause_s = min(pause_s * 2, longest_s)
