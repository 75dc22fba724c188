"""One line per action: who did what to which device, and how it ended. No contents, no secrets.

A line is JSON: ``{"time", "who", "action", "device", "result", "job", "words"}``; time is ISO 8601
in UTC. The file only grows; past *limit* bytes it is renamed (``.1``, ``.2``, …) and begun anew.
"""

import json
import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

LIMIT = 5 * 1024 * 1024
KEPT = 12
_logger = logging.getLogger(__name__)


class AuditLog:
    """Append-only; every method may be called from any thread. *clock* gives Unix seconds."""

    def __init__(
        self, path: Path, clock: Callable[[], float], limit: int = LIMIT, kept: int = KEPT
    ) -> None:
        self._path, self._clock = Path(path), clock
        self._limit, self._kept = limit, kept
        self._lock = threading.Lock()
        self._torn = False

    def write(
        self,
        who: str,
        action: str,
        device: str = "",
        result: str = "",
        job: str = "",
        words: str = "",
    ) -> None:
        """Add a line. A disk that takes no line stops no work; it is said in the log."""
        line = {
            "time": datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds"),
            "who": who,
            "action": action,
            "device": device,
            "result": result,
            "job": job,
            "words": words,
        }
        text = json.dumps({key: value for key, value in line.items() if value})
        try:
            with self._lock:
                self._append(text.encode() + b"\n")
        except OSError as error:
            _logger.error("The audit line %s could not be written: %s", text, error)

    def lines(self, limit: int = 100) -> list[dict[str, str]]:
        """The newest lines of the current file, newest first."""
        try:
            rows = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [line for line in map(_read, reversed(rows[-limit:])) if line]

    def _append(self, line: bytes) -> None:
        # O_APPEND and one write: whole lines even when two processes write.
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # After a full disk the half line that it left is ended first.
            data, self._torn = b"\n" * self._torn + line, True
            self._torn = os.write(handle, data) != len(data)
            full = os.fstat(handle).st_size >= self._limit
        finally:
            os.close(handle)
        if full:
            self._rotate()

    def _rotate(self) -> None:
        for number in range(self._kept - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.rename(self._numbered(number + 1))
        self._path.rename(self._numbered(1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def _read(row: str) -> dict[str, str] | None:
    """One line; None for the half one that a full disk or a power cut left."""
    try:
        return json.loads(row)
    except ValueError:
        return None
