"""From a document to the bytes for one printer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from PIL import Image

from .. import labels
from ..words import Words
from . import pictures
from .dpl import Dpl
from .epl2 import Epl2
from .escpos import Escpos
from .language import Language, Unprintable, dots
from .pdf import Pdf
from .zpl import Zpl

LANGUAGES: dict[str, type[Language]] = {kind.name: kind for kind in (Zpl, Epl2, Dpl, Escpos, Pdf)}
MAX_COPIES = 100
MAX_BYTES = 256 * 1024 * 1024
_AS_IS = "application/octet-stream"
_READY_MADE = {kind.mimetype: kind.title for kind in LANGUAGES.values()}


@dataclass(frozen=True)
class Document:
    """What is to be printed. *mimetype* may carry parameters (``; charset=utf-8``)."""

    mimetype: str
    content: bytes

    @property
    def kind(self) -> str:
        return self.mimetype.partition(";")[0].strip().lower()


def make(name: str, options: Mapping[str, object] | None = None) -> Language:
    """The language *name* with the options of one printer.

    Raises ValueError for a language, option or value that does not exist.
    """
    kind = LANGUAGES.get(name)
    if kind is None:
        raise ValueError(
            Words(
                "language: must be one of {languages}, not {name}",
                languages=", ".join(LANGUAGES),
                name=repr(name),
            )
        )
    options = dict(options or {})
    unknown = options.keys() - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(
            Words(
                "{unknown}: {title} has no such option",
                unknown=sorted(unknown)[0],
                title=kind.title,
            )
        )
    return kind(**options)


def prepare(
    document: Document,
    language: str | Language,
    dpi: int,
    width_mm: float,
    height_mm: float | None = None,
    copies: int = 1,
) -> bytes:
    """The bytes that print *document* *copies* times on paper of this size.

    A layout has its own size. A file that is already in the printer's language is not touched: its
    copies are the same bytes again, in one job. Raises Unprintable with the reason in words.
    """
    speaks = make(language) if isinstance(language, str) else language
    if not 1 <= copies <= MAX_COPIES:
        raise Unprintable(
            Words(
                "From 1 to {max_copies} copies can be printed at once, not {copies}.",
                max_copies=MAX_COPIES,
                copies=copies,
            )
        )
    if not document.content:
        raise Unprintable(Words("The document is empty."))
    if document.kind in (_AS_IS, speaks.mimetype):
        return _ready_made(document, speaks, copies)
    if document.kind == labels.MIMETYPE:
        return _layout(document.content, speaks, dpi, width_mm, height_mm, copies)
    if document.kind.startswith("image/") and isinstance(speaks, Pdf):
        size = (dots(width_mm, dpi), dots(height_mm or width_mm, dpi))
        return _repeated_pdf(pictures.to_pdf(document.content, dpi, *size), copies)
    if document.kind == "application/pdf" or document.kind.startswith("image/"):
        pages = _pages(document, speaks, dpi, width_mm, height_mm)
        return _repeated(b"".join(speaks.picture(page, dpi) for page in pages), copies)
    if document.kind == "text/plain" and isinstance(speaks, Escpos):
        return _text(document.content, speaks, _dots_across(speaks, width_mm, dpi), copies)
    raise Unprintable(_refusal(document, speaks))


def _ready_made(document: Document, speaks: Language, copies: int) -> bytes:
    is_pdf = document.content.startswith(b"%PDF-")
    if isinstance(speaks, Pdf):
        return _repeated_pdf(document.content, copies)
    if is_pdf:
        raise Unprintable(
            Words(
                "This is a PDF, but it was sent as {kind}: it would print as text.",
                kind=document.kind,
            )
        )
    return _repeated(document.content, copies)


def _repeated(content: bytes, copies: int) -> bytes:
    _check_size(content, copies)
    return content * copies


def _check_size(content: bytes, copies: int) -> None:
    """A station has little memory: refuse what would take all of it."""
    if len(content) * copies > MAX_BYTES:
        size = f"{copies} x {len(content) >> 20} MB"
        raise Unprintable(
            Words("This is too much at once ({size}): print fewer copies at a time.", size=size)
        )


def _repeated_pdf(content: bytes, copies: int) -> bytes:
    """Two PDF files after each other are not a PDF; its pages are repeated in one."""
    _check_size(content, copies)
    return pictures.repeat_pdf(content, copies) if copies > 1 else content


def _layout(
    content: bytes,
    speaks: Language,
    dpi: int,
    width_mm: float,
    height_mm: float | None,
    copies: int,
) -> bytes:
    try:
        layout = labels.read(content)
    except labels.LabelError as error:
        raise Unprintable(Words("The label is not right: {error}.", error=error)) from None
    tall_mm = height_mm if height_mm is not None and not speaks.continuous else float("inf")
    if layout.width_mm > width_mm + 1 or layout.height_mm > tall_mm + 1:
        size = f"{layout.width_mm:g} x {layout.height_mm:g} mm"
        raise Unprintable(
            Words("The label of {size} is larger than the paper in this printer.", size=size)
        )
    return speaks.render(layout, dpi, copies)


def _pages(
    document: Document, speaks: Language, dpi: int, width_mm: float, height_mm: float | None
) -> Iterator[Image.Image]:
    width = _dots_across(speaks, width_mm, dpi)
    height = None if speaks.continuous or height_mm is None else dots(height_mm, dpi)
    if document.kind == "application/pdf":
        return pictures.from_pdf(document.content, dpi, width, height)
    return iter([pictures.from_image(document.content, dpi, width, height)])


def _dots_across(speaks: Language, width_mm: float, dpi: int) -> int:
    """The paper's width; receipt printers count in bytes (72 mm are 576 dots, not 575)."""
    width = dots(width_mm, dpi)
    return -(-width // 8) * 8 if speaks.continuous else width


def _text(content: bytes, speaks: Escpos, width_dots: int, copies: int) -> bytes:
    try:
        return speaks.text(content.decode("utf-8"), width_dots, copies)
    except UnicodeDecodeError:
        raise Unprintable(Words("The text is not UTF-8.")) from None


def _refusal(document: Document, speaks: Language) -> str:
    if document.kind in _READY_MADE:
        return Words(
            "This file is {ready_made}, but the printer speaks {title}.",
            ready_made=_READY_MADE[document.kind],
            title=speaks.title,
        )
    return Words(
        "A {title} printer cannot print {kind}.",
        title=speaks.title,
        kind=document.kind or Words("a document without a type"),
    )
