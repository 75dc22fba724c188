"""NCI beyond its frames: variants, widths, status bytes (FACTS 3.3)."""

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.scales.nci import read_status
from odoo.addons.ecom_hardware_proxy.proxy.weights import State

SCP01 = b"\n0001.25kg\r\n00\r\x03"
SCP02 = b"\n01.250KG\r\nS00\r\x03"
SCP12 = b"\n 001.25KG\r00\x03"
FRAMES = {"scp01": SCP01, "scp02": SCP02, "scp12": SCP12}


def states(scale, *frames):
    return [reading.state for frame in frames for reading in scale.feed(frame)]


@pytest.mark.parametrize("profile", FRAMES)
@pytest.mark.parametrize("sent", FRAMES)
def test_a_forced_profile_accepts_only_its_own(profile, sent):
    (state,) = states(scales.make("nci", {"profile": profile}), FRAMES[sent])
    assert state is (State.STABLE if sent == profile else State.UNREADABLE)


def test_an_unknown_profile_is_refused_in_words():
    with pytest.raises(scales.OptionError, match="profile: scp99 given; choose one of auto, scp01"):
        scales.make("nci", {"profile": "scp99"})


@pytest.mark.parametrize("first", FRAMES)
@pytest.mark.parametrize("second", FRAMES)
def test_the_first_good_frame_decides_and_is_insisted_on(first, second):
    scale = scales.make("nci", {})
    other = State.STABLE if first == second else State.UNREADABLE
    assert states(scale, FRAMES[first], FRAMES[second]) == [State.STABLE, other]


def test_three_of_another_variant_in_a_row_are_another_scale():
    scale = scales.make("nci", {})
    seen = states(scale, SCP01, SCP02, SCP02, SCP01, SCP02, SCP02, SCP02, SCP02)
    bad, good = State.UNREADABLE, State.STABLE
    assert seen == [good, bad, bad, good, bad, bad, good, good]


def test_a_lost_digit_shows_by_the_width():
    scale = scales.make("nci", {})
    assert states(scale, SCP01, b"\n001.25kg\r\n00\r\x03") == [State.STABLE, State.UNREADABLE]


POUNDS = b"\n0002.50lb\r\n00\r\x03"
POUNDS_OUNCES = b"\n02lb 03.5oz\r\n00\r\x03"


def test_the_unit_key_costs_no_reading():
    scale = scales.make("nci", {})
    assert states(scale, SCP01, POUNDS, SCP01, POUNDS_OUNCES) == [State.STABLE] * 4


@pytest.mark.parametrize(
    "half", [b"\n 03.5oz\r\n00\r\x03", b"\n02lb\r\n00\r\x03", b"\n02lb\n 03.5oz\r\n00\r\x03"]
)
def test_half_of_pounds_and_ounces_is_neither(half):
    scale = scales.make("nci", {})
    assert states(scale, POUNDS, POUNDS_OUNCES, half) == [*[State.STABLE] * 2, State.UNREADABLE]


def test_a_lost_k_does_not_make_grams():
    scale = scales.make("nci", {})
    seen = states(scale, b"\n 001.25 KG\r00\x03", b"\n 001.25 G\r00\x03")
    assert seen == [State.STABLE, State.UNREADABLE]


def test_after_pounds_and_ounces_another_unit_must_insist():
    scale = scales.make("nci", {})
    seen = states(scale, POUNDS_OUNCES, POUNDS, POUNDS, POUNDS)
    assert seen == [State.STABLE, State.UNREADABLE, State.UNREADABLE, State.STABLE]


@pytest.mark.parametrize(
    "field",
    [b"02lb 16.0oz", b"0 2lb 3.5oz", b"2lb .oz", b"1.2.3lb", b"1-2.50lb", b"^^1.25lb", b"12.50st"],
)
def test_a_field_that_is_no_weight(field):
    assert states(scales.make("nci", {}), b"\n" + field + b"\r\n00\r\x03") == [State.UNREADABLE]


@pytest.mark.parametrize(
    "status", [b"0", b"p0", b"0p", b"00p", b"000", b"0ppp", b"0ppp0", b"@0", b"S0", b"\x200"]
)
def test_status_bytes_that_contradict_their_number(status):
    frame = b"\n0001.25kg\r\n" + status + b"\r\x03"
    assert states(scales.make("nci", {}), frame) == [State.UNREADABLE]


@pytest.mark.parametrize(
    ("data", "problem", "zero", "net"),
    [
        (b"00", None, False, None),
        (b"20", None, True, None),
        (b"10", State.MOTION, False, None),
        (b"12", State.OVERLOAD, False, None),
        (b"43", State.FAULT, False, None),
        (b"0p4", None, False, True),
        (b"0p0", None, False, False),
        (b"0p8", State.NOT_ZEROED, False, False),
        (b"0pp0", None, False, False),
    ],
)
def test_status_bits(data, problem, zero, net):
    assert read_status(data) == (problem, zero, net)


def test_an_unknown_command_is_told_as_such():
    for answer in (b"\n?\r", b"\n?\r\x03"):
        (reading,) = scales.make("nci", {}).feed(answer)
        assert reading.state is State.UNREADABLE
        assert "choose another protocol" in reading.words


def test_after_half_a_frame_the_next_whole_one_counts():
    scale = scales.make("nci", {})
    (reading,) = scale.feed(b"\n0009.9" + SCP01)
    assert reading.weight_g == 1250
    assert reading.raw == SCP01


def test_too_much_without_an_end_is_told_and_survived():
    scale = scales.make("nci", {})
    readings = scale.feed(b"\n" + b"1" * 70 + SCP01)
    assert [reading.weight_g for reading in readings] == [None, 1250]


def test_wrong_speed_is_not_silence():
    scale = scales.make("nci", {})
    readings = [reading for _poll in range(4) for reading in scale.feed(b"\xf8\x00\x78\x80\xf8")]
    assert [reading.state for reading in readings] == [State.UNREADABLE]
    assert "check speed" in readings[0].words


def test_what_is_written():
    scale = scales.make("nci", {})
    assert (scale.request(), scale.zero(), scale.tare()) == (b"W\r", b"Z\r", None)
    assert scales.make("nci", {"tare": True}).tare() == b"T\r"
    assert scale.line == scales.LineSettings(9600, 7, "E", 1)
