"""Get Rates: one question per parcel, and the quotes that come back (facts 4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.addons.ecom_shipping.carrier_contract import Money, Rate

from . import limits, options, xml
from .call import Call
from .check import Checker
from .tables import NAMESPACE, RATE_TYPE, SERVICE_CODE_LENGTH
from .texts import say

CURRENCY = "CAD"
_TAXES = ("gst", "pst", "hst")


@dataclass(frozen=True)
class Scenario:
    """What all parcels of one question share, checked. ``options`` holds a tuple per parcel."""

    origin: str
    destination: str
    options: tuple
    mailing_date: date | None


@dataclass(frozen=True)
class Quote:
    """One service's price for one parcel, in CAD; ``parts`` add up to ``price``."""

    service_code: str
    service_name: str
    price: Decimal
    taxes: Decimal
    expected_date: date | None
    transit_days: int | None
    guaranteed: bool
    parts: tuple


def prepare(account, request, language, today):
    """Check ``request`` as far as all its parcels share it.

    A mailing date in the past (refused as 1622) means that the parcel leaves today.

    :raises Refused: with every problem
    :rtype: Scenario
    """
    checker = Checker(language)
    account.check(checker)
    scenario = Scenario(
        checker.postal_code("sender.postal_code", request.sender.postal_code),
        checker.postal_code("recipient.postal_code", request.recipient.postal_code),
        tuple(options.choose(checker, request.options, parcel) for parcel in request.parcels),
        request.mailing_date and max(request.mailing_date, today),
    )
    if not request.parcels:
        checker.refuse("parcels", "missing")
    for index, parcel in enumerate(request.parcels):
        if parcel.weight_g <= 0:
            checker.refuse(f"parcels.{index}.weight_g", "missing")
    for index, code in enumerate(request.services):
        checker.text(f"services.{index}", code, SERVICE_CODE_LENGTH, required=True)
    checker.done()
    return scenario


def call(account, scenario, index, parcel, services):
    """The question for the ``index``-th parcel; no ``services`` asks for all of them.

    :rtype: Call
    """
    builder = xml.Builder(NAMESPACE + "ship/rate-v4", "mailing-scenario")
    builder.add("customer-number", account.customer_number)
    builder.add_if("contract-id", account.contract_id)
    builder.add_if("promo-code", account.promo_code)
    builder.add("quote-type", "commercial")
    if scenario.mailing_date:
        builder.add("expected-mailing-date", scenario.mailing_date.isoformat())
    options.write(builder, scenario.options[index])
    limits.write(builder, parcel)
    if services:
        with builder.block("services"):
            for code in services:
                builder.add("service-code", code)
    builder.add("origin-postal-code", scenario.origin)
    with builder.block("destination"), builder.block("domestic"):
        builder.add("postal-code", scenario.destination)
    return Call("POST", "/rs/ship/price", RATE_TYPE, body=builder.body(), group="D")


def reader(language):
    """A reader of ``price-quotes`` that names the parts of a price in ``language``.

    :returns: a function from the root element to a tuple of :class:`Quote`
    """
    base, other = say(language, "base"), say(language, "other_part")
    return lambda root: tuple(_quote(element, base, other) for element in root)


def _quote(element, base, other):
    found = xml.children(element)
    details = xml.children(found["price-details"])
    standard = xml.values(found["service-standard"]) if "service-standard" in found else {}
    taxes = xml.values(details["taxes"]) if "taxes" in details else {}
    tax = sum((xml.decimal(taxes.get(name) or "0") for name in _TAXES), Decimal(0))
    price = xml.decimal(xml.text(details, "due")) - tax
    days = standard.get("expected-transit-time", "")
    return Quote(
        service_code=xml.required(found, "service-code"),
        service_name=xml.text(found, "service-name"),
        price=price,
        taxes=tax,
        expected_date=xml.day(standard.get("expected-delivery-date", "")),
        transit_days=int(days) if days.isdecimal() else None,
        guaranteed=standard.get("guaranteed-delivery") == "true",
        parts=tuple(_parts(details, price, base, other)),
    )


def _parts(details, price, base, other):
    """What ``price`` is made of. A rest that the carrier does not explain is named ``other``."""
    left = price
    for label, amount in _named_amounts(details, base):
        if amount:
            left -= amount
            yield label, amount
    if left:
        yield other, left


def _named_amounts(details, base):
    yield base, xml.decimal(xml.text(details, "base"))
    for option in details.get("options", ()):
        values = xml.values(option)
        yield values["option-name"] or values["option-code"], xml.decimal(values["option-price"])
    for adjustment in details.get("adjustments", ()):
        values = xml.values(adjustment)
        label = values["adjustment-name"] or values["adjustment-code"]
        yield label, xml.decimal(values["adjustment-cost"])


def add_up(quotes):
    """One rate from the quotes of one service for each parcel: sums, and the slowest day.

    :rtype: Rate
    """
    first, *others = quotes
    if not others:  # one parcel, by far the most frequent: nothing to add up
        return Rate(
            service_code=first.service_code,
            service_name=first.service_name,
            price=Money(first.price, CURRENCY),
            taxes=Money(first.taxes, CURRENCY),
            expected_date=first.expected_date,
            transit_days=first.transit_days,
            guaranteed=first.guaranteed,
            parts=first.parts,
        )
    parts = defaultdict(Decimal)
    for quote in quotes:
        for label, amount in quote.parts:
            parts[label] += amount
    return Rate(
        service_code=first.service_code,
        service_name=first.service_name,
        price=Money(sum(quote.price for quote in quotes), CURRENCY),
        taxes=Money(sum(quote.taxes for quote in quotes), CURRENCY),
        expected_date=_slowest(quote.expected_date for quote in quotes),
        transit_days=_slowest(quote.transit_days for quote in quotes),
        guaranteed=all(quote.guaranteed for quote in quotes),
        parts=tuple(parts.items()),
    )


def _slowest(values):
    """The largest value, or None as soon as one is unknown."""
    values = list(values)
    return None if None in values else max(values)
