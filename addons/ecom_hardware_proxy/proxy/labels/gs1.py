"""GS1 application identifiers: which end by themselves, and what a reader and a person get.

Source: GS1 General Specifications, 5.10.1 and 7.8 (element strings with predefined length).
"""

from ..words import Words
from .code128 import FNC1

# First two digits of identifiers whose length everybody knows, with that length (identifier and
# value): no separator follows them.
_PREDEFINED = {
    "00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "11": 8, "12": 8, "13": 8, "14": 8, "15": 8,
    "16": 8, "17": 8, "18": 8, "19": 8, "20": 4, "31": 10, "32": 10, "33": 10, "34": 10, "35": 10,
    "36": 10, "41": 16,
}  # fmt: skip
_WITH_CHECK_DIGIT = {"00", "01", "02", "410", "411", "412", "413", "414", "415", "416", "417"}
_SIGNS = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
Element = tuple[str, str]


def complaint(elements: tuple[Element, ...]) -> str:
    """Why these (identifier, value) pairs are no GS1 element string; empty if they are one."""
    for ai, value in elements:
        if not (ai.isascii() and ai.isdigit() and 2 <= len(ai) <= 4):
            return Words("the identifier {ai} has not 2 to 4 digits", ai=repr(ai))
        if not value or len(value) > 90 or not _SIGNS.issuperset(value):
            return Words(
                "({ai}) {value} has signs that GS1 does not allow, or none, or more than 90",
                ai=ai,
                value=repr(value),
            )
        length = _PREDEFINED.get(ai[:2])
        if length and (len(ai + value) != length or not value.isdigit()):
            return Words(
                "({ai}) needs {length} digits, got {value}",
                ai=ai,
                length=length - len(ai),
                value=repr(value),
            )
        if ai in _WITH_CHECK_DIGIT and value[-1] != check_digit(value[:-1]):
            return Words("({ai}) {value} has the wrong check digit", ai=ai, value=repr(value))
    if len(data(elements).replace(FNC1, "")) > 48:
        return Words("a GS1-128 bar code holds at most 48 characters")
    return ""


def check_digit(digits: str) -> str:
    """The check digit that follows *digits* (weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def data(elements: tuple[Element, ...]) -> str:
    """What is encoded: FNC1, then each element; FNC1 after those of variable length, but the last."""
    text = FNC1
    for place, (ai, value) in enumerate(elements, 1):
        ends = ai[:2] in _PREDEFINED or place == len(elements)
        text += ai + value + ("" if ends else FNC1)
    return text


def readable(elements: tuple[Element, ...]) -> str:
    """The line under the bars: identifiers in brackets."""
    return "".join(f"({ai}){value}" for ai, value in elements)
