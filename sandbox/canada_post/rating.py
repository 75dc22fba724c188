"""What a parcel costs and when it arrives (facts 4): deterministic, and sensitive to it all."""

import datetime
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from . import catalogue

CENT = Decimal("0.01")


@dataclass
class Parcel:
    """What is priced: kilograms, centimetres (longest side first) or None, options by amount."""

    origin: str
    destination: str
    weight: Decimal
    sides: tuple = None
    options: dict = field(default_factory=dict)
    mailing_date: datetime.date = None
    contract: bool = False
    commercial: bool = True
    promotion: str = ""


def cents(amount):
    """Round half up to two decimals."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def cubed_weight(service, sides):
    """Volume divided by the density factor of the service (facts 9)."""
    if not sides:
        return None
    volume = sides[0] * sides[1] * sides[2]
    return (volume / service.density).quantize(Decimal("0.001"), ROUND_HALF_UP)


def limit_problem(service, parcel):
    """Why the parcel does not fit the service, in words, or None (facts 9)."""
    if parcel.weight > service.max_kg:
        return f"{service.code}: {parcel.weight} kg > {service.max_kg} kg"
    if parcel.sides:
        if parcel.sides[0] > service.max_side:
            return f"{service.code}: {parcel.sides[0]} cm > {service.max_side} cm"
        length_girth = parcel.sides[0] + 2 * (parcel.sides[1] + parcel.sides[2])
        if length_girth > service.max_length_girth:
            return (
                f"{service.code}: length + girth {length_girth} cm > {service.max_length_girth} cm"
            )
    return None


def option_problems(codes_and_amounts, service=None):
    """Broken option rules (facts 8) as (code, values) pairs, in general or for one service."""
    codes = [code for code, _amount in codes_and_amounts]
    for place, (code, amount) in enumerate(codes_and_amounts):
        option = catalogue.OPTIONS.get(code)
        if option is None or (service and code not in service.options):
            yield "7001", {"value": code, "service": service.code if service else "-"}
            continue
        if option.amount and amount is None:
            yield "7003", {"value": code}
        if not option.amount and amount is not None:
            yield "7004", {"value": code}
        if code == "COV" and amount is not None and amount > catalogue.COVERAGE_MAX:
            yield "1719", {"value": amount}
        clashes = [other for other in codes[place + 1 :] if other in (code, *option.conflicts)]
        if clashes:
            yield "7002", {"value": ", ".join([code, *clashes])}


def complete_options(service, options):
    """Options asked for plus the mandatory ones and prerequisites the system adds (facts 8)."""
    complete = dict.fromkeys(service.mandatory)
    for code in options:
        complete.update(dict.fromkeys(catalogue.OPTIONS[code].needs))
    complete.update(options)
    return complete


def option_price(code, amount):
    """Price of one option; coverage counts in steps above the included amount."""
    if code != "COV":
        return catalogue.OPTIONS[code].fee
    above = max(amount - catalogue.COVERAGE_INCLUDED, Decimal(0))
    steps = -(-above // catalogue.COVERAGE_STEP)
    return steps * catalogue.COVERAGE_STEP_PRICE


def base_price(service, parcel, rated_weight):
    """Base by half kilogram and zone; counter prices are higher, contract prices lower."""
    zone = catalogue.zone(parcel.origin, parcel.destination)
    halves = -(-rated_weight // Decimal("0.5"))
    price = (
        service.base
        + service.per_zone * zone
        + service.per_kg * halves * (1 + Decimal(zone) / 5) / 2
    )
    if not parcel.commercial:
        price *= Decimal("1.20")
    elif parcel.contract:
        price *= Decimal("0.88")
    return cents(price)


def adjustments(service, parcel, base):
    """Discounts and surcharges as (code, amount, percent), ordered as in real answers (facts 4)."""
    rows, discounted = [], base
    if parcel.commercial:
        rows.append(("AUTDISC", -cents(base * Decimal("0.03")), Decimal("3.000")))
        discounted += rows[-1][1]
    if parcel.promotion:
        services, percent = catalogue.PROMOTIONS.get(parcel.promotion.upper(), ((), Decimal(0)))
        percent = percent if service.code in services else Decimal(0)
        rows.append(("PROMODISC", cents(-discounted * percent / 100) + 0, percent))
        discounted += rows[-1][1]
    rows.append(("FUELSC", cents(discounted * service.fuel / 100), service.fuel))
    if parcel.sides and (parcel.sides[0] > 100 or parcel.sides[1] > 76):
        rows.append(("OVERSZ", Decimal("18.00"), None))
    return rows


def price(service, parcel):
    """All figures of one priced parcel as a dictionary of plain values."""
    cubed = cubed_weight(service, parcel.sides)
    rated = max(parcel.weight, cubed or Decimal(0))
    base = base_price(service, parcel, rated)
    extras = adjustments(service, parcel, base)
    options = complete_options(service, parcel.options)
    priced = [(code, option_price(code, amount)) for code, amount in options.items()]
    pre_tax = (
        base
        + sum(amount for _code, amount, _percent in extras)
        + sum(amount for _code, amount in priced)
    )
    rates = catalogue.TAXES[catalogue.province_of(parcel.destination)]
    taxes = {
        name: cents(pre_tax * rates.get(name, Decimal(0)) / 100) for name in ("gst", "pst", "hst")
    }
    days = transit_days(service, catalogue.zone(parcel.origin, parcel.destination))
    return {
        "service": service.code,
        "base": base,
        "options": [(code, cents(amount)) for code, amount in priced],
        "adjustments": extras,
        "pre_tax": pre_tax,
        "taxes": taxes,
        "tax_rates": rates,
        "due": pre_tax + sum(taxes.values()),
        "transit": days,
        "expected": add_business_days(parcel.mailing_date, days),
        "guaranteed": service.guaranteed,
        "cubed": cubed,
        "rated": rated,
    }


def transit_days(service, zone):
    """Business days on the way."""
    local, near, tenths = service.days
    return local if zone == 0 else near + (zone - 1) * tenths // 10


def add_business_days(day, count):
    """A date so many working days later; weekends are skipped."""
    while day.weekday() >= 5:
        day += datetime.timedelta(days=1)
    while count:
        day += datetime.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def totals(prices):
    """Sums over remembered prices, as the price summary of a manifest shows them (facts 11)."""
    extras = [(code, Decimal(amount)) for price in prices for code, amount in price["adjustments"]]
    discount = sum((amount for code, amount in extras if code == "AUTDISC"), Decimal("0.00"))
    surcharges = sum((amount for code, amount in extras if code != "AUTDISC"), Decimal("0.00"))
    options = sum(
        (Decimal(amount) for price in prices for _code, amount in price["options"]), Decimal("0.00")
    )
    sums = {
        name: sum(Decimal(price[name]) for price in prices)
        for name in ("base", "gst", "pst", "hst", "due")
    }
    return {
        "base-cost": sums["base"],
        "automation-discount": discount,
        "options-and-surcharges": surcharges + options,
        "gst": sums["gst"],
        "pst": sums["pst"],
        "hst": sums["hst"],
        "total-due-cpc": sums["due"],
    }
