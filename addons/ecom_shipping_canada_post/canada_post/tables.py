"""What Canada Post publishes, as tables: no logic here. Sources: sections of the facts page."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.ecom_shipping.carrier_contract import LabelFormat, Status

NAMESPACE = "http://www.canadapost.ca/ws/"

# Media types (facts 3).
RATE_TYPE = "application/vnd.cpc.ship.rate-v4+xml"
SHIPMENT_TYPE = "application/vnd.cpc.shipment-v8+xml"
MANIFEST_TYPE = "application/vnd.cpc.manifest-v8+xml"
CUSTOMER_TYPE = "application/vnd.cpc.customer+xml"
TRACK_TYPE = "application/vnd.cpc.track-v2+xml"

# Codes that we branch on (facts 19).
DUPLICATE_KEY_CODE = "7314"
ALREADY_TRANSMITTED_CODES = frozenset({"8034", "8064"})
MANIFEST_PENDING_CODES = frozenset({"9153", "300"})
RENDERING_CODES = frozenset({"9150", "9151", "9155"})  # facts 7: retry
NO_QUOTE_CODES = frozenset({"9111", "9112"})
SERVICE_CODES = frozenset({"3000", "10028"})  # this service, not the whole question
NO_HISTORY_CODE = "004"  # not scanned yet (facts 17)
TRACKING_CODES = frozenset(f"{code:03d}" for code in range(2, 9))  # about this number only

EMPTY_MANIFEST = "EMPTY"  # number of a manifest whose parcels were all billed already (facts 11)
VOID_STATES = frozenset({"void", "voided", "cancelled", "canceled"})

PAYMENT_METHODS = ("Account", "CreditCard", "SupplierAccount")  # facts 10

# Which of our values a code complains about (facts 19, first reading of OS).
ERROR_FIELDS = {
    "1156": "recipient.street",
    "1157": "recipient.city",
    "1159": "recipient.province",
    "1162": "account.payment_method",
    "1622": "mailing_date",
    "1653": "account.payment_method",
    "1702": "account.contract_id",
    "1711": "account.payment_method",
    "1719": "options",
    "2500": "account.contract_id",
    "2506": "account.contract_id",
    "2550": "account.contract_id",
    "3000": "service_code",
    "7282": "recipient.name",
    "8534": "recipient.country",
    "9162": "parcels.0.length_mm",
    "9174": "account.payment_method",
    "9186": "account.shipping_point_id",
    "9188": "account.shipping_point_id",
    "9189": "account.shipping_point_id",
    "9191": "label_format",
    "10028": "service_code",
    "10033": "recipient.country",
    "AA003": "account.customer_number",
    "AA004": "account.mailed_by",
    "E002": "account.password",
}

# Longest texts (facts 6, facts 11); the manifest reference is short (facts 25, trap 11).
ADDRESS_LENGTHS = {
    "name": 44,
    "company": 44,
    "street": 44,
    "street2": 44,
    "city": 40,
    "phone": 25,
}
KEY_LENGTH = 35
GROUP_LENGTH = 32
REFERENCE_LENGTH = 35
COST_CENTRE_LENGTH = 30
MANIFEST_REFERENCE_LENGTH = 12
EMAIL_LENGTH = 60
SERVICE_CODE_LENGTH = 32
MAX_GROUPS = 50  # code 9109
# Calls per rolling minute and API key, usual and raised (facts 20). Tracking (E) is kept far below
# its limit by who polls.
CALLS_PER_MINUTE = {"A": (646, 1076), "B": (468, 702), "C": (730, 1095), "D": (840, 1399)}
MAX_RATED_SERVICES = 20

PROVINCES = frozenset(
    ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
)

# output-format and encoding of each label; ZPL only exists as 4x6 (facts 7, code 9191).
LABEL_OUTPUT = {
    LabelFormat.PDF_LETTER: ("8.5x11", "PDF"),
    LabelFormat.PDF_4X6: ("4x6", "PDF"),
    LabelFormat.ZPL_4X6: ("4x6", "ZPL"),
}


@dataclass(frozen=True, slots=True)
class Service:
    """A service and its limits; ``names`` in English and French.

    Sides in millimetres; girth is twice width plus height.
    """

    names: tuple[str, str]
    max_weight_g: int = 30_000
    max_side_mm: int = 2_000
    max_length_girth_mm: int = 3_000


# Domestic services and the limits of a domestic parcel (facts 9). The minimum size and weight there
# is what is billed, not what is refused, so it is no limit here.
SERVICES = {
    "DOM.RP": Service(("Regular Parcel", "Colis standard")),
    "DOM.EP": Service(("Expedited Parcel", "Colis accélérés")),
    "DOM.XP": Service(("Xpresspost", "Xpresspost")),
    "DOM.XP.CERT": Service(("Xpresspost Certified", "Xpresspost certifié")),
    "DOM.PC": Service(("Priority", "Priorité")),
    "DOM.LIB": Service(("Library Books", "Livres de bibliothèque")),
}
# What the schema lets a service carry of which we know nothing (facts 4).
SCHEMA_LIMITS = Service(("", ""), 99_999, 9_999, 29_997)


@dataclass(frozen=True, slots=True)
class Option:
    """An option; ``names`` in English and French.

    :param max_amount: largest amount in CAD, or None for an option without amount
    :param prerequisites: options sent along with it
    :param conflicts: options that it excludes
    """

    names: tuple[str, str]
    max_amount: Decimal | None = None
    prerequisites: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


# Facts 8. Whether HFP, DNS and LAD exclude each other is unconfirmed: the carrier decides.
OPTIONS = {
    "DC": Option(("Delivery confirmation", "Confirmation de livraison")),
    "SO": Option(("Signature", "Signature"), prerequisites=("DC",), conflicts=("LAD",)),
    "COV": Option(("Coverage", "Couverture"), Decimal(5000), prerequisites=("DC",)),
    "HFP": Option(("Card for pickup", "Annoncer par carte")),
    "DNS": Option(("Do not safe drop", "Ne pas laisser en lieu sûr")),
    "LAD": Option(
        ("Leave at door, do not card", "Laisser à la porte - pas d'avis"), conflicts=("SO",)
    ),
}

# Facts 4; a purchase answer gives the codes only. Unknown codes are shown as they come.
ADJUSTMENTS = {
    "AUTDISC": ("Automation discount", "Remise d'automatisation"),
    "FUELSC": ("Fuel surcharge", "Supplément pour carburant"),
    "V1DISC": ("Small business discount", "Remise pour petite entreprise"),
    "PROMODISC": ("Promotion", "Promotion"),
    "PURFEE": ("Label fee", "Frais d'étiquette"),
    "PLATFMDISC": ("Platform discount", "Remise de plateforme"),
    "NEWREGDISC": ("Developer program discount", "Remise du programme des développeurs"),
    "SAADJ": ("Service area adjustment", "Rajustement de zone de service"),
}

# Hours from UTC of the zone names printed on scans. English names: facts 17 (EST/EDT...); the
# others are the customary Canadian abbreviations in both languages. A name not listed counts as
# Eastern, where the carrier's systems are.
ZONE_HOURS = {
    "NST": -3.5, "NDT": -2.5, "HNT": -3.5, "HAT": -2.5,
    "AST": -4, "ADT": -3, "HNA": -4, "HAA": -3,
    "EST": -5, "EDT": -4, "HNE": -5, "HAE": -4,
    "CST": -6, "CDT": -5, "HNC": -6, "HAC": -5,
    "MST": -7, "MDT": -6, "HNR": -7, "HAR": -6,
    "PST": -8, "PDT": -7, "HNP": -8, "HAP": -7,
    "UTC": 0, "GMT": 0,
}  # fmt: skip
DEFAULT_ZONE_HOURS = -5


def _codes(text):
    """Integers of a list such as ``1435-1438 1479``."""
    found = []
    for part in text.split():
        first, _dash, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


# Facts 17, table of event identifiers, in its order; the column "suggested" decides.
_STATUS_CODES = (
    (Status.CREATED, "3000 3002"),
    (Status.ACCEPTED, "1300-1303 2300"),
    (Status.IN_TRANSIT, "100 104 105 107 170 1240 1244 2500 2501"),
    (Status.IN_TRANSIT, "102 106 175 804 400 405 410 113-116"),
    (Status.EXCEPTION, "117 118 120 121 171-173 159-163"),
    # Promised date, duties and preferences: the parcel did not move.
    (Status.NONE, "1200 1203 1210 1214-1216 1220 1221 1223-1225"),
    (Status.IN_TRANSIT, "1230 1232 1234 1241 198 4000 4100 4202"),
    (Status.EXCEPTION, "1245"),
    (Status.IN_TRANSIT, "4310 4311 4400 4500 4550 4600 4900 4950 8901 815"),
    (Status.IN_TRANSIT, "130 700 701 710 800 900 910 4330 5201"),
    (Status.EXCEPTION, "127 810 4450"),
    (Status.OUT_FOR_DELIVERY, "174 500"),
    (Status.IN_TRANSIT, "1480 1490"),
    # At the recipient's place, meaning unconfirmed: never "delivered".
    (Status.NONE, "610-620"),
    (Status.EXCEPTION, "621-630"),
    (Status.ATTEMPTED, "1411 2411 1443 1435-1438 1479 1488"),
    (Status.EXCEPTION, "1412 2412 1414 2414 1444 1410 2410"),
    (Status.READY_FOR_PICKUP, "1701 1407 2407 156"),
    (Status.IN_TRANSIT, "1703 1705"),
    (Status.DELIVERED, "1405 1406 1408 1409 1421-1434 1441 1442"),
    (Status.DELIVERED, "1461-1463 1465-1469 1473 1475 1471 1472 1476 1496 1498"),
    # Delivered in an older third-party table only: unconfirmed.
    (Status.NONE, "1497 1499"),
    # Proof exists: no second delivery.
    (Status.NONE, "20 21 2001"),
    (Status.RETURNING, "1415-1420 1481 1482 1491 1492 167-169 181-184 2600 2802 3001 1100"),
    (Status.EXCEPTION, "1487 1495 2601 4650 1483 1493 179 1450 1484 1494 4700 150"),
    (Status.CANCELLED, "190"),
    # Money of a collect on delivery.
    (Status.NONE, "152 2101"),
)
EVENT_STATUS = {code: status for status, codes in _STATUS_CODES for code in _codes(codes)}

# Same code for the recipient and for the sender: the text tells (facts 17).
DELIVERED_OR_RETURNED = frozenset({1476, 1496, 1498})
HELD_OR_RETURNING = frozenset({1412, 2412, 4450, 4700})

TRACKING_PAGE = (
    "https://www.canadapost-postescanada.ca/track-reperage/{language}#/resultList?searchFor={pin}"
)
