"""The courier keeps the promises that every carrier makes (carrier_contract/carrier.py)."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    Address,
    Capability,
    Carrier,
    CarrierError,
    DocumentKind,
    LabelFormat,
    ManifestRequest,
    ParcelSpec,
    RateAnswer,
    RateRequest,
    Refused,
    Sale,
    ShipRequest,
    TransmittedManifest,
    Unsupported,
)
from odoo.addons.ecom_shipping.carrier_contract.codec import dump, load
from odoo.addons.ecom_shipping.shipping_rules import buying
from odoo.addons.ecom_shipping.shipping_rules.checks import Limits, check_request
from odoo.addons.ecom_shipping.shipping_rules.fingerprint import ship_fingerprint

from tests.unit.offline import given

VERBS = {
    Capability.REFUND: lambda carrier: carrier.refund("LC1", "a@example.com"),
    Capability.TRACK: lambda carrier: carrier.track("LC1"),
}
STRANGE_ADDRESSES = {
    "empty": Address(),
    "no country": replace(given.RECIPIENT, country=""),
    "no postal code": replace(given.RECIPIENT, postal_code=""),
    "other alphabet": replace(given.RECIPIENT, name="Ζωή", city="Αθήνα", country="GR"),
    "control characters": replace(given.RECIPIENT, street="1\x00 rue\x1b[2J"),
    "very long": replace(given.RECIPIENT, name="x" * 5000, street="y" * 5000),
    "markup": replace(given.RECIPIENT, name="<para>&amp;</para>", company="^XA~JR"),
}


def test_it_is_a_carrier_with_a_name_and_a_currency():
    carrier = given.courier()
    assert isinstance(carrier, Carrier)
    assert (carrier.name, carrier.currency) == ("Vélo-Courrier", "CAD")
    assert not carrier.requires_phone


@pytest.mark.parametrize("capability", VERBS)
def test_what_it_cannot_do_it_refuses_clearly(capability):
    carrier = given.courier()
    assert not carrier.can(capability)
    with pytest.raises(Unsupported, match="Vélo-Courrier"):
        VERBS[capability](carrier)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("label_format", LabelFormat)
def test_every_format_that_it_names_it_prints(label_format, language):
    assert label_format in given.courier().label_formats
    request = given.ship_request(given.LIGHT, given.HEAVY, label_format=label_format)
    documents = given.courier(language).ship(request).documents
    start = b"^XA" if label_format is LabelFormat.ZPL_4X6 else b"%PDF-"
    assert len(documents) == 2
    assert all(document.kind is DocumentKind.LABEL for document in documents)
    assert all(document.content.startswith(start) for document in documents)


def test_documents_are_those_of_the_sale():
    carrier = given.courier()
    sale = carrier.ship(given.ship_request())
    assert carrier.documents(sale) == sale.documents
    assert sale.links == ()


def test_a_sale_names_every_parcel_once():
    parcels = tuple(replace(given.LIGHT, reference=f"P{n}") for n in range(1, 13))
    sale = given.courier().ship(given.ship_request(*parcels))
    assert [parcel.reference for parcel in sale.parcels] == [p.reference for p in parcels]
    assert len({parcel.tracking_number for parcel in sale.parcels}) == 12


def test_a_quote_is_what_is_charged():
    carrier = given.courier(fuel_percent=Decimal("7.25"))
    (rate,) = carrier.rate(given.rate_request(given.LIGHT, given.HEAVY, services=("STD",))).rates
    sale = carrier.ship(given.ship_request(given.LIGHT, given.HEAVY))
    assert (sale.price, sale.taxes, sale.parts) == (rate.price, rate.taxes, rate.parts)
    assert sale.expected_date == rate.expected_date


@pytest.mark.parametrize(
    ("request_class", "value"),
    [
        (RateRequest, given.rate_request(given.LIGHT, given.HEAVY)),
        (ShipRequest, given.ship_request(replace(given.LIGHT, given_number="VC-1"))),
        (ManifestRequest, given.manifest_request()),
    ],
)
def test_questions_survive_the_journal(request_class, value):
    assert load(request_class, dump(value)) == value


@pytest.mark.parametrize(
    ("answer_class", "answer"),
    [
        (RateAnswer, lambda c: c.rate(given.rate_request(given.HEAVY, services=("STD", "AIR")))),
        (Sale, lambda c: c.ship(given.ship_request(given.LIGHT, given.HEAVY))),
        (TransmittedManifest, lambda c: c.transmit_manifest(given.manifest_request())[0]),
    ],
)
def test_answers_survive_the_journal(answer_class, answer):
    value = answer(given.courier())
    assert load(answer_class, dump(value)) == value
    assert dataclasses.is_dataclass(value)


@pytest.mark.parametrize("party", ["sender", "recipient"])
@pytest.mark.parametrize("address", STRANGE_ADDRESSES.values(), ids=STRANGE_ADDRESSES)
def test_strange_addresses_end_in_a_sale_or_a_reason(address, party):
    prices = replace(given.PRICES, lines=(given.line(zone=given.Zone()),))
    carrier = given.courier(prices=prices)
    request = replace(given.ship_request(), **{party: address})
    assert carrier.rate(replace(given.rate_request(), **{party: address}))
    for label_format in LabelFormat:
        try:
            assert carrier.ship(replace(request, label_format=label_format)).documents
        except Refused as refusal:
            assert all(message.text and message.field for message in refusal.messages)


@pytest.mark.parametrize(
    "parcels", [(), (ParcelSpec("1", 0),), (ParcelSpec("1", -5),), (ParcelSpec("1", 10**9),)]
)
def test_parcels_that_cannot_be_are_refused_with_a_reason(parcels):
    with pytest.raises(CarrierError, match=r"\w"):
        given.courier().ship(replace(given.ship_request(), parcels=parcels))


def test_checks_before_buying_know_what_fits_on_a_label():
    recipient = replace(given.RECIPIENT, name="x" * 45, street="y" * 51, city="z" * 31)
    findings = check_request(
        given.ship_request(recipient=recipient), Limits(), given.courier().max_lengths
    )
    assert {(finding.code, finding.field) for finding in findings} == {
        ("too_long", "recipient.name"),
        ("too_long", "recipient.street"),
        ("too_long", "recipient.city"),
    }


def test_a_sticker_makes_another_purchase():
    """The same contents with another number are not the label that was bought."""
    plain = given.ship_request()
    given_number = given.ship_request(replace(given.LIGHT, given_number="VC-1"))
    assert ship_fingerprint(plain) != ship_fingerprint(given_number)


def test_many_threads_share_one_object():
    carrier = given.courier()
    keys = [f"db-picking{n}-1-1" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        sales = list(pool.map(lambda key: carrier.ship(given.ship_request(key=key)), keys))
    assert [sale.key for sale in sales] == keys
    assert sales == [carrier.ship(given.ship_request(key=key)) for key in keys]


def test_buy_void_and_buy_again():
    """The journal's own rules, from the first key to the second."""
    carrier = given.courier()
    first = buying.buy(carrier, given.ship_request(), ask_first=False)
    void = buying.void(carrier, first.sale.key, first.sale.carrier_ref, ask_first=False)
    second = buying.buy(carrier, given.ship_request(key="db-picking1-1-2"), ask_first=False)
    assert first.verdict is second.verdict is buying.Verdict.SOLD
    assert void.verdict is buying.VoidVerdict.VOIDED
    assert first.sale.carrier_ref != second.sale.carrier_ref


def test_contents_that_changed_under_one_key_are_sold_as_they_are_now():
    """Nothing was sold under the interrupted attempt, so there is nothing to void."""
    changed = given.ship_request(given.LIGHT, given.HEAVY)
    outcome = buying.buy(given.courier(), changed, ask_first=True)
    assert outcome.verdict is buying.Verdict.SOLD
    assert not outcome.found
    assert len(outcome.sale.parcels) == 2


def test_a_refusal_buys_nothing():
    outcome = buying.buy(given.courier(), given.ship_request(service="AIR"), ask_first=True)
    assert outcome.verdict is buying.Verdict.REFUSED
    assert "AIR" in str(outcome.error)
