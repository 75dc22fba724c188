"""The one rule by which a text shrinks and wraps, the same for every printer language.

Every letter counts as PITCH times the letter size. That is wide for a proportional font and just
enough for the narrowest resident font of an LP-2844 (10 dots at 203 dpi) at SMALLEST_MM, so what fits
here fits in each language: each fills the line's own width and never more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .letters import columns

PITCH = 0.63
SMALLEST_MM = 2.0
LEADING = 1.2  # from line to line, in letter sizes
_STEP = 0.97


@dataclass(frozen=True)
class Fitted:
    """A text cut into *lines*, all in letters of *size_mm* (top of the letters to their descent)."""

    size_mm: float
    lines: tuple[str, ...]


def fit(
    text: str, size_mm: float, width_mm: float, height_mm: float, max_lines: int
) -> Fitted | None:
    """Fit *text* into a field: first smaller letters and breaks between words, at the smallest size
    breaks inside words. None: it does not fit.
    """
    for size in _sizes(size_mm, width_mm / (PITCH * columns(text)) if text else size_mm):
        found = _at(text, size, width_mm, height_mm, max_lines, within_words=False)
        if found:
            return found
    return _at(text, SMALLEST_MM, width_mm, height_mm, max_lines, within_words=True)


def _sizes(size_mm: float, one_line_mm: float) -> Iterator[float]:
    """Sizes to try, from *size_mm* down; *one_line_mm*, at which all fits on one line, is not missed."""
    while size_mm > SMALLEST_MM:
        yield size_mm
        smaller_mm = size_mm * _STEP
        size_mm = one_line_mm if smaller_mm < one_line_mm < size_mm else smaller_mm
    yield SMALLEST_MM


def width_of(text: str, size_mm: float) -> float:
    """The width that a line is given, in mm."""
    return columns(text) * PITCH * size_mm


def _at(
    text: str, size: float, width: float, height: float, max_lines: int, within_words: bool
) -> Fitted | None:
    rows = min(max_lines, int((height / size - 1) / LEADING + 1 + 1e-9)) if height >= size else 0
    places = int(width / (PITCH * size) + 1e-9)
    lines = [line for part in text.split("\n") for line in _wrap(part, places, within_words)]
    fits = len(lines) <= rows and all(columns(line) <= places for line in lines)
    return Fitted(size, tuple(lines)) if fits else None


def _wrap(text: str, places: int, within_words: bool) -> list[str]:
    """Break *text* between words; a word that is too long stays whole unless *within_words*."""
    if columns(text) <= places:
        return [text]
    lines: list[str] = []
    for word in text.split():
        for piece in _pieces(word, places) if within_words else [word]:
            if lines and columns(lines[-1]) + 1 + columns(piece) <= places:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, places: int) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and columns(pieces[-1] + char) > places:
            pieces.append("")
        pieces[-1] += char
    return pieces
