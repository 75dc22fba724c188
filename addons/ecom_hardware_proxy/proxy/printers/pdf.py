"""PDF for document printers, and the drawing that receipts are made of."""

from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from PIL import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ..labels import Code128, Label, code128, placing
from . import pictures
from .code_pages import spell
from .language import Language

_FONT = "Helvetica-Bold"
_ASCENT = 0.77  # of the letter size, from the top of the letters to the base line


@dataclass(frozen=True)
class Pdf(Language):
    """PDF with the fonts that every reader has (Western European letters)."""

    name: ClassVar[str] = "pdf"
    title: ClassVar[str] = "PDF"
    mimetype: ClassVar[str] = "application/pdf"

    def render(self, layout: Label, dpi: int, copies: int = 1) -> bytes:
        out = BytesIO()
        size = (layout.width_mm * mm, layout.height_mm * mm)
        canvas = Canvas(out, pagesize=size, pageCompression=1, invariant=1)
        for _copy in range(copies):
            _draw(canvas, layout)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def picture(self, image: Image.Image, dpi: int, copies: int = 1) -> bytes:
        out = BytesIO()
        pages = [image] * copies
        pages[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pages[1:])
        return out.getvalue()


def _draw(canvas: Canvas, layout: Label) -> None:
    for picture in placing.pictures(layout):
        _picture(canvas, picture, layout.height_mm)
    for item in placing.rectangles(layout):
        _rectangle(canvas, item, layout.height_mm)
    for code in placing.codes(layout):
        _code(canvas, code, layout.height_mm)
    for line in placing.text_lines(layout):
        _text(canvas, line, layout.height_mm)


def _rectangle(canvas: Canvas, item: placing.Rectangle, page_mm: float) -> None:
    bottom_mm = page_mm - item.y_mm - item.height_mm
    sizes = (item.x_mm, bottom_mm, item.width_mm, item.height_mm)
    canvas.rect(*(size * mm for size in sizes), stroke=0, fill=1)


def _code(canvas: Canvas, code: Code128, page_mm: float) -> None:
    module_mm = min(code.module_mm, code.width_mm / code.modules)
    left_mm = placing.bars_left_mm(code, module_mm)
    for start, width in code128.bars(code.values):
        x_mm = left_mm + start * module_mm
        bar = placing.Rectangle(x_mm, code.y_mm, width * module_mm, code.height_mm)
        _rectangle(canvas, bar, page_mm)


def _text(canvas: Canvas, line: placing.TextLine, page_mm: float) -> None:
    text = spell(line.text, "cp1252").decode("cp1252")
    size, room = line.size_mm * mm, line.width_mm * mm
    needed = stringWidth(text, _FONT, size)
    words = canvas.beginText()
    words.setFont(_FONT, size)
    words.setHorizScale(min(100.0, 100 * room / needed))
    left = line.x_mm * mm + ((room - min(needed, room)) / 2 if line.centered else 0)
    words.setTextOrigin(left, (page_mm - line.y_mm) * mm - _ASCENT * size)
    words.textOut(text)
    canvas.drawText(words)


def _picture(canvas: Canvas, item: placing.Picture, page_mm: float) -> None:
    image = ImageReader(pictures.flat(pictures.opened(item.content)))
    field = (item.width_mm * mm, item.height_mm * mm)
    bottom = (page_mm - item.y_mm - item.height_mm) * mm
    canvas.drawImage(image, item.x_mm * mm, bottom, *field, preserveAspectRatio=True, anchor="nw")
