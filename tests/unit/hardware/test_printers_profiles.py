"""The printers of the guides, ready to be chosen."""

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import printers
from odoo.addons.ecom_hardware_proxy.proxy.labels import samples
from odoo.addons.ecom_hardware_proxy.proxy.printers.profiles import PROFILES

from tests.hardware import paper

CHOICES = [(key, language) for key, profile in PROFILES.items() for language in profile.languages]


@pytest.mark.parametrize(("key", "language"), CHOICES)
def test_each_choice_prints_a_test_label(key, language):
    profile = PROFILES[key]
    width_mm, height_mm = profile.paper_mm
    label = samples.check_label(
        "Bench", profile.name, "2026-11-22", "T1", width_mm, height_mm or 80
    )
    job = printers.make(language).render(label, profile.dpi)
    found = paper.put_through(job, language, label, profile.dpi)
    assert found.problems == [] and found.codes == [("T1", "]C0")]


@pytest.mark.parametrize(
    ("key", "languages", "dpi"),
    [
        ("zebra-lp-2844", ("epl2",), 203),
        ("citizen-clp-521", ("dpl", "zpl"), 203),
        ("receipt-80", ("escpos",), 203),
        ("office", ("pdf",), 300),
    ],
)
def test_what_the_facts_say(key, languages, dpi):
    assert (PROFILES[key].languages, PROFILES[key].dpi) == (languages, dpi)


def test_heads_are_as_wide_as_their_paper():
    for profile in PROFILES.values():
        assert profile.paper_mm[0] <= profile.head_width_mm
        assert profile.kind in ("label_printer", "receipt_printer", "document_printer")
