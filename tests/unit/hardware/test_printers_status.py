"""What label printers say of themselves; those that cannot be asked say so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ecom_hardware_proxy.proxy import printers

ZPL = printers.make("zpl")


def answer(paper="0", pause="0", formats="000", full="0", head="0", ribbon="0", left="00000000"):
    """The three lines of ~HS (ZPL II guide)."""
    lines = (
        f"030,{paper},{pause},1245,{formats},{full},0,0,000,0,0,0",
        f"001,0,{head},{ribbon},1,2,4,0,{left},1,000",
        "1234,0",
    )
    return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines)


def test_a_printer_that_is_ready():
    status = ZPL.read_status(answer())
    assert status == printers.Status(ready=True, problems=(), queued=0, known=True)
    assert ZPL.status_request() == b"~HS"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"paper": "1"}, "Out of paper."),
        ({"pause": "1"}, "paused"),
        ({"full": "1"}, "memory"),
        ({"head": "1"}, "head is open"),
        ({"ribbon": "1"}, "Out of ribbon."),
    ],
)
def test_problems_in_words(field, words):
    status = ZPL.read_status(answer(**field))
    assert not status.ready and status.known and len(status.problems) == 1
    assert words in status.problems[0]


def test_labels_that_are_still_to_come():
    assert ZPL.read_status(answer(formats="002", left="00000005")).queued == 7


def test_silence_means_that_somebody_must_look():
    """Printers without paper may not answer at all (FACTS 4.6)."""
    status = ZPL.read_status(b"")
    assert (status.ready, status.known, status.queued) == (False, False, None)
    assert "paper" in status.problems[0]


@pytest.mark.parametrize("cut", [10, 40, 60, 76])
def test_half_an_answer_is_none(cut):
    assert not ZPL.status_complete(answer()[:cut])
    status = ZPL.read_status(answer()[:cut])
    assert not status.ready and not status.known


def test_the_answer_ends_with_its_third_line():
    assert ZPL.status_complete(answer()) and not ZPL.status_complete(answer()[:-12])


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.binary(), st.binary().map(lambda noise: answer()[:30] + noise + answer()[40:])))
def test_garbage_is_never_an_exception(data):
    for language in printers.LANGUAGES:
        status = printers.make(language).read_status(data)
        assert status.ready or status.problems


@pytest.mark.parametrize("language", ["epl2", "dpl", "pdf"])
def test_printers_that_cannot_be_asked(language):
    printer = printers.make(language)
    assert printer.status_request() is None
    assert printer.read_status(b"") == printers.Status(ready=True, known=False)
