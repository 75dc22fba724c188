"""Is a regular expression that an administrator wrote safe to run on whatever a line brings?

Safe means: it has the parts we need, and no two of its variable parts can share characters. Such
a pair (``.*\\d+``) is what makes matching explode, and worse, it lets a number lose its first
digits to its neighbour and still match.
"""

import re
from collections.abc import Iterable
from re import _constants as op
from re import _parser
from typing import Any, NamedTuple

from ..words import Words
from .driver import OptionError

LONGEST = 200
PARTS = ("sign", "value", "unit", "stability")
ALL = frozenset(map(chr, range(256)))
CLASSES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
LOOKING = Words("look-around, back-references and conditions are not allowed.")
GROUP = Words(
    "a repeat around a group or another repeat is not allowed; write for example [0-9.]+."
)
BRANCH = Words("alternatives may hold only plain characters, without repeats.")


class Item(NamedTuple):
    """One character set, repeated *least* to *most* times."""

    chars: frozenset[str]
    least: int
    most: int


def compiled(pattern: object) -> re.Pattern[str]:
    """Return *pattern* compiled. Raises OptionError that says in words what is wrong with it."""
    if not isinstance(pattern, str) or not pattern:
        raise OptionError(Words("pattern: nothing given; write one with a part (?P<value>...)."))
    if len(pattern) > LONGEST:
        raise OptionError(
            Words(
                "pattern: {length} characters; at most {longest} are allowed.",
                length=len(pattern),
                longest=LONGEST,
            )
        )
    try:
        parsed = _parser.parse(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise OptionError(
            Words("pattern: it is no regular expression: {error}.", error=error)
        ) from error
    _check_parts(parsed.state.groupdict)
    _check_pairs(list(_items(parsed)))
    return re.compile(pattern, re.ASCII)


def _check_parts(names: dict[str, int]) -> None:
    if "value" not in names:
        raise OptionError(Words("pattern: it has no part (?P<value>...) for the number."))
    if unknown := sorted(names.keys() - set(PARTS)):
        raise OptionError(
            Words(
                "pattern: unknown part {unknown}; there are {parts}.",
                unknown=unknown[0],
                parts=", ".join(PARTS),
            )
        )


def _check_pairs(items: list[Item]) -> None:
    for at, item in enumerate(items):
        if item.least == item.most:
            continue
        for other in items[at + 1 :]:
            shared = item.chars & other.chars
            if shared and other.least != other.most:
                raise OptionError(
                    Words(
                        "pattern: two repeats after each other can both take {shared}; a number"
                        " could lose digits between them.",
                        shared=repr(min(shared)),
                    )
                )
            if not shared and other.least:
                break


def _items(parsed: Iterable[tuple[Any, Any]]) -> Iterable[Item]:
    """The pattern as a flat sequence of repeated characters. Raises OptionError."""
    for code, value in parsed:
        if code is op.SUBPATTERN:
            yield from _items(value[-1])
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            yield _repeat(*value)
        elif code is op.BRANCH:
            yield _branch([list(_items(way)) for way in value[1]])
        elif code is not op.AT:  # anchors take no character
            yield Item(_chars(code, value), 1, 1)


def _repeat(least: int, most: int, parsed: Iterable[tuple[Any, Any]]) -> Item:
    inside = list(_items(parsed))
    if len(inside) != 1 or (inside[0].least, inside[0].most) != (1, 1):
        raise OptionError(Words("pattern: {group}", group=GROUP))
    return Item(inside[0].chars, int(least), int(most))


def _branch(ways: list[list[Item]]) -> Item:
    """Alternatives count as one item that takes any of their characters."""
    items = [item for way in ways for item in way]
    if any(item.least != item.most for item in items):
        raise OptionError(Words("pattern: {branch}", branch=BRANCH))
    chars = frozenset().union(*(item.chars for item in items))
    return Item(chars, min(map(len, ways)), max(map(len, ways)))


def _chars(code: Any, value: Any) -> frozenset[str]:
    """The characters of Latin-1 that one element matches, in both cases. Raises OptionError."""
    if code is op.LITERAL:
        return frozenset({chr(value), chr(value).swapcase()})
    if code is op.NOT_LITERAL:
        return ALL - {chr(value)}
    if code is op.ANY:
        return ALL
    if code is op.RANGE:
        chars = list(map(chr, range(value[0], min(value[1], 255) + 1)))
        return frozenset({*chars, *(char.swapcase() for char in chars)})
    if code is op.CATEGORY:
        return frozenset(char for char in ALL if re.match(CLASSES[value], char, re.ASCII))
    if code is op.IN:
        return _set(value)
    raise OptionError(Words("pattern: {looking}", looking=LOOKING))


def _set(members: list[tuple[Any, Any]]) -> frozenset[str]:
    negated = members[0][0] is op.NEGATE
    chars = frozenset().union(*(_chars(*member) for member in members[negated:]))
    return ALL - chars if negated else chars
