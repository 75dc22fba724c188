"""Situations for the tests of the courier without API: a price list, requests, papers read back.

All names and numbers are invented.
"""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import zxingcpp

from odoo.addons.ecom_shipping.carrier_contract import (
    Address,
    ManifestParcel,
    ManifestRequest,
    ParcelSpec,
    RateRequest,
    ShipRequest,
)
from odoo.addons.ecom_shipping.shipping_rules.checks import Limits
from odoo.addons.ecom_shipping_offline.offline_courier import (
    CourierSettings,
    OfflineCourier,
    OfflineService,
    PriceLine,
    PriceTable,
    Zone,
)

FRIDAY = date(2026, 1, 16)
LINK = "https://courier.example/track/<shipmenttrackingnumber>"
SENDER = Address(
    name="Shipping Desk",
    company="Boutique Boréale",
    street="275 rue Notre-Dame Est",
    city="Montréal",
    province="QC",
    postal_code="H2Y 1C6",
    country="CA",
    phone="514-555-0100",
)
RECIPIENT = Address(
    name="Zoé Lefrançois",
    company="Ateliers d'Œuvres & Cie",
    street="502 rue Sainte-Hélène",
    street2="Bureau 12",
    city="Montréal",
    province="QC",
    postal_code="h2b 1a0",
    country="CA",
    phone="514-555-0199",
)
ISLAND = Zone("CA", "QC", ("H1", "H2"))
PROVINCE = Zone("CA", "QC")
LIGHT, HEAVY = ParcelSpec("1", 1250), ParcelSpec("2", 8000)


def line(price="8.50", zone=ISLAND, over_g=0, up_to_g=5000, service="STD", days=1):
    return PriceLine(service, zone, over_g, up_to_g, Decimal(price), days)


PRICES = PriceTable(
    (
        line("8.50"),
        line("13.00", over_g=5000, up_to_g=30000),
        line("16.00", PROVINCE, up_to_g=30000, days=2),
        line("22.00", service="DAY", up_to_g=15000, days=0),
    )
)
SETTINGS = CourierSettings(
    name="Vélo-Courrier",
    currency="CAD",
    services=(
        OfflineService("STD", "Standard"),
        OfflineService("DAY", "Same Day", Limits(max_weight_g=15000, max_side_mm=800)),
    ),
    prices=PRICES,
    number_prefix="LC",
    tracking_link=LINK,
    options=(("SO", "Signature"),),
)


def courier(language="en", **changes):
    return OfflineCourier(replace(SETTINGS, **changes), language, today=lambda: FRIDAY)


def rate_request(*parcels, recipient=RECIPIENT, **values):
    return RateRequest(SENDER, recipient, parcels or (LIGHT,), **values)


def ship_request(*parcels, key="db-picking1-1-1", service="STD", recipient=RECIPIENT, **values):
    return ShipRequest(key, service, SENDER, recipient, parcels or (LIGHT,), **values)


def manifest_request(count=2, **values):
    parcels = tuple(
        ManifestParcel(f"S{n}", f"LC{n:04d}-01", RECIPIENT, 1000 + n, "STD", f"SO{n:03d}")
        for n in range(1, count + 1)
    )
    values = {"parcels": parcels, "mailing_date": FRIDAY} | values
    return ManifestRequest("db-manifest1-0-1", ("g",), ("S1", "S2"), SENDER, **values)


def texts(pdf):
    """The text of each page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return found


def bar_codes(pdf):
    """Size, and (symbology, text) of each bar code, of the first page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    # 203 dots per inch, as a label printer has.
    image = page.render(scale=203 / 72).to_pil()
    found = page.get_size(), [(c.format, c.text) for c in zxingcpp.read_barcodes(image)]
    document.close()
    return found


def zpl_fields(zpl):
    """What a printer would print: the texts of all fields, unescaped."""
    found = re.findall(rb"\^FH_\^FD(.*?)\^FS", zpl)
    unescape = re.compile(rb"_([0-9A-F]{2})")
    return [unescape.sub(lambda m: bytes([int(m[1], 16)]), text).decode() for text in found]
