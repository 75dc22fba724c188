"""One layout on every printer: rendered by independent interpreters, read by a scanner's eye."""

import re

import pytest
import zxingcpp

from odoo.addons.ecom_hardware_proxy.proxy import labels, printers
from odoo.addons.ecom_hardware_proxy.proxy.labels import samples

from tests.hardware import paper

HOSTILE = 'O\'Brien ^XA^FO0,0~JA \\"P9"\\ {x} %d _5E'
GS1_READ = ("(01)09506000134352(10)ABC-1(21)99x", "]C1")


@pytest.mark.parametrize("language", paper.ALL_LANGUAGES)
@pytest.mark.parametrize("name", ["Zoé Lefrançois", HOSTILE, paper.SIXTY])
def test_a_shipping_label_says_what_the_data_say(language, name):
    found = paper.printed(paper.shipping_label(name), language)
    assert found.problems == [] and found.count == 1
    assert found.codes == [(paper.TRACKING, "]C0"), GS1_READ]
    assert found.images[0].width in (812, 816)
    assert 0.02 < paper.black_share(found.images[0]) < 0.3


@pytest.mark.parametrize("language", paper.ALL_LANGUAGES)
def test_a_gs1_code_separates_its_variable_fields(language):
    """What a scanner in GS1 mode sends: the group separator after (10), none after (01)."""
    found = paper.printed(paper.shipping_label(), language)
    (code,) = (code for code in zxingcpp.read_barcodes(found.images[0]) if "(10)" in code.text)
    assert code.bytes == b"010950600013435210ABC-1\x1d2199x"


@pytest.mark.parametrize("language", ["epl2", "dpl", "pdf"])
def test_the_texts_arrive_letter_by_letter(language):
    texts = " ".join(paper.printed(paper.shipping_label(HOSTILE), language).texts)
    assert HOSTILE in " ".join(texts.split())
    assert "Montréal QC H2B 1A0" in texts


def test_zpl_is_ascii_with_utf8_in_hexadecimal():
    job = paper.prepared(paper.shipping_label(HOSTILE), "zpl")
    assert job.isascii() and b"^CI28" in job and b"Montr_C3_A9al QC H2B 1A0" in job
    assert job.count(b"^XA") == job.count(b"^XZ") == job.count(b"^PQ") == 1 and b"~" not in job
    assert b"_5EXA_5EFO0" in job and b"_7EJA" in job


def test_zpl_texts_in_the_middle_are_blocks_but_for_backslashes():
    """In a block a backslash begins a command (ZPL II guide, ^FB)."""
    texts = [labels.Text(5, y, text, 5, 80, align="center") for y, text in ((5, "a"), (15, r"\&"))]
    job = paper.prepared(labels.Label(100, 50, tuple(texts)), "zpl")
    assert re.findall(rb"\^FB(\d+),1,0,C", job) == [b"25"] and b"_5C_26" in job


@pytest.mark.parametrize("language", paper.LABEL_LANGUAGES)
@pytest.mark.parametrize("code", ['A^FS~"\\x', "0123456789" * 2, "Aa1>9;>8:>:{}", "AB12CD34"])
def test_bar_codes_hold_any_sign(language, code):
    found = paper.printed(paper.shipping_label(data=code), language)
    assert found.problems == [] and found.codes[0] == (code, "]C0")


def test_dpl_refuses_the_one_sign_that_begins_a_function():
    with pytest.raises(printers.Unprintable, match="cannot hold the sign &"):
        paper.printed(paper.shipping_label(data="A&B"), "dpl")


@pytest.mark.parametrize("first", "ABC")
def test_dpl_data_do_not_choose_the_code_set(first):
    found = paper.printed(paper.shipping_label(data=f"{first}1234"), "dpl")
    assert found.codes[0][0] == f"{first}1234"


@pytest.mark.parametrize("language", ["zpl", "dpl"])
def test_at_300_dpi(language):
    found = paper.printed(paper.shipping_label(), language, dpi=300)
    assert found.problems == [] and found.codes == [(paper.TRACKING, "]C0"), GS1_READ]
    assert found.images[0].size == (1200, 1800)


def test_epl2_knows_its_letters_at_203_dpi_only():
    with pytest.raises(printers.Unprintable, match="203 dpi only"):
        paper.printed(paper.shipping_label(), "epl2", dpi=300)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zpl", b"^PQ3\n^XZ"), ("epl2", b"\nP3\n"), ("dpl", b"\rQ0003\rE\r")],
)
def test_copies_are_counted_by_the_printer(language, words):
    assert words in paper.prepared(paper.shipping_label(), language, copies=3)
    assert paper.printed(paper.shipping_label(), language, copies=3).count == 3


@pytest.mark.parametrize("language", ["escpos", "pdf"])
def test_copies_where_the_printer_cannot_count(language):
    assert paper.printed(paper.shipping_label(), language, copies=2).count == 2


@pytest.mark.parametrize("language", paper.ALL_LANGUAGES)
@pytest.mark.parametrize("size", [(101.6, 152.4), (57, 32)])
def test_the_test_label_can_be_scanned(language, size):
    label = samples.check_label("Bench 2 – Montréal", "Zebra", "2026-11-22", "TEST-1", *size)
    found = paper.printed(label, language)
    assert found.problems == [] and found.codes == [("TEST-1", "]C0")]


@pytest.mark.parametrize("language", paper.LABEL_LANGUAGES)
def test_lines_are_where_they_should_be(language):
    """A rule of 1 mm, 10 mm from the left and 20 mm from the top."""
    line = labels.Line(10, 20, 30, 1)
    found = paper.printed(labels.Label(101.6, 50.8, (line,)), language)
    left, top, right, bottom = found.images[0].convert("L").point(lambda v: 255 - v).getbbox()
    for dots, length_mm in ((left, 10), (top, 20), (right, 40), (bottom, 21)):
        assert abs(dots - length_mm * 203 / 25.4) <= 1


@pytest.mark.parametrize(
    ("page", "sign", "byte"), [("cp1252", b"A", b"\xe9"), ("cp850", b"1", b"\x82")]
)
def test_epl2_code_pages(page, sign, byte):
    label = labels.Label(50, 30, (labels.Text(2, 2, "Zoé ł"),))
    job = printers.make("epl2", {"code_page": page}).render(label, 203)
    assert b"\nI8," + sign + b",001\n" in job and b'"Zo' + byte + b' l"' in job


def test_epl2_draws_the_bars_itself_where_the_printer_might_lack_room():
    """How well its automatic Code 128 packs digits is not known: at worst it needs a symbol each."""
    for data, by_printer in (("AB12CD34", True), ("01234567890123456789", False)):
        code = labels.Code128(2, 2, 60, 15, data, readable=False)
        job = paper.prepared(labels.Label(100, 20, (code,)), "epl2")
        assert (b"\nB" in job) == by_printer and (b"\nLO" in job) != by_printer
        found = paper.put_through(job, "epl2", labels.Label(100, 20, ()))
        assert found.problems == [] and found.codes == [(data, "]C0")]


def test_dpl_writes_the_accents_that_its_fonts_have():
    """The manual: fonts 1 and 2 have codes 32 to 168 of code page 850."""
    label = labels.Label(50, 30, (labels.Text(2, 2, "éç À ÊŒ Zoë", 2),))
    assert b"\x82\x87 A EOE Zo\x89" in paper.prepared(label, "dpl")


def test_letters_without_any_form_are_refused_by_name():
    label = labels.Label(50, 30, (labels.Text(2, 2, "北京"),))
    for language in ("epl2", "dpl", "pdf"):
        with pytest.raises(printers.Unprintable, match="no letter for '北'"):
            paper.prepared(label, language)
    assert b"_E5_8C_97" in paper.prepared(label, "zpl")


@pytest.mark.parametrize(
    ("language", "bad"),
    [
        ("epl2", {"code_page": "utf-8"}),
        ("epl2", {"codepage": "cp850"}),
        ("epl2", {"gap_mm": "3"}),
        ("epl2", {"gap_mm": 50}),
        ("zpl", {"darkness": "9^XA"}),
        ("zpl", {"darkness": 31}),
        ("zpl", {"speed": True}),
        ("escpos", {"cut": 1}),
    ],
)
def test_options_are_checked(language, bad):
    with pytest.raises(ValueError, match=f"^{next(iter(bad))}: "):
        printers.make(language, bad)


@pytest.mark.parametrize("text", ["W" * 60, "M@" * 20, "wwww wwww\nWWWW", "é" * 60])
def test_zpl_letters_stay_in_their_room(text):
    """Printed on a page of twice the size, no ink is where this page has none."""
    texts = (
        labels.Text(40, 5, text, 6, 50, max_lines=3),
        labels.Text(40, 30, text, 6, 50, max_lines=3, align="center"),
    )
    job = paper.prepared(labels.Label(90, 50, texts), "zpl")
    wide = labels.Label(180, 100, ())
    job = re.sub(rb"\^PW\d+\n\^LL\d+", b"^PW1439\n^LL799", job)
    found = paper.put_through(job, "zpl", wide)
    grey = found.images[0].convert("L").point(lambda level: 255 - level)
    left, _top, right, bottom = grey.getbbox()
    assert left >= 40 * 203 / 25.4 - 1 and right <= 90 * 203 / 25.4 + 1
    assert bottom <= 50 * 203 / 25.4


def test_a_language_that_does_not_exist():
    with pytest.raises(ValueError, match="must be one of zpl, epl2, dpl, escpos, pdf"):
        printers.make("pcl")


def test_epl2_wipes_its_memory_before_it_draws():
    job = paper.prepared(paper.shipping_label(), "epl2")
    head, _, fields = job.partition(b"\nN\n")
    assert head == b"\nI8,A,001\nq812\nQ1218,24" and fields.startswith((b"LO", b"A"))
    assert not re.search(rb"^[NqQ]", fields, re.MULTILINE)


def test_zpl_set_up_is_sent_only_if_wished():
    label = labels.Label(50, 30, ())
    assert b"^MD12\n^PR3\n" in printers.make("zpl", {"darkness": 12, "speed": 3}).render(label, 203)
    assert b"^MD" not in printers.make("zpl").render(label, 203)
