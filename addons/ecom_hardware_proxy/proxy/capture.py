"""``ecom-proxy capture DEVICE``: the bytes of a line as they come, and what could be meant by them.

For scales whose protocol is not known (FACTS 3.7): with it a pattern can be written.
"""

import time
from collections.abc import Callable, Iterator

from . import links, scales
from .config import DeviceConfig
from .discovery import Ports
from .scales import capture

CHUNK = 4096
READ_S = 0.2
ASK_S = 1.0


def chunks(device: DeviceConfig, ports: Ports, asks: bool = True) -> Iterator[tuple[float, bytes]]:
    """(seconds, bytes) as they come, without end; b"" now and then. Raises LinkError.

    A scale whose protocol asks for weights is asked: only such a scale was pointed at.
    """
    driver = scales.make(device.driver, dict(device.options)) if device.kind == "scale" else None
    link = links.make(device.link, ports.find, driver.line if driver else None)
    question = driver.request() if driver and asks else None
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
    seconds: float | None = None,
    say: Callable[[str], None] = print,
    ports: Ports | None = None,
) -> None:
    """Print what comes, until Ctrl-C or for so many *seconds*; then what it could be."""
    say(f"Bytes of {device.name}; Ctrl-C ends.")
    seen: list[tuple[float, bytes]] = []
    until = None if seconds is None else time.monotonic() + seconds
    try:
        for at_s, data in chunks(device, ports or Ports()):
            if data:
                seen.append((at_s, data))
                say(f"{data.hex(' '):50} {capture.readable(data)}")
            if until is not None and at_s >= until:
                break
    except KeyboardInterrupt:
        pass
    for line in conclusions(seen):
        say(line)


def conclusions(seen: list[tuple[float, bytes]]) -> Iterator[str]:
    """What the bytes could mean, in words."""
    if not seen:
        yield "Nothing came. Is it on, is the cable in, must PRINT be pressed?"
        return
    found = capture.examine(seen)
    if found.hint:
        yield found.hint
    for candidate in found.candidates:
        options = "".join(f", {name} = {value!r}" for name, value in candidate.options.items())
        yield f"Could be {candidate.driver}{options}: it reads {candidate.shown or 'no weight'}"
    if found.pattern:
        yield f"A pattern to start from: {found.pattern}"
