"""Labels and manifests read back by machine."""

import pypdfium2
import zxingcpp

DOTS_PER_POINT = 300 / 72


def bar_codes(pdf):
    """The Code 128 texts of each page: a list of lists."""
    assert pdf.startswith(b"%PDF"), pdf[:40]
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_codes(page.render(scale=DOTS_PER_POINT).to_pil()) for page in document]
    finally:
        document.close()


def _codes(picture):
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return [code.text for code in found]


def text(pdf):
    """All words of a PDF file."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
