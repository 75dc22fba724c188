"""Every request body that we can build is valid under Canada Post's own schemas."""

from datetime import timedelta
from decimal import Decimal
from itertools import combinations, product
from random import Random

import pytest

from odoo.addons.ecom_shipping.carrier_contract import LabelFormat, Refused

from tests.conformance.canada_post import shared
from tests.unit.canada_post import given

pytestmark = pytest.mark.skipif(shared.IS_ABSENT, reason=shared.REASON)

OPTIONS = ("SO", "COV", "DC", "HFP", "DNS", "LAD")
NASTY = "Éloïse & fils <“l'été”> ]]> \t 日本 😀 \x00\ud800"
ACCOUNTS = {
    "contract": given.ACCOUNT,
    "site": given.replace(given.ACCOUNT, shipping_point_id="0015"),
    "card": given.replace(given.ACCOUNT, contract_id="", payment_method="CreditCard"),
    "full": given.replace(
        given.ACCOUNT, mailed_by="1", paid_by="1234567890", promo_code="DEVPROTEST"
    ),
    "immediate": given.replace(given.ACCOUNT, immediate=True),
}


def choice(code):
    return given.option(code, "250" if code == "COV" else None)


def assert_valid(body, schema):
    assert shared.complaints(body, schema) == []


def ship(request, account=given.ACCOUNT):
    carrier = given.carrier(given.shipment_info(), account=account)
    carrier.ship(request)
    assert_valid(carrier._transport.calls[0].body, "shipment.xsd")


def rate(request, account=given.ACCOUNT):
    carrier = given.carrier(given.quotes(), account=account)
    carrier.rate(request)
    assert_valid(carrier._transport.calls[0].body, "rating.xsd")


def transmit(request, account=given.ACCOUNT):
    carrier = given.carrier(given.manifest_list("7001"), account=account)
    carrier.transmit_manifest(request)
    assert_valid(carrier._transport.calls[0].body, "manifest.xsd")


def full_address(address):
    """Every field as long as it may be."""
    return given.replace(
        address,
        name="é" * 44,
        company="&" * 44,
        street="<" * 44,
        street2='"' * 44,
        city="ç" * 40,
        phone="1" * 25,
    )


def nasty_address(address):
    names = dict.fromkeys(("name", "company", "street", "street2", "city"), NASTY)
    return given.replace(address, phone=" +1 514\n555-0199 ", **names)


ADDRESSES = {
    "minimal": lambda address: given.replace(address, name="", street2=""),
    "full": full_address,
    "nasty": nasty_address,
}
PARCELS = {
    "plain": given.PARCEL,
    "smallest": given.parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1),
    "largest": given.parcel(weight_g=30_000, length_mm=2000, width_mm=250, height_mm=250),
    "fractions": given.parcel(weight_g=1250.0001, length_mm=100.01, width_mm=99.999),
    "valued": given.parcel(value=given.cad("999.999")),
}


@pytest.mark.parametrize("label_format", LabelFormat)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_shipment_of_every_account_and_label(account, label_format):
    ship(given.ship_request(label_format=label_format), ACCOUNTS[account])


@pytest.mark.parametrize("kind", ADDRESSES)
@pytest.mark.parametrize("party", ["sender", "recipient"])
def test_shipment_of_every_address(party, kind):
    address = ADDRESSES[kind](getattr(given.ship_request(), party))
    ship(given.ship_request(**{party: address}))


@pytest.mark.parametrize("parcel", PARCELS)
def test_shipment_of_every_parcel(parcel):
    ship(given.ship_request(parcels=(PARCELS[parcel],)))


@pytest.mark.parametrize("size", range(len(OPTIONS) + 1))
def test_shipment_with_every_set_of_options(size):
    for codes in combinations(OPTIONS, size):
        request = given.ship_request(options=tuple(map(choice, codes)))
        if {"SO", "LAD"} <= set(codes):
            with pytest.raises(Refused):
                ship(request)
        else:
            ship(request)


@pytest.mark.parametrize("amount", ["0.001", "0.01", "4999.999", "5000", "1E+3"])
def test_amounts_of_coverage(amount):
    ship(given.ship_request(options=(given.option("COV", amount),)))


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "k" * 35, "group": "g" * 32},
        {"key": NASTY[:20], "group": NASTY[:20]},
        {"references": ("", "")},
        {"references": ("r" * 200, NASTY * 5)},
        {"cost_centre": "c" * 30},
        {"mailing_date": given.TODAY + timedelta(days=30)},
        {"service_code": "DOM.XP.CERT"},
    ],
)
def test_other_texts_of_a_shipment(changes):
    ship(given.ship_request(**changes))


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("parcel", PARCELS)
def test_rate_question_of_every_account_and_parcel(account, parcel):
    rate(given.rate_request(PARCELS[parcel]), ACCOUNTS[account])


@pytest.mark.parametrize(
    "changes",
    [
        {"services": ("DOM.EP", "DOM.XP")},
        {"services": tuple(f"S{number}" for number in range(20))},
        {"services": tuple(f"S{number}" for number in range(21))},
        {"options": tuple(map(choice, OPTIONS[:5]))},
        {"mailing_date": given.TODAY},
        {"sender": given.replace(given.SENDER, postal_code=" k1a-0B1 ")},
    ],
)
def test_other_parts_of_a_rate_question(changes):
    rate(given.rate_request(**changes))
    rate(given.rate_request(given.parcel(length_mm=0), **changes))


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("kind", ADDRESSES)
def test_transmission_of_every_account_and_address(account, kind):
    sender = ADDRESSES[kind](given.SENDER)
    transmit(given.manifest_request(sender=sender), ACCOUNTS[account])


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": tuple("g" * 31 + chr(65 + n % 26) for n in range(50))},
        {"excluded": tuple(map(str, range(200)))},
        {"reference": NASTY},
        {"reference": "r" * 50},
        {"detailed": False},
        {"key": "k" * 35},
    ],
)
def test_other_parts_of_a_transmission(changes):
    transmit(given.manifest_request(**changes))


@pytest.mark.parametrize("email", ["desk@example.com", "a.b+c'd_e-f@x-1.example.museum"])
def test_refund_request(email):
    ticket = "<shipment-refund-request-info><service-ticket-id>1</service-ticket-id>"
    carrier = given.carrier(given.xml(ticket + "</shipment-refund-request-info>"))
    carrier.refund("5001", email)
    assert_valid(carrier._transport.calls[0].body, "shipment.xsd")


@pytest.mark.parametrize("seed", range(20))
def test_what_is_not_refused_is_valid(seed):
    """Random requests, most of them odd: each is either refused by us or valid for the carrier."""
    random = Random(seed)
    texts = ["", " ", "x", NASTY, "é" * 40, "y" * 44, "z" * 45, "\n\t", "A1A 1A1", "QC"]
    for _ in range(40):
        fields = ("name", "company", "street", "street2", "city", "phone")
        changed = {name: random.choice(texts) for name in random.sample(fields, 2)}
        amount = Decimal(random.randint(-100, 600_000)) / 1000
        codes = random.sample(OPTIONS, random.randint(0, 3))
        request = given.ship_request(
            key=random.choice(texts[2:]),
            group=random.choice(texts),
            cost_centre=random.choice(texts),
            references=(random.choice(texts), random.choice(texts)),
            recipient=given.replace(given.RECIPIENT, **changed),
            parcels=(given.parcel(weight_g=random.randint(-1, 31_000)),),
            options=tuple(
                given.OptionChoice(code, given.Money(amount, "CAD") if code == "COV" else None)
                for code in codes
            ),
        )
        try:
            ship(request, random.choice(list(ACCOUNTS.values())))
        except Refused as refusal:
            assert all(message.text and message.field for message in refusal.messages)


def test_the_net_has_no_holes():
    """The validation itself refuses what is wrong: otherwise all tests above mean nothing."""
    carrier = given.carrier(given.shipment_info())
    carrier.ship(given.ship_request())
    body = carrier._transport.calls[0].body
    for old, new in product((b"K1A0B1", b"1.250", b"30.0"), (b"", b"wrong")):
        assert shared.complaints(body.replace(old, new), "shipment.xsd")
