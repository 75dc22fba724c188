"""A courier without an API, in plain Python without Odoo.

Everything that other carriers answer over a network is worked out here: prices from a table,
numbers from the purchase's key, labels and hand-over lists on our own paper.
"""

from .carrier import OfflineCourier
from .numbers import is_own_number, is_printable_number
from .price_table import PriceLine, PriceTable, Zone, overlaps
from .settings import CourierSettings, OfflineService

__all__ = [
    "CourierSettings",
    "OfflineCourier",
    "OfflineService",
    "PriceLine",
    "PriceTable",
    "Zone",
    "is_own_number",
    "is_printable_number",
    "overlaps",
]
