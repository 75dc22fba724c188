"""Services, options, geography (facts 5, 8, 9); the option matrix is illustrative."""

from decimal import Decimal

# Provinces by the first letter of a postal code; X is shared by two territories.
_FIRST_LETTERS = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON",
    "L": "ON", "M": "ON", "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC",
    "Y": "YT",
}  # fmt: skip
_NUNAVUT = ("X0A", "X0B", "X0C")
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")

# How far apart provinces lie, from east to west; the north is far from everywhere.
_PLACES = {
    "NL": 0, "NS": 1, "PE": 1, "NB": 1, "QC": 2, "ON": 3, "MB": 4, "SK": 5, "AB": 6, "BC": 7,
    "YT": 9, "NT": 9, "NU": 10,
}  # fmt: skip

# Taxes charged on postage, in per cent: federal, Quebec's own (as pst) and harmonised. The other
# provinces levy no sales tax on postage.
_GST = {"gst": Decimal("5")}
TAXES = {
    "ON": {"hst": Decimal("13")},
    "NB": {"hst": Decimal("15")},
    "NL": {"hst": Decimal("15")},
    "PE": {"hst": Decimal("15")},
    "NS": {"hst": Decimal("14")},
    "QC": {"gst": Decimal("5"), "pst": Decimal("9.975")},
    **dict.fromkeys(("AB", "BC", "MB", "SK", "NT", "NU", "YT"), _GST),
}


class Option:
    """One option: names, class, what it excludes and what it needs (facts 8)."""

    def __init__(
        self,
        code,
        english,
        french,
        kind,
        conflicts=(),
        needs=(),
        amount=False,
        fee="0",
        on_label=True,
    ):
        self.code, self.names, self.kind = code, {"en": english, "fr": french}, kind
        self.conflicts, self.needs, self.amount = conflicts, needs, amount
        self.fee, self.on_label = Decimal(fee), on_label


OPTIONS = {
    option.code: option
    for option in (
        Option("DC", "Delivery confirmation", "Confirmation de livraison", "FEAT", on_label=False),
        Option(
            "SO", "Signature", "Signature", "FEAT", conflicts=("LAD",), needs=("DC",), fee="1.75"
        ),
        Option("COV", "Coverage", "Couverture", "FEAT", needs=("DC",), amount=True),
        Option("HFP", "Card for pickup", "Annoncer par carte", "DI", conflicts=("DNS", "LAD")),
        Option(
            "DNS", "Do not safe drop", "Ne pas laisser en lieu sûr", "DI", conflicts=("HFP", "LAD")
        ),
        Option(
            "LAD",
            "Leave at door - do not card",
            "Laisser à la porte - pas d'avis",
            "DI",
            ("SO", "HFP", "DNS"),
        ),
    )
}
COVERAGE_INCLUDED = Decimal("100")
COVERAGE_STEP = Decimal("100")
COVERAGE_STEP_PRICE = Decimal("2.75")
COVERAGE_MAX = Decimal("5000")


class Service:
    """One domestic service with its prices, speed, options and limits (facts 9)."""

    max_kg = Decimal("30")
    max_side = Decimal("200")
    max_length_girth = Decimal("300")
    density = Decimal("6000")

    def __init__(
        self,
        code,
        english,
        french,
        base,
        per_kg,
        per_zone,
        fuel,
        days,
        options,
        mandatory=("DC",),
        sure=True,
    ):
        self.code, self.names = code, {"en": english, "fr": french}
        self.base, self.per_kg, self.per_zone, self.fuel = map(
            Decimal, (base, per_kg, per_zone, fuel)
        )
        self.days, self.options, self.mandatory, self.guaranteed = days, options, mandatory, sure


_ALL = ("DC", "SO", "COV", "HFP", "DNS", "LAD")
# days: (local, same province, per further zone in tenths)
SERVICES = {
    service.code: service
    for service in (
        Service(
            "DOM.EP",
            "Expedited Parcel",
            "Colis accélérés",
            "9.60",
            "0.82",
            "0.95",
            "12.5",
            (1, 2, 7),
            _ALL,
        ),
        Service(
            "DOM.PC", "Priority", "Priorité", "22.70", "2.10", "2.30", "17.25", (1, 1, 2), _ALL[:-1]
        ),
        Service(
            "DOM.RP",
            "Regular Parcel",
            "Colis standard",
            "10.15",
            "0.90",
            "1.05",
            "12.5",
            (2, 4, 10),
            _ALL,
            (),
            False,
        ),
        Service(
            "DOM.XP", "Xpresspost", "Xpresspost", "13.20", "1.35", "1.40", "17.25", (1, 2, 2), _ALL
        ),
    )
}
# Real codes that these accounts may not use domestically (facts 9): refused with 3000.
ELSEWHERE = (
    "DOM.EP.EPLUS", "DOM.XP.CERT", "DOM.LIB", "DOM.DT", "USA.EP", "USA.XP", "USA.TP",
    "USA.TP.LVM", "USA.SP.AIR", "USA.PW.ENV", "USA.PW.PAK", "USA.PW.PARCEL", "INT.XP",
    "INT.IP.AIR", "INT.IP.SURF", "INT.TP", "INT.SP.AIR", "INT.SP.SURF", "INT.PW.ENV",
    "INT.PW.PAK", "INT.PW.PARCEL",
)  # fmt: skip
NOT_AS_COUNTER = ("DOM.EP",)

ADJUSTMENTS = {
    "AUTDISC": {"en": "Automation discount", "fr": "Escompte d'automatisation"},
    "FUELSC": {"en": "Fuel surcharge", "fr": "Supplément pour carburant"},
    "PROMODISC": {"en": "Promotional discount", "fr": "Escompte promotionnel"},
    "OVERSZ": {"en": "Oversize surcharge", "fr": "Supplément pour article surdimensionné"},
}
PROMOTIONS = {"DEVPROTEST": (("DOM.XP", "INT.XP"), Decimal("10"))}

# Deposit sites (facts 6 and 11): id, postal code and name, all invented.
SITES = {
    "0101": ("K1A0B1", "OTTAWA SANDBOX LPC"),
    "0102": ("H2B1A0", "MONTRÉAL SANDBOX LPC"),
    "0103": ("M5V3L9", "TORONTO SANDBOX LPC"),
    "0104": ("V6B1A1", "VANCOUVER SANDBOX LPC"),
    "0105": ("T2P1J9", "CALGARY SANDBOX LPC"),
    "0106": ("B3H1A1", "HALIFAX SANDBOX LPC"),
}
_SITE_OF_PROVINCE = {
    "QC": "0102",
    "BC": "0104",
    "YT": "0104",
    "AB": "0105",
    "SK": "0105",
    "NS": "0106",
    "NB": "0106",
}


def site_for(postal_code):
    """Deposit site that takes in parcels mailed at a postal code."""
    province = province_of(postal_code)
    if province == "ON" and postal_code[0] != "K":
        return "0103"
    return _SITE_OF_PROVINCE.get(province, "0101")


def province_of(postal_code):
    """Province of a postal code, or None for a letter that no province uses."""
    if postal_code[:1] == "X":
        return "NU" if postal_code[:3] in _NUNAVUT else "NT"
    return _FIRST_LETTERS.get(postal_code[:1])


def zone(origin, destination):
    """0 for the same delivery area, 1 within a province, more with every province between."""
    if origin[:3] == destination[:3]:
        return 0
    return 1 + abs(_PLACES[province_of(origin)] - _PLACES[province_of(destination)])
