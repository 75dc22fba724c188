"""The values that travel between Odoo's documents and a carrier.

All are frozen. Weights are whole grams, lengths whole millimetres, money a ``Decimal`` with its ISO
currency, moments timezone-aware, countries ISO 3166-1 alpha-2, provinces the local code (``QC``). A
carrier converts at its own edge and nowhere else.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from .status import Status


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Address:
    """A sender or a recipient. Empty string where nothing is known."""

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    province: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class ParcelSpec:
    """One physical parcel before it is bought.

    :param reference: our own name for it, unique within the request; it comes back in the answer
    :param weight_g: gross weight in grams, above zero
    :param length_mm: longest side in millimetres, or 0 when unknown (width and height likewise)
    :param value: what the goods are worth, or None
    :param given_number: tracking number that the parcel carries already (a sticker of the carrier),
        for carriers that take one, else empty
    """

    reference: str
    weight_g: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    value: Money | None = None
    given_number: str = ""

    @property
    def has_size(self):
        return bool(self.length_mm and self.width_mm and self.height_mm)


@dataclass(frozen=True)
class OptionChoice:
    """An option asked for, by the carrier's code.

    :param amount: for options that carry one: the amount of each parcel, not of all together
    """

    code: str
    amount: Money | None = None


class LabelFormat(StrEnum):
    """Paper and language of a label. The values are stored in the database."""

    PDF_LETTER = "pdf_8_5x11"
    PDF_4X6 = "pdf_4x6"
    ZPL_4X6 = "zpl_4x6"


@dataclass(frozen=True)
class RateRequest:
    """A question for prices.

    :param services: carrier codes to quote; empty asks for all
    :param mailing_date: the day on which the carrier gets the parcels
    """

    sender: Address
    recipient: Address
    parcels: tuple[ParcelSpec, ...]
    options: tuple[OptionChoice, ...] = ()
    services: tuple[str, ...] = ()
    mailing_date: date | None = None


@dataclass(frozen=True)
class Rate:
    """One price, for all parcels of the request together.

    :param price: without taxes
    :param taxes: the carrier's own taxes on that price
    :param parts: (label, amount) pairs that add up to ``price``: base, options, surcharges, discounts
    :param expected_date: promised or expected day of delivery, or None
    :param transit_days: business days, or None
    """

    service_code: str
    service_name: str
    price: Money
    taxes: Money
    expected_date: date | None = None
    transit_days: int | None = None
    guaranteed: bool = False
    parts: tuple[tuple[str, Decimal], ...] = ()

    @property
    def total(self):
        return Money(self.price.amount + self.taxes.amount, self.price.currency)


@dataclass(frozen=True)
class Exclusion:
    """A service that cannot carry these parcels, and why, in words for the clerk."""

    service_code: str
    service_name: str
    reason: str


@dataclass(frozen=True)
class RateAnswer:
    rates: tuple[Rate, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True)
class ShipRequest:
    """A purchase.

    :param key: idempotency key, 35 characters at most, one per label sold in all time
    :param parcels: exactly one unless the carrier has ``Capability.MULTI_PIECE``
    :param group: hand-over group (32 characters at most) for a carrier with manifests, else empty
    :param references: our two references, printed and searchable at the carrier
    """

    key: str
    service_code: str
    sender: Address
    recipient: Address
    parcels: tuple[ParcelSpec, ...]
    options: tuple[OptionChoice, ...] = ()
    references: tuple[str, str] = ("", "")
    cost_centre: str = ""
    group: str = ""
    mailing_date: date | None = None
    label_format: LabelFormat = LabelFormat.PDF_4X6


class DocumentKind(StrEnum):
    LABEL = "label"
    MANIFEST = "manifest"


@dataclass(frozen=True)
class Link:
    """Where a document can be fetched (again). ``index`` orders the pages of one label from 0."""

    kind: DocumentKind
    href: str
    media_type: str
    index: int = 0
    parcel_reference: str = ""


@dataclass(frozen=True)
class Document:
    """A fetched document, bytes unchanged."""

    kind: DocumentKind
    content: bytes
    media_type: str
    index: int = 0
    parcel_reference: str = ""


@dataclass(frozen=True)
class BoughtParcel:
    """One parcel of a sale.

    :param reference: as in the request; empty when the sale was found again and the carrier does not
        tell (the parcels then come in the order of the request)
    :param tracking_number: empty for services without tracking
    """

    reference: str
    tracking_number: str


@dataclass(frozen=True)
class Sale:
    """What the carrier sold: enough to fetch, void, refund and find it again.

    :param key: the idempotency key of the request
    :param carrier_ref: the carrier's own number of the sale
    :param price: without taxes, or None when the carrier does not tell
    :param state: the carrier's own word (``created``, ``transmitted``)
    :param links: documents to fetch, labels first
    :param documents: documents that came with the answer, for carriers that send them at once
    """

    key: str
    carrier_ref: str
    parcels: tuple[BoughtParcel, ...]
    price: Money | None = None
    taxes: Money | None = None
    parts: tuple[tuple[str, Decimal], ...] = ()
    expected_date: date | None = None
    state: str = ""
    links: tuple[Link, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class ManifestParcel:
    """One line of a manifest, for carriers whose list is written from our side.

    :param sale: carrier reference of its sale
    :param recipient: as it was bought
    """

    sale: str
    tracking_number: str
    recipient: Address
    weight_g: int = 0
    service_code: str = ""
    reference: str = ""


@dataclass(frozen=True)
class ManifestRequest:
    """Parcels handed over together.

    :param key: idempotency key, 35 characters at most
    :param groups: hand-over groups whose sales are transmitted
    :param sales: carrier references that belong to this manifest
    :param parcels: the parcels of these sales, in the order in which they are listed
    :param excluded: carrier references in these groups that stay behind
    :param reference: our own number of the manifest
    """

    key: str
    groups: tuple[str, ...]
    sales: tuple[str, ...]
    sender: Address
    excluded: tuple[str, ...] = ()
    reference: str = ""
    detailed: bool = True
    mailing_date: date | None = None
    parcels: tuple[ManifestParcel, ...] = ()


@dataclass(frozen=True)
class ManifestSummary:
    """A manifest whose paper is ready.

    :param number: the carrier's number printed on the paper
    :param sales: carrier references of the sales on it, empty when the carrier does not tell
    """

    ref: str
    number: str
    document: Document | None = None
    sales: tuple[str, ...] = ()
    total: Money | None = None


@dataclass(frozen=True)
class TransmittedManifest:
    """One manifest as the carrier names it. ``ref`` is what ``manifest()`` takes.

    :param summary: the manifest itself, from a carrier whose paper is ready at once;
        ``manifest()`` is not asked then
    """

    ref: str
    summary: ManifestSummary | None = None


@dataclass(frozen=True)
class TrackingEvent:
    """One scan.

    :param moment: timezone-aware
    :param code: the carrier's code, canonical (no padding)
    :param text: the carrier's sentence
    :param status: our reading; ``Status.NONE`` when the event tells no place
    """

    moment: datetime
    code: str
    text: str
    status: Status
    place: str = ""
    signatory: str = ""


@dataclass(frozen=True)
class TrackingAnswer:
    """What is known of one tracking number.

    :param events: newest first; empty when the carrier has not seen it yet
    :param error: a sentence when this one number could not be followed
    """

    tracking_number: str
    events: tuple[TrackingEvent, ...] = ()
    expected_date: date | None = None
    error: str = ""
    extra: dict = field(default_factory=dict, hash=False, compare=False)
