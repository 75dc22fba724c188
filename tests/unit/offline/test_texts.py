"""Both languages say the same with the same values."""

import string

import pytest

from odoo.addons.ecom_shipping_offline.offline_courier.settings import is_web_link
from odoo.addons.ecom_shipping_offline.offline_courier.texts import TEXTS, say, weight

from tests.unit.offline import given


def values(text):
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", TEXTS)
def test_french_has_the_values_of_english(code):
    english, french = TEXTS[code]
    assert values(english) == values(french)


def test_other_languages_get_english():
    assert say("de", "to") == "TO"


@pytest.mark.parametrize(
    ("grams", "english", "french"),
    [
        (950, "950 g", "950 g"),
        (1000, "1 kg", "1 kg"),
        (1250, "1.25 kg", "1,25 kg"),
        (100000, "100 kg", "100 kg"),
        (1001, "1.001 kg", "1,001 kg"),
    ],
)
def test_weights(grams, english, french):
    assert (weight(grams, "en"), weight(grams, "fr")) == (english, french)


@pytest.mark.parametrize("link", [given.LINK, "http://courier.example/?n=<shipmenttrackingnumber>"])
def test_links_to_the_web(link):
    assert is_web_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "courier.example/<shipmenttrackingnumber>",
        "javascript:alert(1)//<shipmenttrackingnumber>",
        "https:///<shipmenttrackingnumber>",
        "https://[courier/<shipmenttrackingnumber>",
        'https://courier.example/"onclick=x',
        "https://courier.example/ x",
    ],
)
def test_other_links(link):
    assert not is_web_link(link)
