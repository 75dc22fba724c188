"""Same fingerprint, same label."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    Address,
    LabelFormat,
    Money,
    OptionChoice,
    ParcelSpec,
    RateRequest,
    ShipRequest,
)
from odoo.addons.ecom_shipping.shipping_rules.fingerprint import rate_fingerprint, ship_fingerprint

from tests.unit.shipping.given import PARCEL, RECIPIENT, SENDER, ship_request

# What may differ from one attempt to the next without another label being asked for.
FREE = {"key": "key-2", "group": "group-2", "mailing_date": date(2026, 1, 17)}
OTHER = {
    "service_code": "STD",
    "sender": replace(SENDER, phone="514-555-0199"),
    "recipient": replace(RECIPIENT, postal_code="M5H 2N3"),
    "parcels": (replace(PARCEL, weight_g=901),),
    "options": (OptionChoice("COV", Money(Decimal("60.00"), "CAD")),),
    "references": ("S00042", ""),
    "cost_centre": "web",
    "label_format": LabelFormat.ZPL_4X6,
}
ADDRESS_FIELDS = [field.name for field in fields(Address)]
QUESTION = RateRequest(SENDER, RECIPIENT, (PARCEL,), mailing_date=date(2026, 1, 16))


def test_equal_requests_have_equal_fingerprints():
    assert ship_fingerprint(ship_request()) == ship_fingerprint(ship_request())


def test_fingerprint_is_the_same_in_every_process():
    """It is compared with what an earlier process wrote down."""
    request = ShipRequest("k", "EXP", Address(), Address(), (ParcelSpec("1", 1),))
    later = replace(request, key="other")
    assert len(ship_fingerprint(request)) == 64
    assert ship_fingerprint(request) == ship_fingerprint(later)
    assert int(ship_fingerprint(request), 16)


@pytest.mark.parametrize("name", FREE)
def test_key_group_and_day_are_free(name):
    changed = ship_request(**{name: FREE[name]})
    assert ship_fingerprint(changed) == ship_fingerprint(ship_request())


@pytest.mark.parametrize("name", OTHER)
def test_everything_else_asks_for_another_label(name):
    changed = ship_request(**{name: OTHER[name]})
    assert ship_fingerprint(changed) != ship_fingerprint(ship_request())


def test_every_field_of_a_purchase_is_decided_upon():
    """A field added to the contract must be put in one of the two lists above."""
    assert {field.name for field in fields(ShipRequest)} == set(FREE) | set(OTHER)


@pytest.mark.parametrize("side", ["sender", "recipient"])
@pytest.mark.parametrize("name", ADDRESS_FIELDS)
def test_every_part_of_an_address_counts(side, name):
    address = replace(getattr(ship_request(), side), **{name: "changed"})
    changed = ship_request(**{side: address})
    assert ship_fingerprint(changed) != ship_fingerprint(ship_request())


def test_neighbouring_texts_do_not_run_together():
    """ "ab" + "c" is not "a" + "bc"."""
    one = ship_request(references=("ab", "c"))
    two = ship_request(references=("a", "bc"))
    assert ship_fingerprint(one) != ship_fingerprint(two)


def test_order_of_parcels_counts():
    one, two = PARCEL, replace(PARCEL, reference="2", weight_g=500)
    there, back = ship_request(parcels=(one, two)), ship_request(parcels=(two, one))
    assert ship_fingerprint(there) != ship_fingerprint(back)


def test_prices_depend_on_the_terms_of_the_account():
    assert rate_fingerprint((1, "test"), QUESTION) == rate_fingerprint((1, "test"), QUESTION)
    assert rate_fingerprint((1, "test"), QUESTION) != rate_fingerprint((2, "test"), QUESTION)
    assert rate_fingerprint((1, "test"), QUESTION) != rate_fingerprint((1, "production"), QUESTION)


@pytest.mark.parametrize(
    "changes",
    [
        {"mailing_date": date(2026, 1, 17)},
        {"services": ("EXP",)},
        {"recipient": replace(RECIPIENT, postal_code="H1A 1A1")},
        {"parcels": (replace(PARCEL, length_mm=351),)},
        {"options": (OptionChoice("SO"),)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_prices_depend_on_day_and_contents(changes):
    assert rate_fingerprint((1,), replace(QUESTION, **changes)) != rate_fingerprint((1,), QUESTION)
