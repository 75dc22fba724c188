"""``ecom-proxy capture DEVICE``: the bytes of a line as they come, and what could be meant by them.

For scales whose protocol is not known (FACTS 3.7): with it a pattern can be written.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import links, scales
from .config import DeviceConfig
from .discovery import Ports
from .scales import capture
from .settings import shown
from .words import Words, in_language, terminal_language

CHUNK = 4096
READ_S = 0.2
ASK_S = 1.0


@dataclass
class Seen:
    """What came so far, as (seconds, bytes)."""

    chunks: list[tuple[float, bytes]] = field(default_factory=list)

    def lines(self) -> list[tuple[str, str]]:
        """What came without a pause, as (hex, text)."""
        return [(line.hex, line.text) for line in capture.examine(list(self.chunks)).lines]

    def words(self) -> list[str]:
        """What the bytes could mean."""
        if not self.chunks:
            return [Words("Nothing came. Is it on, is the cable in, must PRINT be pressed?")]
        found = capture.examine(list(self.chunks))
        words = [found.hint] if found.hint else []
        for candidate in found.candidates:
            options = "".join(
                f", {name} = {shown(value)}" for name, value in candidate.options.items()
            )
            reads = candidate.shown or Words("no weight")
            words.append(
                Words(
                    "Could be {driver}{options}: it reads {reads}",
                    driver=candidate.driver,
                    options=options,
                    reads=reads,
                )
            )
        if found.pattern:
            words.append(Words("A pattern to start from: {pattern}", pattern=found.pattern))
        return words


def read(device: DeviceConfig, ports: Ports) -> Iterator[tuple[float, bytes]]:
    """(seconds, bytes) as they come, without end; b"" now and then. Raises LinkError.

    A scale whose protocol asks for weights is asked: only such a scale was pointed at.
    """
    driver = scales.make(device.driver, dict(device.options)) if device.kind == "scale" else None
    link = links.make(device.link, ports.find, driver.line if driver else None)
    question = driver.request() if driver else None
    link.open()
    try:
        next_question = time.monotonic()
        while True:
            if question and time.monotonic() >= next_question:
                link.write(question, READ_S)
                next_question = time.monotonic() + ASK_S
            yield time.monotonic(), link.read(CHUNK, READ_S)
    finally:
        link.close()


def show(
    device: DeviceConfig,
    seen: Seen,
    seconds: float | None = None,
    say: Callable[[str], None] = print,
    ports: Ports | None = None,
) -> None:
    """Print what comes, until Ctrl-C or for so many *seconds*; then what it could be."""
    until = None if seconds is None else time.monotonic() + seconds
    with contextlib.suppress(KeyboardInterrupt):
        for at_s, data in read(device, ports or Ports()):
            if data:
                seen.chunks.append((at_s, data))
                say(f"{data.hex(' '):50} {capture.readable(data)}")
            if until is not None and at_s >= until:
                break
    for line in seen.words():
        say(in_language(line, terminal_language()))
