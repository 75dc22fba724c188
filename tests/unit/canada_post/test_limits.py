"""Limits of services, the options that may be asked, and how both are written."""

from decimal import Decimal

import pytest
from lxml import etree

from odoo.addons.ecom_shipping_canada_post.canada_post import limits, options, tables, xml
from odoo.addons.ecom_shipping_canada_post.canada_post.check import Checker

from tests.unit.canada_post import given


def written(write, *args):
    """What ``write`` appends to a document, as nested lists of (name, text or children)."""
    builder = xml.Builder("urn:x", "root")
    write(builder, *args)
    return tree(etree.fromstring(builder.body()))[1]


def tree(element):
    name = etree.QName(element).localname
    return (name, [tree(child) for child in element] if len(element) else element.text)


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", tables.SERVICES)
def test_every_domestic_service_takes_thirty_kilograms(code):
    assert limits.why_not(code, given.parcel(weight_g=30_000), "en") == ""
    assert "30 kg" in limits.why_not(code, given.parcel(weight_g=30_001), "en")


@pytest.mark.parametrize(
    ("sides", "reason"),
    [
        ((2000, 100, 100), ""),
        ((100, 2000, 100), ""),
        ((2001, 100, 100), "longest side is 200.1 cm"),
        ((100, 100, 2001), "longest side is 200.1 cm"),
        ((1000, 500, 500), ""),
        ((500, 1000, 500), ""),
        ((500, 500, 1001), "girth is 300.1 cm"),
        ((2000, 0, 0), ""),
        ((0, 0, 0), ""),
    ],
)
def test_sides_are_judged_whatever_their_order(sides, reason):
    parcel = given.parcel(length_mm=sides[0], width_mm=sides[1], height_mm=sides[2])
    found = limits.why_not("DOM.EP", parcel, "en")
    assert reason in found
    assert bool(found) is bool(reason)


def test_weight_is_told_before_size():
    parcel = given.parcel(weight_g=31_000, length_mm=3000)
    assert "weighs" in limits.why_not("DOM.EP", parcel, "en")


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("DOM.EP", "en", "Expedited Parcel"),
        ("DOM.EP", "fr", "Colis accélérés"),
        ("DOM.PC", "fr_CA", "Priorité"),
        ("NEW.ONE", "fr", "NEW.ONE"),
    ],
)
def test_services_have_names(code, language, name):
    assert limits.service_name(code, language) == name


def test_parcel_is_written_with_its_longest_side_first():
    parcel = given.parcel(length_mm=100, width_mm=300, height_mm=200)
    assert written(limits.write, parcel) == [
        (
            "parcel-characteristics",
            [
                ("weight", "1.250"),
                ("dimensions", [("length", "30.0"), ("width", "20.0"), ("height", "10.0")]),
            ],
        )
    ]


def test_parcel_with_two_sides_is_written_without_size():
    block = written(limits.write, given.parcel(width_mm=0))
    assert block == [("parcel-characteristics", [("weight", "1.250")])]


# --- options --------------------------------------------------------------------------------------


def choose(*choices, parcel=given.PARCEL):
    checker = Checker("en")
    chosen = options.choose(checker, choices, parcel)
    return chosen, [message.text for message in checker.problems]


def test_nothing_asked_nothing_chosen():
    assert choose() == ((), [])


@pytest.mark.parametrize("code", tables.OPTIONS)
def test_every_option_of_the_table_can_be_asked(code):
    chosen, told = choose(given.option(code, "10" if code == "COV" else None))
    assert code in dict(chosen)
    assert told == []


def test_prerequisite_stands_before_its_option_and_only_once():
    chosen, _told = choose(given.option("SO"), given.option("COV", "5"), given.option("DC"))
    assert chosen == (("DC", ""), ("SO", ""), ("COV", "5.00"))


def test_option_asked_twice_is_sent_once():
    assert choose(given.option("HFP"), given.option("HFP"))[0] == (("HFP", ""),)


def test_unknown_option_is_told_and_the_others_are_still_checked():
    _chosen, told = choose(given.option("PA18"), given.option("COV"))
    assert told == [
        "Option PA18 is not supported.",
        "Option COV needs an amount in CAD above zero.",
    ]


@pytest.mark.parametrize(
    ("amount", "sent"),
    [
        ("0.001", "0.01"),
        ("0.014", "0.01"),
        ("0.015", "0.02"),
        ("250", "250.00"),
        ("5000", "5000.00"),
        ("5E+2", "500.00"),
    ],
)
def test_amounts_go_out_in_cents(amount, sent):
    chosen, told = choose(given.option("COV", amount))
    assert (dict(chosen)["COV"], told) == (sent, [])


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("-0.01", "above zero"),
        ("5000.01", "5000.01 CAD is above the limit of 5000 CAD"),
        ("5000.006", "above the limit"),
    ],
)
def test_amounts_out_of_range(amount, reason):
    _chosen, (told,) = choose(given.option("COV", amount))
    assert reason in told


def test_amount_of_zero_is_none():
    choice = given.OptionChoice("COV", given.Money(Decimal(0), "CAD"))
    assert choose(choice)[1] == ["Option COV needs an amount in CAD above zero."]


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (None, 0),
        (given.cad("100"), 0),
        (given.cad("99.99"), 1),
        (given.cad("0"), 1),
        (given.Money(Decimal(1), "USD"), 0),
    ],
)
def test_amount_is_compared_with_a_value_in_the_same_currency(value, count):
    _chosen, told = choose(given.option("COV", "100"), parcel=given.parcel(value=value))
    assert len(told) == count


def test_conflicts_are_the_same_from_both_sides():
    for code, option in tables.OPTIONS.items():
        for other in option.conflicts:
            assert code in tables.OPTIONS[other].conflicts


def test_prerequisites_exist():
    for option in tables.OPTIONS.values():
        assert set(option.prerequisites) <= set(tables.OPTIONS)


def test_options_are_written_with_their_amounts():
    assert written(options.write, (("DC", ""), ("COV", "5.00"))) == [
        (
            "options",
            [
                ("option", [("option-code", "DC")]),
                ("option", [("option-code", "COV"), ("option-amount", "5.00")]),
            ],
        )
    ]


def test_no_options_write_nothing():
    assert written(options.write, ()) is None


# --- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["plain", "a & b", "<b>", "]]>", "&amp;", "é“”", "日本 😀", "'\"", "a\u00a0b", "<!--", "&#0;"],
)
def test_whatever_is_written_is_read_back(text):
    builder = xml.Builder("urn:x", "root")
    builder.add("a", text)
    assert etree.fromstring(builder.body()).findtext("{urn:x}a") == text


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe"])
def test_what_xml_cannot_carry_is_left_out(character):
    builder = xml.Builder("urn:x", "root")
    builder.add("a", f"1{character}2")
    assert etree.fromstring(builder.body()).findtext("{urn:x}a") == "12"


def test_blocks_nest_and_close():
    def write(builder):
        with builder.block("a"):
            with builder.block("b"):
                builder.add("c", "1")
            builder.add("d", "2")
        builder.add_if("e", "")
        builder.add_if("f", "3")

    assert written(write) == [("a", [("b", [("c", "1")]), ("d", "2")]), ("f", "3")]


def test_document_declares_its_encoding_and_namespace():
    body = xml.Builder("urn:x", "root").body()
    assert body == b'<?xml version="1.0" encoding="UTF-8"?><root xmlns="urn:x"></root>'
