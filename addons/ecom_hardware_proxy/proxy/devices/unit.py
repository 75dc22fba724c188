"""A device as the rest of the station sees it, whichever thread works for it at the moment."""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

from ..audit import AuditLog
from ..config import ConfigError, DeviceConfig
from ..discovery import Ports
from ..events import DEVICE, Hub
from ..queue import JobQueue
from ..words import Words
from .worker import Worker

ONLINE, ATTENTION, OFFLINE, UNKNOWN = "online", "attention", "offline", "unknown"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Context:
    """What all devices of a station share. *clock* gives Unix seconds."""

    hub: Hub
    queue: JobQueue
    audit: AuditLog
    clock: Callable[[], float]
    ports: Ports


@dataclass(frozen=True)
class DeviceState:
    """A device in README.md's words; *last_seen* in Unix seconds, None: not yet."""

    id: str
    name: str
    kind: str
    driver: str
    language: str
    state: str
    words: str
    last_seen: float | None
    dpi: int | None
    width_mm: float | None
    height_mm: float | None

    def to_json(self) -> dict[str, object]:
        """The device as README.md shows it."""
        return asdict(self)


class Unit:
    """Base of all devices: identity, state in words, and the thread that works for it."""

    def __init__(self, config: DeviceConfig, context: Context) -> None:
        self.config = config
        self.context = context
        self.worker: Worker | None = None
        self._lock = threading.Lock()
        self._state, self._words = UNKNOWN, Words("Not seen yet.")
        self._last_seen: float | None = None

    # --- what others see ------------------------------------------------------------------------

    def snapshot(self) -> DeviceState:
        """The state as it is now."""
        config = self.config
        with self._lock:
            state, words, seen = self._state, self._words, self._last_seen
        return DeviceState(
            config.id,
            config.name,
            config.kind,
            config.driver,
            config.language,
            state,
            words,
            seen,
            config.dpi,
            config.width_mm,
            config.height_mm,
        )

    def say(self, state: str, words: str) -> None:
        """Set the state; a change is told to everybody and written to the log."""
        with self._lock:
            changed = (state, words) != (self._state, self._words)
            self._state, self._words = state, words
            if state in (ONLINE, ATTENTION):
                self._last_seen = self.context.clock()
        if changed:
            _logger.info("%s is %s: %s", self.config.id, state, words)
            self.context.hub.publish(DEVICE, self.snapshot().to_json())

    def wrong(self, key: str, value: object, reason: str) -> ConfigError:
        """An option of this device that its driver refuses."""
        return ConfigError(
            "proxy.toml", Words("device {id}: {key}", id=self.config.id, key=key), value, reason
        )

    # --- its thread -----------------------------------------------------------------------------

    # What makes a new thread of the unit; None: this device needs none.
    new_worker: "Callable[[Unit], Worker] | None" = None

    def start(self) -> None:
        """Let a new thread work for the device."""
        if self.new_worker:
            self.worker = self.new_worker()
            self.worker.start()

    def give_up_worker(self) -> None:
        """The thread hangs: whatever it says or does from now on does not count."""
        if self.worker:
            self.worker.abandon()

    def ask_to_stop(self) -> None:
        """Let the thread end when it is at a good place."""
        if self.worker:
            self.worker.ask_to_stop()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread; then give it up."""
        if self.worker and self.worker.is_alive() and not self.worker.abandoned:
            self.worker.join(timeout_s)
            if self.worker.is_alive():
                self.worker.abandon()
