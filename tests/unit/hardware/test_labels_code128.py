"""Our Code 128 is what readers read, in as few symbols as possible; GS1 data are checked."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from odoo.addons.ecom_hardware_proxy.proxy.labels import code128, gs1

FNC1 = code128.FNC1
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)


def read(data):
    """Draw the bars, read them."""
    values = code128.encode(data)
    width = (code128.modules(values) + 2 * code128.QUIET) * 2
    image = Image.new("L", (width, 60), 255)
    draw = ImageDraw.Draw(image)
    for start, wide in code128.bars(values):
        left = (start + code128.QUIET) * 2
        draw.rectangle((left, 0, left + wide * 2 - 1, 59), fill=0)
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.Code128)
    return code


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.text(PRINTABLE, min_size=1, max_size=40))
def test_any_text_reads_as_itself(data):
    assert read(data).text == data


def test_every_symbol_is_right():
    """All characters of set B, all pairs of set C."""
    everything = "".join(map(chr, range(32, 127)))
    assert read(everything).text == everything
    for tens in range(0, 100, 10):
        pairs = "".join(f"{pair:02d}" for pair in range(tens, tens + 10))
        assert read(pairs).text == pairs


@pytest.mark.parametrize(
    ("data", "symbols"),
    [
        ("12345678", 4),
        ("123", 3),
        ("AB12", 4),
        ("AB1234", 5),  # two letters, to C, two pairs
        ("AB1234CD", 8),
        ("AB123456CD", 9),
        ("1234A", 4),
        ("12A", 3),
        ("12345", 4),
        ("A", 1),
    ],
)
def test_the_fewest_symbols(data, symbols):
    assert len(code128.encode(data)) - 1 == symbols


def test_gs1_is_told_by_fnc1_first_and_variable_fields_are_separated():
    elements = (("01", "09506000134352"), ("10", "ABC-1"), ("21", "99x"))
    assert gs1.data(elements) == f"{FNC1}0109506000134352" + f"10ABC-1{FNC1}2199x"
    code = read(gs1.data(elements))
    assert (code.text, code.symbology_identifier) == (gs1.readable(elements), "]C1")


def test_fields_that_end_by_themselves_need_no_separator():
    elements = (("11", "260101"), ("3102", "001250"), ("00", "340123450000000000"))
    assert FNC1 not in gs1.data(elements)[1:]


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ((("1", "A"),), "2 to 4 digits"),
        ((("1x", "A"),), "2 to 4 digits"),
        ((("²1", "A"),), "2 to 4 digits"),
        ((("10", ""),), "does not allow"),
        ((("10", "a b"),), "does not allow"),
        ((("10", "é"),), "does not allow"),
        ((("01", "0950600013435"),), "needs 14 digits"),
        ((("01", "09506000134353"),), "wrong check digit"),
        ((("10", "A" * 47),), "at most 48"),
    ],
)
def test_what_is_no_gs1(elements, words):
    assert words in gs1.complaint(elements)


@pytest.mark.parametrize("whole", ["09506000134352", "00340123450000000000"[2:], "4006381333931"])
def test_check_digit(whole):
    assert gs1.check_digit(whole[:-1]) == whole[-1]
