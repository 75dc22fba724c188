"""Which weight counts, and whole grams out of anybody's units."""

from decimal import Decimal

import pytest

from odoo.addons.ecom_shipping.shipping_rules.weights import (
    GRAMS_PER_KG,
    GRAMS_PER_LB,
    MILLIMETRES_PER_FOOT,
    MILLIMETRES_PER_INCH,
    MILLIMETRES_PER_M,
    Weight,
    WeightOrigin,
    choose_weight,
    to_whole,
)

KNOWN = {"scale_g": 400, "typed_g": 300, "computed_g": 200, "type_default_g": 100}
ORIGINS = {
    "scale_g": WeightOrigin.SCALE,
    "typed_g": WeightOrigin.TYPED,
    "computed_g": WeightOrigin.COMPUTED,
    "type_default_g": WeightOrigin.TYPE_DEFAULT,
}


@pytest.mark.parametrize("position", range(4))
def test_strongest_known_weight_wins(position):
    """Scale before typed before computed before the type's default."""
    name = list(KNOWN)[position]
    weaker = dict(list(KNOWN.items())[position:])
    assert choose_weight(**weaker) == Weight(KNOWN[name], ORIGINS[name])


@pytest.mark.parametrize("name", KNOWN)
def test_single_weight_is_taken(name):
    assert choose_weight(**{name: 250}) == Weight(250, ORIGINS[name])


def test_heavier_does_not_mean_stronger():
    assert choose_weight(scale_g=1, computed_g=9000).weight_g == 1


@pytest.mark.parametrize("nothing", [0, -1, None, False])
def test_what_is_no_weight_is_passed_over(nothing):
    assert choose_weight(scale_g=nothing, typed_g=7) == Weight(7, WeightOrigin.TYPED)
    assert choose_weight(type_default_g=nothing) == Weight(0, WeightOrigin.NONE)


def test_nothing_known_is_said():
    assert choose_weight() == Weight(0, WeightOrigin.NONE)


def test_origins_are_stored_words():
    words = ["scale", "typed", "computed", "type_default", "none"]
    assert [origin.value for origin in WeightOrigin] == words


@pytest.mark.parametrize(
    ("value", "factor", "whole"),
    [
        (1, GRAMS_PER_KG, 1000),
        (0.4, GRAMS_PER_KG, 400),
        (2.675, GRAMS_PER_KG, 2675),
        (1, GRAMS_PER_LB, 454),
        (2.2046226218, GRAMS_PER_LB, 1000),
        (2, MILLIMETRES_PER_M, 2000),
        (1, MILLIMETRES_PER_FOOT, 305),
        (10, MILLIMETRES_PER_INCH, 254),
        (0, GRAMS_PER_KG, 0),
        (None, GRAMS_PER_KG, 0),
        (False, GRAMS_PER_KG, 0),
    ],
)
def test_conversion_to_whole_units(value, factor, whole):
    result = to_whole(value, factor)
    assert result == whole
    assert type(result) is int


@pytest.mark.parametrize(
    ("grams", "whole"),
    [(0.0004, 0), (0.0005, 1), (0.0014999, 1), (0.0015, 2), (0.0025, 3)],
)
def test_halves_are_rounded_up(grams, whole):
    """Not to the even neighbour: a parcel is never declared lighter for that."""
    assert to_whole(grams, GRAMS_PER_KG) == whole


def test_float_is_taken_as_it_is_written():
    """1.005 kg is 1005 g, though the float lies a little below."""
    assert to_whole(1.005, GRAMS_PER_KG) == 1005
    assert to_whole(0.1 + 0.2, GRAMS_PER_KG) == 300


def test_factors_are_the_legal_ones():
    assert Decimal("453.59237") == GRAMS_PER_LB
    assert Decimal("25.4") == MILLIMETRES_PER_INCH
    assert 12 * MILLIMETRES_PER_INCH == MILLIMETRES_PER_FOOT
