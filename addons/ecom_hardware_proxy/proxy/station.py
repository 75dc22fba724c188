"""The devices of one workstation, put together: what the server, the uplink and the CLI talk to.

Every method may be called from any thread and returns at once (`read_now` alone waits). Values for
JSON are as README.md shows them.
"""

import fcntl
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import devices, discovery, events
from .audit import AuditLog
from .config import Config, prepare_home
from .devices.drawer import DrawerUnit
from .devices.printer import PrinterUnit
from .devices.scale import ScaleUnit
from .devices.unit import Context, DeviceState, Unit
from .devices.watchdog import Limits, Watchdog
from .queue import Conflict, Job, JobQueue, Kick, NewJob, NotAllowed, StorageError
from .words import Words

__all__ = [
    "Conflict",
    "DeviceState",
    "Job",
    "Kick",
    "NewJob",
    "NoSuchDevice",
    "NotAllowed",
    "Station",
    "StationBusy",
    "StorageError",
    "Unsupported",
]

QUEUE_FILE = "queue.db"
AUDIT_FILE = "audit.log"
LOCK_FILE = "agent.lock"
READ_NOW_S = 1.5
_logger = logging.getLogger(__name__)


class NoSuchDevice(KeyError):
    """There is no device of that id."""

    def __str__(self) -> str:
        return Words("This station has no device {device}.", device=self.args[0])


class Unsupported(Exception):
    """The device cannot do that; the text says why."""


class StationBusy(Exception):
    """Another agent runs on the same home folder."""


def agent_runs(home: Path) -> bool:
    """Whether an agent works with *home* at this moment."""
    try:
        handle = os.open(Path(home) / LOCK_FILE, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


class Station:
    """All devices of *config*; what must last is in the folder *home*.

    *clock* gives Unix seconds. *ports* lists what is plugged in (`discovery.Ports`). *limits* are
    the watchdog's. Raises StorageError, ConfigError (a device that its driver refuses).
    """

    def __init__(
        self,
        config: Config,
        home: Path,
        clock: Callable[[], float] = time.time,
        ports: discovery.Ports | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.config = config
        self.home = prepare_home(home)
        self.clock = clock
        self.ports = ports or discovery.Ports()
        self.hub = events.Hub()
        self.audit = AuditLog(self.home / AUDIT_FILE, clock)
        self.queue = JobQueue(self.home / QUEUE_FILE, clock, self._job_changed)
        context = Context(self.hub, self.queue, self.audit, clock, self.ports)
        self._units = devices.make_all(config.devices, context)
        self._watchdog = Watchdog(list(self._units.values()), limits or Limits())
        self._lock_file: int | None = None

    # --- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Settle what was interrupted, start the devices. Raises StationBusy."""
        self._lock_home()
        for job in self.queue.recover():
            self.audit.write("agent", "recover", job.device, job.state, job.id, job.words)
        if self.queue.alarm:
            self.audit.write("agent", "alarm", words=self.queue.alarm)
        for unit in self._units.values():
            unit.start()
        self._watchdog.start()

    def stop(self, timeout_s: float = 15.0) -> None:
        """End the devices; what is being sent may finish within *timeout_s*."""
        self._watchdog.stop()
        for unit in self._units.values():
            unit.ask_to_stop()
        self.queue.wake()
        deadline = time.monotonic() + timeout_s
        for unit in self._units.values():
            unit.join(max(0.0, deadline - time.monotonic()))
        self.queue.close()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _lock_home(self) -> None:
        handle = os.open(self.home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise StationBusy(
                Words("Another agent already works with {home}.", home=self.home)
            ) from None
        self._lock_file = handle

    @property
    def alarms(self) -> list[str]:
        """What a person must know about the station as a whole, in words."""
        return [self.queue.alarm] if self.queue.alarm else []

    def accept_loss(self, who: str) -> None:
        """A manager has seen that the list of jobs was lost: new jobs are printed again."""
        self.audit.write(who, "accept_loss", words=self.queue.alarm)
        self.queue.accept_loss()

    # --- devices --------------------------------------------------------------------------------

    def devices(self) -> list[DeviceState]:
        """All devices in the order of the configuration."""
        return [unit.snapshot() for unit in self._units.values()]

    def device(self, device_id: str) -> DeviceState:
        """One device. Raises NoSuchDevice."""
        return self._unit(device_id).snapshot()

    def test(self, device_id: str, who: str) -> dict[str, object]:
        """Print a test label (``{"job": …}``) or ask a scale (``{"reading": …}``: the last one;
        the new one comes as event). Raises NoSuchDevice, Unsupported.
        """
        unit = self._unit(device_id)
        if isinstance(unit, ScaleUnit):
            unit.ask_once()
            return {"reading": unit.reading()}
        if not isinstance(unit, PrinterUnit):
            raise Unsupported(
                Words("{name} has no test; use it and watch this page.", name=unit.config.name)
            )
        job, _ = self.submit(unit.test_job(f"test-{secrets.token_hex(8)}", who))
        return {"job": job.to_json()}

    # --- scales ---------------------------------------------------------------------------------

    def reading(self, device_id: str) -> dict[str, object]:
        """The newest reading as it is worth now. Raises NoSuchDevice, Unsupported (no scale)."""
        return self._scale(device_id).reading()

    def read_now(self, device_id: str, timeout_s: float = READ_NOW_S) -> dict[str, object]:
        """Poll, wait for the next reading at most *timeout_s*, return the newest."""
        scale = self._scale(device_id)
        with scale.watch():
            scale.wait_for_next(timeout_s)
        return scale.reading()

    @contextmanager
    def watch(self, device_id: str) -> Iterator[None]:
        """The scale is polled as long as somebody is in here; its readings come as events."""
        with self._scale(device_id).watch():
            yield

    def scale_command(self, device_id: str, command: str, who: str = "") -> None:
        """Let the scale do "zero" or "tare"; what comes of it is seen in the next readings.

        Raises NoSuchDevice, Unsupported.
        """
        scale = self._scale(device_id)
        if command not in scale.commands:
            raise Unsupported(
                Words(
                    "{name} cannot {command} when asked by a computer.",
                    name=scale.config.name,
                    command=command,
                )
            )
        scale.command(command)
        self.audit.write(who, command, device_id, "asked")

    # --- printing -------------------------------------------------------------------------------

    def submit(self, new: NewJob) -> tuple[Job, bool]:
        """Accept a job; return it and whether it is new.

        Raises NoSuchDevice, Unsupported (no printer), Conflict, StorageError.
        """
        unit = self._unit(new.device)
        if not isinstance(unit, PrinterUnit):
            raise Unsupported(Words("{name} is no printer.", name=unit.config.name))
        job, created = self.queue.put(new)
        if created:
            words = f"reprint of {new.reprint_of}: {new.reason}" if new.reprint_of else ""
            self.audit.write(new.who, "print", new.device, job.state, new.id, words)
        return job, created

    def job(self, job_id: str) -> Job:
        """One job. Raises KeyError."""
        return self.queue.get(job_id)

    def jobs(self, limit: int = 50) -> list[Job]:
        """The newest jobs, newest first."""
        return self.queue.jobs(limit)

    def decide(self, job_id: str, decision: str, who: str) -> Job:
        """A person says what became of an unknown job: "printed" or "void".

        Raises KeyError, ValueError, NotAllowed.
        """
        job = self.queue.decide(job_id, decision, who)
        self.audit.write(who, f"decide {decision}", job.device, job.state, job.id)
        return job

    def cancel(self, job_id: str, who: str) -> Job:
        """Take a waiting job back. Raises KeyError, NotAllowed."""
        job = self.queue.cancel(job_id, who)
        self.audit.write(who, "cancel", job.device, job.state, job.id)
        return job

    def _job_changed(self, job: Job) -> None:
        self.hub.publish(events.JOB, job.to_json())

    # --- drawers --------------------------------------------------------------------------------

    def open_drawer(self, device_id: str, action_id: str, reason: str, who: str) -> Kick:
        """Open a drawer once per *action_id*; asked again, only what became of it is told.

        Raises NoSuchDevice, Unsupported (no drawer), Conflict, StorageError.
        """
        unit = self._unit(device_id)
        if not isinstance(unit, DrawerUnit):
            raise Unsupported(Words("{name} is no cash drawer.", name=unit.config.name))
        kick, created = self.queue.put_kick(action_id, device_id, reason, who)
        if created:
            self.audit.write(who, "open drawer", device_id, "asked", action_id, reason)
            unit.kick(kick)
        return kick

    def kick(self, action_id: str) -> Kick:
        """What became of an opening. Raises KeyError."""
        return self.queue.kick(action_id)

    # --- inside ---------------------------------------------------------------------------------

    def _unit(self, device_id: str) -> Unit:
        try:
            return self._units[device_id]
        except KeyError:
            raise NoSuchDevice(device_id) from None

    def _scale(self, device_id: str) -> ScaleUnit:
        unit = self._unit(device_id)
        if not isinstance(unit, ScaleUnit):
            raise Unsupported(Words("{name} is no scale.", name=unit.config.name))
        return unit
