"""Conversions and checks at the carrier's edge, one rule at a time."""

import pytest

from odoo.addons.ecom_shipping.carrier_contract import Refused
from odoo.addons.ecom_shipping_canada_post.canada_post.check import (
    Checker,
    centimetres,
    clean,
    kilograms,
)

from tests.unit.canada_post import given


@pytest.fixture
def checker():
    return Checker("en")


def fields(checker):
    return [message.field for message in checker.problems]


# --- conversions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grams", "kilos"),
    [
        (1, "0.001"),
        (10, "0.010"),
        (999, "0.999"),
        (1000, "1.000"),
        (1001, "1.001"),
        (99_999, "99.999"),
        (0.4, "0.001"),
        (1000.0, "1.000"),
    ],
)
def test_kilograms(grams, kilos):
    assert kilograms(grams) == kilos


@pytest.mark.parametrize(
    ("millis", "centis"),
    [(1, "0.1"), (9, "0.9"), (10, "1.0"), (105, "10.5"), (2000, "200.0"), (100.1, "10.1")],
)
def test_centimetres(millis, centis):
    assert centimetres(millis) == centis


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("a  b", "a b"),
        (" a\tb\r\nc ", "a b c"),
        ("a\u00a0b", "a b"),
        ("a\x00b\x1bc", "abc"),
        ("a\ud800b", "ab"),
        ("a\ufffeb\uffff", "ab"),
        ("日本 😀", "日本 😀"),
        ("é & <x>", "é & <x>"),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_clean(text, expected):
    assert clean(text) == expected


# --- texts ----------------------------------------------------------------------------------------


def test_text_that_fits_is_given_back_clean(checker):
    assert checker.text("key", " a\n b ", 3) == "a b"
    assert checker.problems == []


def test_length_counts_what_is_left_after_cleaning(checker):
    checker.text("recipient.name", "x" * 44 + "\x00\x01  ", 44)
    assert checker.problems == []


def test_length_counts_characters_not_bytes(checker):
    checker.text("recipient.name", "é" * 44, 44)
    assert checker.problems == []


def test_too_long_tells_both_lengths(checker):
    checker.text("recipient.name", "x" * 45, 44)
    (message,) = checker.problems
    assert message.text == "Recipient: name has 45 characters; Canada Post takes 44."
    assert (message.field, message.code) == ("recipient.name", "")


@pytest.mark.parametrize(("required", "count"), [(True, 1), (False, 0)])
def test_empty_is_a_problem_only_when_required(checker, required, count):
    checker.text("key", " ", 35, required=required)
    assert len(checker.problems) == count


# --- postal codes, provinces, numbers -------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["H2B1A0", "h2b1a0", "H2B 1A0", " h2b-1a0 ", "h 2 b 1 a 0", "H2B - 1A0"]
)
def test_postal_code_is_put_in_form(checker, code):
    assert checker.postal_code("recipient.postal_code", code) == "H2B1A0"
    assert checker.problems == []


@pytest.mark.parametrize(
    "code", ["H2B1A", "H2B1A00", "HHB1A0", "90210", "H2B\n1A0", "٣2B1A0", "Ĥ2B1A0", "H2B1A0;"]
)
def test_postal_code_of_another_form_is_refused_with_its_value(checker, code):
    checker.postal_code("recipient.postal_code", code)
    (message,) = checker.problems
    assert "is not valid" in message.text


def test_missing_postal_code_is_said_to_be_missing(checker):
    checker.postal_code("recipient.postal_code", " - ")
    assert checker.problems[0].text == "Recipient: postal code is missing."


@pytest.mark.parametrize("code", ["QC", "qc", " on ", "YT", "NL", "PE"])
def test_provinces(checker, code):
    assert checker.province("recipient.province", code) == code.strip().upper()
    assert checker.problems == []


@pytest.mark.parametrize(
    ("code", "text"), [("", "is missing"), ("NY", "“NY” is not valid"), ("Québec", "“QUÉBEC”")]
)
def test_no_province(checker, code, text):
    checker.province("recipient.province", code)
    assert text in checker.problems[0].text


@pytest.mark.parametrize(
    ("number", "count"),
    [("", 0), ("1", 0), ("0042708517", 0), ("00427085171", 1), ("4A", 1), ("٣", 1), (" 1", 1)],
)
def test_contract_numbers(checker, number, count):
    checker.number("account.contract_id", number)
    assert len(checker.problems) == count


# --- phones and mail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("613-555-0100", "613-555-0100"),
        ("+1 (613) 555-0100 x 1234", "+1 (613) 555-0100 x 1234"),
        ("+1 (613) 555-0100 ext. 12345", "+16135550100ext12345"),
        ("1" * 25, "1" * 25),
    ],
)
def test_phone_keeps_its_form_when_it_fits(checker, phone, expected):
    assert checker.phone("sender.phone", phone) == expected
    assert checker.problems == []


def test_phone_with_too_many_digits_is_refused(checker):
    checker.phone("sender.phone", "1" * 26)
    assert fields(checker) == ["sender.phone"]


@pytest.mark.parametrize(("required", "expected"), [(True, ["sender.phone"]), (False, [])])
def test_phone_may_be_required(checker, required, expected):
    checker.phone("sender.phone", "", required=required)
    assert fields(checker) == expected


def test_phone_is_not_required_unless_told(checker):
    checker.phone("recipient.phone", "")
    assert checker.problems == []


@pytest.mark.parametrize("email", ["a@b.ca", "a.b+c'd_e-f@x-1.example.museum", "A@B.CO"])
def test_mail_address(checker, email):
    assert checker.email("email", email) == email
    assert checker.problems == []


@pytest.mark.parametrize(
    "email", ["", "a", "@b.ca", "a@", "a@b", "a@b.c", "a..b@c.ca", ".a@b.ca", "a@b.c1", "é@b.ca"]
)
def test_no_mail_address(checker, email):
    checker.email("email", email)
    assert fields(checker) == ["email"]


# --- addresses ------------------------------------------------------------------------------------


def test_address_in_order_leaves_no_problem(checker):
    found = checker.address("recipient", given.RECIPIENT)
    assert (found.postal_code, found.country, found.province) == ("H2B1A0", "CA", "QC")
    assert checker.problems == []


def test_country_may_be_lower_case(checker):
    found = checker.address("recipient", given.replace(given.RECIPIENT, country="ca"))
    assert found.country == "CA"
    assert checker.problems == []


def test_recipient_needs_neither_phone_nor_company(checker):
    found = checker.address("recipient", given.replace(given.RECIPIENT, phone="", company=""))
    assert (found.phone, found.company) == ("", "")
    assert checker.problems == []


def test_sender_needs_a_phone_and_a_company(checker):
    checker.address("sender", given.replace(given.SENDER, phone="", company="", name=""))
    assert fields(checker) == ["sender.company", "sender.phone"]


def test_empty_address_tells_everything_that_is_missing(checker):
    checker.address("recipient", given.Address())
    assert fields(checker) == [
        "recipient.country",
        "recipient.street",
        "recipient.city",
        "recipient.province",
        "recipient.postal_code",
    ]


def test_mail_of_an_address_is_never_sent_to_the_carrier(checker):
    found = checker.address("recipient", given.replace(given.RECIPIENT, email="zoe@example.com"))
    assert found.email == ""


# --- the end --------------------------------------------------------------------------------------


def test_done_raises_all_problems_or_nothing(checker):
    assert checker.done() is None
    checker.refuse("key", "missing")
    checker.refuse("group", "missing")
    with pytest.raises(Refused) as caught:
        checker.done()
    assert [message.field for message in caught.value.messages] == ["key", "group"]
