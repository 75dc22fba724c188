"""Print jobs that survive everything, in SQLite: a job is printed once, or says it does not know.

`sending` is committed with full sync before the first byte leaves. Whatever is found in `sending`
at the next start becomes `unknown`: nobody knows how much of it was printed, and a person decides.
Nothing here ever sends again. Also remembered here, because they must not happen twice: kicks of
cash drawers. Any thread and any process may use the same file. Times are Unix seconds.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .jobs import (
    ACCEPT,
    ENDED,
    INTERRUPTED,
    LOST_LIST,
    NAMES,
    WORDS,
    Conflict,
    Job,
    JobState,
    Kick,
    NewJob,
    NotAllowed,
    StorageError,
)
from .storage import connect, has_room, in_words
from .words import Words, pack, together, unpack

__all__ = [
    "ENDED",
    "Conflict",
    "Job",
    "JobQueue",
    "JobState",
    "Kick",
    "NewJob",
    "NotAllowed",
    "StorageError",
]

KEEP_S = 400 * 86400.0


_COLUMNS = ", ".join(f'"{name}"' for name in Job.__dataclass_fields__)


class JobQueue:
    """The jobs of one station.

    *clock* gives Unix seconds; *changed* is told each job that was stored or changed, after the
    commit, in the thread that did it. Without *mend* a damaged file is left where it is, and
    StorageError raised: for those who only look.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float],
        changed: Callable[[Job], None] = lambda job: None,
        mend: bool = True,
    ) -> None:
        self._path = Path(path)
        self._clock = clock
        self._changed = changed
        self._lock = threading.RLock()
        self._arrived = threading.Condition()
        self._db = self._open(mend)

    # --- opening --------------------------------------------------------------------------------

    def _open(self, mend: bool) -> sqlite3.Connection:
        try:
            return connect(self._path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) or not mend:
                raise StorageError(in_words(error, self._path)) from error
            return self._start_degraded()

    def _start_degraded(self) -> sqlite3.Connection:
        """Move the damaged file aside and begin again, saying so until somebody has accepted it."""
        aside = self._path.with_name(f"{self._path.name}.damaged-{int(self._clock())}")
        for suffix in ("", "-wal", "-shm"):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        database = connect(self._path)
        words = Words(
            "The list of print jobs was damaged and moved to {name}. {advice}",
            name=aside.name,
            advice=ACCEPT,
        )
        database.execute("INSERT INTO alarm VALUES (?)", (pack(words),))
        return database

    def close(self) -> None:
        """Close the file; the queue is of no use afterwards."""
        with self._lock:
            self._db.close()

    @property
    def alarm(self) -> str:
        """What a person must know about this list, in words; empty when all is well."""
        with self._reading() as database:
            return together(unpack(row[0]) for row in database.execute("SELECT words FROM alarm"))

    def accept_loss(self) -> None:
        """A manager has seen the alarm: new jobs are printed again."""
        with self._writing() as database:
            database.execute("DELETE FROM alarm")

    # --- arriving -------------------------------------------------------------------------------

    def put(self, new: NewJob) -> tuple[Job, bool]:
        """Store a job before anything else happens; return it, and whether it is new.

        Raises Conflict, StorageError.
        """
        with self._writing() as database:
            known = self._find(database, new.id)
            if known:
                _check_same(known, new)
                return known, False
            if not has_room(self._path, len(new.content)):
                raise StorageError(Words("The disk is full: make room, then send it again."))
            lost = database.execute("SELECT 1 FROM alarm").fetchone()
            state, words = (
                (JobState.UNKNOWN, LOST_LIST) if lost else (JobState.QUEUED, WORDS[JobState.QUEUED])
            )
            now = self._clock()
            values = {
                "id": new.id,
                "device": new.device,
                "name": new.name,
                "mimetype": new.mimetype,
                "state": state,
                "words": pack(words),
                "created": now,
                "changed": now,
                "copies": new.copies,
                "digest": new.digest,
                "reprint_of": new.reprint_of,
                "reason": new.reason,
                "who": new.who,
                "media": new.media,
                "tray": new.tray,
                "content": new.content,
            }
            database.execute(
                f"INSERT INTO job ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                tuple(values.values()),
            )
            job = self._find(database, new.id)
        self._tell(job)
        return job, True

    # --- looking --------------------------------------------------------------------------------

    def get(self, job_id: str) -> Job:
        """The job of that id. Raises KeyError."""
        with self._reading() as database:
            job = self._find(database, job_id)
        if not job:
            raise KeyError(job_id)
        return job

    def content(self, job_id: str) -> bytes:
        """The bytes to print. Raises KeyError when the job is unknown or has ended."""
        with self._reading() as database:
            row = database.execute("SELECT content FROM job WHERE id = ?", (job_id,)).fetchone()
        if not row or row[0] is None:
            raise KeyError(job_id)
        return row[0]

    def jobs(self, limit: int = 50) -> list[Job]:
        """The newest jobs, newest first."""
        return self._select('ORDER BY "order" DESC LIMIT ?', limit)

    def next(self, device: str) -> Job | None:
        """The oldest waiting job of a device."""
        found = self._select(
            'WHERE device = ? AND state = ? ORDER BY "order" LIMIT 1', device, JobState.QUEUED
        )
        return found[0] if found else None

    def wait(
        self, device: str, timeout_s: float, unless: Callable[[], bool] = lambda: False
    ) -> Job | None:
        """Like `next`, waiting until something arrives in this process or *unless* is true at a
        `wake`.
        """
        with self._arrived:
            job = self.next(device)
            if job is None and not unless():
                self._arrived.wait(timeout_s)
        return job or self.next(device)

    def wake(self) -> None:
        """End all waits."""
        with self._arrived:
            self._arrived.notify_all()

    # --- printing -------------------------------------------------------------------------------

    @contextmanager
    def attempt(self, job_id: str) -> Iterator[int]:
        """Within, the document of a waiting job is drawn; yields how often that was begun and
        never ended, this time included: it may have ended the whole agent.
        """
        with self._writing() as database:
            times = database.execute(
                "INSERT INTO attempt VALUES (?, 1)"
                " ON CONFLICT (id) DO UPDATE SET times = times + 1 RETURNING times",
                (job_id,),
            ).fetchone()[0]
        try:
            yield times
        finally:
            with self._writing() as database:
                database.execute("DELETE FROM attempt WHERE id = ?", (job_id,))

    def begin(self, job_id: str) -> Job:
        """queued -> sending, on disk before this returns: bytes may leave now."""
        return self._move(job_id, JobState.SENDING, JobState.QUEUED)

    def hold(self, job_id: str, words: str) -> Job:
        """The job waits, and *words* say for what."""
        return self._move(job_id, JobState.QUEUED, JobState.QUEUED, words=words)

    def back(self, job_id: str, words: str) -> Job:
        """sending -> queued. Only for who knows that no byte left."""
        return self._move(job_id, JobState.QUEUED, JobState.SENDING, words=words)

    def end(self, job_id: str, state: JobState, words: str = "") -> Job:
        """sending -> sent, confirmed or unknown; queued or sending -> failed (no byte left)."""
        before = (JobState.SENDING,)
        if state is JobState.FAILED:
            before += (JobState.QUEUED,)
        return self._move(job_id, state, *before, words=words)

    # --- people ---------------------------------------------------------------------------------

    def decide(self, job_id: str, decision: str, who: str) -> Job:
        """A person looked: "printed" -> confirmed, "void" -> cancelled. Once said, it stays said.

        Raises KeyError, ValueError (decision), NotAllowed.
        """
        ends = {
            "printed": (JobState.CONFIRMED, Words("Printed: {who} looked.", who=who)),
            "void": (
                JobState.CANCELLED,
                Words("Void: {who} looked; this one is not to be used.", who=who),
            ),
        }
        if decision not in ends:
            raise ValueError('the decision is "printed" or "void"')
        state, words = ends[decision]
        job = self.get(job_id)
        if job.state is state and job.words == words:
            return job
        return self._move(job_id, state, JobState.UNKNOWN, words=words)

    def cancel(self, job_id: str, who: str) -> Job:
        """queued -> cancelled; a cancelled job stays so. Raises KeyError, NotAllowed."""
        job = self.get(job_id)
        if job.state is JobState.CANCELLED:
            return job
        words = Words("Cancelled by {who} before printing.", who=who)
        return self._move(job_id, JobState.CANCELLED, JobState.QUEUED, words=words)

    # --- starting -------------------------------------------------------------------------------

    def recover(self, device: str | None = None) -> list[Job]:
        """What was being sent (to *device*, or at all) becomes unknown; return those jobs.

        Only for who knows that nobody is sending: the station at its start, and the watchdog for
        the device whose thread it gave up.
        """
        with self._writing() as database:
            where, values = "state = ?", [JobState.SENDING]
            if device is not None:
                where, values = where + " AND device = ?", [*values, device]
            found = [
                row[0] for row in database.execute(f"SELECT id FROM job WHERE {where}", values)
            ]
            jobs = [
                self._change(database, job_id, JobState.UNKNOWN, INTERRUPTED) for job_id in found
            ]
            database.execute(
                "UPDATE kick SET state = 'unknown', words = ? WHERE state = 'waiting'"
                + (" AND device = ?" if device is not None else ""),
                [pack(Words("The station stopped meanwhile."))]
                + ([device] if device is not None else []),
            )
            if device is None:
                self._forget_old(database)
        for job in jobs:
            self._tell(job)
        return jobs

    def _forget_old(self, database: sqlite3.Connection) -> None:
        before, marks = self._clock() - KEEP_S, ", ".join("?" * len(ENDED))
        database.execute(
            f"DELETE FROM job WHERE changed < ? AND state IN ({marks})", (before, *ENDED)
        )
        database.execute("DELETE FROM kick WHERE time < ? AND state != 'waiting'", (before,))

    def tidy(self) -> None:
        """Empty the write-ahead log, which may still hold deleted labels with their addresses."""
        with self._reading() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # --- Odoo -----------------------------------------------------------------------------------

    def news(self, limit: int = 200) -> list[Job]:
        """Jobs whose state Odoo has not noted yet, oldest first."""
        # Left to itself SQLite reads all jobs in their order, at each question of each day.
        return self._select(
            'INDEXED BY job_news WHERE noted < revision ORDER BY "order" LIMIT ?', limit
        )

    def noted(self, jobs: Iterable[Job]) -> None:
        """Odoo has noted *jobs* as they were reported; later changes are news again."""
        with self._writing() as database:
            database.executemany(
                "UPDATE job SET noted = max(noted, ?) WHERE id = ?",
                [(job.revision, job.id) for job in jobs],
            )

    # --- drawers --------------------------------------------------------------------------------

    def put_kick(self, kick_id: str, device: str, reason: str, who: str) -> tuple[Kick, bool]:
        """Remember a kick before it happens; return it, and whether it is new. Raises Conflict."""
        with self._writing() as database:
            known = self._find_kick(database, kick_id)
            if known and known.device != device:
                raise Conflict(Words("{kick_id} was for another drawer.", kick_id=kick_id))
            if not known:
                values = (kick_id, device, reason, who, "waiting", "", self._clock())
                database.execute("INSERT INTO kick VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            return known or self._find_kick(database, kick_id), not known

    def end_kick(self, kick_id: str, state: str, words: str) -> bool:
        """waiting -> done, failed or unknown; False when it had ended already."""
        with self._writing() as database:
            cursor = database.execute(
                "UPDATE kick SET state = ?, words = ? WHERE id = ? AND state = 'waiting'",
                (state, pack(words), kick_id),
            )
            return cursor.rowcount == 1

    def kick(self, kick_id: str) -> Kick:
        """The kick of that id. Raises KeyError."""
        with self._reading() as database:
            kick = self._find_kick(database, kick_id)
        if not kick:
            raise KeyError(kick_id)
        return kick

    # --- inside ---------------------------------------------------------------------------------

    def _move(self, job_id: str, state: JobState, *before: JobState, words: str = "") -> Job:
        with self._writing() as database:
            job = self._find(database, job_id)
            if not job:
                raise KeyError(job_id)
            if job.state not in before:
                raise NotAllowed(
                    Words(
                        "{name} is {state}: {words}",
                        name=job.name,
                        state=NAMES[job.state],
                        words=job.words,
                    )
                )
            words = words or WORDS[state]
            if (job.state, job.words) == (state, words):
                return job
            job = self._change(database, job_id, state, words)
        self._tell(job)
        return job

    def _change(
        self, database: sqlite3.Connection, job_id: str, state: JobState, words: str
    ) -> Job:
        forget = ", content = NULL" if state in ENDED else ""
        database.execute(
            # A clock that is set back must not make news look older than what Odoo knows.
            "UPDATE job SET state = ?, words = ?, changed = max(?, changed), revision = revision + 1"
            f"{forget} WHERE id = ?",
            (state, pack(words), self._clock(), job_id),
        )
        return self._find(database, job_id)

    def _tell(self, job: Job) -> None:
        self._changed(job)
        if job.state is JobState.QUEUED:
            self.wake()

    def _select(self, where: str, *values: object) -> list[Job]:
        with self._reading() as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM job {where}", values).fetchall()
        return [_job(row) for row in rows]

    def _find(self, database: sqlite3.Connection, job_id: str) -> Job | None:
        row = database.execute(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (job_id,)).fetchone()
        return _job(row) if row else None

    def _find_kick(self, database: sqlite3.Connection, kick_id: str) -> Kick | None:
        row = database.execute("SELECT * FROM kick WHERE id = ?", (kick_id,)).fetchone()
        return Kick(**{**dict(row), "words": unpack(row["words"])}) if row else None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._told():
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk at the end, or nothing happened."""
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back by itself.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(in_words(error, self._path)) from error


def _job(row: Mapping[str, object]) -> Job:
    return Job(**{**dict(row), "state": JobState(row["state"]), "words": unpack(row["words"])})


def _check_same(known: Job, new: NewJob) -> None:
    """Raise Conflict unless *new* asks for what *known* is."""
    for name, words in (
        ("digest", Words("other content")),
        ("device", Words("another device")),
        ("copies", Words("another number of copies")),
        ("media", Words("another paper")),
        ("tray", Words("another tray")),
    ):
        if getattr(known, name) != getattr(new, name):
            raise Conflict(
                Words(
                    "The job {id} is known with {words}; a new job needs a new id.",
                    id=new.id,
                    words=words,
                )
            )
