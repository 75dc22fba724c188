"""What the operations hand to the transport, and what they get back."""

import re
from dataclasses import dataclass

from odoo.addons.ecom_shipping.carrier_contract import Message, Refused

from .texts import say

XML_LIMIT = 8 * 1024 * 1024  # a list of 10,000 shipment links (facts 11) is about 2 MB
ARTIFACT_LIMIT = 32 * 1024 * 1024  # a detailed manifest of 5,000 lines as PDF

_SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,35}")


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call, without host and credentials.

    :param target: a path below the endpoint, or a link given by the carrier
    :param accept: exact media type asked for; the carrier takes no wildcard (facts 2)
    :param params: query parameters as (name, value) pairs
    :param limit: largest answer accepted, in bytes
    :param group: the carrier counts calls per minute by these groups (facts 20); those without one
        are kept apart by their caller, as tracking is
    """

    method: str
    target: str
    accept: str
    params: tuple = ()
    body: bytes = b""
    limit: int = XML_LIMIT
    group: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, headers apart."""

    status: int
    body: bytes = b""
    retry_after_s: int | None = None


def segment(value, field, language):
    """``value`` when it can stand as one part of a path.

    An empty or dotted reference would address another resource: a DELETE must never do that.

    :raises Refused: with ``field``
    """
    if _SEGMENT.fullmatch(value):
        return value
    raise Refused([Message("", say(language, "bad_reference", value=value), field)])
