"""Letters of the resident fonts, drawn with a free font scaled into the printer's cells."""

import functools
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont

from .page import BLANK, INK, field_of

_FILE = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


@functools.lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FILE), max(4, size))


def proportional(text: str, height: int) -> Image.Image:
    """A line in letters as wide as they are; *height* from top to descender, in dots."""
    font = _font(round(height / 1.17))
    ink = field_of(int(font.getlength(text)) + 2, height)
    ImageDraw.Draw(ink).text((0, 0), text, fill=INK, font=font)
    return ink


@functools.lru_cache(maxsize=2048)
def _letter(letter: str, width: int, height: int) -> Image.Image:
    drawn = proportional(letter, height)
    if drawn.width > width:
        drawn = drawn.resize((width, height))
    ink = field_of(width, height)
    ink.paste(drawn, ((width - drawn.width) // 2, 0))
    return ink


def line(text: str, width: int, height: int, gap: int) -> Image.Image:
    """A line in cells of *width* by *height* dots with *gap* dots after each."""
    ink = field_of(len(text) * (width + gap), height)
    for number, letter in enumerate(text):
        ink.paste(_letter(letter, width, height), (number * (width + gap), 0))
    return ink


def reversed_line(ink: Image.Image) -> Image.Image:
    """White letters in a black field."""
    return ink.point(lambda level: BLANK if level >= 128 else INK)
