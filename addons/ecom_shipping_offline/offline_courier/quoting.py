"""One service for some parcels: its price, or why it cannot carry them."""

from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.ecom_shipping.carrier_contract import Exclusion, Money, Rate
from odoo.addons.ecom_shipping.shipping_rules.checks import check_parcels

from .business_days import expected_day
from .texts import place, say, weight


def quote(settings, code, request, language, today):
    """The price of all parcels together with the service ``code``.

    :param request: anything with ``recipient``, ``parcels`` and ``mailing_date``
    :rtype: Rate | Exclusion
    """
    service = settings.service(code)
    if not service:
        return Exclusion(code, code, say(language, "unknown_service", service=code))
    lines, reason = _lines(settings.prices, service, request, language)
    if reason:
        return Exclusion(code, service.name, reason)
    return _rate(settings, service, lines, request.mailing_date or today, language)


def _lines(prices, service, request, language):
    """The price line of each parcel, or a sentence."""
    if not request.parcels:
        return (), say(language, "no_parcel")
    findings = check_parcels(request.parcels, service.limits)
    if findings:
        return (), _sentence(findings[0], language)
    offered = prices.lines_for(service.code, request.recipient)
    if not offered:
        return (), say(language, "no_zone", place=place(request.recipient))
    chosen = []
    for parcel in request.parcels:
        line = next((line for line in offered if line.takes(parcel.weight_g)), None)
        if not line:
            heavy = weight(parcel.weight_g, language)
            return (), say(language, "no_band", weight=heavy, place=place(request.recipient))
        chosen.append(line)
    return tuple(chosen), ""


def _sentence(finding, language):
    number = int(finding.field.split(".")[1]) + 1
    return say(language, finding.code, number=number, value=finding.value, limit=finding.limit)


def _rate(settings, service, lines, handed_over, language):
    base = sum((line.price for line in lines), Decimal(0)).quantize(settings.rounding)
    fuel = (base * settings.fuel_percent / 100).quantize(settings.rounding, ROUND_HALF_UP)
    parts = [(say(language, "base"), base)]
    if fuel:
        percent = f"{settings.fuel_percent.normalize():f}"
        parts.append((say(language, "fuel", percent=percent), fuel))
    days = _slowest(lines)
    return Rate(
        service_code=service.code,
        service_name=service.name,
        price=Money(base + fuel, settings.currency),
        # Taxes of a local courier come from the delivery product, not from its price list.
        taxes=Money(Decimal(0).quantize(settings.rounding), settings.currency),
        expected_date=None if days is None else expected_day(handed_over, days),
        transit_days=days,
        parts=tuple(parts),
    )


def _slowest(lines):
    """Business days until the last parcel is there, or None when one has no promise."""
    days = [line.transit_days for line in lines]
    return None if None in days else max(days)
