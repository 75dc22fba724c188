"""Readings: exact grams, a weight only when stable, words for everything else."""

from decimal import Decimal

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.weights import GRAMS, WORDS, Reading, State, Unit, stable


@pytest.mark.parametrize(
    ("shown", "unit", "weight_g"),
    [
        ("1.250", "kg", "1250.000"),
        ("100.00", "g", "100.00"),
        ("1", "lb", "453.59237"),
        ("16", "oz", "453.592370000"),
        ("0.1", "oz", "2.8349523125"),
        ("0001.25", "kg", "1250"),
        ("0", "g", "0"),
    ],
)
def test_conversion_is_exact(shown, unit, weight_g):
    reading = stable(shown, Unit(unit), "test")
    assert (reading.state, reading.weight_g) == (State.STABLE, Decimal(weight_g))
    assert (reading.shown, reading.unit) == (shown, unit)


def test_sixteen_ounces_are_a_pound():
    assert GRAMS[Unit.OUNCE] * 16 == GRAMS[Unit.POUND]


def test_negative_is_a_state_without_weight():
    reading = stable("-1.250", Unit.KILOGRAM, "test")
    assert (reading.state, reading.weight_g, reading.shown) == (State.NEGATIVE, None, "-1.250")


def test_minus_zero_is_zero():
    reading = stable("-0.00", Unit.GRAM, "test")
    assert (reading.state, str(reading.weight_g)) == (State.STABLE, "0.00")


@pytest.mark.parametrize("state", [state for state in State if state is not State.STABLE])
def test_only_a_stable_reading_carries_a_weight(state):
    with pytest.raises(ValueError, match=state):
        Reading(state, "test", weight_g=Decimal(1))
    assert Reading(state, "test").weight_g is None


def test_a_stable_reading_without_weight_is_refused():
    with pytest.raises(ValueError, match="stable"):
        Reading(State.STABLE, "test")


@pytest.mark.parametrize("state", State)
def test_each_state_has_words_and_a_hint_replaces_them(state):
    weight_g = Decimal(1) if state is State.STABLE else None
    assert Reading(state, "test", weight_g).words == WORDS[state]
    assert Reading(state, "test", weight_g, hint="More.").words == "More."
