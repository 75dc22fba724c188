"""Texts in the one-byte code pages of printers: é stays é where the page has it, else it is e."""

from collections.abc import Callable

from ..labels.letters import ascii_form
from ..words import Words
from .language import Unprintable


def spell(text: str, codec: str, has: Callable[[int], bool] = lambda byte: True) -> bytes:
    """*text* in *codec*; letters that the codec or the printer's font (*has*) lacks get their ASCII
    form. Raises Unprintable for a letter that has none: a parcel to "????" does not arrive.
    """
    return b"".join(_letter(char, codec, has) for char in text)


def _letter(char: str, codec: str, has: Callable[[int], bool]) -> bytes:
    try:
        found = char.encode(codec)
    except UnicodeEncodeError:
        found = b""
    # A control code hides in no letter, but code pages differ: never let one through.
    if found and found[0] >= 32 and found[0] != 127 and has(found[0]):
        return found
    standin = ascii_form(char)
    if not standin:
        raise Unprintable(
            Words(
                "This printer has no letter for {char} ({code}).",
                char=repr(char),
                code=ascii(char),
            )
        )
    return standin.encode("ascii")
