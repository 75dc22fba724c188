"""Checks and conversions at the carrier's edge: grams to kilograms, texts to fields that fit.

What is harmless is put right (blanks, line breaks, lower case in a postal code); everything else is
refused with its field, all problems of a request at once. An address is never cut (facts 25).
"""

import re
from math import ceil

from odoo.addons.ecom_shipping.carrier_contract import Address, Message, Refused

from .tables import ADDRESS_LENGTHS, EMAIL_LENGTH, PROVINCES
from .texts import name_field, say
from .xml import ILLEGAL

_POSTAL_CODE = re.compile(r"[A-Z][0-9][A-Z][0-9][A-Z][0-9]")
_PHONE_FILLING = re.compile(r"[\s().\-/]+")
_DIGITS = re.compile(r"[0-9]{1,10}")
# shipment.xsd, EmailType; one alternative per character, so that it cannot run away.
_EMAIL = re.compile(
    r"['_A-Za-z0-9\-+]+(?:\.['_A-Za-z0-9\-+]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
)


def clean(text):
    """``text`` with single blanks and without characters that XML cannot carry."""
    if not text.isprintable():
        text = ILLEGAL.sub("", text)
    return " ".join(text.split())


def kilograms(weight_g):
    """Whole grams as kilograms with 3 decimals; a fraction of a gram is rounded up."""
    kilos, grams = divmod(ceil(weight_g), 1000)
    return f"{kilos}.{grams:03d}"


def centimetres(length_mm):
    """Millimetres as centimetres with the 1 decimal that the schema takes, rounded up."""
    centis, millis = divmod(ceil(length_mm), 10)
    return f"{centis}.{millis}"


class Checker:
    """Collects what is wrong with one request.

    :param language: of the sentences, ``en`` or ``fr``
    """

    def __init__(self, language):
        self.language = language
        self.problems = []

    def refuse(self, field, key, **values):
        """Note the sentence ``key`` about ``field``."""
        name = name_field(self.language, field)
        self.problems.append(Message("", say(self.language, key, field=name, **values), field))

    def done(self):
        """:raises Refused: with every problem noted so far"""
        if self.problems:
            raise Refused(self.problems)

    def text(self, field, value, limit, required=False):
        """``value`` cleaned; refused when too long, or empty though required."""
        value = clean(value)
        if len(value) > limit:
            self.refuse(field, "too_long", size=len(value), limit=limit)
        elif required and not value:
            self.refuse(field, "missing")
        return value

    def postal_code(self, field, value):
        """A Canadian postal code as A9A9A9 (facts 25, trap 9)."""
        value = value.replace(" ", "").replace("-", "").upper()
        if not value:
            self.refuse(field, "missing")
        elif not _POSTAL_CODE.fullmatch(value):
            self.refuse(field, "bad_value", value=value)
        return value

    def phone(self, field, value, required=False):
        """A phone number; its filling characters go when it is too long otherwise."""
        limit = ADDRESS_LENGTHS["phone"]
        value = clean(value)
        if len(value) > limit:
            value = _PHONE_FILLING.sub("", value)
        return self.text(field, value, limit, required)

    def province(self, field, value):
        """The two letters of a Canadian province or territory."""
        value = clean(value).upper()
        if value not in PROVINCES:
            self.refuse(field, "bad_value" if value else "missing", value=value)
        return value

    def number(self, field, value):
        """A customer or contract number: nothing, or 1 to 10 digits (facts 2)."""
        if value and not _DIGITS.fullmatch(value):
            self.refuse(field, "bad_value", value=value)
        return value

    def email(self, field, value):
        """An address that shipment-v8 takes (facts 6)."""
        value = self.text(field, value, EMAIL_LENGTH, required=True)
        if value and not _EMAIL.fullmatch(value):
            self.refuse(field, "bad_value", value=value)
        return value

    def address(self, party, address):
        """``address`` cleaned. ``party`` is ``sender`` or ``recipient``; both are in Canada so far.

        The sender's company and phone are mandatory (facts 6); a sender without company is its own
        company.
        """
        is_sender = party == "sender"
        if address.country.upper() != "CA":
            self.refuse(f"{party}.country", "domestic_only")
        name = self.text(f"{party}.name", address.name, 44)
        company = address.company or (name if is_sender else "")
        return Address(
            name=name,
            company=self.text(f"{party}.company", company, 44, required=is_sender),
            street=self.text(f"{party}.street", address.street, 44, required=True),
            street2=self.text(f"{party}.street2", address.street2, 44),
            city=self.text(f"{party}.city", address.city, 40, required=True),
            province=self.province(f"{party}.province", address.province),
            postal_code=self.postal_code(f"{party}.postal_code", address.postal_code),
            country="CA",
            phone=self.phone(f"{party}.phone", address.phone, required=is_sender),
        )
