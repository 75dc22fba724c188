"""Jobs as numbered files in a folder, each there whole or not at all."""

import os
import re
from pathlib import Path

from ..words import Words
from .link import Link, LinkLost, LinkMissing


class FileLink(Link):
    """Collects what is written; `finish` gives it the next free number (``000001.zpl``)."""

    def __init__(self, folder: str, suffix: str) -> None:
        self._folder, self._suffix = Path(folder), suffix
        self._data: bytearray | None = None

    def open(self) -> None:
        if not (self._folder.is_dir() and os.access(self._folder, os.W_OK)):
            raise LinkMissing(
                Words(
                    "The folder {folder} is not there, or may not be written.", folder=self._folder
                )
            )
        self._data = bytearray()

    def write(self, data: bytes, timeout_s: float) -> int:
        self._data += data
        return len(data)

    def read(self, limit: int, timeout_s: float) -> bytes:
        return b""

    def finish(self, timeout_s: float) -> bool:
        part = self._folder / f".{os.getpid()}-{id(self)}.part"
        try:
            with part.open("wb") as file:
                file.write(self._data)
                file.flush()
                os.fsync(file.fileno())
            self._number(part)
        except OSError as error:
            raise LinkLost(
                Words("{folder}: {strerror}.", folder=self._folder, strerror=error.strerror)
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return True

    def _number(self, part: Path) -> None:
        """Link *part* under the next number; whoever else writes here never loses a file."""
        numbers = [
            int(path.stem) for path in self._folder.iterdir() if re.fullmatch(r"\d+", path.stem)
        ]
        number = max(numbers, default=0)
        while True:
            number += 1
            try:
                os.link(part, self._folder / f"{number:06}.{self._suffix}")
                return
            except FileExistsError:
                continue

    def close(self) -> None:
        self._data = None
