"""Patterns that an administrator writes: what they read, and which are refused (FACTS 3.9)."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.scales.pattern_check import compiled
from odoo.addons.ecom_hardware_proxy.proxy.weights import State, Unit

PLAIN = r" *(?P<value>[0-9.]+) *(?P<unit>kg|g|lb|oz)"
STATED = r"(?P<stability>ST|US|OL|XX),(?P<sign>[ +-]) *(?P<value>[0-9.-]+)(?P<unit>kg|ct)"


def on_print(pattern=PLAIN, **options):
    return scales.make("pattern", {"pattern": pattern, "on_print": True, **options})


def only(readings):
    (reading,) = readings
    return reading


@pytest.mark.parametrize(
    ("line", "state", "weight_g"),
    [
        (b"ST,+ 4.876kg\n", State.STABLE, 4876),
        (b"US,+ 4.876kg\n", State.MOTION, None),
        (b"OL,+ -----kg\n", State.OVERLOAD, None),
        (b"ST,- 4.876kg\n", State.NEGATIVE, None),
        (b"ST,- 0.000kg\n", State.STABLE, 0),
        (b"ST,+ -----kg\n", State.UNREADABLE, None),
        (b"ST,+ 1.2.3kg\n", State.UNREADABLE, None),
        (b"ST,+ 4.876ct\n", State.UNREADABLE, None),
        (b"XX,+ 4.876kg\n", State.UNREADABLE, None),
        (b"ST,+ 4.876kg?\n", State.UNREADABLE, None),
        (b"ST,+ 4.876kg\xb2\n", State.UNREADABLE, None),
    ],
)
def test_the_named_parts_decide(line, state, weight_g):
    reading = only(on_print(STATED).feed(line))
    assert (reading.state, reading.weight_g) == (state, weight_g)


def test_a_stability_without_a_name_is_told():
    assert "'XX', which no list" in only(on_print(STATED).feed(b"XX,+ 4.876kg\n")).words


def test_lists_name_what_a_scale_says():
    scale = on_print(STATED, stable=["XX"], unstable=["ST"], overload=["US"])
    seen = [only(scale.feed(word + b",+ 1.0kg\n")).state for word in (b"XX", b"ST", b"US", b"OL")]
    assert seen == [State.STABLE, State.MOTION, State.OVERLOAD, State.UNREADABLE]


@pytest.mark.parametrize(
    ("decimal", "text", "weight_g"),
    [
        (".", b"1.250 kg", 1250),
        (".", b"1,250 kg", None),
        (",", b"1,250 kg", 1250),
        (",", b"1.250 kg", None),
        (".", b".5 kg", 500),
        (".", b"5. kg", None),
        (".", b"1234567890 kg", None),
    ],
)
def test_the_decimal_sign_is_never_guessed(decimal, text, weight_g):
    scale = on_print(r"(?P<value>[0-9.,]+) (?P<unit>kg)", decimal=decimal)
    assert only(scale.feed(text + b"\n")).weight_g == weight_g


def test_a_unit_that_is_not_sent_must_be_chosen():
    with pytest.raises(
        scales.OptionError, match="unit: nothing given; choose one of g, kg, lb, oz"
    ):
        on_print("(?P<value>[0-9.]+)")
    reading = only(on_print("(?P<value>[0-9.]+)", unit="oz").feed(b"2.5\n"))
    assert (reading.weight_g, reading.unit) == (Decimal("70.8738078125"), Unit.OUNCE)


@pytest.mark.parametrize("damaged", [b"1.250g", b"1250kg", b"1.25kg", b".250kg", b"250kg"])
def test_a_lost_character_shows_by_the_shape(damaged):
    scale = on_print()
    assert only(scale.feed(b"1.250kg\n")).weight_g == 1250
    assert only(scale.feed(damaged + b"\n")).state is State.UNREADABLE
    assert only(scale.feed(b"12.250kg\n")).weight_g == 12250


def test_a_stream_is_met_in_the_middle_of_a_line():
    """The first line may be the tail of a longer number; it only says where lines begin."""
    scale = scales.make("pattern", {"pattern": PLAIN})
    assert only(scale.feed(b"0.450 kg\n10.450 kg\n")).weight_g == 10450
    scale.reset()
    assert only(scale.feed(b"0.450 kg\n10.450 kg\n")).weight_g == 10450


def test_a_print_press_counts_at_once_and_the_next_again():
    scale = on_print()
    assert [only(scale.feed(b"10.450 kg\r\n")).weight_g for _press in range(2)] == [10450] * 2


def test_half_a_line_takes_its_rest_with_it():
    scale = scales.make("pattern", {"pattern": PLAIN, "poll": "P\r\n"})
    scale.feed(b"1")
    scale.reset()
    assert only(scale.feed(b"0.450 kg\n10.450 kg\n")).weight_g == 10450


def test_the_tail_of_a_too_long_line_is_no_line():
    readings = on_print(limit=20).feed(b"x" * 30 + b"0.450 kg\n10.450 kg\n")
    assert [reading.weight_g for reading in readings] == [None, 10450]


def test_the_head_of_a_too_long_line_is_no_line():
    scale = on_print("(?P<value>[0-9.]+)", unit="kg", limit=5)
    assert only(scale.feed(b"123456789\n")).state is State.UNREADABLE


@pytest.mark.parametrize("terminator", ["\n", "\r", "\r\n", "\r\x03", "END"])
def test_any_terminator(terminator):
    scale = on_print(terminator=terminator)
    data = (b"1.250 kg" + terminator.encode()) * 2
    readings = [reading for byte in data for reading in scale.feed(bytes((byte,)))]
    assert [reading.weight_g for reading in readings] == [1250] * 2


def test_polling():
    scale = scales.make("pattern", {"pattern": PLAIN, "poll": "P\r\n", "pause_s": 5})
    assert (scale.request(), scale.poll_s) == (b"P\r\n", 5)
    assert on_print().request() is None


@pytest.mark.parametrize(
    ("options", "settles"),
    [
        ({"pattern": PLAIN}, True),
        ({"pattern": PLAIN, "poll": "P"}, True),
        ({"pattern": PLAIN, "on_print": True}, False),
        ({"pattern": STATED}, False),
    ],
)
def test_unknown_is_not_stable(options, settles):
    assert scales.make("pattern", options).settles is settles


def test_wrong_parity_is_told():
    line = bytes(byte | byte.bit_count() % 2 << 7 for byte in b"1.250 kg\r\n")
    reading = only(on_print().feed(line))
    assert reading.weight_g is None
    assert "set the line to 7E1" in reading.words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"terminator": ""}, "terminator: it must be"),
        ({"terminator": "é"}, "terminator: it must be"),
        ({"decimal": ";"}, "decimal: ; given; choose"),
        ({"limit": 0}, "limit: 0 given; it must be 1 to 256"),
        ({"limit": 10000}, "limit: 10000 given"),
        ({"unit": "stone"}, "unit: stone given"),
    ],
)
def test_options_are_refused_in_words(options, words):
    with pytest.raises(scales.OptionError, match=words):
        on_print(**options)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (None, "nothing given"),
        ("", "nothing given"),
        (7, "nothing given"),
        ("[0-9.]+ kg", r"no part \(\?P<value>"),
        ("(?P<value>[0-9.]+) (?P<weight>kg)", "unknown part weight"),
        ("(?P<value>[0-9.]+" + "x" * 200 + ")", "at most 200"),
        ("(?P<value>[0-9.]+", "no regular expression"),
        ("(?P<value>(?:[0-9]+)+)", "a repeat around"),
        ("(?P<value>(?:[0-9]*)*)", "a repeat around"),
        ("(?P<value>(?:a|ab)+)", "a repeat around"),
        ("(?P<value>[0-9]{1,9}{1,9})", "a repeat around|no regular expression"),
        ("(?P<value>(?:[0-9]+|[0-9.]+)x)", "alternatives may hold only plain"),
        (r".*(?P<value>[0-9.]+)", "two repeats"),
        (r".*?(?P<value>[0-9.]+)", "two repeats"),
        (r"(?P<value>[0-9]+[0-9.]*)", "two repeats"),
        (r"\s*x?\s*(?P<value>[0-9.]+)", "two repeats"),
        (r"(?P<value>[0-9]+)5[0-9]*", "two repeats"),
        (r"(?P<value>[0-9.]+)\w*", "two repeats"),
        (r"(?P<value>\d+\.\d{1,3})\s*(?P<unit>\S+)", "two repeats"),
        (r"[^0-9]*(?P<value>[0-9.]+)", "two repeats"),
        (r"(?i)a*1?[A-Z]*(?P<value>[0-9.]+)", "two repeats"),
        (r"(?=x)(?P<value>[0-9.]+)", "look-around"),
        (r"(?P<value>[0-9.]+)(?P=value)", "back-references"),
    ],
)
def test_patterns_are_refused_in_words(pattern, words):
    with pytest.raises(scales.OptionError, match=words):
        compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (PLAIN, " 1.25 kg"),
        (STATED, "ST,+ 1.25kg"),
        (r"^(?P<value>\d+\.\d+)$", "1.25"),
        (r"\D*(?P<value>\d{1,3}\.\d{1,3})\s*(?P<unit>[a-z]+)", "W: 1.25 kg"),
        (r"[^0-9.]*(?P<value>[0-9.]+)", "Weight=1.25"),
        (r"(?i)net *(?P<value>[\d.]+)KG", "NET 1.25kg"),
    ],
)
def test_what_people_write_is_accepted(pattern, line):
    assert compiled(pattern).fullmatch(line)["value"] == "1.25"


ATOMS = st.sampled_from(
    [r"\d", r"\s", r"\w", ".", "a", "[0-9.]", "[^0-9]", r"\.", "x", "(?:a|b)", r"\D", "[a-c]", " "]
)
PIECES = st.tuples(ATOMS, st.sampled_from(["", "+", "*", "?", "{1,40}", "*?", "{3}"])).map("".join)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.lists(PIECES, min_size=1, max_size=8), st.sampled_from(["a", "1", " ", "x1", "1.", "a "]))
def test_an_accepted_pattern_never_takes_long(pieces, text):
    try:
        pattern = compiled("".join(pieces[:-1]) + f"(?P<value>{pieces[-1]})")
    except scales.OptionError:
        return
    begun = time.process_time()
    pattern.fullmatch(text * 128 + "\x00")
    assert time.process_time() - begun < 0.5


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40))
def test_any_text_is_a_pattern_or_refused_in_words(text):
    try:
        compiled(text + "(?P<value>[0-9]+)")
    except scales.OptionError as error:
        assert str(error).startswith("pattern: ")
