"""A print job and the opening of a drawer, as values. Times are Unix seconds."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from .words import Words


class JobState(StrEnum):
    """Where a job is; README.md says what each promises."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (JobState.SENT, JobState.CONFIRMED, JobState.FAILED, JobState.CANCELLED)
NAMES = {
    JobState.QUEUED: Words("queued"),
    JobState.SENDING: Words("sending"),
    JobState.SENT: Words("sent"),
    JobState.CONFIRMED: Words("confirmed"),
    JobState.UNKNOWN: Words("unknown"),
    JobState.FAILED: Words("failed"),
    JobState.CANCELLED: Words("cancelled"),
}
WORDS = {
    JobState.QUEUED: Words("Waiting for its printer."),
    JobState.SENDING: Words("Being sent to the printer."),
    JobState.SENT: Words("Sent; this printer does not say whether it printed."),
    JobState.CONFIRMED: Words("Printed: the printer said so."),
    JobState.UNKNOWN: Words(
        "It is not known whether this was printed. Look at the printer and decide."
    ),
    JobState.FAILED: Words("Could not be printed."),
    JobState.CANCELLED: Words("Cancelled before printing."),
}
INTERRUPTED = Words(
    "The station stopped while this was being sent, so it is not known whether it was printed."
    " Look at the printer and decide."
)
ACCEPT = Words(
    "What arrives now is not printed by itself until a manager has typed at the station:"
    " ecom-proxy accept-loss."
)
LOST_LIST = Words(
    "The list of printed jobs was damaged, so it is not known whether this was printed before."
    " Look at the printer and decide. This ends with: ecom-proxy accept-loss."
)


class Conflict(Exception):
    """The id is known with other content, device, copies, paper or tray."""


class NotAllowed(Exception):
    """The job's state does not allow that; the text says what the state is."""


class StorageError(Exception):
    """The job could not be written down, so it was not accepted; the text says why."""


@dataclass(frozen=True)
class NewJob:
    """What is to be printed. *content* are bytes of *mimetype*; *who* asked (login or "odoo").

    *media* (a registered name of a paper, PWG 5101.1) and *tray* (PWG 5100.3) are for document
    printers; empty: the printer's own.
    """

    id: str
    device: str
    name: str
    mimetype: str
    content: bytes = field(repr=False)
    copies: int = 1
    reprint_of: str | None = None
    reason: str | None = None
    who: str = ""
    media: str = ""
    tray: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Job:
    """A stored job without its content. *revision* grows with every change, *order* by arrival."""

    order: int
    id: str
    device: str
    name: str
    mimetype: str
    state: JobState
    words: str
    created: float
    changed: float
    copies: int
    digest: str
    reprint_of: str | None
    reason: str | None
    who: str
    revision: int
    media: str
    tray: str

    def to_json(self) -> dict[str, object]:
        """The job as README.md shows it."""
        names = ("id", "device", "name", "state", "words", "created", "changed", "copies")
        values = {name: getattr(self, name) for name in names}
        values |= {"digest": self.digest, "reprint_of": self.reprint_of, "reason": self.reason}
        return values | {"state": str(self.state)}


@dataclass(frozen=True)
class Kick:
    """One opening of a drawer: *state* is waiting, done, failed or unknown."""

    id: str
    device: str
    reason: str
    who: str
    state: str
    words: str
    time: float

    def to_json(self) -> dict[str, object]:
        """The kick for the answer of ``POST /v1/drawers/ID/open``."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
