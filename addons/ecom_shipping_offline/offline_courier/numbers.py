"""Tracking numbers of our own: prefix, digits, check digit, and which parcel of the sale.

A number is worked out from the purchase journal's key instead of counted. The journal gives each
label sold in all time its own key, and gives a retry the same key again, so two workers never share
a number and a retry never takes a second one, with nothing to lock, to store or to lose in a crash.
A counter would have to be kept in step with the journal by both.

The price is that two keys may meet on one number. With the usual 15 digits the odds that this ever
happened are one in two hundred thousand after 100,000 sales; hence :data:`FEWEST_DIGITS`.
"""

import hashlib
import re

from stdnum.iso7064 import mod_11_10

FEWEST_DIGITS, DEFAULT_DIGITS, MOST_DIGITS = 12, 15, 20
LONGEST_PREFIX = 4
PREFIX = re.compile(rf"[A-Z0-9]{{0,{LONGEST_PREFIX}}}")
# What a courier's own sticker may hold: Code 128 takes it, files and links survive it. No comma,
# because a transfer lists its numbers between commas.
GIVEN_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./-]{0,28}[A-Za-z0-9])?")


def sale_number(key, prefix="", digits=DEFAULT_DIGITS):
    """The number of the sale under ``key``: the same key always gives the same number.

    The last digit is a check digit (ISO 7064 MOD 11,10): it finds every wrong digit and nearly
    every pair of swapped ones.
    """
    value = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big") % 10**digits
    serial = f"{value:0{digits}d}"
    return f"{prefix}{serial}{mod_11_10.calc_check_digit(serial)}"


def parcel_number(number, position):
    """The number of one parcel of the sale ``number``; ``position`` counts from 1."""
    return f"{number}-{position:02d}"


def is_own_number(text, prefix=""):
    """Whether ``text`` can be a parcel or sale number of ours: the check digit is right."""
    digits = rf"\d{{{FEWEST_DIGITS + 1},{MOST_DIGITS + 1}}}"
    found = re.fullmatch(rf"{re.escape(prefix)}({digits})(-\d\d+)?", text)
    return bool(found) and mod_11_10.is_valid(found[1])


def is_printable_number(text):
    """Whether a number that the courier gave can be printed as a bar code and searched for."""
    return bool(GIVEN_NUMBER.fullmatch(text))
