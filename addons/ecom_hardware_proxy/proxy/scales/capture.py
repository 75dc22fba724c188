"""What a line really sends, for the raw-capture page: from it an administrator picks a protocol or
writes a pattern (FACTS 3.7, 3.9). Guesses are named as guesses; nothing here weighs anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..weights import Reading, State
from . import framing
from .driver import OptionError, ScaleDriver
from .hid_pos import HidPos
from .mt_sics import MtSics
from .nci import VARIANTS, Nci
from .pattern_check import compiled
from .sma import Sma
from .toledo_8217 import Toledo8217

LONGEST = 65536
# A pause that shows as a new line of the capture.
PAUSE_S = 0.05
NAMES = {
    0: "NUL",
    2: "STX",
    3: "ETX",
    4: "EOT",
    5: "ENQ",
    6: "ACK",
    10: "LF",
    13: "CR",
    21: "NAK",
    27: "ESC",
}
# Line ends, a longer one before its own last character.
TERMINATORS = (b"\r\n", b"\r\x03", b"\x03", b"\n", b"\r")
NUMBER = re.compile(
    r"(?P<sign>[+-]?) *(?P<value>\d+(?P<decimal>[.,])\d+) *(?P<unit>kg|g|lb|oz)?", re.I
)


@dataclass(frozen=True)
class Line:
    """Bytes that came without a pause: seconds since the first byte, hex, readable text."""

    at_s: float
    hex: str
    text: str


@dataclass(frozen=True)
class Candidate:
    """A driver that reads what came: how many *readings*, how many of them *unreadable*, and the
    first one that is readable, as the scale showed it (None: states only).
    """

    driver: str
    options: dict[str, object]
    readings: int
    unreadable: int
    shown: str | None


@dataclass(frozen=True)
class Capture:
    """*terminator*: "" if none is to be seen; *eighth_bit*: share of bytes with bit 7, 0 to 1;
    *hint*: what that says about the line; *pattern*: a pattern to start from, or "".
    """

    lines: tuple[Line, ...]
    terminator: str
    eighth_bit: float
    hint: str
    candidates: tuple[Candidate, ...]
    pattern: str


def examine(chunks: Sequence[tuple[float, bytes]]) -> Capture:
    """Examine (time in seconds, bytes) as they were read, 64 kB at most (the rest is left out)."""
    bursts = _bursts(chunks)
    data = b"".join(burst for _time, burst in bursts)
    terminator = guess_terminator(data)
    start = bursts[0][0] if bursts else 0.0
    return Capture(
        tuple(
            Line(round(time - start, 3), burst.hex(" "), readable(burst)) for time, burst in bursts
        ),
        terminator.decode(),
        sum(byte >> 7 for byte in data) / len(data) if data else 0.0,
        framing.parity_hint(data),
        candidates(data),
        suggest_pattern(data, terminator),
    )


def readable(data: bytes) -> str:
    """*data* as text, with control characters by name and the others in hex: ``<STX>01.250<CR>``."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else _named(byte) for byte in data)


def guess_terminator(data: bytes) -> bytes:
    """The likely end of a line; b"" if no usual one occurs."""
    for end in TERMINATORS:
        if data.count(end) and data.count(end) == data.count(end[-1:]):
            return end
    return next((end for end in reversed(TERMINATORS) if end in data), b"")


def candidates(data: bytes) -> tuple[Candidate, ...]:
    """The drivers that read *data*, those that understand most of it first."""
    tried = (_try(driver, options, data) for driver, options in _drivers())
    found = [candidate for candidate in tried if candidate]
    return tuple(sorted(found, key=lambda one: (one.unreadable / one.readings, -one.readings)))


def suggest_pattern(data: bytes, terminator: bytes) -> str:
    """A pattern for the last line with a number in it, all else literal; "" if there is none."""
    lines = data.decode("latin-1").split(terminator.decode()) if terminator else []
    for line in reversed(lines[1:-1] or lines[:1]):
        if match := NUMBER.search(line.strip("\r\n")):
            return _pattern(match)
    return ""


def _pattern(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()], match.string[match.end() :]
    sign = r"(?P<sign>[ +-])" if match["sign"] else ""
    unit = f" *(?P<unit>{'|'.join(('kg', 'g', 'lb', 'oz'))})" if match["unit"] else ""
    flags = "(?i)" if match["unit"] else ""
    value = rf"(?P<value>[0-9{match['decimal']}]+)"
    pattern = f"{flags}{re.escape(before.rstrip(' '))}{sign} *{value}{unit}{re.escape(after)}"
    try:
        compiled(pattern)
    except OptionError:
        return ""
    return pattern


def _bursts(chunks: Sequence[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    """Join what came without a pause."""
    bursts: list[tuple[float, bytes]] = []
    left, last = LONGEST, None
    for time, data in chunks:
        data = data[:left]
        left -= len(data)
        if bursts and last is not None and time - last < PAUSE_S:
            bursts[-1] = (bursts[-1][0], bursts[-1][1] + data)
        elif data:
            bursts.append((time, data))
        last = time
    return bursts


def _drivers() -> list[tuple[type[ScaleDriver], dict[str, object]]]:
    """What is tried; a unit that is not sent is guessed, for the administrator to correct."""
    variants = [(Nci, {"profile": variant}) for variant in VARIANTS]
    return [(Toledo8217, {"unit": "auto"}), *variants, (MtSics, {}), (Sma, {}), (HidPos, {})]


def _try(driver: type[ScaleDriver], options: dict[str, object], data: bytes) -> Candidate | None:
    readings = driver(**options).feed(data)
    understood = [reading for reading in readings if reading.state is not State.UNREADABLE]
    if not understood:
        return None
    shown = next((_shown(reading) for reading in understood if reading.shown), None)
    return Candidate(driver.name, options, len(readings), len(readings) - len(understood), shown)


def _shown(reading: Reading) -> str:
    return f"{reading.shown} {reading.unit or ''}".strip()


def _named(byte: int) -> str:
    return f"<{NAMES.get(byte, f'{byte:02x}')}>"
