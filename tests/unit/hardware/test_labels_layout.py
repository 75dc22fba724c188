"""A label that exists fits on its page; what does not is refused with field, value and reason."""

import math

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.labels import (
    Box,
    Code128,
    Label,
    LabelError,
    Line,
    Picture,
    Text,
    placing,
    samples,
    typesetting,
)


def page(*elements):
    return Label(100, 150, elements)


def lines(*elements):
    return list(placing.text_lines(page(*elements)))


@pytest.mark.parametrize(
    ("make", "field", "reason"),
    [
        (lambda: Text(-1, 0, "a"), "x_mm", "from 0"),
        (lambda: Text(math.nan, 0, "a"), "x_mm", "from 0"),
        (lambda: Text(True, 0, "a"), "x_mm", "number"),
        (lambda: Text("1", 0, "a"), "x_mm", "number"),
        (lambda: Text(0, 0, "a", size_mm=1.9), "size_mm", "from 2"),
        (lambda: Text(0, 0, "a", max_lines=1.5), "max_lines", "whole number"),
        (lambda: Text(0, 0, "a", align="right"), "align", "left or center"),
        (lambda: Text(0, 0, "a" * 501), "text", "at most 500"),
        (lambda: Text(0, 0, "a\x1bb"), "text", r"'\x1b' cannot be printed"),
        (lambda: Text(0, 0, "a\x00b"), "text", "cannot be printed"),
        (lambda: Text(0, 0, "a\ud800b"), "text", "cannot be printed"),
        (lambda: Line(0, 0, 0, 5), "width_mm", "from 0.1"),
        (lambda: Box(0, 0, 10, 10, 6), "thickness_mm", "to 5"),
        (lambda: Code128(0, 0, 80, 20), "data", "either data or gs1"),
        (lambda: Code128(0, 0, 80, 20, "1", gs1=(("10", "1"),)), "data", "either data or gs1"),
        (lambda: Code128(0, 0, 80, 20, "é"), "data", "printable ASCII"),
        (lambda: Code128(0, 0, 80, 20, "a\rb"), "data", "printable ASCII"),
        (lambda: Code128(0, 0, 20, 20, "ABCDEFGH"), "width_mm", "at least"),
        (lambda: Code128(0, 0, 80, 20, "A", readable="no"), "readable", "true or false"),
        (lambda: Picture(0, 0, 10, 10, b""), "content", "at most 2000000"),
        (lambda: Label(5, 50, ()), "width_mm", "from 10"),
        (lambda: Label(50, 2000, ()), "height_mm", "to 1000"),
        (lambda: page(*[Text(0, 0, "a")] * 201), "elements", "at most 200"),
        (lambda: page(Text(0, 0, "a"), Line(90, 0, 11, 1)), "elements[1].width_mm", "right edge"),
        (lambda: page(Box(0, 145, 9, 9)), "elements[0].height_mm", "lower edge"),
        (lambda: page(Code128(0, 145, 90, 5, "A1")), "elements[0].text", "does not fit"),
        (lambda: page(Text(50, 0, "a", max_width_mm=51)), "elements[0].max_width_mm", "right edge"),
        (lambda: page(Text(100, 0, "a")), "elements[0].text", "does not fit"),
        (lambda: page(Text(0, 149, "a")), "elements[0].text", "does not fit"),
        (lambda: page(Text(0, 0, "a" * 80)), "elements[0].text", "does not fit"),
        (lambda: page(Text(0, 0, "a\nb")), "elements[0].text", "does not fit"),
    ],
)
def test_what_no_label_may_have(make, field, reason):
    with pytest.raises(LabelError) as refused:
        make()
    assert refused.value.field == field and reason in str(refused.value)


def test_an_error_is_short_whatever_the_value():
    with pytest.raises(LabelError) as refused:
        Text(0, 0, "a" * 100_000)
    assert len(str(refused.value)) < 200


def test_a_text_that_fits_keeps_its_size():
    assert lines(Text(5, 6, "Hello", 8)) == [
        placing.TextLine(5, 6, 5 * typesetting.PITCH * 8, 8, "Hello", False)
    ]


def test_a_long_text_shrinks_on_one_line():
    (line,) = lines(Text(5, 6, "x" * 60, 8, 90))
    assert line.size_mm == pytest.approx(90 / 60 / typesetting.PITCH) and line.width_mm <= 90.001


def test_a_text_wraps_between_words_before_it_shrinks():
    found = lines(Text(5, 6, "twelve words that are too long for one line", 4, 60, max_lines=2))
    assert [line.text for line in found] == ["twelve words that are", "too long for one line"]
    assert [line.y_mm for line in found] == [6, 6 + 1.2 * 4]


def test_a_word_is_broken_only_at_the_smallest_size():
    found = lines(Text(5, 6, "w" * 100, 4, 90, max_lines=2))
    assert [line.size_mm for line in found] == [typesetting.SMALLEST_MM] * 2
    assert "".join(line.text for line in found) == "w" * 100


def test_line_feeds_and_lower_edge_count():
    assert [line.text for line in lines(Text(5, 6, "a\n\nb", 4, max_lines=3))] == ["a", "b"]
    (first, second) = lines(Text(5, 140, "a\nb", 6, max_lines=2))
    assert second.y_mm + second.size_mm <= 150 and first.size_mm < 6


def test_a_text_in_the_middle():
    (line,) = lines(Text(10, 0, "abc", 4, max_width_mm=50, align="center"))
    assert line.x_mm + line.width_mm / 2 == pytest.approx(35) and line.centered


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\u00a0b\u202fc\td", "a b c d"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("one\r\ntwo", "one\ntwo"),
        ("\u202eevil", "evil"),
    ],
)
def test_one_form_for_each_letter(given, kept):
    assert Text(0, 0, given, max_lines=2).text == kept


def test_letters_count_as_wide_as_their_replacement():
    """œ is oe, and … three dots, where the printer lacks them."""
    (plain,) = lines(Text(0, 0, "oeoeoeoe...", 8, 40))
    (fancy,) = lines(Text(0, 0, "œœœœ…", 8, 40))
    assert plain.size_mm == fancy.size_mm < 8


@pytest.mark.parametrize("size", [(101.6, 152.4), (100, 150), (57, 32), (72, 120), (50, 25)])
def test_samples_fit_on_usual_paper(size):
    name = "Une très longue désignation de poste d’emballage " * 3
    check = samples.check_label(name, f"{name}\x07", "2026-11-22", "TEST-0001", *size)
    texts = [line.text for line in placing.text_lines(check)]
    assert any("Une très" in text for text in texts)
    assert [code.data for code in placing.codes(check)] == ["TEST-0001"]


@pytest.mark.parametrize("width_mm", [30, 40, 58, 60, 72, 104, 215.9])
def test_samples_fit_on_any_paper(width_mm):
    """A test label that is refused tests nothing."""
    for height_mm in (20, 25, 32, 50, 59.9, 60, 80, 152.4, 300):
        size = (width_mm, height_mm)
        samples.check_label("W" * 70, "Œ…" * 40, "2026-11-22 10:00", "TEST", *size)
        samples.pairing_label("K7PQ-3MXD", "https://station-1.example.com:8470", "14:35", *size)


@pytest.mark.parametrize("size", [(101.6, 152.4), (57, 32), (50, 25)])
def test_the_pairing_label_shows_its_code_largest(size):
    label = samples.pairing_label("K7PQ-3MXD", "http://192.168.1.20:8470", "14:35", *size)
    found = {line.text: line.size_mm for line in placing.text_lines(label)}
    assert max(found, key=found.get) == "K7PQ-3MXD"
    assert "Valid until 14:35, once" in found


def test_the_ruler_measures_what_it_says():
    label = samples.check_label("Bench", "Zebra", "2026-11-22", "T1", 101.6, 152.4)
    ruler = next(item for item in placing.rectangles(label) if item.width_mm == 90)
    ticks = [item.x_mm for item in placing.rectangles(label) if item.height_mm in (1.0, 2.0)]
    assert ruler.x_mm == min(ticks) == 4 and max(ticks) == 4 + 90 - 0.25 and len(ticks) == 19
