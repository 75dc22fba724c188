"""Mettler-Toledo 8217 and PS60: FACTS 3.1, 3.2; hidden test 1 of section 16."""

from decimal import Decimal

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.weights import State, Unit

MOTION = b"\x02?\x41\r"
UNCHANGED = b"\x02?\x40\r"


@pytest.fixture(params=["toledo_8217", "ps60"])
def kg(request):
    return scales.make(request.param, {"unit": "kg"})


def only(readings):
    (reading,) = readings
    return reading


@pytest.mark.parametrize(
    ("unit", "frame", "weight_g", "net"),
    [
        ("kg", b"\x02\x30\x31\x2e\x32\x35\x30\x0d", "1250", False),
        ("kg", b"\x0201.250N\r", "1250", True),
        ("kg", b"\x02 1.250\r", "1250", False),
        ("kg", b"\x0200.000\r", "0", False),
        ("lb", b"\x0202.50\r", "1133.980925", False),
        ("lb", b"\x02002.50\r", "1133.980925", False),
        ("lb", b"\x02  2.50\r", "1133.980925", False),
        ("lb", b"\x0202.50N\r", "1133.980925", True),
        ("kg", b"\x0212.50\r", "12500", False),
        ("auto", b"\x0201.250\r", "1250", False),
        ("auto", b"\x0202.50\r", "1133.980925", False),
    ],
)
def test_a_weight_frame_is_an_exact_weight(unit, frame, weight_g, net):
    reading = only(scales.make("toledo_8217", {"unit": unit}).feed(frame))
    assert reading.state is State.STABLE
    assert reading.weight_g == Decimal(weight_g)
    assert (reading.net, reading.raw, reading.protocol) == (net, frame, "toledo_8217")


def test_the_reading_shows_what_the_scale_shows(kg):
    reading = only(kg.feed(b"\x0201.250\r"))
    assert (reading.shown, reading.unit) == ("01.250", Unit.KILOGRAM)


@pytest.mark.parametrize("bit6", [0, 0x40])
@pytest.mark.parametrize(
    ("bits", "state"),
    [
        (0b000001, State.MOTION),
        (0b000010, State.OVERLOAD),
        (0b000100, State.UNDERLOAD),
        (0b001000, State.NOT_ZEROED),
        (0b100001, State.MOTION),
        (0b010001, State.MOTION),
        (0b000111, State.OVERLOAD),
        (0b001101, State.UNDERLOAD),  # the value of a carriage return
    ],
)
def test_a_status_frame_is_a_state_and_never_a_number(kg, bits, bit6, state):
    reading = only(kg.feed(bytes((2, 0x3F, bits | bit6, 13))))
    assert (reading.state, reading.weight_g, reading.shown) == (state, None, None)


def test_a_unit_must_be_chosen_since_the_scale_sends_none():
    for options in ({}, {"unit": "stone"}):
        with pytest.raises(scales.OptionError, match="unit: .*choose one of kg, lb, auto"):
            scales.make("toledo_8217", options)


def test_motion_is_not_zero(kg):
    """Hidden test 1: motion for two seconds, then 1.250 kg."""
    moving = [only(kg.feed(MOTION)) for _poll in range(7)]
    assert {reading.state for reading in moving} == {State.MOTION}
    assert only(kg.feed(b"\x0201.250\r")).weight_g == 1250


def test_unchanged_repeats_the_last_weight(kg):
    kg.feed(b"\x0201.250\r")
    reading = only(kg.feed(UNCHANGED))
    assert (reading.state, reading.weight_g, reading.raw) == (State.STABLE, 1250, UNCHANGED)


@pytest.mark.parametrize(
    "between",
    [
        lambda scale: scale.feed(MOTION),
        lambda scale: scale.feed(b"\x02garbage\r"),
        lambda scale: scale.feed(b"\x02\xb01.250\r"),
        lambda scale: scale.reset(),
        lambda scale: scale.zero(),
        lambda scale: scale.tare(),
    ],
    ids=["moved", "garbage", "parity", "silent", "zeroed", "tared"],
)
def test_unchanged_is_no_weight_when_the_one_before_is_forgotten(kg, between):
    kg.feed(b"\x0201.250\r")
    between(kg)
    reading = only(kg.feed(UNCHANGED))
    assert (reading.state, reading.weight_g) == (State.STALE, None)
    assert "lift the parcel" in reading.words


def test_unchanged_at_zero_does_not_repeat_a_load(kg):
    kg.feed(b"\x0201.250\r")
    assert only(kg.feed(b"\x02?\x50\r")).state is State.STALE
    kg.feed(b"\x0200.000\r")
    reading = only(kg.feed(b"\x02?\x50\r"))
    assert (reading.weight_g, reading.zero) == (0, True)


def test_unchanged_wears_out(kg):
    kg.feed(b"\x0201.250\r")
    repeated = [only(kg.feed(UNCHANGED)).state for _poll in range(401)]
    assert set(repeated[:400]) == {State.STABLE}
    assert repeated[400] is State.STALE
    kg.feed(b"\x0201.250\r")
    assert only(kg.feed(UNCHANGED)).weight_g == 1250


def test_a_lost_digit_shows_by_the_shape(kg):
    kg.feed(b"\x0201.250\r")
    assert only(kg.feed(b"\x0201.25\r")).state is State.UNREADABLE
    assert only(kg.feed(b"\x0201.250\r")).weight_g == 1250


@pytest.mark.parametrize(
    "frame",
    [b"\x02-1.250\r", b"\x021.250\r", b"\x0201.2\r", b"\x0201250\r", b"\x0201.250 \r", b"\x02\r"],
)
def test_what_is_no_frame_is_no_weight(kg, frame):
    assert only(kg.feed(frame)).state is State.UNREADABLE


@pytest.mark.parametrize("text", [b"01.250", b"-1.250\r", b"?\x41\r"])
def test_without_stx_it_is_noise(kg, text):
    assert kg.feed(text) == []


def with_parity(frame, odd):
    return bytes(byte | (byte.bit_count() % 2 ^ odd) << 7 for byte in frame)


@pytest.mark.parametrize(("odd", "line"), [(0, "7E1"), (1, "7O1")])
def test_wrong_parity_is_told_as_such(kg, odd, line):
    reading = only(kg.feed(with_parity(b"\x0201.250\r", odd)))
    assert reading.state is State.UNREADABLE
    assert f"set the line to {line}" in reading.words


def test_what_is_written(kg):
    assert (kg.request(), kg.zero(), kg.tare(), kg.start()) == (b"W", b"Z", b"T", None)
    assert str(kg.line) == "LineSettings(baud=9600, bytesize=7, parity='E', stopbits=1)"


def test_ps60_is_never_switched_off():
    scale = scales.make("ps60", {"unit": "lb"})
    written = (scale.request(), scale.zero(), scale.tare(), scale.start())
    assert not any(b"X" in data for data in written if data)


def test_ps60_status_bits_5_and_6_are_always_set():
    scale = scales.make("ps60", {"unit": "kg"})
    scale.feed(b"\x0201.250\r")
    assert only(scale.feed(b"\x02?\x60\r")).weight_g == 1250
    assert only(scale.feed(b"\x02?\x61\r")).state is State.MOTION
