"""Which letters our papers can print: Western European ones, and others by their base letter.

The papers use the fonts that every PDF reader and label printer has. A name that cannot be printed
is refused before the label is made: a parcel addressed to "????" does not arrive.
"""

import unicodedata

CHARSET = "cp1252"
# Letters that Unicode does not take apart into a base letter and an accent.
_BARRED = str.maketrans(
    {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ŧ": "T", "ŧ": "t"}
)


def printable(text):
    """``text`` on one line, with what cannot be printed by its base letter or as ``?``."""
    return "".join(_letter(letter) or "?" for letter in _plain(text))


def unprintable(text):
    """The characters of ``text`` that have no printable form, each once."""
    return "".join(dict.fromkeys(letter for letter in _plain(text) if not _letter(letter)))


def _plain(text):
    """One line in composed form; control characters and line breaks are blanks."""
    composed = unicodedata.normalize("NFC", text or "").translate(_BARRED)
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split())


def _letter(letter):
    if _fits(letter):
        return letter
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if _fits(c))


def _fits(letter):
    try:
        letter.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return True
