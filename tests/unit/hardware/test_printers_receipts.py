"""Receipts, the drawer, and what the receipt printer says of itself."""

import io

import pytest
from PIL import Image

from odoo.addons.ecom_hardware_proxy.proxy import printers
from odoo.addons.ecom_hardware_proxy.proxy.printers import escpos

from sandbox.devices.render import RENDERERS
from tests.hardware.paper import black_share
from tests.unit.hardware.test_printers_prepare import image, ink_box

READY = b"\x12\x12\x12\x12"


def receipt(mimetype, content, width_mm=72.0, copies=1):
    document = printers.Document(mimetype, content)
    job = printers.prepare(document, "escpos", 203, width_mm, None, copies)
    return job, RENDERERS["escpos"](job, width_dots=round(width_mm * 8))


@pytest.mark.parametrize(("width_mm", "dots"), [(72.0, 576), (48.0, 384)])
def test_a_receipt_of_the_point_of_sale(width_mm, dots):
    """A JPEG that is wider than the paper shrinks to it; its height is what it takes."""
    _job, found = receipt("image/jpeg", image(600, 1000, "JPEG"), width_mm)
    assert found.problems == [] and found.count == 1 and found.kicks == []
    left, top, right, bottom = ink_box(found.labels[0].image)
    assert (left, top) == (0, 0) and abs(right - dots) <= 1
    assert abs(bottom - 1000 * dots / 600) <= 2


def test_a_narrow_receipt_stands_in_the_middle():
    _job, found = receipt("image/jpeg", image(375, 200, "JPEG"))
    assert ink_box(found.labels[0].image) == (100, 0, 475, 200)


def test_logos_keep_their_greys_and_text_stays_clean():
    out = io.BytesIO()
    Image.frombytes("L", (3, 1), bytes((20, 128, 240))).resize((576, 96), 0).save(out, "PNG")
    _job, found = receipt("image/png", out.getvalue())
    thirds = [found.labels[0].image.crop((left, 0, left + 192, 96)) for left in (0, 192, 384)]
    black, grey, white = map(black_share, thirds)
    assert black == 1 and white == 0 and 0.4 < grey < 0.6


def test_long_pictures_go_in_bands():
    """Small memories print garbage after long ones."""
    job, _found = receipt("image/png", image(512, 700))
    heads = [job[at + 4 : at + 8] for at in range(len(job)) if job[at : at + 4] == b"\x1dv0\x00"]
    assert [int.from_bytes(head[2:], "little") for head in heads] == [256, 256, 188]
    assert {int.from_bytes(head[:2], "little") for head in heads} == {72}


def test_plain_text_is_wrapped_and_spelled():
    job, found = receipt("text/plain", "Café – 2 €\n\n".encode() + b"x" * 50)
    assert found.problems == [] and job.count(b"x" * 48) == 1
    assert found.labels[0].texts == ["Café – 2 €", "x" * 48, "xx"]


def test_copies_are_cut_apart():
    _job, found = receipt("text/plain", b"hello", copies=3)
    assert found.count == 3


def test_a_printer_without_a_knife_feeds():
    job = printers.make("escpos", {"cut": False}).text("hello", 576)
    assert job.endswith(b"hello\n\x1bd\x05") and b"\x1dV" not in job


def test_letters_in_another_code_page():
    job = printers.make("escpos", {"code_page": "cp850"}).text("é€", 576)
    assert b"\x1bt\x02\x82EUR\n" in job
    with pytest.raises(ValueError, match="code_page: must be one of"):
        printers.make("escpos", {"code_page": "latin"})


@pytest.mark.parametrize(("pin", "sign"), [(2, 0), (5, 1)])
def test_the_drawer_is_opened_by_one_pin(pin, sign):
    kick = printers.drawer_kick(pin)
    assert kick == bytes((0x1B, 0x70, sign, 50, 50))
    assert RENDERERS["escpos"](kick).kicks == [pin]


@pytest.mark.parametrize("bad", [{"pin": 3}, {"pin": 0}, {"on_ms": 1}, {"off_ms": 600}])
def test_pulses_that_no_drawer_takes(bad):
    with pytest.raises(ValueError, match=f"{next(iter(bad))}: must be"):
        printers.drawer_kick(**bad)


@pytest.mark.parametrize("text", ["p\x00", "\x1bp\x00", "\x10\x14\x01\x00\x01"])
def test_no_text_opens_the_drawer(text):
    with pytest.raises(printers.Unprintable, match="cannot be printed"):
        receipt("text/plain", text.encode())


def test_no_picture_opens_the_drawer():
    """Printers obey DLE DC4 1 (the pulse) and DLE EOT amid the dots of a picture."""
    dots = bytes.fromhex("10 14 01 00 01 10 04 01 10 05 02 10 10 14") * 8
    drawn = Image.frombytes("1", (14 * 8, 8), bytes(byte ^ 0xFF for byte in dots))
    job = printers.make("escpos").picture(drawn, 203)
    body = job[job.index(b"\x1dv0\x00") + 8 :]
    assert not any(bytes((0x10, second)) in body for second in (0x04, 0x05, 0x14))
    assert body[:5] == b"\x10\x1c\x01\x00\x01", "one dot is black, the others are as they were"


@pytest.mark.parametrize(
    ("answer", "ready", "words"),
    [
        (READY, True, ""),
        (b"\x16\x12\x12\x12", True, ""),
        (b"\x1a\x12\x12\x12", False, "off line"),
        (b"\x12\x16\x12\x12", False, "cover is open"),
        (b"\x12\x32\x12\x72", False, "out of paper"),
        (b"\x12\x12\x1a\x12", False, "knife"),
        (b"\x12\x12\x32\x12", False, "fault"),
        (b"\x12\x12\x52\x12", False, "too hot"),
        (b"\x12\x12\x12\x1e", True, "nearly used up"),
        (b"\x12\x12\x12\x7e", False, "Out of paper."),
        (b"\x00\x12\xff\x12\x12\x12", True, ""),
    ],
)
def test_what_the_printer_says(answer, ready, words):
    printer = printers.make("escpos")
    assert printer.status_complete(answer)
    status = printer.read_status(answer)
    assert (status.ready, status.known) == (ready, True)
    assert words in " ".join(status.problems) and bool(words) == bool(status.problems)


@pytest.mark.parametrize("answer", [b"", b"\x12\x12", b"\xff" * 20])
def test_silence_is_no_answer(answer):
    printer = printers.make("escpos")
    status = printer.read_status(answer)
    assert not printer.status_complete(answer) and not status.ready and not status.known
    assert "does not answer" in status.problems[0]


def test_the_questions():
    request = printers.make("escpos").status_request()
    assert request == bytes.fromhex("100401 100402 100403 100404")


def test_the_drawer_switch():
    assert escpos.drawer_pin_high(b"\x16\x12\x12\x12") is True
    assert escpos.drawer_pin_high(READY) is False and escpos.drawer_pin_high(b"") is None
