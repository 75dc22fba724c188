"""USB HID scales: reports of six bytes (FACTS 3.8)."""

import struct
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.weights import State, Unit

OLD = b"\x03\x04\x0b\xff\x01\x00"
EXAMPLE = b"\x03\x04\x0b\xff\x34\x19"
fuzzed = settings(max_examples=80, deadline=None, derandomize=True, database=None)


def report(status, unit=2, power=0, weight=100, id=3):
    return struct.pack("<BBBbH", id, status, unit, power, weight)


def opened(**options):
    scale = scales.make("hid_pos", options)
    assert scale.feed(OLD) == []
    return scale


def only(readings):
    (reading,) = readings
    return reading


def test_the_example_of_the_facts():
    reading = only(opened().feed(EXAMPLE))
    assert (reading.shown, reading.unit, reading.zero) == ("645.2", Unit.OUNCE, False)
    assert reading.weight_g == Decimal("645.2") * Decimal("28.349523125")
    assert (reading.raw, reading.protocol) == (EXAMPLE, "hid_pos")


@pytest.mark.parametrize(
    ("status", "weight", "state", "shown"),
    [
        (1, 100, State.FAULT, None),
        (2, 0, State.STABLE, "0"),
        (2, 100, State.UNREADABLE, None),
        (3, 100, State.MOTION, "100"),
        (4, 100, State.STABLE, "100"),
        (5, 100, State.NEGATIVE, "-100"),
        (6, 100, State.OVERLOAD, None),
        (7, 100, State.FAULT, None),
        (8, 100, State.NOT_ZEROED, None),
        (0, 100, State.UNREADABLE, None),
        (9, 100, State.UNREADABLE, None),
        (255, 100, State.UNREADABLE, None),
    ],
)
def test_each_status(status, weight, state, shown):
    reading = only(opened().feed(report(status, weight=weight)))
    assert (reading.state, reading.shown) == (state, shown)
    assert reading.weight_g == (weight if state is State.STABLE else None)


@pytest.mark.parametrize(
    ("unit", "weight_g"), [(2, "100"), (3, "100000"), (11, "2834.9523125"), (12, "45359.237")]
)
def test_each_unit_that_we_weigh_in(unit, weight_g):
    assert only(opened().feed(report(4, unit))).weight_g == Decimal(weight_g)


@pytest.mark.parametrize(
    ("unit", "word"),
    [
        (1, "milligrams"),
        (4, "carats"),
        (5, "taels"),
        (10, "troy ounces"),
        (0, "unknown"),
        (13, "unknown"),
    ],
)
def test_other_units_are_named_and_not_weighed(unit, word):
    reading = only(opened().feed(report(4, unit)))
    assert reading.state is State.UNREADABLE
    assert word in reading.words


@pytest.mark.parametrize(
    ("power", "shown"), [(-3, "1.250"), (-1, "125.0"), (0, "1250"), (2, "125000"), (3, "1250000")]
)
def test_the_power_of_ten_keeps_the_digits(power, shown):
    assert only(opened().feed(report(4, power=power, weight=1250))).shown == shown


@pytest.mark.parametrize("power", [-7, 4, 127, -128])
def test_an_absurd_power_is_garbage(power):
    assert only(opened().feed(report(4, power=power))).state is State.UNREADABLE


def test_the_first_report_after_opening_is_old():
    scale = opened()
    assert only(scale.feed(EXAMPLE)).weight_g
    scale.reset()
    assert scale.feed(OLD) == []
    assert only(scale.feed(EXAMPLE)).shown == "645.2"


def test_several_reports_at_once_and_the_other_id():
    readings = opened().feed(report(3) + report(4, id=4))
    assert [reading.state for reading in readings] == [State.MOTION, State.STABLE]


def test_parts_of_reports_are_never_put_together():
    for at in range(1, 6):
        scale = opened()
        readings = scale.feed(EXAMPLE[:at]) + scale.feed(EXAMPLE[at:])
        assert [reading.state for reading in readings] == [State.UNREADABLE] * 2
        assert only(scale.feed(EXAMPLE)).weight_g


def test_a_scale_that_never_tells_its_status_must_settle():
    scale = opened(ignore_status=True)
    assert scale.settles
    assert only(scale.feed(report(0))).weight_g == 100
    assert not scales.make("hid_pos", {}).settles


def test_what_is_written():
    scale = scales.make("hid_pos", {})
    assert (scale.line, scale.request(), scale.zero(), scale.tare()) == (
        None,
        None,
        b"\x02\x02",
        None,
    )


@fuzzed
@given(st.binary(max_size=30))
def test_random_bytes_raise_nothing_and_weigh_only_as_a_stable_report(data):
    for reading in opened().feed(data):
        assert reading.weight_g is None or (reading.raw[0] in (3, 4) and reading.raw[1] in (2, 4))


@fuzzed
@given(st.integers(0, 255), st.integers(0, 255), st.integers(-128, 127), st.integers(0, 65535))
def test_any_report_is_its_own_weight_or_none(status, unit, power, weight):
    reading = only(opened().feed(report(status, unit, power, weight)))
    if reading.weight_g is not None:
        grams = {2: 1, 3: 1000, 11: Decimal("28.349523125"), 12: Decimal("453.59237")}[unit]
        assert reading.weight_g == weight * Decimal(10) ** power * grams
