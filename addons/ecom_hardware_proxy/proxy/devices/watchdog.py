"""A thread without progress is given up and replaced; a device that hangs again and again is taken
out of service, in words. No device waits for another (FACTS 13.12).
"""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

from ..words import Words
from .unit import ATTENTION, Unit

_logger = logging.getLogger(__name__)
OUT_OF_SERVICE = Words(
    "Its driver stopped {times} times within {minutes:g} minutes and was switched off: unplug the device, plug"
    " it in again and restart the agent; if it stays so, the log tells more."
)


@dataclass(frozen=True)
class Limits:
    """*silent_s*: longest time without progress (a name server that does not answer takes half a
    minute). At most *restarts* within *window_s*.
    """

    silent_s: float = 40.0
    restarts: int = 5
    window_s: float = 600.0
    every_s: float = 1.0


class Watchdog:
    """Looks after the threads of *units*, from a thread of its own."""

    def __init__(self, units: list[Unit], limits: Limits) -> None:
        self._units, self._limits = units, limits
        self._restarts: dict[str, deque[float]] = {unit.config.id: deque() for unit in units}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(self._limits.every_s):
            for unit in self._units:
                try:
                    self.look(unit, time.monotonic())
                except Exception:
                    _logger.exception("watchdog: %s", unit.config.id)

    def look(self, unit: Unit, now: float) -> None:
        """Replace the thread of *unit* if it hangs or ended by a failure; *now* is monotonic."""
        worker = unit.worker
        if worker is None or worker.abandoned:
            return
        hangs = worker.is_alive() and now - worker.last_beat > self._limits.silent_s
        if not hangs and not worker.failed:
            return
        _logger.error("%s %s", worker.name, "hangs" if hangs else "failed")
        unit.give_up_worker()
        times = self._restarts[unit.config.id]
        while times and now - times[0] > self._limits.window_s:
            times.popleft()
        if len(times) >= self._limits.restarts:
            minutes = self._limits.window_s / 60
            unit.say(ATTENTION, OUT_OF_SERVICE.fill(times=len(times) + 1, minutes=minutes))
            unit.context.audit.write("agent", "out of service", unit.config.id)
            return
        times.append(now)
        unit.context.audit.write("agent", "restart driver", unit.config.id)
        unit.start()
