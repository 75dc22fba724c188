"""Small files that grow enormous: refused in words, or drawn within reason."""

import io
import time
import zlib

import pypdfium2
import pytest
from PIL import Image

from odoo.addons.ecom_hardware_proxy.proxy import printers
from odoo.addons.ecom_hardware_proxy.proxy.config import LinkConfig
from odoo.addons.ecom_hardware_proxy.proxy.printers import pictures
from odoo.addons.ecom_hardware_proxy.proxy.queue import JobQueue, NewJob

from tests.stations import device, running, until

SIZE = (215.9, 279.4)


def prepare(mimetype, content, language="zpl", copies=1):
    return printers.prepare(printers.Document(mimetype, content), language, 203, *SIZE, copies)


def pdf_with_picture(width, height):
    """A PDF with a grey picture of that size, all black, packed as small as can be."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(width)) for _ in range(height)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 288 432]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 29>>stream\nq 288 0 0 432 0 0 cm /I Do Q \nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(data), data),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Size 6/Root 1 0 R>>\n%%EOF\n"


def test_a_picture_in_a_pdf_is_measured_before_it_is_unpacked():
    assert prepare("application/pdf", pdf_with_picture(200, 300)).startswith(b"^XA")
    bomb = pdf_with_picture(8000, 8000)
    assert len(bomb) < 100_000
    with pytest.raises(printers.Unprintable, match="8000 x 8000"):
        prepare("application/pdf", bomb)


@pytest.mark.parametrize("size", [(60_000, 10), (10, 60_000)])
def test_a_long_thin_picture_makes_no_enormous_page(monkeypatch, size):
    made, new = [], Image.new

    def measured(mode, size, *values):
        made.append(size[0] * size[1])
        return new(mode, size, *values)

    out = io.BytesIO()
    Image.new("1", size, 1).save(out, "PNG")
    monkeypatch.setattr(pictures.Image, "new", measured)
    page = pypdfium2.PdfDocument(prepare("image/png", out.getvalue(), "pdf"))[0]
    assert max(made) <= pictures.MAX_PIXELS * 1.01
    assert page.get_width() / page.get_height() == pytest.approx(SIZE[0] / SIZE[1], rel=0.01)


@pytest.mark.parametrize(
    ("mimetype", "language"),
    [("application/zpl", "zpl"), ("application/octet-stream", "zpl"), ("application/pdf", "pdf")],
)
def test_copies_do_not_fill_the_memory(mimetype, language):
    content = b"^XA^XZ".ljust(4_000_000)
    with pytest.raises(printers.Unprintable, match="fewer copies"):
        prepare(mimetype, content, language, copies=100)


def test_a_document_that_ended_the_agent_three_times_is_given_up(tmp_path):
    """Otherwise it would end it again at each start, and nothing else would ever be printed."""
    sink = tmp_path / "sink"
    sink.mkdir()
    (tmp_path / "home").mkdir()
    queue = JobQueue(tmp_path / "home" / "queue.db", time.time)
    document = pdf_with_picture(20, 30)
    for number in (1, 2):
        queue.put(NewJob(f"job-{number}", "labels", "Label", "application/pdf", document))
    with queue._writing() as database:
        database.execute("INSERT INTO attempt VALUES ('job-1', 3)")
    queue.close()
    link, options = LinkConfig("file", folder=str(sink)), {"status": False}
    labels = device("label_printer", "labels", link, language="zpl", options=options)
    with running(tmp_path / "home", labels) as station:
        until(lambda: station.job("job-2").state == "sent")
        job = station.job("job-1")
        assert job.state == "failed" and "ended 3 times" in job.words


def test_a_document_that_was_drawn_leaves_no_trace(tmp_path):
    queue = JobQueue(tmp_path / "queue.db", time.time)
    for _ in range(9):
        with queue.attempt("job-1") as times:
            assert times == 1
    queue.close()
