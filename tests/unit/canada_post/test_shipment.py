"""Create Shipment: the body, what is refused before it is sent, and the sale that comes back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from odoo.addons.ecom_shipping.carrier_contract import (
    DocumentKind,
    LabelFormat,
    Refused,
    Unavailable,
    Unreadable,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import DUPLICATE_KEY_CODE

from tests.unit.canada_post import given

SHIP = "{http://www.canadapost.ca/ws/shipment-v8}"


def body(request=None, account=given.ACCOUNT):
    """The body sent for ``request`` as {path of local names: text}."""
    carrier = given.carrier(given.shipment_info(), account=account)
    carrier.ship(request or given.ship_request())
    root = etree.fromstring(carrier._transport.calls[0].body)
    tree = etree.ElementTree(root)
    return {
        tree.getelementpath(element).replace(SHIP, ""): element.text
        for element in root.iter()
        if not len(element)
    }


def problems(request, account=given.ACCOUNT, language="en"):
    """What is refused before anything is sent, as {field: text}."""
    carrier = given.carrier(given.shipment_info(), account=account, language=language)
    with pytest.raises(Refused) as caught:
        carrier.ship(request)
    assert carrier._transport.calls == []
    return {message.field: message.text for message in caught.value.messages}


def to(**changes):
    return given.ship_request(recipient=given.replace(given.RECIPIENT, **changes))


def by(**changes):
    return given.ship_request(sender=given.replace(given.SENDER, **changes))


# --- the body -------------------------------------------------------------------------------------


def test_whole_body():
    assert body() == {
        "customer-request-id": "SO00042-1",
        "group-id": "20260115-WH",
        "requested-shipping-point": "K1A0B1",
        "provide-pricing-info": "true",
        "delivery-spec/service-code": "DOM.EP",
        "delivery-spec/sender/name": "Shipping Desk",
        "delivery-spec/sender/company": "Sample Store Inc",
        "delivery-spec/sender/contact-phone": "613-555-0100",
        "delivery-spec/sender/address-details/address-line-1": "2701 Riverside Dr",
        "delivery-spec/sender/address-details/city": "Ottawa",
        "delivery-spec/sender/address-details/prov-state": "ON",
        "delivery-spec/sender/address-details/country-code": "CA",
        "delivery-spec/sender/address-details/postal-zip-code": "K1A0B1",
        "delivery-spec/destination/name": "Zoé Tremblay",
        "delivery-spec/destination/address-details/address-line-1": "502 rue Principale",
        "delivery-spec/destination/address-details/city": "Montréal",
        "delivery-spec/destination/address-details/prov-state": "QC",
        "delivery-spec/destination/address-details/country-code": "CA",
        "delivery-spec/destination/address-details/postal-zip-code": "H2B1A0",
        "delivery-spec/parcel-characteristics/weight": "1.250",
        "delivery-spec/parcel-characteristics/dimensions/length": "30.0",
        "delivery-spec/parcel-characteristics/dimensions/width": "20.0",
        "delivery-spec/parcel-characteristics/dimensions/height": "10.5",
        "delivery-spec/print-preferences/output-format": "4x6",
        "delivery-spec/print-preferences/encoding": "PDF",
        "delivery-spec/preferences/show-packing-instructions": "true",
        "delivery-spec/preferences/show-postage-rate": "false",
        "delivery-spec/preferences/show-insured-value": "false",
        "delivery-spec/references/customer-ref-1": "SO00042",
        "delivery-spec/references/customer-ref-2": "WH/OUT/00017",
        "delivery-spec/settlement-info/contract-id": "0042708517",
        "delivery-spec/settlement-info/intended-method-of-payment": "Account",
    }


def test_address_of_the_call_names_both_customers():
    account = given.replace(given.ACCOUNT, mailed_by="0001111111")
    carrier = given.carrier(given.shipment_info(), account=account)
    carrier.ship(given.ship_request())
    (call,) = carrier._transport.calls
    assert (call.method, call.target) == ("POST", "/rs/0001111111/0002004381/shipment")
    assert call.accept == "application/vnd.cpc.shipment-v8+xml"


def test_immediate_account_transmits_and_names_no_group():
    account = given.replace(given.ACCOUNT, immediate=True)
    found = body(account=account)
    assert found["transmit-shipment"] == "true"
    assert "group-id" not in found


def test_deposit_site_takes_the_place_of_the_postal_code():
    found = body(account=given.replace(given.ACCOUNT, shipping_point_id="0015"))
    assert found["shipping-point-id"] == "0015"
    assert "requested-shipping-point" not in found


def test_payer_card_and_promotion_go_out():
    account = given.replace(
        given.ACCOUNT,
        paid_by="0003333333",
        contract_id="",
        payment_method="CreditCard",
        promo_code="DEVPROTEST",
    )
    found = body(account=account)
    block = "delivery-spec/settlement-info/"
    assert found[block + "paid-by-customer"] == "0003333333"
    assert found[block + "intended-method-of-payment"] == "CreditCard"
    assert found[block + "promo-code"] == "DEVPROTEST"
    assert block + "contract-id" not in found


@pytest.mark.parametrize(
    ("label_format", "expected"),
    [
        (LabelFormat.PDF_LETTER, ("8.5x11", "PDF")),
        (LabelFormat.PDF_4X6, ("4x6", "PDF")),
        (LabelFormat.ZPL_4X6, ("4x6", "ZPL")),
    ],
)
def test_every_label_format(label_format, expected):
    found = body(given.ship_request(label_format=label_format))
    block = "delivery-spec/print-preferences/"
    assert (found[block + "output-format"], found[block + "encoding"]) == expected


@pytest.mark.parametrize(
    ("weight_g", "expected"), [(1, "0.001"), (999, "0.999"), (30_000, "30.000"), (1250.2, "1.251")]
)
def test_grams_become_kilograms(weight_g, expected):
    found = body(given.ship_request(parcels=(given.parcel(weight_g=weight_g),)))
    assert found["delivery-spec/parcel-characteristics/weight"] == expected


def test_sizes_have_one_decimal_rounded_up_and_the_longest_is_the_length():
    box = given.parcel(length_mm=105, width_mm=301, height_mm=200.3)
    found = body(given.ship_request(parcels=(box,)))
    block = "delivery-spec/parcel-characteristics/dimensions/"
    sides = [found[block + name] for name in ("length", "width", "height")]
    assert sides == ["30.1", "20.1", "10.5"]


def test_a_mailing_date_is_never_in_the_past():
    tomorrow = given.TODAY + timedelta(days=1)
    yesterday = given.TODAY - timedelta(days=1)
    assert body(given.ship_request(mailing_date=tomorrow))["expected-mailing-date"] == "2026-01-16"
    assert body(given.ship_request(mailing_date=yesterday))["expected-mailing-date"] == "2026-01-15"


def test_blanks_line_breaks_and_control_characters_are_put_right():
    found = body(to(street="  502\true \n Principale\x00\x0b", name="A & B <C> \ud800“é”"))
    block = "delivery-spec/destination/"
    assert found[block + "address-details/address-line-1"] == "502 rue Principale"
    assert found[block + "name"] == "A & B <C> “é”"


def test_sender_without_company_is_its_own_company():
    found = body(by(company="", name="Ana Roy"))
    assert found["delivery-spec/sender/company"] == "Ana Roy"
    assert "delivery-spec/sender/name" not in found


def test_company_and_second_line_of_the_recipient_go_out():
    found = body(to(company="Tremblay inc.", street2="bureau 200", phone="514 555-0199"))
    block = "delivery-spec/destination/"
    assert found[block + "company"] == "Tremblay inc."
    assert found[block + "address-details/address-line-2"] == "bureau 200"
    assert found[block + "client-voice-number"] == "514 555-0199"


def test_long_phone_loses_its_filling_before_it_is_refused():
    found = body(to(phone="+1 (514) 555 - 0199 - - - / ext. 12"))
    assert found["delivery-spec/destination/client-voice-number"] == "+15145550199ext12"


def test_long_references_are_cut_and_empty_ones_left_out():
    found = body(given.ship_request(references=("R" * 40, "")))
    assert found["delivery-spec/references/customer-ref-1"] == "R" * 35
    assert "delivery-spec/references/customer-ref-2" not in found
    bare = body(given.ship_request(references=("", "")))
    assert not any(path.startswith("delivery-spec/references") for path in bare)


def test_values_from_the_account_are_escaped_too():
    account = given.replace(given.ACCOUNT, promo_code="<a>&]]>\x00")
    found = body(account=account)
    assert found["delivery-spec/settlement-info/promo-code"] == "<a>&]]>"


def test_cost_centre_goes_out():
    found = body(given.ship_request(cost_centre="CC-1"))
    assert found["delivery-spec/references/cost-centre"] == "CC-1"


# --- options --------------------------------------------------------------------------------------


def options(*choices, parcel=given.PARCEL):
    carrier = given.carrier(given.shipment_info())
    carrier.ship(given.ship_request(options=choices, parcels=(parcel,)))
    root = etree.fromstring(carrier._transport.calls[0].body)
    return [tuple(child.text for child in found) for found in root.iter(SHIP + "option")]


def test_no_options_no_block():
    assert not any("options" in path for path in body())


@pytest.mark.parametrize("code", ["DC", "HFP", "DNS", "LAD"])
def test_plain_options(code):
    assert options(given.option(code)) == [(code,)]


def test_prerequisite_is_sent_once():
    asked = (given.option("SO"), given.option("COV", "100"), given.option("DC"))
    assert options(*asked) == [("DC",), ("SO",), ("COV", "100.00")]


def test_amount_is_rounded_to_cents():
    assert options(given.option("COV", "99.995"))[-1] == ("COV", "100.00")


@pytest.mark.parametrize("pair", [("SO", "LAD"), ("LAD", "SO")])
def test_signature_and_leave_at_door_exclude_each_other(pair):
    chosen = tuple(map(given.option, pair))
    found = problems(given.ship_request(options=chosen))
    assert found == {
        "options.1.code": f"Options {pair[1]} and {pair[0]} exclude each other.",
    }


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (given.option("COD", "10"), "options.0.code"),
        (given.option("COV"), "options.0.amount"),
        (given.option("COV", "-1"), "options.0.amount"),
        (given.option("COV", "5000.01"), "options.0.amount"),
        (given.option("SO", "5"), "options.0.amount"),
        (given.OptionChoice("COV", given.Money(Decimal(5), "USD")), "options.0.amount"),
    ],
)
def test_wrong_options_are_refused(choice, field):
    assert list(problems(given.ship_request(options=(choice,)))) == [field]


def test_coverage_above_the_value_of_the_goods_is_refused():
    request = given.ship_request(
        options=(given.option("COV", "101"),), parcels=(given.parcel(value=given.cad("100")),)
    )
    assert "above the value" in problems(request)["options.0.amount"]
    exact = given.parcel(value=given.cad("101"))
    assert options(given.option("COV", "101"), parcel=exact)


# --- refused before anything is sent --------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (to(street=""), "recipient.street"),
        (to(street="x" * 45), "recipient.street"),
        (to(street2="x" * 45), "recipient.street2"),
        (to(name="x" * 45), "recipient.name"),
        (to(company="x" * 45), "recipient.company"),
        (to(city=" "), "recipient.city"),
        (to(city="x" * 41), "recipient.city"),
        (to(province="XX"), "recipient.province"),
        (to(province=""), "recipient.province"),
        (to(postal_code="H2B 1AO"), "recipient.postal_code"),
        (to(postal_code=""), "recipient.postal_code"),
        (to(postal_code="ℍ2B1A0"), "recipient.postal_code"),
        (to(country="US"), "recipient.country"),
        (to(phone="1" * 26), "recipient.phone"),
        (by(phone=""), "sender.phone"),
        (by(company="", name=""), "sender.company"),
        (by(street=""), "sender.street"),
        (by(country=""), "sender.country"),
        (given.ship_request(key=""), "key"),
        (given.ship_request(key="k" * 36), "key"),
        (given.ship_request(group=""), "group"),
        (given.ship_request(group="g" * 33), "group"),
        (given.ship_request(service_code=""), "service_code"),
        (given.ship_request(cost_centre="c" * 31), "cost_centre"),
        (given.ship_request(parcels=()), "parcels"),
        (given.ship_request(parcels=(given.PARCEL, given.PARCEL)), "parcels"),
        (given.ship_request(parcels=(given.parcel(weight_g=0),)), "parcels.0.weight_g"),
        (given.ship_request(parcels=(given.parcel(height_mm=0),)), "parcels.0.length_mm"),
        (given.ship_request(parcels=(given.parcel(weight_g=30_001),)), "parcels.0"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(request_, field):
    assert list(problems(request_)) == [field]


def test_longest_texts_pass():
    found = body(to(street="é" * 44, name="n" * 44, city="c" * 40, phone="1" * 25))
    assert len(found["delivery-spec/destination/address-details/address-line-1"]) == 44


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer_number": "12345678901"}, "account.customer_number"),
        ({"customer_number": ""}, "account.customer_number"),
        ({"mailed_by": "1/2"}, "account.mailed_by"),
        ({"paid_by": "x"}, "account.paid_by"),
        ({"contract_id": ""}, "account.contract_id"),
        ({"payment_method": "Cash"}, "account.payment_method"),
        ({"payment_method": "SupplierAccount", "immediate": True}, "account.payment_method"),
        ({"promo_code": "x" * 11}, "account.promo_code"),
        ({"shipping_point_id": "00155"}, "account.shipping_point_id"),
    ],
)
def test_wrong_account_is_refused_with_its_field(changes, field):
    account = given.replace(given.ACCOUNT, **changes)
    assert list(problems(given.ship_request(), account)) == [field]


def test_problems_are_told_together_and_in_the_language():
    request = to(street="x" * 45, city="")
    assert problems(request, language="fr") == {
        "recipient.street": "Destinataire : rue : 45 caractères; Postes Canada en accepte 44.",
        "recipient.city": "Destinataire : ville : valeur manquante.",
    }


# --- the sale -------------------------------------------------------------------------------------


def sale(answer, **kwargs):
    return given.carrier(answer, **kwargs).ship(given.ship_request())


def test_sale_holds_number_pin_price_and_label():
    found = sale(given.shipment_info())
    assert (found.key, found.carrier_ref, found.state) == ("SO00042-1", "5001", "created")
    (parcel,) = found.parcels
    assert (parcel.reference, parcel.tracking_number) == ("P1", given.PIN)
    assert (found.price, found.taxes) == (given.cad("12.00"), given.cad("1.80"))
    assert found.expected_date == date(2026, 1, 19)
    (link,) = found.links
    assert link.kind is DocumentKind.LABEL
    assert link.href == given.HOST + "/rs/artifact/abc/1/0"
    assert (link.media_type, link.index, link.parcel_reference) == ("application/pdf", 0, "P1")


def test_parts_of_the_price_are_named_and_add_up():
    found = sale(given.shipment_info())
    assert found.parts == (
        ("Base price", Decimal("9.59")),
        ("Signature", Decimal("1.50")),
        ("Fuel surcharge", Decimal("0.91")),
    )
    french = sale(given.shipment_info(), language="fr")
    assert french.parts[2][0] == "Supplément pour carburant"


def test_unknown_codes_and_an_unexplained_rest_stay_in_the_price():
    price = given.PRICE.replace("FUELSC", "NEWSC").replace(">12.00<", ">12.50<")
    found = sale(given.shipment_info(price=price))
    assert found.parts[2:] == (("NEWSC", Decimal("0.91")), ("Other", Decimal("0.50")))


def test_answer_without_key_price_or_pin_is_a_sale():
    answer = given.shipment_info(key="", price="")
    answer = given.Answer(200, answer.body.replace(given.PIN.encode(), b""))
    found = sale(answer)
    assert (found.key, found.price, found.taxes) == ("SO00042-1", None, None)
    assert found.parcels[0].tracking_number == ""


def test_price_without_the_standard_of_service_is_a_price():
    price = given.PRICE.replace("service-standard>", "other>")
    found = sale(given.shipment_info(price=price))
    assert (found.price, found.expected_date) == (given.cad("12.00"), None)


def test_option_unknown_to_us_is_named_by_its_code():
    price = given.PRICE.replace("<option-code>SO<", "<option-code>PA18<")
    assert sale(given.shipment_info(price=price)).parts[1][0] == "PA18"


def test_label_without_a_page_number_is_the_first_page():
    found = sale(given.shipment_info(links=given.link("label", "/rs/artifact/abc/1/0")))
    assert found.links[0].index == 0


def test_label_pages_come_in_order_and_other_links_stay_out():
    links = given.link("label", "/rs/artifact/abc/1/1", index=1)
    links += given.link("commercialInvoice", "/rs/artifact/abc/1/2", index=0)
    links += given.link("label", "/rs/artifact/abc/1/0", "application/zpl-type", index=0)
    found = sale(given.shipment_info(links=links))
    assert [link.href[-3:] for link in found.links] == ["1/0", "1/1"]
    assert found.links[0].media_type == "application/zpl-type"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<shipment-id>5001</shipment-id>", ""),
        ("<shipment-id>5001</shipment-id>", "<shipment-id/>"),
        ("links>", "chains>"),
        (' index="0"', ' index="first"'),
        ("href=", "ref="),
        ("<pre-tax-amount>12.00</pre-tax-amount>", ""),
        ("<gst-amount>0.60<", "<gst-amount>Infinity<"),
    ],
)
def test_sale_with_a_missing_or_wrong_part_is_unreadable(old, new):
    answer = given.shipment_info()
    with pytest.raises(Unreadable):
        sale(given.Answer(200, answer.body.replace(old.encode(), new.encode())))


def test_duplicate_key_means_that_it_may_have_been_bought():
    with pytest.raises(Unavailable) as caught:
        sale(given.messages((DUPLICATE_KEY_CODE, "Duplicate.")))
    assert caught.value.sent is True


def test_refusal_of_the_carrier_has_its_code_text_and_field():
    with pytest.raises(Refused) as caught:
        sale(given.messages(("1156", "Line 1 is required."), ("9999", "Other.")))
    first, second = caught.value.messages
    assert (first.code, first.text, first.field) == (
        "1156",
        "Line 1 is required.",
        "recipient.street",
    )
    assert second.field == ""
