"""One document on its way to a printer: a value, and what kind of file it is."""

import hashlib
from dataclasses import dataclass, field

from ..proxy.labels import MIMETYPE as LAYOUT

RAW = "application/octet-stream"  # sent as it is: whoever prints it knows the printer
# The file languages of ecom.device, by MIME type; pictures are drawn as PDF files are.
LANGUAGE_OF = {
    "application/zpl": "zpl",
    "application/epl2": "epl2",
    "application/dpl": "dpl",
    "application/escpos": "escpos",
    "application/pdf": "pdf",
}
# How files in a printer language begin; Odoo takes them for plain text.
BEGINNINGS = {
    b"^XA": "application/zpl",
    b"~": "application/zpl",
    b"N\n": "application/epl2",
    b"N\r\n": "application/epl2",
    b"\x02L": "application/dpl",
    b"\x02n": "application/dpl",
    b"\x02m": "application/dpl",
    b"\x1b@": "application/escpos",
    b"%PDF": "application/pdf",
}
VAGUE = {"", "text/plain", RAW}


@dataclass(frozen=True)
class PrintDocument:
    """A file to print.

    *identity* tells two documents of one press of the button apart; two presses with the same key
    and identity are the same document. *attachment_id* is where the content came from.
    """

    name: str
    mimetype: str
    content: bytes = field(repr=False)
    identity: str = ""
    attachment_id: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def printable(self) -> bool:
        """Whether an agent can print this kind of file at all."""
        return bool(self.language) or self.mimetype in (LAYOUT, RAW)

    @property
    def language(self) -> str | None:
        """The printer language that the file is in, or None if any printer may do."""
        if self.mimetype.startswith("image/"):
            return "pdf"
        return LANGUAGE_OF.get(self.mimetype)


def recognise(mimetype: str, content: bytes) -> str:
    """*mimetype*, or a better one when it says nothing and the first bytes do."""
    if mimetype not in VAGUE:
        return mimetype
    start = content[:64].lstrip()
    found = (kind for mark, kind in BEGINNINGS.items() if start.startswith(mark))
    return next(found, mimetype)
