"""Canada Post's classic web services (XML over HTTP Basic), in plain Python without Odoo.

One file per operation holds a pair: build the request, read the answer. ``client.py`` alone speaks
HTTP, ``carrier.py`` offers the verbs, ``tables.py`` holds what the carrier publishes. "facts N" in
a comment is section N of the project's page of facts about Canada Post.
"""

from .account import PRODUCTION_ENDPOINT, TEST_ENDPOINT, AccountSettings
from .carrier import CanadaPost
from .client import Transport
from .discovery import OptionInfo, ServiceInfo, ServiceOption
from .tables import (
    ALREADY_TRANSMITTED_CODES,
    CALLS_PER_MINUTE,
    DUPLICATE_KEY_CODE,
    EMPTY_MANIFEST,
    PAYMENT_METHODS,
)

__all__ = [
    "ALREADY_TRANSMITTED_CODES",
    "CALLS_PER_MINUTE",
    "DUPLICATE_KEY_CODE",
    "EMPTY_MANIFEST",
    "PAYMENT_METHODS",
    "PRODUCTION_ENDPOINT",
    "TEST_ENDPOINT",
    "AccountSettings",
    "CanadaPost",
    "OptionInfo",
    "ServiceInfo",
    "ServiceOption",
    "Transport",
]
