"""The manifest on paper (facts 11): address, PO number as bar code, items, price summary."""

import io
from decimal import Decimal

from reportlab.lib.units import inch

from . import rating
from .accounts import ACCOUNTS
from .catalogue import SERVICES
from .labels import Pen, new_canvas, spaced_postal_code

WIDTH, HEIGHT = 8.5 * inch, 11 * inch
LEFT, RIGHT = 48, 8.5 * inch - 48
ROWS_PER_PAGE = 30
FIRST_ROWS = 22
WORDS = {
    "en": {
        "title": "Manifest",
        "specimen": "SPECIMEN - sandbox document without value",
        "date": "Manifest date",
        "mailing": "Shipment date",
        "company": "Company",
        "address": "Address",
        "phone": "Telephone",
        "customer": "Mailed by / on behalf of",
        "payer": "Paid by / contract",
        "method": "Method of payment",
        "reference": "Customer reference",
        "point": "Shipping point",
        "po": "PO number",
        "columns": ("#", "Tracking number", "Service", "Destination", "Weight (kg)", "Due (CAD)"),
        "count": "Items",
        "page": "Page",
        "sums": (
            "Base cost",
            "Automation discount",
            "Options and surcharges",
            "GST",
            "PST / QST",
            "HST",
            "Total due (CAD)",
        ),
        "signature": "Received by (name, signature, date)",
    },
    "fr": {
        "title": "Manifeste",
        "specimen": "SPÉCIMEN - document de bac à sable sans valeur",
        "date": "Date du manifeste",
        "mailing": "Date d'expédition",
        "company": "Entreprise",
        "address": "Adresse",
        "phone": "Téléphone",
        "customer": "Expédié par / au nom de",
        "payer": "Payé par / convention",
        "method": "Mode de paiement",
        "reference": "Référence du client",
        "point": "Point d'expédition",
        "po": "Numéro de BC",
        "columns": (
            "#",
            "Numéro de repérage",
            "Service",
            "Destination",
            "Poids (kg)",
            "Total (CAD)",
        ),
        "count": "Articles",
        "page": "Page",
        "sums": (
            "Coût de base",
            "Escompte d'automatisation",
            "Options et suppléments",
            "TPS",
            "TVP / TVQ",
            "TVH",
            "Total dû (CAD)",
        ),
        "signature": "Reçu par (nom, signature, date)",
    },
}


def manifest_pdf(sheet, shipments):
    """Letter pages with item lines, or one line per service unless details were asked for."""
    target, words = io.BytesIO(), WORDS[sheet["language"]]
    canvas = new_canvas(target, (WIDTH, HEIGHT), f"SPECIMEN {sheet['po_number']}")
    pen, rows = Pen(canvas), _rows(sheet, shipments)
    pages = [rows[:FIRST_ROWS]]
    pages += [rows[at : at + ROWS_PER_PAGE] for at in range(FIRST_ROWS, len(rows), ROWS_PER_PAGE)]
    for number, page in enumerate(pages, 1):
        top = _draw_title(pen, sheet, words, f"{words['page']} {number} / {len(pages)}")
        if number == 1:
            top = _draw_facts(pen, sheet, shipments, words, top)
        bottom = _draw_rows(pen, words, page, top)
        if number == len(pages):
            _draw_sums(pen, words, shipments, bottom)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _rows(sheet, shipments):
    if sheet["detailed"]:
        return [_item_row(number, record) for number, record in enumerate(shipments, 1)]
    rows = []
    for code, service in SERVICES.items():
        records = [record for record in shipments if record["service"] == code]
        if records:
            weight = sum(Decimal(record["weight"]) for record in records)
            due = sum(Decimal(record["price"]["due"]) for record in records)
            rows.append(
                (
                    str(len(records)),
                    service.names[sheet["language"]],
                    code,
                    "",
                    str(weight),
                    str(due),
                )
            )
    return rows


def _item_row(number, record):
    address = record["destination"]
    place = f"{address['city']} {address['province']} {spaced_postal_code(address['postal_code'])}"
    return (
        str(number),
        record["pin"],
        record["service"],
        place,
        record["weight"],
        record["price"]["due"],
    )


def _draw_title(pen, sheet, words, page):
    top = HEIGHT - 54
    pen.text(LEFT, top, words["title"], 22, True)
    pen.text(LEFT, top - 16, words["specimen"], 9, True)
    pen.text(LEFT, top - 30, page, 8)
    pen.barcode(RIGHT - 110, top - 22, sheet["po_number"], 38, 1.3)
    pen.text(RIGHT - 110, top - 34, f"{words['po']} {sheet['po_number']}", 10, True, align="center")
    pen.line(LEFT, top - 44, RIGHT, top - 44, 1.5)
    return top - 44


def _draw_facts(pen, sheet, shipments, words, top):
    address = sheet["address"]
    place = f"{address['city']} {address['province']} {spaced_postal_code(address['postal_code'])}"
    dates = sorted({record["mailing_date"] for record in shipments})
    owner = next(
        (account.company for account in ACCOUNTS if account.customer == sheet["mailed_by"]), ""
    )
    left = [
        (words["company"], address["company"]),
        ("", address["name"]),
        (words["address"], address["line_1"]),
        ("", address["line_2"]),
        ("", place),
        (words["phone"], address["phone"]),
        (words["reference"], sheet["reference"] or "-"),
    ]
    right = [
        (words["date"], f"{sheet['date']} {sheet['time']}"),
        (words["mailing"], dates[0] if len(dates) == 1 else f"{dates[0]} - {dates[-1]}"),
        (words["customer"], f"{sheet['mailed_by']} / {sheet['mobo']}"),
        ("", owner),
        (words["payer"], f"{sheet['paid_by']} / {sheet['contract'] or '-'}"),
        (words["method"], sheet["method"]),
        (words["point"], f"{sheet['point']} ({sheet['site']})"),
    ]
    for start, rows in ((LEFT, left), (WIDTH / 2 + 8, right)):
        y = top - 18
        for name, value in rows:
            if value:
                pen.text(start, y, name, 8, True, width=92)
                pen.text(start + 96, y, value, 9, width=150)
                y -= 14
    return top - 122


_COLUMNS = (
    (LEFT + 4, "left", 20),
    (LEFT + 28, "left", 112),
    (LEFT + 146, "left", 56),
    (LEFT + 206, "left", 166),
    (RIGHT - 78, "right", 60),
    (RIGHT - 4, "right", 68),
)


def _draw_rows(pen, words, rows, top):
    pen.ink(0.9)
    pen.box(LEFT, top - 18, RIGHT - LEFT, 16, fill=True, thickness=0)
    pen.ink(0)
    _draw_row(pen, words["columns"], top - 13, True)
    for number, row in enumerate(rows, 1):
        _draw_row(pen, row, top - 13 - 17 * number, False)
    bottom = top - 20 - 17 * len(rows)
    pen.line(LEFT, bottom, RIGHT, bottom, 0.8)
    return bottom


def _draw_row(pen, cells, y, bold):
    for (x, align, width), cell in zip(_COLUMNS, cells, strict=True):
        pen.text(x, y, cell, 9, bold, width=width, align=align)


def _draw_sums(pen, words, shipments, top):
    figures = rating.totals([record["price"] for record in shipments])
    pen.text(LEFT, top - 20, f"{words['count']}: {len(shipments)}", 10, True)
    for row, (name, amount) in enumerate(zip(words["sums"], figures.values(), strict=True)):
        last = row == len(figures) - 1
        pen.text(RIGHT - 90, top - 20 - 14 * row, name, 9, last, align="right")
        pen.text(RIGHT - 4, top - 20 - 14 * row, str(amount), 9, last, align="right")
    pen.line(LEFT, top - 104, LEFT + 210, top - 104, 0.6)
    pen.text(LEFT, top - 114, words["signature"], 7)
