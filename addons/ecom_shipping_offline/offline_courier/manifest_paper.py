"""The hand-over list: what the driver signs for, on letter pages."""

from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from .lettering import printable
from .texts import say, weight

_MARGIN = 0.7 * inch
_FRAME = 6  # what reportlab keeps free inside its frames
_INNER = letter[0] - 2 * _MARGIN
_COLUMNS = (0.35 * inch, 1.85 * inch, None, 1.25 * inch, 0.75 * inch)
_PLAIN = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=11)
_SMALL = ParagraphStyle("small", parent=_PLAIN, fontSize=8, leading=10)
_RIGHT = ParagraphStyle("right", parent=_PLAIN, alignment=2)
_HEAD = ParagraphStyle("head", parent=_PLAIN, fontName="Helvetica-Bold", fontSize=8)
_HEAD_RIGHT = ParagraphStyle("head right", parent=_HEAD, alignment=2)
_TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=17, leading=22)
_BOLD = ParagraphStyle("bold", parent=_PLAIN, fontName="Helvetica-Bold", fontSize=10, leading=14)


def draw(title, courier, request, service_names, day, language):
    """The list of :class:`ManifestRequest` ``request`` as PDF. The same list gives the same bytes.

    :param title: with the number of this list, printed on every page
    :param service_names: names by service code
    :rtype: bytes
    """
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=letter,
        leftMargin=_MARGIN - _FRAME,
        rightMargin=_MARGIN - _FRAME,
        topMargin=0.6 * inch,
        bottomMargin=0.8 * inch,
        title=title,
        invariant=1,
    )
    story = [
        *_top(courier, title, request.sender, day, language),
        _parcels(request.parcels, service_names, language),
        Spacer(0, 10),
        KeepTogether(
            [_total(request.parcels, language), Spacer(0, 22), _signatures(courier, language)]
        ),
    ]
    document.build(story, canvasmaker=_numbered_canvas(title, language))
    return buffer.getvalue()


def _paragraph(text, style=_PLAIN):
    """Text of customers in a paragraph: its markup is not ours."""
    return Paragraph(escape(printable(text)), style)


def _top(courier, title, sender, day, language):
    who = [sender.name, sender.company, sender.street, sender.street2]
    where = f"{sender.city} {sender.province}  {sender.postal_code}"
    lines = [line for line in (*who, where) if line.strip()]
    sides = Table(
        [
            [
                [_paragraph(say(language, "from"), _HEAD), *map(_paragraph, lines)],
                [
                    _paragraph(courier, _BOLD),
                    _paragraph(f"{say(language, 'date')}: {day:%Y-%m-%d}"),
                ],
            ]
        ],
        colWidths=[_INNER * 0.6, _INNER * 0.4],
        style=TableStyle(
            [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
        ),
    )
    return [_paragraph(title, _TITLE), Spacer(0, 8), sides, Spacer(0, 12)]


def _parcels(parcels, service_names, language):
    heads = ("", "tracking_number", "recipient", "ref")
    rows = [
        [_paragraph(say(language, code) if code else "", _HEAD) for code in heads]
        + [_paragraph(say(language, "weight"), _HEAD_RIGHT)]
    ]
    for position, parcel in enumerate(parcels, start=1):
        service = service_names.get(parcel.service_code, parcel.service_code)
        rows.append(
            [
                _paragraph(str(position)),
                [_paragraph(parcel.tracking_number), _paragraph(service, _SMALL)],
                [_paragraph(_who(parcel.recipient)), _paragraph(_where(parcel.recipient), _SMALL)],
                _paragraph(parcel.reference),
                _paragraph(weight(parcel.weight_g, language), _RIGHT),
            ]
        )
    return Table(rows, colWidths=_widths(), repeatRows=1, style=_GRID)


_GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.92, 0.92, 0.92)),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.Color(0.6, 0.6, 0.6)),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)


def _widths():
    fixed = sum(width for width in _COLUMNS if width)
    return [width or _INNER - fixed for width in _COLUMNS]


def _who(recipient):
    return recipient.name or recipient.company


def _where(recipient):
    abroad = recipient.country
    return f"{recipient.city} {recipient.province}  {recipient.postal_code} {abroad}".strip()


def _total(parcels, language):
    grams = sum(parcel.weight_g for parcel in parcels)
    return _paragraph(
        say(language, "total", count=len(parcels), weight=weight(grams, language)), _BOLD
    )


def _signatures(courier, language):
    """Two columns to sign in: who gives, who takes and counts."""
    fields = ("name_and_signature", "date_and_time", "parcels_counted")
    heads = (say(language, "handed_over_by"), say(language, "taken_over_by", courier=courier))
    rows = [[_paragraph(heads[0], _BOLD), "", _paragraph(heads[1], _BOLD)]]
    rows += [
        [_paragraph(say(language, code), _SMALL), "", _paragraph(say(language, code), _SMALL)]
        for code in fields
    ]
    gap = 0.4 * inch
    side = (_INNER - gap) / 2
    lines = [
        ("LINEABOVE", (column, row), (column, row), 0.6, colors.black)
        for column in (0, 2)
        for row in (1, 2, 3)
    ]
    style = TableStyle(
        [*lines, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    )
    return Table(rows, colWidths=[side, gap, side], rowHeights=[54, 42, 42, 18], style=style)


def _numbered_canvas(title, language):
    """A canvas class that writes "page n of m" when the number of pages is known."""

    class NumberedCanvas(Canvas):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self._pages = []

        def showPage(self):
            """Keep the page; it is drawn by ``save``."""
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self):
            """Write the foot of every page, now that their number is known."""
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self._foot(number, len(self._pages))
                super().showPage()
            return super().save()

        def _foot(self, number, count):
            self.setFont("Helvetica", 8)
            self.drawString(_MARGIN, 0.5 * inch, printable(title))
            text = say(language, "page", number=number, count=count)
            self.drawRightString(letter[0] - _MARGIN, 0.5 * inch, text)

    return NumberedCanvas
