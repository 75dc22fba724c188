"""Texts as printers can take them: one form for each letter, and what stands in for those they lack."""

import unicodedata
from functools import lru_cache

from ..words import Words

# What Unicode does not take apart into a base letter and an accent.
STANDINS = {
    "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "ß": "ss", "Þ": "Th", "þ": "th",
    "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Ħ": "H", "ħ": "h", "ı": "i",
    "Ŧ": "T", "ŧ": "t", "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"',
    "»": '"', "‹": "'", "›": "'", "–": "-", "—": "-", "‐": "-", "−": "-", "…": "...", "•": "*",
    "·": ".", "×": "x", "€": "EUR", "£": "GBP", "°": "o", "©": "(c)", "®": "(r)",
}  # fmt: skip


def plain(text: str) -> str:
    """*text* in composed letters, with plain blanks; line feeds stay, invisible marks go.

    Raises ValueError naming the first character that no printer prints (control characters).
    """
    kept = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        category = unicodedata.category(char)
        if category == "Zs" or char == "\t":
            kept.append(" ")
        elif char == "\n" or char.isprintable():
            kept.append(char)
        elif category != "Cf":
            raise ValueError(Words("the character {char} cannot be printed", char=ascii(char)))
    return "".join(kept)


def ascii_form(char: str) -> str:
    """*char* in ASCII: é is e, œ is oe; empty if there is no such form."""
    if char in STANDINS:
        return STANDINS[char]
    parts = unicodedata.normalize("NFKD", char)
    return "".join(part for part in parts if part.isascii() and part.isprintable())


def simple_marks(text: str) -> str:
    """*text* with typographic quotes, dashes and dots in ASCII; letters stay as they are.

    Fonts that have all letters of a language often lack these.
    """
    if text.isascii():
        return text
    return "".join(char if char.isalpha() else STANDINS.get(char, char) for char in text)


def columns(text: str) -> int:
    """How many places *text* takes where every letter is as wide as the next, at worst.

    A letter counts as many places as its ASCII form has; wide (East Asian) letters count two.
    """
    if text.isascii():
        return len(text)
    return sum(_places(char) for char in text)


@lru_cache(maxsize=4096)
def _places(char: str) -> int:
    wide = 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return wide if char.isascii() else max(wide, len(ascii_form(char)))
