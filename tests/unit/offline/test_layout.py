"""Where things stand on a label: on the paper, not on each other, with white beside the bars."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2
import pytest

from odoo.addons.ecom_shipping.carrier_contract import LabelFormat, OptionChoice, ParcelSpec

from tests.unit.offline import given

WIDE = replace(
    given.RECIPIENT,
    name="W" * 44,
    company="W" * 44,
    street="W" * 50,
    street2="W" * 50,
    city="W" * 30,
    country="US",
)
BARE = replace(given.RECIPIENT, company="", street2="", phone="")
EVERYWHERE = (given.line(zone=replace(given.ISLAND, country="")),)
CASES = {
    "usual": {},
    "bare": {"recipient": BARE},
    "widest": {
        "recipient": WIDE,
        "options": (OptionChoice("SO"), OptionChoice("AGE")),
        "references": ("W" * 35, "W" * 35),
        "cost_centre": "W" * 30,
    },
}


def content(case, language, label_format, is_test=True):
    """The first label of a situation."""
    prices = replace(given.PRICES, lines=EVERYWHERE)
    carrier = given.courier(language, prices=prices, is_test=is_test, name="Vélo " * 7)
    request = given.ship_request(label_format=label_format, **CASES[case])
    return carrier.ship(request).documents[0].content


# --- PDF


@dataclass
class Line:
    """One printed line, in points from the lower left corner of the paper."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def pdf_lines(pdf):
    """The lines of text of the first page, from the top."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].get_textpage()
    found = [page.get_rect(index) for index in range(page.count_rects())]
    lines = [Line(page.get_text_bounded(*box), *box) for box in found]
    document.close()
    return sorted(lines, key=lambda line: -line.top)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES)
def test_all_text_is_on_the_paper(case, language):
    for line in pdf_lines(content(case, language, LabelFormat.PDF_4X6)):
        assert 0 < line.left < line.right < 288, line
        assert 0 < line.bottom < line.top < 432, line


@pytest.mark.parametrize("case", CASES)
def test_no_text_stands_on_the_bars(case):
    lines = pdf_lines(content(case, "en", LabelFormat.PDF_4X6))
    number = next(line for line in lines if line.text.startswith("LC"))
    bars_top = 0.3 * 72 + 20 + 0.8 * 72
    assert number.top < 0.3 * 72 + 20
    assert all(line.bottom > bars_top for line in lines if line is not number)


@pytest.mark.parametrize("case", CASES)
def test_lines_do_not_run_into_each_other(case):
    lines = pdf_lines(content(case, "fr", LabelFormat.PDF_4X6))
    for upper, lower in pairwise(lines):
        is_beside = upper.right <= lower.left or lower.right <= upper.left
        assert is_beside or lower.top <= upper.bottom + 0.5, (upper, lower)


def test_the_recipient_is_the_largest_text():
    lines = pdf_lines(content("bare", "en", LabelFormat.PDF_4X6))
    name = next(line for line in lines if line.text.startswith("Zoé"))
    sender = next(line for line in lines if line.text.startswith("Boutique"))
    assert name.top - name.bottom > 1.5 * (sender.top - sender.bottom)


def test_on_a_letter_page_the_label_keeps_its_size():
    small = {line.text: line for line in pdf_lines(content("usual", "en", LabelFormat.PDF_4X6))}
    large = {line.text: line for line in pdf_lines(content("usual", "en", LabelFormat.PDF_LETTER))}
    assert small.keys() == large.keys()
    for text, line in small.items():
        width = large[text].right - large[text].left
        assert width == pytest.approx(line.right - line.left, abs=0.1)


@pytest.mark.parametrize("sticker", ["1", "VC-000123", "9" * 30, "AZ" * 15])
def test_the_bars_have_white_on_both_sides(sticker):
    request = given.ship_request(ParcelSpec("1", 900, given_number=sticker))
    document = pypdfium2.PdfDocument(given.courier().ship(request).documents[0].content)
    image = document[0].render(scale=4, grayscale=True).to_pil()
    document.close()
    row = image.crop((0, 4 * 350, image.width, 4 * 350 + 1)).tobytes()
    dark = [x for x, value in enumerate(row) if value < 128]
    narrowest = min(b - a for a, b in pairwise([*runs(row), len(row)]) if b > a)
    assert dark[0] >= 9 * narrowest
    assert len(row) - 1 - dark[-1] >= 9 * narrowest


def runs(row):
    """Where a row of pixels changes between dark and light."""
    return [x for x in range(1, len(row)) if (row[x] < 128) != (row[x - 1] < 128)]


# --- ZPL


@dataclass
class Field:
    """One field of a ZPL label, in dots from the upper left corner."""

    x: int
    y: int
    height: int
    letter: int
    text: str

    @property
    def right(self):
        """Where the text ends, by the average width of the printer's letters."""
        return self.x + len(self.text) * self.letter * 0.6


def zpl_text_fields(zpl):
    pattern = re.compile(r"\^FO(\d+),(\d+)\^A0N,(\d+),(\d+)(?:\^FR)?\^FH_\^FD(.*?)\^FS")
    escaped = re.compile(r"_([0-9A-F]{2})")
    fields = []
    for found in pattern.finditer(zpl.decode("ascii")):
        raw = escaped.sub(lambda m: chr(int(m[1], 16)), found[5])
        text = raw.encode("latin-1").decode("utf-8")
        fields.append(Field(*map(int, found.group(1, 2, 3, 4)), text))
    return fields


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES)
def test_zpl_text_is_on_the_paper(case, language):
    fields = zpl_text_fields(content(case, language, LabelFormat.ZPL_4X6))
    assert len(fields) >= 12
    for field in fields:
        assert field.x > 0
        assert field.y + field.height <= 1218
        # Letters are never made smaller than a driver can read, so 50 capital W may be cut.
        assert case == "widest" or field.right <= 812, field


@pytest.mark.parametrize("case", CASES)
def test_zpl_lines_do_not_run_into_each_other(case):
    fields = sorted(zpl_text_fields(content(case, "fr", LabelFormat.ZPL_4X6)), key=lambda f: f.y)
    for upper, lower in pairwise(fields):
        is_beside = abs(upper.y - lower.y) < 4
        assert is_beside or lower.y >= upper.y + upper.height, (upper, lower)


@pytest.mark.parametrize("case", CASES)
def test_zpl_bars_stand_below_all_text(case):
    zpl = content(case, "en", LabelFormat.ZPL_4X6)
    bars = re.search(rb"\^FO(\d+),(\d+)\^BY(\d)\^BCN,(\d+)", zpl)
    top = int(bars[2])
    for field in zpl_text_fields(zpl):
        assert field.y + field.height < top


def test_zpl_commands_are_known_ones():
    zpl = content("widest", "fr", LabelFormat.ZPL_4X6).decode("ascii")
    commands = set(re.findall(r"\^([A-Z][A-Z0-9])", zpl))
    known = {"XA", "XZ", "CI", "PW", "LL", "LH", "FO", "GB", "FS", "A0", "FR", "FH", "FD", "BY"}
    assert commands <= known | {"BC", "FB", "PQ"}


@pytest.mark.parametrize("label_format", LabelFormat)
@pytest.mark.parametrize(
    ("language", "words"), [("en", "TEST - DO NOT SHIP"), ("fr", "ESSAI - NE PAS EXPÉDIER")]
)
def test_a_test_label_says_so(label_format, language, words):
    def texts(is_test):
        label = content("usual", language, label_format, is_test)
        if label_format is LabelFormat.ZPL_4X6:
            return given.zpl_fields(label)
        return [line.text for line in pdf_lines(label)]

    assert words in texts(is_test=True)
    assert words not in texts(is_test=False)
