"""Printed matter for tests: labels to print, what the printers made of them, codes read off paper."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image

from odoo.addons.ecom_hardware_proxy.proxy import labels, printers

from sandbox.devices.render import RENDERERS

WIDTH_MM, HEIGHT_MM, DPI = 101.6, 152.4, 203
LABEL_LANGUAGES = ("zpl", "epl2", "dpl")
ALL_LANGUAGES = (*LABEL_LANGUAGES, "escpos", "pdf")
TRACKING = "1Z999AA10123456784"
GS1 = (("01", "09506000134352"), ("10", "ABC-1"), ("21", "99x"))
SIXTY = "Etablissements Lefevre et Fils, Quai de la Gare Maritime 12B"


@dataclass
class Printed:
    """What came out of a printer: pictures, number of papers, texts where the printer tells them."""

    images: list[Image.Image]
    count: int
    texts: list[str]
    problems: list[str]

    @property
    def codes(self) -> list[tuple[str, str]]:
        """(text, AIM identifier) of the bar codes, from the top down."""
        found = zxingcpp.read_barcodes(self.images[0].convert("L"))
        found.sort(key=lambda code: code.position.top_left.y)
        return [(code.text, code.symbology_identifier) for code in found]


def shipping_label(name="Zoé Lefrançois", street="275 rue d’Œuvre", **code) -> labels.Label:
    """A 4 x 6 inch label as a carrier would want it, with a plain code and a GS1-128."""
    code = code or {"data": TRACKING}
    return labels.Label(
        WIDTH_MM,
        HEIGHT_MM,
        (
            labels.Box(2, 2, 97.6, 148.4),
            labels.Text(5, 5, name, 6, 90, max_lines=3),
            labels.Text(5, 30, street, 4.5, 90, max_lines=3),
            labels.Text(5, 48, "Montréal QC H2B 1A0", 5, 90),
            labels.Line(2, 62, 97.6, 0.5),
            labels.Code128(3, 68, 95, 25, **code),
            labels.Code128(3, 108, 95, 25, gs1=GS1),
        ),
    )


def prepared(layout: labels.Label, language="zpl", dpi=DPI, copies=1) -> bytes:
    """The job for a printer with paper of the layout's size."""
    document = printers.Document(labels.MIMETYPE, labels.write(layout))
    size = (layout.width_mm, layout.height_mm)
    return printers.prepare(document, language, dpi, *size, copies=copies)


def put_through(job: bytes, language: str, layout=None, dpi=DPI) -> Printed:
    """Print *job* on a printer of that language with paper of the layout's size (4 x 6 inches)."""
    width = layout.width_mm if layout else WIDTH_MM
    height = layout.height_mm if layout else HEIGHT_MM
    if language == "pdf":
        return _pdf(job, dpi)
    if language == "escpos":
        found = RENDERERS["escpos"](job, width_dots=-(-round(width * dpi / 25.4) // 8) * 8)
    else:
        found = RENDERERS[language](job, width, height, dpi)
    texts = [text for label in found.labels for text in label.texts]
    return Printed([label.image for label in found.labels], found.count, texts, found.problems)


def _pdf(job: bytes, dpi: int) -> Printed:
    document = pypdfium2.PdfDocument(job)
    images = [page.render(scale=dpi / 72).to_pil() for page in document]
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return Printed(images, len(images), texts, [])


def printed(layout: labels.Label, language="zpl", dpi=DPI, copies=1) -> Printed:
    """Print *layout*."""
    return put_through(prepared(layout, language, dpi, copies), language, layout, dpi)


def black_share(image: Image.Image) -> float:
    """Which part of the picture is black."""
    grey = image.convert("L")
    return sum(grey.histogram()[:128]) / (grey.width * grey.height)
