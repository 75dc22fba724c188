"""What becomes of a document: passed byte for byte, drawn, or refused with the reason."""

import io
import threading

import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.ecom_hardware_proxy.proxy import labels, printers
from odoo.addons.ecom_hardware_proxy.proxy.printers import pictures

from tests.hardware import paper

SIZE = (101.6, 152.4)
CARRIER_FILES = {
    "zpl": b"^XA^FO10,10^GB100,100,4^FS^XZ\r\n\x00\xff",
    "epl2": b"\nN\nq812\nLO0,0,9,9\nP1\n",
    "dpl": b"\x02L\rD11\rE\r",
    "escpos": b"\x1b@hello\n\x1dV\x00",
    "pdf": b"%PDF-1.4 whatever it is",
}


def prepare(mimetype, content, language="zpl", size=SIZE, dpi=203, copies=1):
    return printers.prepare(printers.Document(mimetype, content), language, dpi, *size, copies)


def pdf(*pages, code=paper.TRACKING):
    """A PDF whose pages (in mm) have a frame on their edge and a bar code, both vectors."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for width, height in pages:
        label = labels.Label(
            width,
            height,
            (labels.Box(0, 0, width, height, 1), labels.Code128(1, 8, width - 2, 20, code)),
        )
        canvas.setPageSize((width * mm, height * mm))
        printers.pdf._draw(canvas, label)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def image(width, height, kind="PNG", mode="RGB", **options):
    """A picture with a black frame and a filled upper left quarter."""
    drawn = Image.new(mode, (width, height), "white")
    draw = ImageDraw.Draw(drawn)
    draw.rectangle((0, 0, width - 1, height - 1), outline="black", width=4)
    draw.rectangle((0, 0, width // 2, height // 2), fill="black")
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def ink_box(picture):
    return picture.convert("L").point(lambda level: 255 - level).getbbox()


# --- ready-made files ---------------------------------------------------------------------
@pytest.mark.parametrize("language", CARRIER_FILES)
@pytest.mark.parametrize("as_is", [True, False])
def test_a_carrier_file_passes_byte_for_byte(language, as_is):
    mimetype = "application/octet-stream" if as_is else f"application/{language}; charset=utf-8"
    assert prepare(mimetype, CARRIER_FILES[language], language) == CARRIER_FILES[language]


@pytest.mark.parametrize("language", ["zpl", "epl2", "dpl", "escpos"])
def test_copies_of_a_carrier_file_are_the_same_bytes_again(language):
    content = CARRIER_FILES[language]
    assert prepare(f"application/{language}", content, language, copies=3) == content * 3


def test_copies_of_a_pdf_are_its_pages_again():
    job = prepare("application/pdf", pdf((100, 150), (100, 100)), "pdf", copies=2)
    document = pypdfium2.PdfDocument(job)
    assert [round(page.get_height() / mm) for page in document] == [150, 100, 150, 100]


@pytest.mark.parametrize(
    ("mimetype", "content", "language", "words"),
    [
        ("application/zpl", b"^XA^XZ", "epl2", "This file is ZPL, but the printer speaks EPL2."),
        ("application/dpl", b"\x02L", "zpl", "This file is DPL, but the printer speaks ZPL."),
        ("application/escpos", b"a", "pdf", "This file is ESC/POS, but the printer speaks PDF."),
        ("application/zpl", b"%PDF-1.7", "zpl", "This is a PDF, but it was sent as"),
        ("text/html", b"<b>", "zpl", "A ZPL printer cannot print text/html."),
        ("text/plain", b"hello", "zpl", "A ZPL printer cannot print text/plain."),
        ("", b"hello", "zpl", "cannot print a document without a type"),
        ("application/zpl", b"", "zpl", "The document is empty."),
        ("application/pdf", b"%PDF-1.7 broken", "zpl", "The PDF cannot be read"),
        ("image/png", b"no picture", "zpl", "This is not a picture"),
        ("image/svg+xml", b"<svg/>", "zpl", "This is not a picture"),
        ("image/png", image(300, 300)[:200], "zpl", "The picture is damaged"),
        ("image/png", image(9000, 5000, mode="1"), "zpl", "The picture is too large"),
        (labels.MIMETYPE, b"{}", "zpl", "The label is not right: label.elements: is missing"),
        ("application/pdf", pdf((100, 150)), "dpl", "Pictures and PDF files cannot be printed"),
        ("image/png", image(10, 10), "dpl", "Pictures and PDF files cannot be printed"),
        ("text/plain", b"\xff", "escpos", "The text is not UTF-8."),
        ("text/plain", b"a\x1bp", "escpos", "cannot be printed"),
    ],
)
def test_refused_in_words(mimetype, content, language, words):
    with pytest.raises(printers.Unprintable, match=words.replace(".", r"\.")):
        prepare(mimetype, content, language)


@pytest.mark.parametrize("copies", [0, -1, 101])
def test_a_number_of_copies_that_nobody_wants(copies):
    with pytest.raises(printers.Unprintable, match="From 1 to 100"):
        prepare("application/zpl", b"^XA^XZ", copies=copies)


def test_a_layout_larger_than_the_paper_is_refused():
    layout = labels.write(paper.shipping_label())
    with pytest.raises(printers.Unprintable, match="larger than the paper"):
        prepare(labels.MIMETYPE, layout, size=(57, 32))
    with pytest.raises(printers.Unprintable, match="larger than the paper"):
        prepare(labels.MIMETYPE, layout, "escpos", size=(72, None))


# --- PDF and pictures on label printers -----------------------------------------------------
@pytest.mark.parametrize("language", ["zpl", "epl2"])
def test_a_page_of_label_size_prints_at_its_own_size(language):
    found = paper.put_through(prepare("application/pdf", pdf(SIZE), language), language)
    assert found.problems == [] and found.codes == [(paper.TRACKING, "]C0")]
    assert found.images[0].size == (812, 1218) and ink_box(found.images[0]) == (0, 0, 812, 1218)
    assert paper.black_share(found.images[0]) < 0.2, "not inverted"


@pytest.mark.parametrize("language", ["zpl", "epl2"])
def test_a_smaller_page_is_not_enlarged(language):
    found = paper.put_through(prepare("application/pdf", pdf((60, 40)), language), language)
    left, top, right, bottom = ink_box(found.images[0])
    assert (left, top) == (0, 0) and abs(right - 480) <= 1 and abs(bottom - 320) <= 1


def test_a_landscape_page_is_turned():
    found = paper.put_through(prepare("application/pdf", pdf((152.4, 101.6))), "zpl")
    assert found.images[0].size == (812, 1218) and ink_box(found.images[0]) == (0, 0, 812, 1218)
    assert found.codes == [(paper.TRACKING, "]C0")]


def test_a_letter_page_shrinks_to_the_paper():
    found = paper.put_through(prepare("application/pdf", pdf((215.9, 279.4))), "zpl")
    left, top, right, bottom = ink_box(found.images[0])
    assert (left, top) == (0, 0) and right == 812 and abs(bottom - 1051) <= 1


def test_each_page_is_a_label_and_copies_repeat_them():
    job = prepare("application/pdf", pdf(SIZE, SIZE), copies=2)
    assert paper.put_through(job, "zpl").count == 4


@pytest.mark.parametrize("language", ["zpl", "epl2"])
def test_a_pixel_is_a_dot(language):
    found = paper.put_through(prepare("image/png", image(400, 300), language), language)
    assert ink_box(found.images[0]) == (0, 0, 400, 300)
    grey = found.images[0].convert("L")
    assert grey.getpixel((50, 50)) == 0 and grey.getpixel((300, 250)) == 255


def test_a_picture_that_says_its_resolution_keeps_its_size():
    found = paper.put_through(prepare("image/png", image(600, 300, dpi=(300, 300))), "zpl")
    assert ink_box(found.images[0]) == (0, 0, 406, 203)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_kinds_of_pictures(kind):
    job = prepare(f"image/{kind.lower()}", image(400, 300, kind))
    assert ink_box(paper.put_through(job, "zpl").images[0]) == (0, 0, 400, 300)


def test_what_is_transparent_is_paper():
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    assert (
        paper.black_share(paper.put_through(prepare("image/png", out.getvalue()), "zpl").images[0])
        == 0
    )


def test_citizen_pictures_by_option():
    """As the Datamax manual says; off until somebody has tried it on his Citizen."""
    dpl = printers.make("dpl", {"pictures": "datamax"})
    job = printers.prepare(printers.Document("application/pdf", pdf(SIZE)), dpl, 203, *SIZE)
    found = paper.put_through(job, "dpl")
    assert found.problems == [] and found.codes == [(paper.TRACKING, "]C0")]
    assert ink_box(found.images[0])[2:] == (812, 1218)
    assert job.startswith(b"\x02IDAFECOM0\r80") and job.endswith(b"E\r\x02xDGECOM0\r")


@pytest.mark.parametrize("bad", [{"pictures": "maybe"}, {"bank": "DD"}, {"bank": "\r"}])
def test_citizen_options_are_checked(bad):
    with pytest.raises(ValueError, match="must be"):
        printers.make("dpl", bad)


@pytest.mark.parametrize("language", ["zpl", "epl2", "dpl", "escpos", "pdf"])
def test_a_picture_in_a_layout(language):
    """20 x 20 mm, its upper left quarter black."""
    layout = labels.Label(72, 50, (labels.Picture(30, 10, 20, 20, image(64, 64)),))
    options = {"pictures": "datamax"} if language == "dpl" else {}
    job = printers.make(language, options).render(layout, 203)
    found = paper.put_through(job, language, layout)
    assert found.problems == []
    box = ink_box(found.images[0])
    for dots, length_mm in zip(box, (30, 10, 50, 30), strict=True):
        assert abs(dots - length_mm * 203 / 25.4) <= 2
    grey = found.images[0].convert("L")
    assert grey.getpixel((280, 120)) == 0 and grey.getpixel((380, 220)) == 255


# --- document printers ----------------------------------------------------------------------
def test_a_picture_becomes_a_page_with_its_colours():
    out = io.BytesIO()
    Image.new("RGB", (600, 300), (200, 30, 30)).save(out, "PNG", dpi=(150, 150))
    job = prepare("image/png", out.getvalue(), "pdf", size=(215.9, 279.4), dpi=300, copies=2)
    pages = list(pypdfium2.PdfDocument(job))
    assert [[round(side) for side in page.get_size()] for page in pages] == [[612, 792]] * 2
    drawn = pages[1].render(scale=1).to_pil().convert("RGB")
    red, green, _blue = drawn.getpixel((140, 70))
    assert red > 180 and green < 60, "4 x 2 inches of red"
    assert drawn.getpixel((300, 70)) == drawn.getpixel((140, 160)) == (255, 255, 255)


def test_a_wide_picture_is_turned_on_an_office_page_too():
    job = prepare("image/png", image(3000, 1000, dpi=(300, 300)), "pdf", (215.9, 279.4), 300)
    (page,) = pypdfium2.PdfDocument(job)
    left, top, right, bottom = ink_box(page.render(scale=1).to_pil())
    assert (left, top) == (0, 0) and abs(right - 240) <= 2 and abs(bottom - 720) <= 2


def test_pdfs_are_drawn_by_many_printers_at_once():
    content, found = pdf((60, 40), (60, 80)), []

    def work():
        found.extend(prepare("application/pdf", content) for _time in range(3))

    threads = [threading.Thread(target=work) for _printer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 12 and len(set(found)) == 1


def test_pdfium_is_entered_by_one_thread_at_a_time():
    """Each printer has its own thread, and PDFium is not made for two."""
    found = []
    content = pdf((60, 40))
    thread = threading.Thread(target=lambda: found.append(prepare("application/pdf", content)))
    with pictures._PDFIUM:
        thread.start()
        thread.join(0.1)
        assert thread.is_alive() and not found
    thread.join(60)
    assert len(found) == 1
