"""Which character a key types: Linux key codes (input-event-codes.h) on US and French keyboards."""

from typing import NamedTuple


class Layout(NamedTuple):
    """Key code -> character: plain, with Shift and with AltGr; *locked*: keys that Caps shifts."""

    plain: dict[int, str]
    shift: dict[int, str]
    alt_gr: dict[int, str]
    locked: frozenset[int]


# The four rows of character keys and the key beside the left Shift.
KEYS = (*range(2, 14), *range(16, 28), *range(30, 42), 43, *range(44, 54), 86)
LETTERS_US = frozenset((*range(16, 26), *range(30, 39), *range(44, 51)))
LETTERS_FR = frozenset((*range(16, 26), *range(30, 40), *range(44, 50)))
DIGITS = frozenset(range(2, 12))
KEYPAD = dict(
    zip((55, *range(71, 84), 98, 57), "*789-456+1230./ ", strict=True)  # and the space bar
)


def _keys(characters: str) -> dict[int, str]:
    return {**dict(zip(KEYS, characters, strict=True)), **KEYPAD}


US = Layout(
    _keys("1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./<"),
    _keys('!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>?>'),
    {},
    LETTERS_US,
)
# Caps on a French keyboard shifts the digits as well, as scanners set to "French" expect.
FR = Layout(
    _keys("&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù²*wxcvbn,;:!<"),
    _keys("1234567890°+AZERTYUIOP¨£QSDFGHJKLM%²µWXCVBN?./§>"),
    dict(zip(range(3, 14), "~#{[|`\\^@]}", strict=True)),
    LETTERS_FR | DIGITS,
)
LAYOUTS = {"us": US, "fr": FR}
