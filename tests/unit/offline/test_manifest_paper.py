"""The hand-over list that the driver signs."""

from dataclasses import replace

import pytest

from odoo.addons.ecom_shipping.carrier_contract import DocumentKind, Refused
from odoo.addons.ecom_shipping.carrier_contract.codec import dump, load

from tests.unit.offline import given


def transmit(count=2, language="en", **values):
    request = given.manifest_request(count, **values)
    (manifest,) = given.courier(language).transmit_manifest(request)
    return manifest


def texts(manifest):
    return given.texts(manifest.summary.document.content)


def test_the_paper_comes_at_once():
    manifest = transmit(reference="MAN/2026/00007")
    assert manifest.ref == manifest.summary.number == "MAN/2026/00007"
    assert manifest.summary.document.kind is DocumentKind.MANIFEST
    assert manifest.summary.sales == ("S1", "S2")


@pytest.mark.parametrize(
    "wanted",
    [
        "Hand-over list MAN/7",
        "Vélo-Courrier",
        "Date: 2026-01-16",
        "Boutique Boréale",
        "275 rue Notre-Dame Est",
        "LC0001-01",
        "LC0002-01",
        "Standard",
        "Zoé Lefrançois",
        "SO002",
        "1.001 kg",
        "2 parcel(s), 2.003 kg",
        "Handed over by",
        "Taken over for Vélo-Courrier by",
        "Name and signature",
        "Page 1 of 1",
    ],
)
def test_what_is_printed(wanted):
    (text,) = texts(transmit(reference="MAN/7"))
    assert wanted in text


def test_in_french():
    (text,) = texts(transmit(language="fr", reference="MAN/7"))
    for wanted in ("Bordereau de remise MAN/7", "Pris en charge", "2 colis, 2,003 kg", "de 1"):
        assert wanted in text


def test_long_lists_repeat_heads_and_sign_once():
    pages = texts(transmit(100))
    assert len(pages) > 3
    assert all("Parcel number" in page for page in pages[:-1])
    assert all(f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, start=1))
    assert ["Name and signature" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert "LC0100-01" in "".join(pages)


def test_without_a_number_of_ours_the_key_gives_one():
    assert transmit().ref == transmit().ref
    assert transmit().ref.startswith("LC")


def test_the_same_list_has_the_same_bytes():
    assert transmit() == transmit()


def test_markup_in_names_is_text():
    hostile = replace(given.RECIPIENT, name='<b>Bobby</b> & <img src="x"/>')
    parcels = (replace(given.manifest_request(1).parcels[0], recipient=hostile),)
    (text,) = texts(transmit(parcels=parcels))
    assert '<b>Bobby</b> & <img src="x"/>' in " ".join(text.split())


def test_a_company_without_a_name_is_the_recipient():
    parcels = (
        replace(given.manifest_request(1).parcels[0], recipient=replace(given.RECIPIENT, name="")),
    )
    (text,) = texts(transmit(parcels=parcels))
    assert "Ateliers d'Œuvres & Cie" in text


def test_nothing_to_hand_over_is_refused():
    with pytest.raises(Refused, match="no parcel to hand over"):
        transmit(parcels=())


def test_nobody_else_knows_of_lists():
    assert given.courier().recover_manifests(given.manifest_request()) == ()


def test_the_journal_keeps_the_paper():
    manifest = transmit()
    assert load(type(manifest), dump(manifest)) == manifest
