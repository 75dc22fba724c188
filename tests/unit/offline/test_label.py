"""Labels are read back: by a bar code reader, and as text."""

from dataclasses import replace

import pytest
import zxingcpp

from odoo.addons.ecom_shipping.carrier_contract import LabelFormat, OptionChoice, ParcelSpec

from tests.unit.offline import given

NUMBER = "LC7349927572084099-01"
HOSTILE = replace(given.RECIPIENT, name="^XA^FO0,0~JA\\_", company="a\r\n^XZ")
LONG = replace(
    given.RECIPIENT,
    name="W" * 44,
    company="W" * 44,
    street="W" * 50,
    street2="W" * 50,
    city="W" * 30,
    country="US",
)


def label(*parcels, language="en", **values):
    """The content of the first label."""
    request = given.ship_request(*parcels, **values)
    return given.courier(language).ship(request).documents[0]


def printed(*parcels, **values):
    """The text of the first label."""
    (text,) = given.texts(label(*parcels, **values).content)
    return text


@pytest.mark.parametrize(
    ("label_format", "size"),
    [(LabelFormat.PDF_4X6, (288, 432)), (LabelFormat.PDF_LETTER, (612, 792))],
)
def test_pdf_has_its_paper_and_its_bar_code(label_format, size):
    found = given.bar_codes(label(label_format=label_format).content)
    assert found == (size, [(zxingcpp.BarcodeFormat.Code128, NUMBER)])


@pytest.mark.parametrize(
    "wanted",
    [
        "Vélo-Courrier",
        "Standard",
        "Boutique Boréale, Shipping Desk",
        "275 rue Notre-Dame Est",
        "Zoé Lefrançois",
        "Ateliers d'Œuvres & Cie",
        "502 rue Sainte-Hélène",
        "Bureau 12",
        "Montréal QC H2B 1A0",
        "514-555-0199",
        "2026-01-16",
        "1.25 kg",
        "1 of 2",
        "Signature",
        "Ref. S00042 · Ref. PO été",
        NUMBER,
    ],
)
def test_everything_a_driver_needs_is_printed(wanted):
    options, references = (OptionChoice("SO"),), ("S00042", "PO été")
    assert wanted in printed(given.LIGHT, given.HEAVY, options=options, references=references)


def test_french_words():
    words = {"EXPÉDITEUR", "DESTINATAIRE", "POIDS", "COLIS", "1,25 kg", "1 de 1"}
    assert words <= {line.strip() for line in printed(language="fr").splitlines()}


def test_each_parcel_has_its_own_label():
    sale = given.courier().ship(given.ship_request(given.LIGHT, given.HEAVY))
    (text,) = given.texts(sale.documents[1].content)
    assert {"2 of 2", "8 kg", "LC7349927572084099-02"} <= {x.strip() for x in text.splitlines()}


def test_the_country_is_printed_abroad_only():
    abroad = replace(given.RECIPIENT, country="US")
    prices = replace(given.PRICES, lines=(given.line(zone=replace(given.ISLAND, country="")),))
    sale = given.courier(prices=prices).ship(given.ship_request(recipient=abroad))
    assert "US" in given.texts(sale.documents[0].content)[0].split()
    assert "CA" not in printed().split()


def test_longest_texts_stay_off_the_bar_code():
    prices = replace(given.PRICES, lines=(given.line(zone=replace(given.ISLAND, country="")),))
    request = given.ship_request(
        recipient=LONG, options=(OptionChoice("SO"),), references=("W" * 35, "W" * 35)
    )
    sale = given.courier(prices=prices, name="W" * 40).ship(request)
    assert given.bar_codes(sale.documents[0].content)[1][0][1] == NUMBER
    assert "W" * 44 in given.texts(sale.documents[0].content)[0]


@pytest.mark.parametrize("sticker", ["1", "VC-000123", "AZ" * 15, "9" * 30])
def test_bar_code_of_a_sticker(sticker):
    _size, codes = given.bar_codes(label(ParcelSpec("1", 900, given_number=sticker)).content)
    assert codes == [(zxingcpp.BarcodeFormat.Code128, sticker)]


def test_the_same_label_has_the_same_bytes():
    assert label() == label()


def test_zpl_is_one_label_for_a_203_dpi_printer():
    document = label(label_format=LabelFormat.ZPL_4X6)
    lines = document.content.decode("ascii").split()
    assert document.media_type == "application/zpl"
    assert (lines[0], lines[-1]) == ("^XA", "^XZ")
    assert {"^CI28", "^PW812", "^LL1218"} <= set(lines)


def test_zpl_prints_accents_and_the_bar_code():
    content = label(label_format=LabelFormat.ZPL_4X6, references=("S00042", "PO été")).content
    fields = given.zpl_fields(content)
    assert "Zoé Lefrançois" in fields
    assert "Ateliers d'Œuvres & Cie" in fields
    assert "Ref. S00042 · Ref. PO été" in fields
    assert fields.count(NUMBER) == 2
    assert b"^BCN,190,N,N,N,A" in content


def test_hostile_names_are_no_commands():
    content = label(label_format=LabelFormat.ZPL_4X6, recipient=HOSTILE).content
    fields = given.zpl_fields(content)
    assert "^XA^FO0,0~JA\\_" in fields
    assert "a ^XZ" in fields
    assert content.count(b"^XA") == content.count(b"^XZ") == 1
    assert b"~" not in content


@pytest.mark.parametrize("sticker", ["1", "9" * 30, "AZ" * 15])
def test_zpl_bars_stay_on_the_paper(sticker):
    content = label(
        ParcelSpec("1", 900, given_number=sticker), label_format=LabelFormat.ZPL_4X6
    ).content
    (command,) = [line for line in content.decode().split("\n") if "^BC" in line]
    left = int(command.split(",")[0].removeprefix("^FO"))
    dots = int(command.split("^BY")[1][0])
    assert left >= 0
    assert dots in (2, 3)


def test_zpl_keeps_its_parts_apart():
    """The lowest line of text ends above the bars, with the longest address there is."""
    prices = replace(given.PRICES, lines=(given.line(zone=replace(given.ISLAND, country="")),))
    request = given.ship_request(
        recipient=LONG,
        options=(OptionChoice("SO"),),
        references=("A", "B"),
        label_format=LabelFormat.ZPL_4X6,
    )
    content = given.courier(prices=prices).ship(request).documents[0].content.decode()
    rows = [int(line.split("^")[1].split(",")[1]) for line in content.split("\n") if "^FO" in line]
    assert sorted(rows[:-2])[-1] + 28 < rows[-2]
