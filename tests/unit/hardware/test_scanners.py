"""Scanners: AIM identifiers, serial framing, key events, bounce (FACTS 7)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy import scanners
from odoo.addons.ecom_hardware_proxy.proxy.scanners import aim
from odoo.addons.ecom_hardware_proxy.proxy.scanners.keyboard import EVENT
from odoo.addons.ecom_hardware_proxy.proxy.scanners.layouts import LAYOUTS

GS1 = "]C1010061414100041510ABC\x1d21777"
fuzzed = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def codes(scans):
    return [scan.code for scan in scans]


@pytest.mark.parametrize(
    ("text", "identifier", "code"),
    [
        ("]C0ABC-123", "]C0", "ABC-123"),
        (GS1, "]C1", "010061414100041510ABC\x1d21777"),
        ("]E04006381333931", "]E0", "4006381333931"),
        ("]d20106141", "]d2", "0106141"),
        ("]Q3https", "]Q3", "https"),
        ("4006381333931", "", "4006381333931"),
        ("]", "", "]"),
        ("A]C1B", "", "A]C1B"),
        ("]1C5", "", "]1C5"),
    ],
)
def test_aim_identifiers_are_split_off(text, identifier, code):
    assert aim.split(text) == (identifier, code)


def test_a_serial_scan_keeps_what_it_was():
    (scan,) = scanners.make("serial", {}).feed(GS1.encode() + b"\r\n", 0.0)
    assert (scan.aim, scan.raw) == ("]C1", GS1)
    assert scan.code == "010061414100041510ABC\x1d21777"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_serial_codes_end_with_any_terminator_in_any_split(end):
    data = b"ABC123" + end + b"]C0DEF456" + end
    for at in range(len(data) + 1):
        scanner = scanners.make("serial", {})
        assert codes(scanner.feed(data[:at], 0.0) + scanner.feed(data[at:], 0.01)) == [
            "ABC123",
            "DEF456",
        ]


def test_silence_ends_a_code_only_without_terminator():
    scanner = scanners.make("serial", {"terminators": ""})
    assert scanner.feed(b"ABC", 0.0) == []
    assert scanner.feed(b"123", 0.05) == []
    assert scanner.flush(0.14) == []
    assert codes(scanner.flush(0.16)) == ["ABC123"]
    assert scanner.flush(9.0) == []
    terminated = scanners.make("serial", {})
    terminated.feed(b"ABC", 0.0)
    assert terminated.flush(0.5) == []


def test_a_late_byte_after_silence_begins_the_next_code():
    scanner = scanners.make("serial", {"terminators": ""})
    scanner.feed(b"ABC", 0.0)
    assert codes(scanner.feed(b"DEF", 0.5)) == ["ABC"]


def test_half_a_serial_code_does_not_join_the_next():
    scanner = scanners.make("serial", {})
    scanner.feed(b"ABC", 0.0)
    assert codes(scanner.feed(b"DEF\r", 5.0)) == ["DEF"]
    scanner.feed(b"ABC", 6.0)
    scanner.reset()
    assert codes(scanner.feed(b"DEF\r", 6.5)) == ["DEF"]


def test_framed_codes_stand_between_stx_and_etx():
    scanner = scanners.make("serial", {"framed": True})
    data = b"noise\r\x02ABC\r\n123\x03noise\x02DE\x02DEF\x03\x03"
    assert codes(scanner.feed(data, 0.0)) == ["ABC\r\n123", "DEF"]


@pytest.mark.parametrize("options", [{}, {"framed": True}])
def test_too_long_is_dropped_whole(options):
    scanner = scanners.make("serial", options)
    begin, end = (b"\x02", b"\x03") if options else (b"", b"\r")
    data = begin + b"1" * 4096 + end
    assert len(scanner.feed(data, 0.0)[0].code) == 4096
    data = begin + b"1" * 5000 + end + begin + b"ABC" + end
    assert codes(scanner.feed(data, 1.0)) == ["ABC"]


def test_text_is_utf8_or_latin_1():
    scanner = scanners.make("serial", {})
    assert codes(scanner.feed("né".encode() + b"\r" + b"n\xe9\xe9\r", 0.0)) == ["né", "néé"]


@pytest.mark.parametrize(
    ("times", "count"),
    [((0.0, 0.3), 1), ((0.0, 0.39, 0.78, 1.1), 1), ((0.0, 1.0), 2), ((0, 0.5), 2)],
)
def test_a_bounce_is_no_second_scan_but_two_equal_items_are_two(times, count):
    scanner = scanners.make("serial", {})
    assert len([scan for now in times for scan in scanner.feed(b"ABC\r", now)]) == count


def test_another_code_at_once_is_no_bounce():
    assert codes(scanners.make("serial", {}).feed(b"ABC\rDEF\rABC\r", 0.0)) == ["ABC", "DEF", "ABC"]


ENTER, TAB, SHIFT, CAPS, ALT, ALT_GR, CONTROL = 28, 15, 42, 58, 56, 100, 29


def typed(text, layout="us", start=100.0, step=0.01, end=ENTER):
    """The key events of a scanner that types *text*, pressing Shift and AltGr as needed."""
    events, time, keys = [], start, LAYOUTS[layout]
    for character in text:
        time += step
        modifier, code = next(
            (modifier, code)
            for modifier, table in ((None, keys.plain), (SHIFT, keys.shift), (ALT_GR, keys.alt_gr))
            for code, typed in table.items()
            if typed == character
        )
        presses = [(code, 1), (code, 0)]
        if modifier:
            presses = [(modifier, 1), *presses, (modifier, 0)]
        events += [(time, *press) for press in presses]
    return [*events, (time + step, end, 1), (time + step, end, 0)] if end else events


def raw(events):
    packed = b""
    for time, code, value in events:
        seconds, micro = int(time), round(time % 1 * 1e6)
        packed += EVENT.pack(seconds, micro, 4, 4, code) + EVENT.pack(
            seconds, micro, 1, code, value
        )
        packed += EVENT.pack(seconds, micro, 0, 0, 0)
    return packed


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("us", "4006381333931"),
        ("us", "ABC-abc/.$ %+*"),
        ("us", "]C1#{}[]|\\@^~`\"'<>?"),
        ("fr", "4006381333931"),
        ("fr", "ABC-abc/.$ %+*"),
        ("fr", "]C1#{}[]|\\@^~`\"'<>?éèçàù§µ£"),
    ],
)
@pytest.mark.parametrize("end", [ENTER, 96, TAB])
def test_keys_become_characters(layout, text, end):
    scanner = scanners.make("keyboard", {"layout": layout})
    (scan,) = scanner.keys(typed(text, layout, end=end))
    assert scan.raw == text


def test_the_wrong_layout_is_visible():
    scanner = scanners.make("keyboard", {"layout": "fr"})
    assert codes(scanner.keys(typed("123", "us"))) == ['&é"']


def test_caps_lock_swaps_letters_and_on_a_french_layout_digits():
    caps = [(99.9, CAPS, 1), (99.9, CAPS, 0)]
    us, fr = (scanners.make("keyboard", {"layout": layout}) for layout in ("us", "fr"))
    assert codes(us.keys(caps + typed("abC1!"))) == ["ABc1!"]
    assert codes(fr.keys(caps + [(100.0, code, 1) for code in (2, 3, 4, 16, ENTER)])) == ["123A"]
    assert codes(us.keys([(101, *key[1:]) for key in caps] + typed("abc", start=101.0))) == ["abc"]


def test_fnc1_as_control_bracket_alt_digits_or_agreed_text():
    scanner = scanners.make("keyboard", {"separator": "~"})
    control = [(100.05, CONTROL, 1), (100.05, 27, 1), (100.05, CONTROL, 0)]
    scans = scanner.keys(typed("10A", end=None) + control + typed("21B", start=100.06))
    alt = [(101.05, ALT, 1), *((101.05, code, 1) for code in (82, 80, 73)), (101.05, ALT, 0)]
    scans += scanner.keys(typed("10C", start=101.0, end=None) + alt + typed("21D", start=101.06))
    scans += scanner.keys(typed("10E~21F", start=102.0))
    assert codes(scans) == ["10A\x1d21B", "10C\x1d21D", "10E\x1d21F"]


def test_kernel_events_in_any_split():
    data = raw(typed("]C0AB1"))
    for at in (0, 1, 23, 24, 25, 100, len(data) - 1, len(data)):
        scanner = scanners.make("keyboard", {})
        (scan,) = scanner.feed(data[:at], 5.0) + scanner.feed(data[at:], 5.0)
        assert (scan.aim, scan.code) == ("]C0", "AB1")


def test_repeated_keys_count_once():
    events = [(time, code, value) for time, code, value in typed("ABC") for value in (value, 2)]
    assert codes(scanners.make("keyboard", {}).keys(events)) == ["ABC"]


def test_a_gap_of_40_ms_is_one_scan():
    assert codes(scanners.make("keyboard", {}).keys(typed("123456", step=0.04))) == ["123456"]


def test_a_code_torn_by_a_gap_of_200_ms_is_dropped_whole():
    """Neither piece is the code of anything; the next scan is read as if nothing was."""
    scanner = scanners.make("keyboard", {})
    assert scanner.keys(typed("12345", end=None)) == []
    assert scanner.keys(typed("67890", start=100.25)) == []
    assert codes(scanner.keys(typed("67890", start=100.6))) == ["67890"]


def test_a_stray_key_long_before_does_not_cost_a_scan():
    scanner = scanners.make("keyboard", {})
    scanner.keys(typed("7", end=None))
    assert codes(scanner.keys(typed("12345", start=110.0))) == ["12345"]


def test_without_suffix_the_gap_ends_a_code():
    scanner = scanners.make("keyboard", {"suffix": False})
    assert scanner.feed(raw(typed("12345", end=None)), 7.0) == []
    assert scanner.flush(7.1) == []
    assert codes(scanner.flush(7.2)) == ["12345"]
    scanner.keys(typed("ABCDE", start=200.0, end=None))
    assert codes(scanner.keys(typed("FGHIJ", start=200.3, end=None))) == ["ABCDE"]


@pytest.mark.parametrize("text", ["", "1", "12"])
def test_fewer_than_three_characters_are_no_scan(text):
    assert scanners.make("keyboard", {}).keys(typed(text)) == []


def test_a_key_that_types_nothing_breaks_the_code():
    events = [*typed("123", end=None), (100.04, 103, 1), *typed("456", start=100.05)]
    assert scanners.make("keyboard", {}).keys(events) == []


def test_an_endless_code_is_dropped():
    scanner = scanners.make("keyboard", {})
    assert scanner.keys(typed("1" * 5000, step=0.001)) == []
    assert codes(scanner.keys(typed("123", start=300.0))) == ["123"]


def test_a_reset_forgets_half_codes_and_held_keys():
    scanner = scanners.make("keyboard", {})
    scanner.keys([(100.0, SHIFT, 1), (100.0, CAPS, 1), *typed("12", end=None)])
    scanner.reset()
    assert codes(scanner.keys(typed("abc", start=100.1))) == ["abc"]


def test_bounce_and_equal_items_as_keys():
    scanner = scanners.make("keyboard", {})
    scans = [
        scan for start in (100, 100.3, 101.5) for scan in scanner.keys(typed("ABC", start=start))
    ]
    assert codes(scans) == ["ABC", "ABC"]


def test_a_clock_that_steps_back_swallows_nothing():
    scanner = scanners.make("keyboard", {})
    assert len(scanner.keys(typed("ABC", start=9000.0)) + scanner.keys(typed("ABC"))) == 2


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("laser", {}, "no scanner driver laser; there are serial, keyboard"),
        ("serial", {"colour": 1}, "serial has no option colour; it has: terminators, framed"),
        ("serial", {"terminators": "é"}, "only ASCII"),
        ("serial", {"terminators": 13}, "wrong kind"),
        ("keyboard", {"layout": "de"}, "layout: de given; choose one of us, fr"),
    ],
)
def test_options_are_refused_in_words(name, options, words):
    with pytest.raises(scanners.ScannerOptionError, match=words):
        scanners.make(name, options)


@pytest.mark.parametrize("options", [{}, {"framed": True}, {"terminators": ""}])
@fuzzed
@given(chunks=st.lists(st.binary(max_size=40), max_size=8))
def test_a_serial_scanner_survives_anything(options, chunks):
    scanner = scanners.make("serial", options)
    for now, chunk in enumerate(chunks):
        assert all(scan.code for scan in scanner.feed(chunk, now / 20))
        scanner.flush(now / 20 + 0.01)


@fuzzed
@given(
    chunks=st.lists(st.binary(max_size=60), max_size=5),
    keys=st.lists(st.tuples(st.floats(0, 9), st.integers(0, 700), st.integers(0, 3)), max_size=40),
)
def test_a_keyboard_scanner_survives_anything(chunks, keys):
    scanner = scanners.make("keyboard", {"layout": "fr"})
    for now, chunk in enumerate(chunks):
        scanner.feed(chunk, now)
    for scan in scanner.keys(keys):
        assert len(scan.raw) >= 3
