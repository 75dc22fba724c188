"""PDF pages and images as dots: black or white, in the printer's resolution, never larger than paper.

A page or image that fits prints at its own size; one that is turned the other way than the paper and
does not fit is rotated; only what is still larger than the paper is made smaller.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from ..words import Words
from .language import Unprintable

MAX_PIXELS = 40_000_000
MAX_PAGES = 200
_POINTS = 72.0
_BLACK_BELOW = 128
# Resolutions that cameras and browsers write without meaning it.
_MEANT_DPI = range(100, 1201)
# Rounding of page sizes (a 4 x 6 inch page on 101.6 x 152.4 mm paper) is not "larger".
_SLACK_DOTS = 4
# PDFium must not be entered by two threads at once, and each printer has a thread.
_PDFIUM = threading.Lock()
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF")


def opened(content: bytes) -> Image.Image:
    """The image in *content*. Raises Unprintable: not an image, damaged, or far too large."""
    try:
        image = Image.open(BytesIO(content), formats=_FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise Unprintable(
                Words(
                    "The picture is too large ({width} x {height} dots).",
                    width=image.width,
                    height=image.height,
                )
            )
        image.load()
        return ImageOps.exif_transpose(image)
    except Unprintable:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise Unprintable(
            Words("This is not a picture that can be printed (PNG, JPEG, GIF).")
        ) from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unprintable(Words("The picture is damaged: {error}.", error=error)) from None


def on_white(image: Image.Image) -> Image.Image:
    """*image* without transparency: what is transparent is paper."""
    if image.mode == "P" or "A" in image.mode or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(white, layer)
    return image


def flat(image: Image.Image) -> Image.Image:
    """*image* in grey on white."""
    return on_white(image).convert("L")


def bits(image: Image.Image) -> Image.Image:
    """*image* in black and white (mode "1") by a threshold: dithering would spoil bar codes."""
    return flat(image).point(lambda level: 255 if level >= _BLACK_BELOW else 0, "1")


def tones(image: Image.Image) -> Image.Image:
    """*image* in black and white with its greys as dots, for receipts with logos; what is nearly black
    or nearly white stays clean.
    """
    return flat(image).point(lambda level: min(255, max(0, (level - 64) * 2))).convert("1")


def into_field(content: bytes, width: int, height: int) -> Image.Image:
    """A picture scaled, up or down, into a field of *width* by *height* dots."""
    return bits(ImageOps.contain(flat(opened(content)), (width, height)))


def from_image(content: bytes, dpi: int, width: int, height: int | None) -> Image.Image:
    """An image file as a page of dots. Its own resolution counts if it says one, else a pixel is a
    dot. *height* None: a receipt, paper without end.
    """
    image = opened(content)
    turned, scale = _placement(image, dpi, width, height)
    grey = flat(image)
    if turned:
        grey = grey.transpose(Image.Transpose.ROTATE_90)
    if scale != 1.0:
        size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    return _on_paper(grey, width, height)


def to_pdf(content: bytes, dpi: int, width: int, height: int) -> bytes:
    """An image file as a PDF page of that size in dots, with its colours; placed as on a label."""
    image = opened(content)
    turned, scale = _placement(image, dpi, width, height)
    drawn = on_white(image)
    if turned:
        drawn = drawn.transpose(Image.Transpose.ROTATE_90)
    # All of the image's own dots, on a page that is as large in them, within reason.
    smaller = min(1.0, scale * math.sqrt(MAX_PIXELS / (width * height)))
    if smaller < 1:
        size = (max(1, int(drawn.width * smaller)), max(1, int(drawn.height * smaller)))
        drawn, scale = drawn.resize(size, Image.Resampling.LANCZOS), scale / smaller
    page = Image.new("RGB", (round(width / scale), round(height / scale)), "white")
    page.paste(drawn, (0, 0))
    out = BytesIO()
    page.save(out, "PDF", resolution=dpi / scale)
    return out.getvalue()


def _placement(image: Image.Image, dpi: int, width: int, height: int | None) -> tuple[bool, float]:
    own_dpi = round(float(image.info.get("dpi", (0, 0))[0]))
    scale = dpi / own_dpi if own_dpi in _MEANT_DPI else 1.0
    return _placed(image.width * scale, image.height * scale, width, height, scale)


def from_pdf(content: bytes, dpi: int, width: int, height: int | None) -> Iterator[Image.Image]:
    """Each page of a PDF as a page of dots. Raises Unprintable, before the first page is yielded or
    while going on: use all pages or none.
    """
    with _pdf(content) as document:
        if len(document) > MAX_PAGES:
            raise Unprintable(
                Words(
                    "The PDF has {pages} pages, more than {max_pages}.",
                    pages=len(document),
                    max_pages=MAX_PAGES,
                )
            )
        for page in document:
            yield _on_paper(_page(page, dpi, width, height), width, height)


def repeat_pdf(content: bytes, copies: int) -> bytes:
    """One PDF that holds all pages of *content*, *copies* times."""
    with _pdf(content) as document:
        merged = pypdfium2.PdfDocument.new()
        for _copy in range(copies):
            merged.import_pages(document)
        out = BytesIO()
        merged.save(out)
        merged.close()
        return out.getvalue()


@contextmanager
def _pdf(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise Unprintable(Words("The PDF cannot be read: {error}.", error=error)) from None
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise Unprintable(Words("The PDF is damaged: {error}.", error=error)) from None
        finally:
            document.close()


def _page(page: pypdfium2.PdfPage, dpi: int, width: int, height: int | None) -> Image.Image:
    scale = dpi / _POINTS
    across, down = (length * scale for length in page.get_size())
    turned, scale = _placed(across, down, width, height, scale)
    if page.get_width() * page.get_height() * scale * scale > MAX_PIXELS:
        raise Unprintable(Words("A page of the PDF is far too large for this printer."))
    for item in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
        across, down = item.get_px_size()
        if across * down > MAX_PIXELS:
            raise Unprintable(
                Words(
                    "A picture in the PDF is too large ({across} x {down} dots).",
                    across=across,
                    down=down,
                )
            )
    bitmap = page.render(scale=scale, rotation=270 if turned else 0, grayscale=True)
    return bitmap.to_pil().copy()


def _placed(
    across: float, down: float, width: int, height: int | None, scale: float
) -> tuple[bool, float]:
    """(turn by a quarter?, scale) for something of *across* by *down* dots at *scale*."""
    tall = height if height is not None else float("inf")

    def fits(wide: float, high: float) -> bool:
        return wide <= width + _SLACK_DOTS and high <= tall + _SLACK_DOTS

    if fits(across, down):
        return False, scale
    turned = height is not None and (across > down) != (width > height)
    if turned:
        across, down = down, across
    if fits(across, down):
        return turned, scale
    return turned, scale * min(width / across, tall / down)


def _on_paper(image: Image.Image, width: int, height: int | None) -> Image.Image:
    """*image* on paper of *width* dots: at the top left of a label, in the middle of a receipt."""
    if height is None:
        page = Image.new("1", (width, image.height), 1)
        page.paste(tones(image), (max(0, (width - image.width) // 2), 0))
    else:
        page = Image.new("1", (width, height), 1)
        page.paste(bits(image), (0, 0))
    return page


@dataclass(frozen=True)
class Ink:
    """The part of a picture that has black dots, and where it was."""

    image: Image.Image
    x: int
    y: int


def ink(image: Image.Image) -> Ink | None:
    """*image* without its white margins; None if it is all white."""
    box = ImageChops.invert(image.convert("L")).getbbox()
    return Ink(image.crop(box), box[0], box[1]) if box else None


def rows(image: Image.Image, black: int) -> tuple[int, bytes]:
    """(bytes in a row, all rows) of a picture in mode "1"; a black dot is the bit *black*.

    Bits that fill the last byte of a row are white.
    """
    row_bytes = -(-image.width // 8)
    padded = Image.new("1", (row_bytes * 8, image.height), 1)
    padded.paste(image, (0, 0))
    data = padded.tobytes()  # Pillow: 1 is white
    return row_bytes, data if black == 0 else bytes(byte ^ 0xFF for byte in data)
