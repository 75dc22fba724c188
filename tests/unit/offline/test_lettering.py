"""Which letters come out of a printer."""

import pytest

from odoo.addons.ecom_shipping_offline.offline_courier.lettering import printable, unprintable


@pytest.mark.parametrize(
    "text", ["Zoé Lefrançois", "Œuvre à l'Île", "Ñandú", "Straße", "Žižek", "5 € · n° 3"]
)
def test_western_letters_stay(text):
    assert printable(text) == text
    assert unprintable(text) == ""


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Łódź", "Lódz"),
        ("Dvořák", "Dvorák"),
        ("Ştefan", "Stefan"),
        ("Đinđić", "Dindic"),
        ("ﬁn", "fin"),
    ],
)
def test_others_by_their_base_letter(text, printed):
    assert printable(text) == printed
    assert unprintable(text) == ""


def test_taken_apart_letters_are_put_together():
    assert printable("Zoe\u0301") == "Zoé"


def test_line_breaks_and_control_characters_are_blanks():
    assert printable(" 12\r\nrue\tX\x1b \x00 ") == "12 rue X"


def test_no_latin_form():
    assert printable("Иван 北") == "???? ?"
    assert unprintable("Иван И北") == "Иван北"


def test_nothing_is_nothing():
    assert printable("") == unprintable("") == ""
