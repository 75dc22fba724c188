"""Get Rates, Discover Services, Get Service, Get Option (facts 4, 5, 8, 9)."""

import datetime
from decimal import Decimal

import pytest
from lxml import etree

from tests.unit.sandbox.caller import (
    RATE,
    Caller,
    codes,
    dimensions,
    edit,
    links,
    options,
    rates,
    value,
    values,
)


def price(answer, service="DOM.EP"):
    """Due amount of one service."""
    return Decimal(
        dict(zip(values(answer, "service-code"), values(answer, "due"), strict=True))[service]
    )


def test_four_services_that_add_up(post):
    answer = post.rates(
        rates(options=options("SO", ("COV", "250")), dimensions=dimensions(120, 30, 20))
    )
    assert values(answer, "service-code") == ["DOM.EP", "DOM.PC", "DOM.RP", "DOM.XP"]
    for quote in etree.fromstring(answer.body):
        number = {
            name: [Decimal(node.text) for node in quote.xpath(f".//*[local-name()='{name}']")]
            for name in ("base", "option-price", "adjustment-cost", "gst", "pst", "hst", "due")
        }
        assert (
            sum(sum(amounts) for name, amounts in number.items() if name != "due")
            == number["due"][0]
        )
    assert set(values(answer, "adjustment-code")) == {"AUTDISC", "FUELSC", "OVERSZ"}


def test_price_is_the_same_every_time(post):
    assert post.rates().body == post.rates().body


@pytest.mark.parametrize(
    "dearer",
    [
        {"weight": "2.0"},
        {"dimensions": dimensions(60, 50, 40)},
        {"postal_code": "V6B1A1"},
        {"options": options("SO")},
        {"options": options(("COV", "1000"))},
        {"contract_id": None},
    ],
)
def test_what_makes_a_parcel_dearer(post, dearer):
    assert price(post.rates(rates(**dearer))) > price(post.rates())


def test_counter_price_and_promotion(post):
    counter = post.rates(rates(quote_type="counter", customer_number=None, contract_id=None))
    assert price(counter, "DOM.XP") > price(post.rates(rates(contract_id=None)), "DOM.XP")
    assert "DOM.EP" not in values(counter, "service-code")
    promoted = post.rates(rates(promo_code="devprotest"))
    assert price(promoted, "DOM.XP") < price(post.rates(), "DOM.XP")
    assert price(promoted, "DOM.EP") == price(post.rates(), "DOM.EP")


@pytest.mark.parametrize(
    ("postal_code", "taxes"),
    [
        ("H2B1A0", {"gst": "5", "pst": "9.975"}),
        ("M5V3L9", {"hst": "13"}),
        ("B3H1A1", {"hst": "14"}),
        ("E1A1A1", {"hst": "15"}),
        ("A1A1A1", {"hst": "15"}),
        ("C1A1A1", {"hst": "15"}),
        ("V6B1A1", {"gst": "5"}),
        ("X0A0A0", {"gst": "5"}),
    ],
)
def test_taxes_of_the_destination(post, postal_code, taxes):
    quote = etree.fromstring(post.rates(rates(postal_code=postal_code)).body)[0]
    found = {
        name: node
        for name in ("gst", "pst", "hst")
        for node in quote.xpath(f".//*[local-name()='{name}']")
    }
    assert {
        name: node.get("percent") for name, node in found.items() if node.get("percent")
    } == taxes
    due = Decimal(quote.xpath("string(.//*[local-name()='due'])"))
    before = due - sum(Decimal(node.text) for node in found.values())
    for name, node in found.items():
        exact = before * Decimal(taxes.get(name, "0")) / 100
        assert abs(Decimal(node.text) - exact) <= Decimal("0.005")


def test_cubed_weight(post):
    assert value(post.rates(), "cubed-weight") is None
    assert value(post.rates(rates(dimensions=dimensions(60, 50, 40))), "cubed-weight") == "20.000"


def test_expected_date_skips_the_weekend(post):
    answer = post.rates(rates(expected_mailing_date="2026-01-16", postal_code="V6B1A1"))
    dates = [datetime.date.fromisoformat(day) for day in values(answer, "expected-delivery-date")]
    assert all(day.weekday() < 5 and day > datetime.date(2026, 1, 16) for day in dates)
    fast = dict(zip(values(answer, "service-code"), dates, strict=True))
    assert fast["DOM.PC"] <= fast["DOM.EP"] <= fast["DOM.RP"]


def test_chosen_services(post):
    answer = post.rates(rates(services="<service-code>DOM.XP</service-code>"))
    assert values(answer, "service-code") == ["DOM.XP"]


def test_service_that_lacks_an_option_is_left_out(post):
    assert "DOM.PC" not in values(post.rates(rates(options=options("LAD"))), "service-code")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expected_mailing_date": "2026-01-13"}, "1622"),
        ({"customer_number": None, "contract_id": None}, "9113"),
        ({"quote_type": "counter"}, "9114"),
        ({"weight": "30.001"}, "9111"),
        ({"dimensions": dimensions("200.1", 1, 1)}, "9111"),
        ({"dimensions": dimensions(200, 30, 21)}, "9111"),
        ({"services": "<service-code>USA.EP</service-code>"}, "9111"),
        ({"services": "<service-code>DOM.ZZ</service-code>"}, "10028"),
        ({"contract_id": "12"}, "2550"),
        ({"contract_id": "49000002"}, "1702"),
        ({"contract_id": "49000091"}, "2500"),
        ({"options": options("SO", "LAD")}, "7002"),
        ({"options": options("D2PO")}, "7001"),
        ({"options": options("COV")}, "7003"),
        ({"options": options(("SO", "5"))}, "7004"),
        ({"options": options(("COV", "5000.01"))}, "1719"),
        ({"postal_code": "D1A1A1"}, "1158"),
        ({"destination": "<united-states><zip-code>12345</zip-code></united-states>"}, "9111"),
    ],
)
def test_refused(post, changes, code):
    answer = post.rates(rates(**changes))
    assert (answer.status, codes(answer)) == (400, [code])


def test_limits_are_inclusive(post):
    assert post.rates(rates(weight="30", dimensions=dimensions(200, 30, 20))).status == 200


def test_several_reasons_in_one_answer(post):
    answer = post.rates(rates(expected_mailing_date="2026-01-13", contract_id="12"))
    assert codes(answer) == ["2550", "1622"]


def test_account_without_contract(box):
    caller = Caller(box.url, "sandbox-card:card-pass")
    assert caller.rates(rates(customer_number="9000005", contract_id=None)).status == 200


def test_discovery(post):
    found = post.get("/rs/ship/service?country=CA", RATE)
    assert values(found, "service-code") == ["DOM.EP", "DOM.PC", "DOM.RP", "DOM.XP"]
    service = post.get(links(found)["service"], RATE)
    weight = etree.fromstring(service.body).xpath("//*[local-name()='weight-restriction']")[0]
    assert weight.get("max") == "30000"
    option = post.get(links(post.get("/rs/ship/service/DOM.PC?country=CA", RATE))["option"], RATE)
    assert option.status == 200
    signature = post.get("/rs/ship/option/SO", RATE)
    assert values(signature, "option-code") == ["SO", "LAD", "DC"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/rs/ship/service", "8534"),
        ("/rs/ship/service?country=C", "8534"),
        ("/rs/ship/service/DOM.EP", "8534"),
        ("/rs/ship/service/DOM.ZZ?country=CA", "10028"),
        ("/rs/ship/service/DOM.EP?country=US", "3000"),
        ("/rs/ship/service/DOM.LIB?country=CA", "3000"),
        ("/rs/ship/option/XX", "7001"),
    ],
)
def test_discovery_refused(post, path, code):
    assert codes(post.get(path, RATE)) == [code]


def test_schema_fault_speaks_like_a_parser(post):
    answer = post.rates(edit(rates(), {"parcel-characteristics": "<unpackaged>true</unpackaged>"}))
    assert (answer.status, codes(answer)) == (500, ["Server"])
    assert "/rs/ship/price" in value(answer, "description")
    assert "weight" in value(answer, "description")
