"""The raw-capture page's helper: what came, how it ends, who could read it (FACTS 3.7, 3.9)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy import scales
from odoo.addons.ecom_hardware_proxy.proxy.scales import capture
from odoo.addons.ecom_hardware_proxy.proxy.scales.capture import examine

TOLEDO = b"\x0201.250\r"
STREAM = b"ST,GS,+  4.876kg\r\nST,GS,+  4.880kg\r\nUS,GS,+ 12.345kg\r\n"


def test_pieces_without_a_pause_are_one_line():
    seen = examine([(5.0, b"\x0201."), (5.01, b"250\r"), (5.5, b"\x02?A\r"), (5.51, b"")])
    assert [(line.at_s, line.text) for line in seen.lines] == [
        (0.0, "<STX>01.250<CR>"),
        (0.5, "<STX>?A<CR>"),
    ]
    assert seen.lines[0].hex == "02 30 31 2e 32 35 30 0d"


def test_what_cannot_be_printed_is_named_or_hex():
    assert capture.readable(b"\x00A\x05\x7f\xff<") == "<NUL>A<ENQ><7f><ff><"


@pytest.mark.parametrize(
    ("data", "terminator"),
    [
        (TOLEDO * 3, b"\r"),
        (STREAM, b"\r\n"),
        (b"\x02A-0.450\r\x03" * 2, b"\r\x03"),
        (b"\n0001.25kg\r\n00\r\x03" * 2, b"\r\x03"),
        (b"\n 001.25KG\r00\x03" * 2, b"\x03"),
        (b"1.25\n" * 2, b"\n"),
        (b"1.25", b""),
        (b"", b""),
    ],
)
def test_the_terminator_is_guessed(data, terminator):
    assert capture.guess_terminator(data) == terminator


@pytest.mark.parametrize(
    ("data", "driver", "options", "shown"),
    [
        (TOLEDO, "toledo_8217", {"unit": "auto"}, "01.250 kg"),
        (b"\n0001.25kg\r\n00\r\x03", "nci", {"profile": "scp01"}, "0001.25 kg"),
        (b"\n01.250KG\r\nS00\r\x03", "nci", {"profile": "scp02"}, "01.250 kg"),
        (b"\n 001.25KG\r00\x03", "nci", {"profile": "scp12"}, "001.25 kg"),
        (b"S S     100.00 g\r\n", "mt_sics", {}, "100.00 g"),
        (b"\n 1G       1.250kg \r", "sma", {}, "1.250 kg"),
        (b"\x03\x04\x0b\xff\x34\x19" * 2, "hid_pos", {}, "645.2 oz"),
        (b"\x02?A\r", "toledo_8217", {"unit": "auto"}, None),
    ],
)
def test_drivers_that_read_it_are_named(data, driver, options, shown):
    best = examine([(0.0, data * 2)]).candidates[0]
    assert (best.driver, best.options, best.shown, best.unreadable) == (driver, options, shown, 0)


def test_nobody_reads_nonsense():
    assert examine([(0.0, b"hello\r\nworld\r\n")]).candidates == ()
    assert examine([]).lines == ()


def test_wrong_parity_is_hinted_with_its_share():
    even = bytes(byte | byte.bit_count() % 2 << 7 for byte in TOLEDO)
    seen = examine([(0.0, even)])
    assert "set the line to 7E1" in seen.hint
    assert 0 < seen.eighth_bit < 1
    assert examine([(0.0, TOLEDO)]).hint == ""


@pytest.mark.parametrize(
    ("data", "options", "weights_g"),
    [
        (STREAM.replace(b"US", b"ST"), {}, [4876, 4880, 12345]),
        (b"  4,876 g \r\n" * 3, {"decimal": ","}, [Decimal("4.876")] * 3),
        (b"W: 1.25\r\n" * 3, {"unit": "kg"}, [1250] * 3),
    ],
)
def test_the_suggested_pattern_works(data, options, weights_g):
    pattern = examine([(0.0, data)]).pattern
    scale = scales.make("pattern", {"pattern": pattern, "on_print": True, **options})
    assert [reading.weight_g for reading in scale.feed(data)] == weights_g


def test_no_pattern_without_a_number():
    assert examine([(0.0, b"hello\r\nworld\r\n")]).pattern == ""
    assert examine([(0.0, b"x" * 300 + b"1.25 kg\r\n")]).pattern == ""


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.floats(0, 10), st.binary(max_size=60)), max_size=8))
def test_any_bytes_can_be_examined(chunks):
    seen = examine(chunks)
    assert 0 <= seen.eighth_bit <= 1


def test_a_flood_is_cut():
    assert sum(len(line.text) for line in examine([(0.0, b"x" * 100000)]).lines) == 65536
