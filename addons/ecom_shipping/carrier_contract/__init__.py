"""What every carrier speaks: the values, the verbs and the errors, in plain Python without Odoo.

A stranger who adds a carrier reads ``carrier.py`` (eight verbs to write), ``values.py`` (what goes in
and comes out, each with its unit) and ``errors.py`` (how to say no). ``../readme/CARRIERS.md`` walks
through a whole carrier.
"""

from .carrier import Capability, Carrier
from .errors import CarrierError, Message, Refused, Unavailable, Unreadable, Unsupported
from .pace import Pace
from .status import FINAL_STATUSES, STATUS_RANK, Status, current_status
from .values import (
    Address,
    BoughtParcel,
    Document,
    DocumentKind,
    Exclusion,
    LabelFormat,
    Link,
    ManifestParcel,
    ManifestRequest,
    ManifestSummary,
    Money,
    OptionChoice,
    ParcelSpec,
    Rate,
    RateAnswer,
    RateRequest,
    Sale,
    ShipRequest,
    TrackingAnswer,
    TrackingEvent,
    TransmittedManifest,
)

__all__ = [
    "FINAL_STATUSES",
    "STATUS_RANK",
    "Address",
    "BoughtParcel",
    "Capability",
    "Carrier",
    "CarrierError",
    "Document",
    "DocumentKind",
    "Exclusion",
    "LabelFormat",
    "Link",
    "ManifestParcel",
    "ManifestRequest",
    "ManifestSummary",
    "Message",
    "Money",
    "OptionChoice",
    "Pace",
    "ParcelSpec",
    "Rate",
    "RateAnswer",
    "RateRequest",
    "Refused",
    "Sale",
    "ShipRequest",
    "Status",
    "TrackingAnswer",
    "TrackingEvent",
    "TransmittedManifest",
    "Unavailable",
    "Unreadable",
    "Unsupported",
    "current_status",
]
