"""Labels that the agent prints about itself: the test label and the pairing code."""

from collections.abc import Iterator

from .layout import Box, Code128, Label, Line, Text
from .letters import columns
from .typesetting import PITCH, SMALLEST_MM

_MARGIN_MM = 4.0
_ACCENTS = 'ÀÂÇÉÈÊËÎÏÔŒÙÛÜ àâçéèêëîïôœùûü ^ ~ " \\'
_SMALL_MM = 60.0
_NAME = 40  # characters of a name


def check_label(
    station: str, printer: str, day: str, code: str, width_mm: float, height_mm: float
) -> Label:
    """The test label: who and when, letters that often fail, a bar code to scan, a ruler to measure.

    On labels of less than 60 mm either way only names, bar code and ruler. Labels from 30 x 20 mm.

    :param day: the date as it is to be read
    :param code: what the bar code holds, at most 12 printable ASCII characters
    """
    if min(width_mm, height_mm) < _SMALL_MM:
        return _small_check_label(f"{station} {printer} {day}", code, width_mm, height_mm)
    inner_mm = width_mm - 2 * _MARGIN_MM
    texts = (
        Text(_MARGIN_MM, 5, _short(station, inner_mm), 6, inner_mm),
        Text(_MARGIN_MM, 13, _short(printer, inner_mm), 4.5, inner_mm),
        Text(_MARGIN_MM, 19, day, 4.5, inner_mm),
        Text(_MARGIN_MM, 26, _ACCENTS, 3.2, inner_mm, max_lines=2),
    )
    bars_mm = min(25.0, height_mm - 36 - 8 - 14)
    bar_code = Code128(2, 36, width_mm - 4, max(8.0, bars_mm), code, readable=bars_mm >= 8)
    length_mm = _ruler_length(inner_mm)
    ruler_mm = height_mm - 10.0
    caption = Text(_MARGIN_MM, ruler_mm + 3, f"{length_mm} mm: measure it", 3, inner_mm)
    frame = Box(1, 1, width_mm - 2, height_mm - 2)
    return Label(
        width_mm, height_mm, (frame, *texts, bar_code, *_ruler(ruler_mm, length_mm), caption)
    )


def _small_check_label(names: str, code: str, width_mm: float, height_mm: float) -> Label:
    inner_mm = width_mm - 2 * _MARGIN_MM
    names_mm = min(6.0, max(2.0, height_mm / 10))
    title = Text(_MARGIN_MM, 1, _short(names, inner_mm), names_mm, inner_mm, max_lines=2)
    top_mm = 1 + 2.5 * names_mm
    bar_code = Code128(0, top_mm, width_mm, min(25.0, height_mm - top_mm - 4), code, readable=False)
    ruler = _ruler(height_mm - 3, _ruler_length(inner_mm))
    return Label(width_mm, height_mm, (title, bar_code, *ruler))


def pairing_label(code: str, address: str, until: str, width_mm: float, height_mm: float) -> Label:
    """The one-time code that pairs this agent with Odoo, large enough to be typed off."""
    inner_mm = width_mm - 2 * _MARGIN_MM
    row_mm = height_mm / 6
    size_mm = max(2.0, min(6.0, row_mm * 0.6))
    rows = (
        ("Pairing code for Odoo", size_mm, 0.0),
        (code, max(2.0, min(14.0, row_mm * 1.4)), 1.2),
        (f"Agent: {address}", max(2.0, size_mm * 0.7), 3.2),
        (f"Valid until {until}, once", max(2.0, size_mm * 0.7), 4.1),
    )
    texts = (
        Text(
            _MARGIN_MM,
            row_mm * (0.35 + row),
            _short(text, inner_mm),
            size,
            inner_mm,
            align="center",
        )
        for text, size, row in rows
    )
    return Label(width_mm, height_mm, (Box(1, 1, width_mm - 2, height_mm - 2), *texts))


def _short(text: str, width_mm: float, rows: int = 1) -> str:
    """*text* without odd signs, cut so that it fits in the smallest letters: a test must print."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    places = int(width_mm / (PITCH * SMALLEST_MM)) - 1
    most = min(_NAME, places) * rows
    while columns(line) > most:
        line = line.rstrip("…")[:-1] + "…"
    return line


def _ruler_length(inner_mm: float) -> int:
    return int(inner_mm // 10) * 10


def _ruler(top_mm: float, length_mm: int) -> Iterator[Line]:
    """Ticks every 5 mm, longer ones every 10: a label that is scaled shows it here."""
    yield Line(_MARGIN_MM, top_mm, length_mm, 0.25)
    for at_mm in range(0, length_mm + 1, 5):
        tick_mm = 2.0 if at_mm % 10 == 0 else 1.0
        yield Line(_MARGIN_MM + max(0, at_mm - 0.25), top_mm, 0.25, tick_mm)
