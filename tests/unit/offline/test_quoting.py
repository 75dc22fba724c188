"""Prices, days of delivery, and services that are left out with a reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.ecom_shipping.carrier_contract import Money, ParcelSpec
from odoo.addons.ecom_shipping_offline.offline_courier.business_days import expected_day

from tests.unit.offline import given

FAR = replace(given.RECIPIENT, city="Québec", postal_code="G1R 2B5")


def rates(*parcels, language="en", settings=None, **values):
    """Rates and reasons by service code."""
    answer = given.courier(language, **(settings or {})).rate(
        given.rate_request(*parcels, **values)
    )
    return (
        {rate.service_code: rate for rate in answer.rates},
        {exclusion.service_code: exclusion.reason for exclusion in answer.exclusions},
    )


def test_every_service_is_quoted():
    quoted, left_out = rates()
    assert {code: rate.price for code, rate in quoted.items()} == {
        "STD": Money(Decimal("8.50"), "CAD"),
        "DAY": Money(Decimal("22.00"), "CAD"),
    }
    assert not left_out


def test_only_the_services_asked_for():
    quoted, left_out = rates(services=("DAY",))
    assert list(quoted) == ["DAY"]
    assert not left_out


def test_a_service_that_is_not_sold_is_said_to_be():
    assert rates(services=("AIR",)) == ({}, {"AIR": "AIR is not on the price list."})


def test_parcels_add_up_each_in_its_band():
    quoted, _left_out = rates(given.LIGHT, given.HEAVY)
    assert quoted["STD"].price.amount == Decimal("21.50")


def test_fuel_is_a_part_of_the_price():
    quoted, _left_out = rates(settings={"fuel_percent": Decimal("12.5")})
    rate = quoted["STD"]
    assert rate.price.amount == Decimal("9.56")
    assert rate.parts == (("Base", Decimal("8.50")), ("Fuel surcharge 12.5 %", Decimal("1.06")))


def test_half_a_cent_of_fuel_is_rounded_up():
    quoted, _left_out = rates(settings={"fuel_percent": Decimal(5)})
    assert quoted["STD"].parts[1] == ("Fuel surcharge 5 %", Decimal("0.43"))


def test_a_currency_without_cents():
    quoted, _left_out = rates(
        settings={"fuel_percent": Decimal(10), "currency": "JPY", "rounding": Decimal(1)}
    )
    assert quoted["DAY"].price == Money(Decimal(24), "JPY")


def test_taxes_are_left_to_the_delivery_product():
    quoted, _left_out = rates()
    assert quoted["STD"].taxes == Money(Decimal("0.00"), "CAD")
    assert quoted["STD"].total == quoted["STD"].price


@pytest.mark.parametrize(
    ("handed_over", "days", "expected"),
    [
        (date(2026, 1, 15), 1, date(2026, 1, 16)),
        (date(2026, 1, 16), 1, date(2026, 1, 19)),  # Friday to Monday
        (date(2026, 1, 16), 0, date(2026, 1, 16)),
        (date(2026, 1, 17), 0, date(2026, 1, 19)),  # handed over on a Saturday
        (date(2026, 1, 18), 1, date(2026, 1, 20)),
        (date(2026, 1, 14), 7, date(2026, 1, 23)),
    ],
)
def test_weekends_are_skipped(handed_over, days, expected):
    assert expected_day(handed_over, days) == expected


def test_expected_day_counts_from_the_mailing_day():
    quoted, _left_out = rates(mailing_date=date(2026, 1, 13))
    assert quoted["STD"].expected_date == date(2026, 1, 14)
    assert quoted["STD"].transit_days == 1


def test_without_mailing_day_it_counts_from_today():
    quoted, _left_out = rates()
    assert quoted["STD"].expected_date == date(2026, 1, 19)


def test_no_promise_no_day():
    quoted, _left_out = rates(
        settings={"prices": replace(given.PRICES, lines=(given.line(days=None),))}
    )
    assert quoted["STD"].expected_date is None
    assert quoted["STD"].transit_days is None


def test_the_slowest_parcel_counts():
    lines = (given.line(), given.line(over_g=5000, up_to_g=9000, days=3))
    quoted, _left_out = rates(
        given.LIGHT, given.HEAVY, settings={"prices": replace(given.PRICES, lines=lines)}
    )
    assert quoted["STD"].transit_days == 3


def test_a_place_without_zone():
    quoted, left_out = rates(recipient=FAR)
    assert list(quoted) == ["STD"]
    assert left_out == {"DAY": "The price list has no zone for G1R 2B5 Québec CA."}


def test_a_weight_without_price():
    _quoted, left_out = rates(given.LIGHT, ParcelSpec("2", 30500))
    reason = "The price list has no price for a parcel of 30.5 kg to h2b 1a0 Montréal CA."
    assert left_out["STD"] == reason


@pytest.mark.parametrize(
    ("parcel", "language", "reason"),
    [
        (
            ParcelSpec("1", 15001),
            "en",
            "Parcel 1 weighs 15001 g; this service takes up to 15000 g.",
        ),
        (
            ParcelSpec("1", 15001),
            "fr",
            "Le colis 1 pèse 15001 g; ce service accepte jusqu'à 15000 g.",
        ),
        (
            ParcelSpec("1", 900, 801, 10, 10),
            "en",
            "The longest side of parcel 1 is 801 mm; this service takes up to 800 mm.",
        ),
        (ParcelSpec("1", 0), "fr", "Le colis 1 n'a pas de poids."),
    ],
)
def test_limits_of_the_service(parcel, language, reason):
    _quoted, left_out = rates(parcel, language=language)
    assert left_out["DAY"] == reason


def test_reasons_and_parts_in_french():
    quoted, left_out = rates(
        recipient=FAR, language="fr", settings={"fuel_percent": Decimal("6.50")}
    )
    assert left_out["DAY"] == "Le tarif n'a pas de zone pour G1R 2B5 Québec CA."
    assert quoted["STD"].parts[1] == ("Supplément carburant 6.5 %", Decimal("1.04"))


def test_without_parcels_nothing_is_quoted():
    answer = given.courier().rate(replace(given.rate_request(), parcels=()))
    assert {exclusion.reason for exclusion in answer.exclusions} == {"There is no parcel."}
