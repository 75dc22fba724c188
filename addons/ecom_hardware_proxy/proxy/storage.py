"""The SQLite file of the queue: opened checked, committed with full sync, its errors in words."""

import os
import sqlite3
from pathlib import Path

from .words import Words

BUSY_S = 20.0
RESERVE = 4 * 1024 * 1024
# What each version of the file adds to the one before; ``user_version`` counts them. The first is
# careful, because files of that version were made before they were counted.
VERSIONS = (
    """
CREATE TABLE IF NOT EXISTS job (
    "order" INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL, name TEXT NOT NULL, mimetype TEXT NOT NULL,
    state TEXT NOT NULL, words TEXT NOT NULL,
    created REAL NOT NULL, changed REAL NOT NULL,
    copies INTEGER NOT NULL, digest TEXT NOT NULL,
    reprint_of TEXT, reason TEXT, who TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1, noted INTEGER NOT NULL DEFAULT 0,
    content BLOB);
CREATE INDEX IF NOT EXISTS job_waiting ON job (device, state, "order");
CREATE INDEX IF NOT EXISTS job_news ON job (id) WHERE noted < revision;
CREATE TABLE IF NOT EXISTS kick (
    id TEXT PRIMARY KEY, device TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
    state TEXT NOT NULL, words TEXT NOT NULL, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS alarm (words TEXT NOT NULL);
""",
    """
ALTER TABLE job ADD COLUMN media TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN tray TEXT NOT NULL DEFAULT '';
""",
    """
CREATE TABLE attempt (id TEXT PRIMARY KEY, times INTEGER NOT NULL);
""",
)
_REASONS = {
    sqlite3.SQLITE_FULL: Words("the disk is full: make room, then send it again"),
    sqlite3.SQLITE_READONLY: Words("the folder is read-only"),
    sqlite3.SQLITE_CANTOPEN: Words("the file cannot be opened: check folder and permissions"),
    sqlite3.SQLITE_IOERR: Words("the disk reports an error"),
    sqlite3.SQLITE_CORRUPT: Words(
        "the file is damaged: restart the agent, it will move the file aside"
    ),
    sqlite3.SQLITE_NOTADB: Words(
        "the file is damaged: restart the agent, it will move the file aside"
    ),
    sqlite3.SQLITE_BUSY: Words("another program holds the file"),
}


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, checked. Raises sqlite3.DatabaseError when it is damaged."""
    database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        path.chmod(0o600)
        # FULL: a commit is on the disk when it returns. secure_delete: labels hold addresses.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            database.execute(f"PRAGMA {pragma}").fetchall()
        (answer,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
        _bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    database.row_factory = sqlite3.Row
    return database


def _bring_up_to_date(database: sqlite3.Connection) -> None:
    """Give the file the newest version, or leave it as it was. Raises OperationalError when a
    newer agent wrote it: what that one knows about a job must not be overlooked.
    """
    (known,) = database.execute("PRAGMA user_version").fetchone()
    if known == len(VERSIONS):
        return
    database.execute("BEGIN IMMEDIATE")
    # Another process may have been quicker.
    (known,) = database.execute("PRAGMA user_version").fetchone()
    if known > len(VERSIONS):
        raise sqlite3.OperationalError(Words("a newer version of the agent wrote it"))
    for script in VERSIONS[known:]:
        for statement in filter(str.strip, script.split(";")):
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(VERSIONS)}")
    database.execute("COMMIT")


def has_room(path: Path, size: int) -> bool:
    """Tell whether *size* more bytes leave enough room for the jobs that are there already: each
    change of a job is written down before it happens, so a disk without room prints nothing.
    """
    status = os.statvfs(path.parent)
    return status.f_bavail * status.f_frsize > RESERVE + 2 * size


def in_words(error: sqlite3.Error, path: Path) -> str:
    """What an error of SQLite means to a person."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    return Words(
        "The list of print jobs ({name}) cannot be used: {reason}.",
        name=path.name,
        reason=_REASONS.get(code, error),
    )
