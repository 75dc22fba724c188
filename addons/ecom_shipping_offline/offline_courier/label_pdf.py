"""A label as PDF: 4 x 6 inches, alone or on the upper part of a letter page."""

import bisect
from io import BytesIO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import letter
from reportlab.lib.units import inch
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.ecom_shipping.carrier_contract import LabelFormat

WIDTH, HEIGHT = 4 * inch, 6 * inch
_MARGIN = 0.16 * inch
_INNER = WIDTH - 2 * _MARGIN
_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"
_SMALLEST = 6
# Bars of 1 point (14 mil) where they fit; ten bars of white on either side.
_BAR, _QUIET_BARS, _BAR_HEIGHT = 1.0, 10, 0.8 * inch
_NUMBER_BOTTOM = 0.3 * inch
_BARS_BOTTOM = _NUMBER_BOTTOM + 20


def draw(label, label_format):
    """The PDF of one :class:`Label`. The same label always gives the same bytes.

    :rtype: bytes
    """
    buffer = BytesIO()
    on_letter = label_format is LabelFormat.PDF_LETTER
    canvas = Canvas(buffer, pagesize=letter if on_letter else (WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(label.number)
    if on_letter:
        canvas.translate((letter[0] - WIDTH) / 2, letter[1] - HEIGHT - 0.5 * inch)
        _cutting_line(canvas)
    _draw(canvas, label)
    canvas.save()
    return buffer.getvalue()


def _draw(canvas, label):
    """From the top: courier, sender, recipient, facts, notes; the bar code stands at the bottom."""
    y = _band(canvas, label, HEIGHT - 0.2 * inch)
    y = _sender(canvas, label, y)
    y = _recipient(canvas, label, y)
    y = _facts(canvas, label.facts, y)
    _notes(canvas, label.notes, y)
    _bar_code(canvas, label.number)


def _cutting_line(canvas):
    canvas.saveState()
    canvas.setDash(2, 4)
    canvas.setStrokeGray(0.6)
    canvas.rect(0, 0, WIDTH, HEIGHT)
    canvas.restoreState()


def _band(canvas, label, top):
    """Courier on white, service on black: the two things that a sorter looks for."""
    height = 30
    half = _INNER / 2
    canvas.rect(_MARGIN, top - height, _INNER, height)
    canvas.rect(_MARGIN + half, top - height, half, height, fill=1)
    _text(canvas, label.courier, _MARGIN + 7, top - 20, half - 14, _BOLD, 15)
    canvas.setFillGray(1)
    _text(canvas, label.service, _MARGIN + half + 7, top - 20, half - 14, _BOLD, 13)
    canvas.setFillGray(0)
    return top - height


def _sender(canvas, label, top):
    y = top - 13
    _text(canvas, label.sender_heading, _MARGIN, y, _INNER, _BOLD, 6.5)
    for line in label.sender:
        y -= 9.5
        _text(canvas, line, _MARGIN, y, _INNER, _PLAIN, 8)
    return _rule(canvas, y - 7)


def _recipient(canvas, label, top):
    y = top - 14
    _text(canvas, label.recipient_heading, _MARGIN, y, _INNER, _BOLD, 6.5)
    for position, line in enumerate(label.recipient):
        y -= 17
        _text(canvas, line, _MARGIN + 10, y, _INNER - 10, _PLAIN if position else _BOLD, 14)
    return _rule(canvas, y - 9)


def _facts(canvas, facts, top):
    """Heading over value, side by side."""
    column = _INNER / len(facts)
    for position, (heading, value) in enumerate(facts):
        x = _MARGIN + position * column
        _text(canvas, heading.upper(), x, top - 11, column - 4, _BOLD, 6.5)
        _text(canvas, value, x, top - 25, column - 4, _BOLD, 12)
    return _rule(canvas, top - 32)


def _notes(canvas, notes, top):
    y = top - 3
    for note in notes:
        y -= 12
        _text(canvas, note, _MARGIN, y, _INNER, _BOLD, 9)


def _bar_code(canvas, number):
    bars = Code128(number, barWidth=_BAR, barHeight=_BAR_HEIGHT, quiet=False)
    room = WIDTH - 2 * _QUIET_BARS * _BAR
    if bars.width > room:
        width = _BAR * WIDTH / (bars.width + 2 * _QUIET_BARS * _BAR)
        bars = Code128(number, barWidth=width, barHeight=_BAR_HEIGHT, quiet=False)
    bars.drawOn(canvas, (WIDTH - bars.width) / 2, _BARS_BOTTOM)
    size = _fitting(number, _BOLD, 13, _INNER)
    canvas.setFont(_BOLD, size)
    canvas.drawCentredString(WIDTH / 2, _NUMBER_BOTTOM, number)


def _rule(canvas, y):
    canvas.line(_MARGIN, y, WIDTH - _MARGIN, y)
    return y


def _text(canvas, text, x, y, width, font, size):
    """One line, made smaller or cut until it fits."""
    size = _fitting(text, font, size, width)
    # Bisection: nobody promises that an address is short.
    fits = bisect.bisect_right(
        range(1, len(text) + 1), width, key=lambda count: stringWidth(text[:count], font, size)
    )
    text = text[:fits]
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def _fitting(text, font, size, width):
    """The size, at most ``size``, at which ``text`` is not wider than ``width``."""
    natural = stringWidth(text, font, size)
    return size if natural <= width else max(_SMALLEST, size * width / natural)
