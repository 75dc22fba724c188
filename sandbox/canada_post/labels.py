"""Specimen labels (facts 7 and 18): PDF and ZPL of our own layout with a real bar code."""

import io
import unicodedata

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from . import catalogue

WIDTH, HEIGHT = 4 * inch, 6 * inch
MARGIN = 9
WORDS = {
    "en": {
        "from": "FROM",
        "to": "TO",
        "weight": "Weight",
        "size": "Size",
        "mailed": "Mailing date",
        "ref": "Ref.",
        "pin": "TRACKING NUMBER",
        "specimen": "SPECIMEN - NOT VALID FOR MAILING",
        "contract": "Customer / contract",
        "fold": "Cut along this line",
        "packing": (
            "1. Print this page on plain paper.",
            "2. Cut along the line and put the label on the largest side of the parcel.",
            "3. Do not cover the bar code with tape, and keep it off edges and seams.",
            "4. This page comes from a sandbox: the label is a specimen and buys no postage.",
        ),
    },
    "fr": {
        "from": "EXPÉDITEUR",
        "to": "DESTINATAIRE",
        "weight": "Poids",
        "size": "Dimensions",
        "mailed": "Date d'expédition",
        "ref": "Réf.",
        "pin": "NUMÉRO DE REPÉRAGE",
        "specimen": "SPÉCIMEN - NON VALIDE POUR L'ENVOI",
        "contract": "Client / convention",
        "fold": "Couper le long de cette ligne",
        "packing": (
            "1. Imprimez cette page sur du papier ordinaire.",
            "2. Coupez le long de la ligne et apposez l'étiquette sur le plus grand côté du colis.",
            "3. Ne couvrez pas le code à barres de ruban; évitez les bords et les joints.",
            "4. Page produite par un bac à sable : spécimen sans valeur postale.",
        ),
    },
}


def render(record):
    """The bytes of a label in the format that was asked for at creation."""
    if record["encoding"] == "ZPL":
        return zpl(record)
    return pdf_small(record) if record["layout"] == "4x6" else pdf_page(record)


# --- what stands on a label -------------------------------------------------------------
def manifest_mark(record):
    """Whether a paper manifest has to go with the parcel (facts 11)."""
    return "MANIFEST REQ" if record["group"] else "MANIFEST NOT REQ"


def spaced_pin(pin):
    """The number in groups of four."""
    return " ".join(pin[start : start + 4] for start in range(0, len(pin), 4))


def spaced_postal_code(code):
    """A9A 9A9."""
    return f"{code[:3]} {code[3:]}" if len(code) == 6 else code


def address_lines(address):
    """Name, company, street and city lines without the empty ones."""
    lines = [
        address["name"],
        address["company"],
        address["extra"],
        address["line_1"],
        address["line_2"],
    ]
    city = " ".join(part for part in (address["city"], address["province"]) if part)
    return [line for line in lines if line] + [
        f"{city}  {spaced_postal_code(address['postal_code'])}".strip()
    ]


def _facts(record, words):
    """Small print: label and value."""
    sides = " x ".join(record["sides"]) + " cm"
    rows = [
        (words["weight"], f"{record['weight']} kg"),
        (words["size"], sides),
        (words["mailed"], record["mailing_date"]),
        (words["contract"], f"{record['mobo']} / {record['contract'] or '-'}"),
    ]
    references = [reference for reference in record["references"][1:] if reference]
    rows += [(f"{words['ref']} {number}", value) for number, value in enumerate(references, 1)]
    if record["references"][0]:
        rows.append(("CC", record["references"][0]))
    return rows


def _option_marks(record):
    marks = []
    for code, amount in record["options"]:
        if catalogue.OPTIONS[code].on_label:
            marks.append(f"{code} ${amount}" if amount else code)
    return marks


_WITHOUT_MARK = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"})


def printable(value):
    """Text for the built-in fonts: other letters lose their marks or become question marks."""
    return "".join(map(_printable_sign, value.translate(_WITHOUT_MARK)))


def _printable_sign(sign):
    try:
        sign.encode("cp1252")
        return sign
    except UnicodeEncodeError:
        plain = "".join(
            part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)
        )
        return plain.encode("cp1252", "replace").decode("cp1252")


# --- PDF --------------------------------------------------------------------------------
class Pen:
    """A canvas with an origin, and text that is cut or shrunk to its box."""

    def __init__(self, canvas, left=0, bottom=0):
        self.canvas, self.left, self.bottom = canvas, left, bottom

    def text(self, x, y, value, size=9, bold=False, width=None, align="left"):
        """One line; too long a text first shrinks, then loses its end."""
        font, value = "Helvetica-Bold" if bold else "Helvetica", printable(value)
        measure = self.canvas.stringWidth
        while width and size > 5 and measure(value, font, size) > width:
            size -= 0.5
        while width and value and measure(value, font, size) > width:
            value = value[:-1]
        self.canvas.setFont(font, size)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "center": self.canvas.drawCentredString,
        }
        draw[align](self.left + x, self.bottom + y, value)

    def line(self, x1, y1, x2, y2, thickness=1):
        """A rule."""
        self.canvas.setLineWidth(thickness)
        self.canvas.line(self.left + x1, self.bottom + y1, self.left + x2, self.bottom + y2)

    def box(self, x, y, width, height, fill=False, thickness=1):
        """A frame, or a black field."""
        self.canvas.setLineWidth(thickness)
        self.canvas.rect(self.left + x, self.bottom + y, width, height, stroke=1, fill=int(fill))

    def ink(self, level):
        """Grey level of what follows: 0 black, 1 white."""
        self.canvas.setFillGray(level)

    def barcode(self, center, y, value, height, bar):
        """A Code 128 centred on ``center``."""
        code = Code128(value, barWidth=bar, barHeight=height, quiet=False)
        code.drawOn(self.canvas, self.left + center - code.width / 2, self.bottom + y)


def new_canvas(target, size, title):
    """A canvas whose bytes do not depend on the time of drawing."""
    canvas = Canvas(target, pagesize=size, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("Sandbox")
    return canvas


def pdf_small(record):
    """A 4x6 inch label."""
    target = io.BytesIO()
    canvas = new_canvas(target, (WIDTH, HEIGHT), f"SPECIMEN {record['pin']}")
    draw_label(Pen(canvas), record)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def pdf_page(record):
    """A letter page with the label above and packing instructions below."""
    target = io.BytesIO()
    canvas = new_canvas(target, (8.5 * inch, 11 * inch), f"SPECIMEN {record['pin']}")
    left, bottom = (8.5 * inch - WIDTH) / 2, 11 * inch - HEIGHT - 0.4 * inch
    draw_label(Pen(canvas, left, bottom), record)
    _draw_page_foot(Pen(canvas), record, bottom - 16)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw_page_foot(pen, record, top):
    words = WORDS[record["language"]]
    pen.canvas.setDash(4, 3)
    pen.line(36, top, 8.5 * inch - 36, top, 0.6)
    pen.canvas.setDash()
    pen.text(8.5 * inch / 2, top - 10, words["fold"], 7, align="center")
    if not record["packing"]:
        return
    for row, sentence in enumerate(words["packing"]):
        pen.text(54, top - 40 - 16 * row, sentence, 10)


def draw_label(pen, record):
    """The label itself, in a field of 4 by 6 inches, from top to bottom."""
    words = WORDS[record["language"]]
    inner = WIDTH - 2 * MARGIN
    pen.box(MARGIN, MARGIN, inner, HEIGHT - 2 * MARGIN, thickness=1.4)
    _draw_head(pen, record, words, inner)
    _draw_sender(pen, record, words)
    _draw_destination(pen, record, words, inner)
    _draw_barcode(pen, record, words)
    _draw_facts(pen, record, words, inner)


def _draw_head(pen, record, words, inner):
    top = HEIGHT - MARGIN
    pen.box(MARGIN, top - 46, inner, 46, fill=True)
    pen.ink(1)
    name = catalogue.SERVICES[record["service"]].names[record["language"]]
    pen.text(MARGIN + 8, top - 27, name, 20, True, width=172)
    pen.text(MARGIN + 8, top - 39, words["specimen"], 7.5, True, width=180)
    pen.text(WIDTH - MARGIN - 8, top - 23, record["service"], 12, True, align="right")
    pen.text(WIDTH - MARGIN - 8, top - 38, manifest_mark(record), 8, align="right")
    pen.ink(0)


def _draw_sender(pen, record, words):
    top = HEIGHT - MARGIN - 46
    pen.text(MARGIN + 6, top - 10, words["from"], 6, True)
    for row, line in enumerate(address_lines(record["sender"])[:6]):
        pen.text(MARGIN + 6, top - 19 - 9 * row, line, 7.5, width=160)
    for row, mark in enumerate(_option_marks(record)[:4]):
        pen.box(WIDTH - MARGIN - 86, top - 19 - 17 * row, 80, 14, thickness=1)
        pen.text(
            WIDTH - MARGIN - 46, top - 15.5 - 17 * row, mark, 10, True, width=74, align="center"
        )
    pen.line(MARGIN, top - 76, WIDTH - MARGIN, top - 76)


def _draw_destination(pen, record, words, inner):
    top = HEIGHT - MARGIN - 122
    pen.text(MARGIN + 6, top - 11, words["to"], 7, True)
    *lines, city = address_lines(record["destination"])
    for row, line in enumerate(lines):
        pen.text(MARGIN + 14, top - 25 - 14 * row, line, 11.5, row == 0, width=inner - 28)
    pen.text(MARGIN + 14, top - 27 - 14 * len(lines), city, 14, True, width=inner - 28)
    phone = record["destination"]["phone"]
    if phone:
        pen.text(WIDTH - MARGIN - 6, top - 11, "Tel. " + phone, 7, align="right")
    pen.line(MARGIN, top - 106, WIDTH - MARGIN, top - 106, 2)


def _draw_barcode(pen, record, words):
    top = HEIGHT - MARGIN - 228
    pen.text(WIDTH / 2, top - 11, words["pin"], 7, True, align="center")
    pen.barcode(WIDTH / 2, top - 84, record["pin"], 68, 1.75)
    pen.text(WIDTH / 2, top - 99, spaced_pin(record["pin"]), 13, True, align="center")
    pen.line(MARGIN, top - 108, WIDTH - MARGIN, top - 108, 2)


def _draw_facts(pen, record, words, inner):
    top = HEIGHT - MARGIN - 336
    for row, (name, value) in enumerate(_facts(record, words)[:7]):
        y = top - 10 - 10 * row
        pen.text(MARGIN + 6, y, name, 6.5, True, width=80)
        pen.text(MARGIN + 90, y, value, 7.5, width=inner - 100)


# --- ZPL --------------------------------------------------------------------------------
DOTS = 203


def zpl(record):
    """ZPL II for 4x6 inches at 203 dpi: UTF-8 by ^CI28, special signs as hexadecimal by ^FH."""
    words = WORDS[record["language"]]
    lines = ["^XA", "^CI28", f"^PW{4 * DOTS}", f"^LL{6 * DOTS}", "^LH0,0"]
    lines += _zpl_head(record, words) + _zpl_addresses(record, words)
    # Subset C (>;) packs two digits into one symbol character.
    lines += [_text(300, 684, 22, words["pin"])]
    lines += [f"^BY5,3,190^FO98,716^BCN,190,N,N,N^FD>;{record['pin']}^FS"]
    lines += [_text(230, 922, 40, spaced_pin(record["pin"])), "^FO20,976^GB772,6,6^FS"]
    for row, (label, value) in enumerate(_facts(record, words)[:7]):
        y = 990 + 28 * row
        lines += [_text(40, y, 22, label), _text(290, y, 24, value, width=490)]
    return ("\n".join([*lines, "^PQ1", "^XZ"]) + "\n").encode("utf-8")


def _zpl_head(record, words):
    name = catalogue.SERVICES[record["service"]].names[record["language"]]
    return [
        "^FO20,20^GB772,1178,4^FS",
        "^FO20,20^GB772,130,130^FS",
        _text(44, 40, 56, name, "^FR", width=500),
        _text(44, 108, 26, words["specimen"], "^FR", width=500),
        _text(560, 44, 36, record["service"], "^FR"),
        _text(560, 100, 24, manifest_mark(record), "^FR"),
    ]


def _zpl_addresses(record, words):
    lines = [_text(40, 164, 20, words["from"])]
    for row, line in enumerate(address_lines(record["sender"])[:6]):
        lines.append(_text(40, 190 + 26 * row, 24, line, width=520))
    for row, mark in enumerate(_option_marks(record)[:4]):
        lines.append(_text(580, 170 + 44 * row, 36, mark, width=200))
    lines += ["^FO20,356^GB772,3,3^FS", _text(40, 372, 22, words["to"])]
    *destination, city = address_lines(record["destination"])
    for row, line in enumerate(destination):
        lines.append(_text(60, 404 + 40 * row, 36, line, width=710))
    lines.append(_text(60, 410 + 40 * len(destination), 44, city, width=710))
    return [*lines, "^FO20,668^GB772,6,6^FS"]


def _text(x, y, size, value, extra="", width=None):
    """One line; a long one in smaller letters, which are about half as wide as they are high."""
    if width and value:
        size = min(size, max(14, int(width / (0.56 * len(value)))))
    return f"^FO{x},{y}^A0N,{size},{size}{extra}^FH_^FD{escape_zpl(value)}^FS"


def escape_zpl(value):
    """Signs with a meaning for the printer as hexadecimal bytes."""
    return "".join(f"_{ord(sign):02X}" if sign in "_^~\\" else sign for sign in value)
