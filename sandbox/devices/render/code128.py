"""Code 128 as the printers' firmware builds it (ISO/IEC 15417); bar widths come from reportlab."""

from PIL import Image
from reportlab.graphics.barcode import code128 as widths

from .page import INK, field_of

# Function characters and switches inside data: code points that no printer's code page has.
FNC1, FNC2, FNC3, FNC4 = "\ue001", "\ue002", "\ue003", "\ue004"
SHIFT, TO_A, TO_B, TO_C = "\ue010", "\ue00a", "\ue00b", "\ue00c"
_START = {"A": 103, "B": 104, "C": 105}
_STOP = 106
_SWITCH = {
    ("A", TO_B): 100,
    ("A", TO_C): 99,
    ("B", TO_A): 101,
    ("B", TO_C): 99,
    ("C", TO_A): 101,
    ("C", TO_B): 100,
}
_FUNCTIONS = {
    "A": {FNC1: 102, FNC2: 97, FNC3: 96, FNC4: 101, SHIFT: 98},
    "B": {FNC1: 102, FNC2: 97, FNC3: 96, FNC4: 100, SHIFT: 98},
    "C": {FNC1: 102},
}
_SETS = {TO_A: "A", TO_B: "B", TO_C: "C"}


class NotInCode(ValueError):
    """The data has a sign that the chosen subset lacks."""


def _value(sign: str, subset: str) -> int:
    if sign in _FUNCTIONS[subset]:
        return _FUNCTIONS[subset][sign]
    code = ord(sign)
    if subset == "A" and code < 96:
        return code - 32 if code >= 32 else code + 64
    if subset == "B" and 32 <= code < 128:
        return code - 32
    raise NotInCode(f"Code 128 subset {subset} has no {sign!r}")


def manual(data: str, start: str) -> list[int]:
    """Symbol values for *data* from subset *start* on; it changes only where the data says so."""
    values, subset, rest = [_START[start]], start, data
    while rest:
        sign = rest[0]
        if (subset, sign) in _SWITCH:
            values.append(_SWITCH[subset, sign])
            subset, rest = _SETS[sign], rest[1:]
        elif subset == "C" and rest[:2].isascii() and rest[:2].isdigit() and len(rest) > 1:
            values.append(int(rest[:2]))
            rest = rest[2:]
        else:
            values.append(_value(sign, subset))
            rest = rest[1:]
    return values


def automatic(data: str) -> list[int]:
    """Symbol values for *data* with subsets chosen: C for four or more digits, A for control
    characters, else B. Function characters may be in the data.
    """
    marked = _with_switches(data)
    return manual(marked[1:], _SETS[marked[0]])


def _with_switches(data: str) -> str:
    marked, subset, at = "", "", 0
    while at < len(data):
        digits = _digits_at(data, at)
        if data[at] in _FUNCTIONS["C"] and subset:
            wanted, piece = subset, data[at]
        elif digits >= 4 or (digits == 2 == len(data) - at and not subset) or _goes_on(data, at):
            wanted, piece = "C", data[at : at + max(1, digits - digits % 2)]
        elif data[at] < " ":
            wanted, piece = "A", data[at]
        else:
            wanted, piece = "B", data[at]
        if wanted != subset:
            marked += {"A": TO_A, "B": TO_B, "C": TO_C}[wanted]
        marked, subset, at = marked + piece, wanted, at + len(piece)
    return marked or TO_B


def _digits_at(data: str, at: int) -> int:
    end = at
    while end < len(data) and data[end] in "0123456789":
        end += 1
    return end - at


def _goes_on(data: str, at: int) -> bool:
    """A function character at the start of digits belongs to subset C already."""
    return data[at] == FNC1 and _digits_at(data, at + 1) >= 4


def bars(values: list[int], module: int, height: int) -> Image.Image:
    """The symbol with check digit and stop, without quiet zones."""
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    pattern = "".join(widths._patterns[value] for value in [*values, check, _STOP])
    modules = [ord(letter.lower()) - ord("a") + 1 for letter in pattern]
    ink, at = field_of(sum(modules) * module, height), 0
    for letter, size in zip(pattern, modules, strict=True):
        if letter.isupper():
            ink.paste(INK, (at, 0, at + size * module, height))
        at += size * module
    return ink
