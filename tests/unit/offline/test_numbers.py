"""Numbers of our own: the same key gives the same, no other key does, a typing error shows."""

import pytest

from odoo.addons.ecom_shipping_offline.offline_courier.numbers import (
    is_own_number,
    is_printable_number,
    parcel_number,
    sale_number,
)

NUMBER = sale_number("db-picking1-1-1", "LC")


def test_shape():
    assert NUMBER.startswith("LC")
    assert len(NUMBER) == 2 + 15 + 1
    assert NUMBER[2:].isdigit()


def test_same_key_same_number():
    assert sale_number("db-picking1-1-1", "LC") == NUMBER


def test_it_never_changes_between_versions():
    """Labels on their way carry these numbers."""
    assert NUMBER == "LC7349927572084099"


def test_keys_that_differ_little_give_numbers_that_differ_much():
    keys = [f"db-picking{n}-1-{attempt}" for n in range(5000) for attempt in (1, 2)]
    assert len({sale_number(key) for key in keys}) == len(keys)


@pytest.mark.parametrize("digits", [12, 20])
def test_length_follows_the_account(digits):
    assert len(sale_number("key", "", digits)) == digits + 1


def test_parcels_count_from_one():
    assert [parcel_number("LC12", n) for n in (1, 2, 100)] == ["LC12-01", "LC12-02", "LC12-100"]


@pytest.mark.parametrize("suffix", ["", "-01", "-12"])
def test_own_numbers_are_known(suffix):
    assert is_own_number(NUMBER + suffix, "LC")


@pytest.mark.parametrize("position", range(2, 18))
def test_one_wrong_digit_is_found(position):
    wrong = str((int(NUMBER[position]) + 1) % 10)
    assert not is_own_number(NUMBER[:position] + wrong + NUMBER[position + 1 :], "LC")


@pytest.mark.parametrize("text", ["", "LC", "LC12", NUMBER[2:], NUMBER + "-1", NUMBER + "x"])
def test_other_texts_are_not_ours(text):
    assert not is_own_number(text, "LC")


@pytest.mark.parametrize("text", ["1", "ABC-123", "12 34/5.6", "a" * 30])
def test_stickers_that_can_be_printed(text):
    assert is_printable_number(text)


@pytest.mark.parametrize("text", ["", "A,B", "-1", "1 ", "é", "^XA", "1\n2", "a" * 31, "<b>"])
def test_stickers_that_cannot(text):
    assert not is_printable_number(text)
