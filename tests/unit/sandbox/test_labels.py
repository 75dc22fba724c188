"""Labels and manifests are read back by machine (facts 7, 11, 18)."""

import re

import pypdfium2
import pytest
import zxingcpp

from sandbox.canada_post import labels
from tests.unit.sandbox.caller import (
    MANIFEST,
    Caller,
    codes,
    immediate,
    links,
    shipment,
    transmit,
    value,
)

PDF, ZPL = "application/pdf", "application/zpl-type"


def read(data, scale=150 / 72):
    """Bar codes, words and page size of the first page of a PDF."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    text = page.get_textpage().get_text_range()
    found = zxingcpp.read_barcodes(page.render(scale=scale).to_pil())
    size = page.get_size()
    document.close()
    return [(code.format, code.text) for code in found], text, size


@pytest.mark.parametrize(("layout", "size"), [("4x6", (288, 432)), ("8.5x11", (612, 792))])
def test_pdf_label(box, layout, size):
    caller = Caller(box.url, language="fr-CA")
    answer = caller.create(shipment(layout=layout))
    label = caller.get(links(answer)["label"], PDF)
    assert label.headers["Content-Type"] == PDF
    found, text, page = read(label.body)
    pin = value(answer, "tracking-pin")
    assert found == [(zxingcpp.BarcodeFormat.Code128, pin)]
    assert page == size
    assert labels.spaced_pin(pin) in text
    wanted = (
        "SPÉCIMEN",
        "Zoé Lefrançois",
        "502 rue Sainte-Hélène",
        "Montréal QC",
        "H2B 1A0",
        "Northern Outfitters",
    )
    for words in (
        *wanted,
        "SO0042",
        "WH/OUT/7",
        "1.250 kg",
        "MANIFEST REQ",
        "DOM.EP",
        "Colis accélérés",
    ):
        assert words in text


def test_zpl_label(post):
    answer = post.create(shipment(encoding="ZPL", name="A^B~C_D\\E"))
    label = post.get(links(answer)["label"], ZPL)
    assert label.headers["Content-Type"] == ZPL
    text = label.body.decode("utf-8")
    assert text.startswith("^XA\n^CI28") and text.endswith("^XZ\n")
    assert "^PW812" in text and "^LL1218" in text
    pin = value(answer, "tracking-pin")
    assert re.findall(r"\^BC[^^]*\^FD([^^]*)\^FS", text) == [">;" + pin]
    assert "A_5EB_7EC_5FD_5CE" in text
    assert "Montréal QC  H2B 1A0" in text
    assert "SPECIMEN" in text and "MANIFEST REQ" in text


def test_immediate_label_needs_no_manifest(post):
    label = post.get(links(post.create(immediate()))["label"], PDF)
    assert "MANIFEST NOT REQ" in read(label.body)[1]


def test_letters_the_fonts_lack():
    assert labels.printable("Łukasz Şahin Zoë œuf 東") == "Lukasz Sahin Zoë œuf ?"


def test_longest_fields_stay_on_the_label(post):
    answer = post.create(shipment(name="N" * 44, line_1="W" * 44, city="C" * 40))
    found, text, _size = read(post.get(links(answer)["label"], PDF).body)
    assert [code for _kind, code in found] == [value(answer, "tracking-pin")]
    assert "W" * 44 in text


@pytest.mark.parametrize(("detailed", "lines"), [("true", 60), ("false", 1)])
def test_manifest_paper(box, detailed, lines):
    caller = Caller(box.url, language="fr-CA")
    made = [value(caller.create(shipment(f"R{number}")), "tracking-pin") for number in range(lines)]
    sheet = caller.get(
        links(caller.transmit(transmit(detailed_manifests=detailed)))["manifest"], MANIFEST
    )
    data = caller.get(links(sheet)["artifact"], PDF).body
    found, text, _size = read(data)
    assert found == [(zxingcpp.BarcodeFormat.Code128, value(sheet, "po-number"))]
    for words in (
        "Northern Outfitters",
        "Quai d'expédition",
        "2026-01-14",
        "WH-OUT",
        value(sheet, "po-number"),
    ):
        assert words in text
    document = pypdfium2.PdfDocument(data)
    everything = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Total dû" in everything
    assert all((pin in everything) == (detailed == "true") for pin in made)
    assert len(document) == (3 if detailed == "true" else 1)


def test_artifact_refused(post, box):
    address = links(post.create())["label"]
    assert post.get(address, ZPL).status == 406
    assert post.get(address[:-1] + "1", PDF).status == 404
    key = address.split("/")[-3]
    assert post.get(address.replace(key, "0" * 16), PDF).status == 404
    assert Caller(box.url, "sandbox-south:south-pass").get(address, PDF).status == 404
    assert Caller(box.url, None).get(address, PDF).status == 401


def test_artifact_of_a_void_shipment(post):
    found = links(post.create())
    post.call("DELETE", found["self"])
    assert post.get(found["label"], PDF).status == 404


def test_artifact_that_is_rendered_later(post, box):
    box.control("POST", "/_control/settings", {"artifact_pending_polls": 1})
    address = links(post.create())["label"]
    first = post.get(address, PDF)
    assert (first.status, codes(first)) == (202, ["9150"])
    assert post.get(address, PDF).status == 200


def test_label_bytes_do_not_change(post):
    address = links(post.create())["label"]
    first = post.get(address, PDF).body
    post.control("POST", "settings", {})
    assert post.get(address, PDF).body == first
