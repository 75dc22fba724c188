"""Every signed request is accepted once, also when the agent was restarted in between."""

import os
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from .. import signing
from ..jobs import StorageError
from ..words import Words

FILE = "nonces"
# A request may come from a clock that runs ahead by the allowed difference, and is then good for
# twice that; a minute more costs nothing.
KEEP_S = 2 * signing.SKEW_S + 60
MOST = 20_000


class Nonces:
    """The nonces of the last minutes. *clock* gives Unix seconds, for the file; while the agent
    runs *monotonic* counts, because a clock that is set must neither forget nor keep for ever.

    Those of requests that do something are also in the file ``nonces`` of *home*: a killed agent
    finds them again.
    """

    def __init__(
        self,
        home: Path,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = Path(home) / FILE
        self._clock, self._monotonic = clock, monotonic
        # nonce -> until when it is kept, by the monotonic clock
        self._seen = self._load()
        self._file = self._rewritten()
        self._written = len(self._seen)

    def use(self, nonce: str, keep: bool) -> None:
        """Accept *nonce* for the first time; *keep* it over a restart.

        Raises Refused, StorageError (it could not be written down).
        """
        self._forget_old()
        if nonce in self._seen:
            raise signing.Refused("replayed", Words("This request was sent before."))
        if len(self._seen) >= MOST:
            raise signing.Refused("busy", Words("Too many requests; wait a minute."))
        self._seen[nonce] = self._monotonic() + KEEP_S
        if keep:
            self._write(nonce)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _forget_old(self) -> None:
        now = self._monotonic()
        # Oldest first: dicts keep the order of arrival.
        while self._seen and next(iter(self._seen.values())) < now:
            del self._seen[next(iter(self._seen))]

    def _write(self, nonce: str) -> None:
        try:
            if self._written > MOST:
                self._file.close()
                self._file = self._rewritten()
                self._written = len(self._seen)
            # Unbuffered: it survives kill -9 once written.
            self._file.write(self._line(nonce))
        except OSError as error:
            words = Words(
                "The request cannot be written down ({strerror}), so it is not done.",
                strerror=error.strerror,
            )
            raise StorageError(words) from error
        self._written += 1

    def _load(self) -> dict[str, float]:
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        seen = dict(filter(None, map(_read_line, lines)))
        now, monotonic = self._clock(), self._monotonic()
        left_s = {nonce: min(until - now, KEEP_S) for nonce, until in seen.items()}
        kept = sorted((left, nonce) for nonce, left in left_s.items() if left >= 0)
        return {nonce: monotonic + left for left, nonce in kept}

    def _rewritten(self) -> FileIO:
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(fresh, "xb", buffering=0, opener=_private) as file:
            file.write(b"".join(map(self._line, self._seen)))
        fresh.replace(self._path)
        return open(self._path, "ab", buffering=0)

    def _line(self, nonce: str) -> bytes:
        until = self._clock() + self._seen[nonce] - self._monotonic()
        return f"{until:.0f} {nonce.encode().hex()}\n".encode()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read_line(line: bytes) -> tuple[str, float] | None:
    """One line; None for the half line that a crash may leave."""
    try:
        until, nonce = line.split()
        return bytes.fromhex(nonce.decode()).decode(), float(until)
    except ValueError:
        return None
