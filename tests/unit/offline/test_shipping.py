"""Selling without a carrier's computer: one key, one sale."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Thread

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    Capability,
    CarrierError,
    Money,
    OptionChoice,
    ParcelSpec,
    Refused,
    Unsupported,
)
from odoo.addons.ecom_shipping.carrier_contract.codec import dump, load
from odoo.addons.ecom_shipping.shipping_rules import buying

from tests.unit.offline import given


def numbers(sale):
    return [parcel.tracking_number for parcel in sale.parcels]


def test_a_sale_has_number_price_and_day():
    sale = given.courier().ship(given.ship_request(mailing_date=date(2026, 1, 13)))
    assert sale.key == "db-picking1-1-1"
    assert sale.carrier_ref == "LC7349927572084099"
    assert numbers(sale) == ["LC7349927572084099-01"]
    assert sale.price == Money(Decimal("8.50"), "CAD")
    assert sale.expected_date == date(2026, 1, 14)


def test_several_parcels_are_one_sale():
    sale = given.courier().ship(given.ship_request(given.LIGHT, given.HEAVY))
    assert [parcel.reference for parcel in sale.parcels] == ["1", "2"]
    assert numbers(sale) == ["LC7349927572084099-01", "LC7349927572084099-02"]
    assert [document.parcel_reference for document in sale.documents] == ["1", "2"]
    assert sale.price.amount == Decimal("21.50")


def test_a_retry_gives_the_same_sale():
    request = given.ship_request(given.LIGHT, given.HEAVY)
    assert given.courier().ship(request) == given.courier().ship(request)


def test_another_key_gives_another_number():
    carrier = given.courier()
    first = carrier.ship(given.ship_request())
    second = carrier.ship(given.ship_request(key="db-picking1-1-2"))
    assert not set(numbers(first)) & set(numbers(second))


def test_two_threads_with_one_key_sell_the_same():
    carrier, sold = given.courier(), []
    threads = [
        Thread(target=lambda: sold.append(carrier.ship(given.ship_request()))) for _n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sold) == 4
    assert all(sale == sold[0] for sale in sold)


def test_an_interrupted_purchase_is_sold_under_its_number():
    request = given.ship_request()
    outcome = buying.buy(given.courier(), request, ask_first=True)
    assert outcome.verdict is buying.Verdict.SOLD
    assert outcome.sale == given.courier().ship(request)


def test_nobody_else_knows_of_sales():
    carrier = given.courier()
    carrier.ship(given.ship_request())
    assert carrier.recover("db-picking1-1-1") is None


def test_a_void_never_fails_and_may_be_repeated():
    carrier = given.courier()
    for ask_first in (False, True):
        outcome = buying.void(carrier, "key", "LC7349927572084099", ask_first)
        assert outcome.verdict is buying.VoidVerdict.VOIDED


def test_the_journal_keeps_a_whole_sale():
    sale = given.courier().ship(given.ship_request())
    assert load(type(sale), dump(sale)) == sale


def test_a_courier_sticker_takes_the_place_of_our_number():
    parcels = (replace(given.LIGHT, given_number="VC-000123"), given.HEAVY)
    sale = given.courier().ship(given.ship_request(*parcels))
    assert numbers(sale) == ["VC-000123", "LC7349927572084099-02"]
    assert sale.carrier_ref == "LC7349927572084099"


def refusal(request, language="en"):
    """(field, text) of each complaint."""
    with pytest.raises(Refused) as caught:
        given.courier(language).ship(request)
    return [(message.field, message.text) for message in caught.value.messages]


def test_what_is_not_quoted_is_not_sold():
    (complaint,) = refusal(given.ship_request(service="AIR"))
    assert complaint == ("service_code", "AIR is not on the price list.")


def test_a_sticker_that_cannot_be_printed():
    ((field, text),) = refusal(given.ship_request(ParcelSpec("1", 900, given_number="^XZ")))
    assert field == "parcels.0.given_number"
    assert text.startswith("The number ^XZ cannot be printed as a bar code")


def test_letters_that_cannot_be_printed_name_their_field():
    recipient = replace(given.RECIPIENT, name="Иван", city="北")
    request = given.ship_request(recipient=recipient, references=("S1", "И"))
    assert [field for field, _text in refusal(request)] == [
        "recipient.name",
        "recipient.city",
        "references.1",
    ]


def test_refusals_speak_french():
    recipient = replace(given.RECIPIENT, name="Иван")
    ((_field, text),) = refusal(given.ship_request(recipient=recipient), "fr")
    assert text.startswith("Ces caractères ne peuvent pas être imprimés : Иван.")


def test_tracking_link():
    assert given.courier().tracking_url("VC 1/2") == "https://courier.example/track/VC%201%2F2"


def test_no_page_no_link():
    assert given.courier(tracking_link="").tracking_url("VC1") == ""


def test_capabilities_are_kept():
    carrier = given.courier()
    assert not carrier.can(Capability.TRACK)
    assert not carrier.can(Capability.REFUND)
    assert carrier.can(Capability.MULTI_PIECE)
    with pytest.raises(Unsupported):
        carrier.track("LC1")
    with pytest.raises(CarrierError):
        carrier.refund("LC1", "a@example.com")


def test_options_and_prices_do_not_mix():
    """Extras are printed for the driver; the price list has no price for them."""
    with_option = given.ship_request(options=(OptionChoice("SO"),))
    carrier = given.courier()
    assert carrier.ship(with_option).price == carrier.ship(given.ship_request()).price


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Vélo-Courrier needs no connection: 4 price(s) of 2 service(s) are on the list."),
        ("fr", "Vélo-Courrier se passe de connexion : le tarif compte 4 prix pour 2 service(s)."),
    ],
)
def test_connection_test_tells_what_is_there(language, sentence):
    assert given.courier(language).test_connection() == sentence


def test_connection_test_warns_of_an_empty_list():
    carrier = given.courier(prices=replace(given.PRICES, lines=()))
    assert "price list is empty" in carrier.test_connection()
