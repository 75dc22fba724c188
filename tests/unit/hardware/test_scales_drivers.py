"""What all scale drivers share, MT-SICS, SMA and Pitney Bowes beyond their frames, settling."""

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.scales.settling import Settling
from odoo.addons.ecom_hardware_proxy.proxy.weights import Reading, State, Unit, stable

OPTIONS = {
    "toledo_8217": {"unit": "kg"},
    "ps60": {"unit": "kg"},
    "pitney_bowes": {"profile": "scp12"},
    "pattern": {"pattern": "(?P<value>[0-9.]+)", "unit": "kg"},
}
every_driver = pytest.mark.parametrize("name", scales.DRIVERS)


def only(readings):
    (reading,) = readings
    return reading


@every_driver
def test_each_driver_keeps_the_contract(name):
    scale = scales.make(name, OPTIONS.get(name, {}))
    assert scale.name == name and scale.title and scale.poll_s > 0 and scale.reply_s > 0
    assert scale.line is None or isinstance(scale.line, scales.LineSettings)
    for data in (scale.start(), scale.request(), scale.zero(), scale.tare()):
        assert data is None or isinstance(data, bytes)
    assert scale.feed(b"") == []
    assert scale.settles is (name == "pattern")
    assert all(words for words in scale.options.values())


@every_driver
def test_an_unknown_option_is_refused_with_those_there_are(name):
    with pytest.raises(scales.OptionError, match=f"{name} has no option colour; it has: "):
        scales.make(name, {"colour": "red"})


def test_an_unknown_driver_is_refused_with_those_there_are():
    with pytest.raises(scales.OptionError, match="no scale driver abacus; there are toledo_8217"):
        scales.make("abacus", {})


def test_an_option_of_the_wrong_kind_is_refused():
    with pytest.raises(scales.OptionError, match="wrong kind"):
        scales.make("pattern", {**OPTIONS["pattern"], "limit": "80"})


@pytest.mark.parametrize(
    "line", [b"Z A\r\n", b"T S     100.00 g\r\n", b"TAC A\r\n", b'I4 A "B021002593"\r\n', b"\r\n"]
)
def test_sics_answers_that_say_nothing_of_the_weight(line):
    assert scales.make("mt_sics", {}).feed(line) == []


def test_sics_begins_by_ending_what_others_began():
    scale = scales.make("mt_sics", {})
    assert (scale.start(), scale.request(), scale.zero(), scale.tare()) == (
        b"@\r\n",
        b"SI\r\n",
        b"Z\r\n",
        b"T\r\n",
    )
    assert scales.make("mt_sics", {"command": "S"}).request() == b"S\r\n"


def test_sics_believes_only_the_usual_width():
    assert only(scales.make("mt_sics", {}).feed(b"S S 100.00 g\r\n")).state is State.UNREADABLE
    clone = scales.make("mt_sics", {"width": 0})
    assert only(clone.feed(b"S S 100.00 g\r\n")).weight_g == 100
    assert only(clone.feed(b"S S 10.00 g\r\n")).state is State.UNREADABLE


def test_sics_does_not_take_grams_for_kilograms_when_a_letter_is_lost():
    scale = scales.make("mt_sics", {})
    scale.feed(b"S S      1.250 kg\r\n")
    assert only(scale.feed(b"S S      1.250 g\r\n")).state is State.UNREADABLE


def test_sics_other_units_are_named():
    reading = only(scales.make("mt_sics", {}).feed(b"S S      1.250 ct\r\n"))
    assert reading.state is State.UNREADABLE
    assert "The scale shows ct" in reading.words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"ES\r\n", "another protocol"),
        (b"ET\r\n", "parity"),
        (b"EL\r\n", "cannot carry the command out"),
        (b"S I\r\n", "busy or still moving"),
        (b"Z +\r\n", "empty it first"),
        (b"S +\r\n", "Too heavy"),
    ],
)
def test_sics_errors_in_words(line, words):
    assert words in only(scales.make("mt_sics", {}).feed(line)).words


def test_sics_refuses_other_commands():
    with pytest.raises(scales.OptionError, match="command: SIR given; choose S or SI"):
        scales.make("mt_sics", {"command": "SIR"})


def test_sma_writes():
    scale = scales.make("sma", {})
    assert (scale.request(), scale.zero(), scale.tare()) == (b"\nW\r", b"\nZ\r", b"\nT\r")


@pytest.mark.parametrize(
    "frame",
    [
        b"\n 1G      1.250kg \r",
        b"\n 1G       1.250kgs\r",
        b"\n 1G       1 250kg \r",
        b"\n 1G  ----------kg \r",
        b"\n 1G            kg \r",
        b"\nX1G       1.250kg \r",
        b"\n 1X       1.250kg \r",
    ],
)
def test_sma_refuses_what_has_not_its_twenty_characters(frame):
    assert only(scales.make("sma", {}).feed(frame)).state is State.UNREADABLE


def test_pitney_bowes_says_that_nothing_is_documented():
    with pytest.raises(scales.OptionError, match="does not document what its serial scales send"):
        scales.make("pitney_bowes", {})


@pytest.mark.parametrize(
    ("options", "frame", "protocol"),
    [
        ({"profile": "scp12"}, b"\n 001.25KG\r00\x03", "nci"),
        ({"profile": "toledo_8217", "unit": "kg"}, b"\x0201.250\r", "toledo_8217"),
        (
            {"profile": "pattern", "pattern": "(?P<value>[0-9.]+)", "unit": "kg", "on_print": True},
            b"1.25\n",
            "pattern",
        ),
    ],
)
def test_pitney_bowes_is_the_protocol_that_was_chosen(options, frame, protocol):
    scale = scales.make("pitney_bowes", options)
    reading = only(scale.feed(frame))
    assert (reading.weight_g, reading.protocol) == (1250, protocol)


def test_pitney_bowes_hands_everything_over():
    scale = scales.make("pitney_bowes", {"profile": "toledo_8217", "unit": "kg"})
    assert (scale.request(), scale.zero(), scale.tare()) == (b"W", b"Z", b"T")
    scale.feed(b"\x0201.2")
    scale.reset()
    assert scale.feed(b"50\r") == []
    with pytest.raises(scales.OptionError, match="tare: no option of the profile toledo_8217"):
        scales.make("pitney_bowes", {"profile": "toledo_8217", "unit": "kg", "tare": True})


def grams(shown):
    return stable(shown, Unit.GRAM, "pattern")


def test_settling_needs_samples_and_time():
    settling = Settling(samples=3, seconds=1.0)
    seen = [settling.settle(grams("100"), now).state for now in (0.0, 0.3, 0.6, 0.9, 1.2)]
    assert seen == [State.MOTION] * 4 + [State.STABLE]
    few = Settling(samples=3, seconds=1.0)
    assert [few.settle(grams("100"), now).state for now in (0, 2, 4)][1] is State.MOTION


def test_settling_shows_while_moving_and_says_what_it_did():
    settling = Settling(samples=2, seconds=1.0)
    moving = settling.settle(grams("100"), 0.0)
    assert (moving.shown, moving.unit, moving.weight_g) == ("100", Unit.GRAM, None)
    settled = settling.settle(grams("100"), 1.0)
    assert settled.weight_g == 100
    assert settled.words == "Steady for 1 s (the scale itself does not say)."


@pytest.mark.parametrize(
    "between",
    [grams("101"), Reading(State.MOTION, "pattern"), Reading(State.UNREADABLE, "pattern")],
)
def test_settling_begins_anew(between):
    settling = Settling(samples=2, seconds=1.0)
    settling.settle(grams("100"), 0.0)
    settling.settle(between, 0.5)
    assert settling.settle(grams("100"), 1.2).state is State.MOTION
    assert settling.settle(grams("100"), 2.2).state is State.STABLE


def test_settling_does_not_join_over_a_pause_or_a_reset():
    settling = Settling(samples=2, seconds=1.0)
    settling.settle(grams("100"), 0.0)
    assert settling.settle(grams("100"), 3600.0).state is State.MOTION
    settling.reset()
    assert settling.settle(grams("100"), 3601.5).state is State.MOTION


def test_settling_leaves_problems_as_they_are():
    problem = Reading(State.OVERLOAD, "pattern")
    assert Settling().settle(problem, 0.0) is problem
