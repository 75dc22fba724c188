"""AIM identifiers: ``]``, the symbology's letter, a modifier (FACTS 7.2)."""

import re

IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# Codes that begin with FNC1: what follows are GS1 application identifiers.
GS1 = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})


def split(text: str) -> tuple[str, str]:
    """Return (identifier or "", the code without it); FNC1 inside (1D) stays in the code."""
    match = IDENTIFIER.match(text)
    return (match[0], text[match.end() :]) if match else ("", text)
