"""Operations with their method, path, media types and rate-limit group (facts 3 and 20)."""

import re
from dataclasses import dataclass

from . import accounts, artifacts, manifests, quotes, shipments, tracking
from .documents import (
    CUSTOMER_TYPE,
    MANIFEST_TYPE,
    RATE_TYPE,
    SHIPMENT_TYPE,
    TRACK_TYPE,
    TRACK_V2_TYPE,
)
from .errors import not_found, technical

_PARTS = {"mb": "[0-9]{1,10}(?:-[0-9A-Za-z]+)?", "mobo": "[0-9]{1,10}"}


@dataclass(frozen=True)
class Route:
    """One operation."""

    name: str
    method: str
    template: str
    handler: object
    limit: str
    accept: tuple = ()
    content: str = ""

    @property
    def pattern(self):
        """Regular expression of the path."""

        def part(match):
            return f"(?P<{match.group(1)}>{_PARTS.get(match.group(1), '[^/]+')})"

        return re.compile(
            re.sub(
                r"{(\w+)}", part, re.escape(self.template).replace(r"\{", "{").replace(r"\}", "}")
            )
        )


def _get(name, template, handler, limit, *accept):
    return Route(name, "GET", template, handler, limit, accept)


def _post(name, template, handler, limit, media_type):
    return Route(name, "POST", template, handler, limit, (media_type,), media_type)


_CUSTOMER = "/rs/{mb}/{mobo}"
_ONE = _CUSTOMER + "/shipment/{id}"
_SHEET = _CUSTOMER + "/manifest/{id}"
ROUTES = (
    _post("get_rates", "/rs/ship/price", quotes.get_rates, "D", RATE_TYPE),
    _get("discover_services", "/rs/ship/service", quotes.discover_services, "D", RATE_TYPE),
    _get("get_service", "/rs/ship/service/{code}", quotes.get_service, "D", RATE_TYPE),
    _get("get_option", "/rs/ship/option/{code}", quotes.get_option, "D", RATE_TYPE),
    _post("create_shipment", _CUSTOMER + "/shipment", shipments.create, "A", SHIPMENT_TYPE),
    _get("get_shipments", _CUSTOMER + "/shipment", shipments.search, "C", SHIPMENT_TYPE),
    _get("get_shipment", _ONE, shipments.get, "A", SHIPMENT_TYPE),
    _get("get_shipment_details", _ONE + "/details", shipments.details, "A", SHIPMENT_TYPE),
    _get("get_shipment_price", _ONE + "/price", shipments.price, "A", SHIPMENT_TYPE),
    _get("get_shipment_receipt", _ONE + "/receipt", shipments.receipt, "A", SHIPMENT_TYPE),
    Route("void_shipment", "DELETE", _ONE, shipments.void, "B", (SHIPMENT_TYPE,)),
    _post("request_refund", _ONE + "/refund", shipments.refund, "B", SHIPMENT_TYPE),
    _get("get_groups", _CUSTOMER + "/group", shipments.groups, "C", SHIPMENT_TYPE),
    _post("transmit_shipments", _CUSTOMER + "/manifest", manifests.transmit, "C", MANIFEST_TYPE),
    _get("get_manifests", _CUSTOMER + "/manifest", manifests.search, "C", MANIFEST_TYPE),
    _get("get_manifest", _SHEET, manifests.get, "C", MANIFEST_TYPE),
    _get("get_manifest_details", _SHEET + "/details", manifests.details, "C", MANIFEST_TYPE),
    _get("get_artifact", "/rs/artifact/{key}/{artifact}/{index}", artifacts.get, "A"),
    _get("get_customer", "/rs/customer/{mb}", accounts.get_customer, "C", CUSTOMER_TYPE),
    _get(
        "get_behalf_of_customer",
        "/rs/customer/{mb}/behalfof/{mobo}",
        accounts.get_behalf_of_customer,
        "C",
        CUSTOMER_TYPE,
    ),
    _get("tracking_summary", "/vis/track/pin/{pin}/summary", tracking.summary, "E", TRACK_TYPE),
    _get(
        "tracking_detail",
        "/vis/track/pin/{pin}/detail",
        tracking.detail,
        "E",
        TRACK_TYPE,
        TRACK_V2_TYPE,
    ),
    _get("tracking_detail", "/vis/track/pin/{pin}/details", tracking.detail, "E", TRACK_TYPE),
)
_TABLE = [(route.pattern, route) for route in ROUTES]
OPERATIONS = tuple(dict.fromkeys(route.name for route in ROUTES))


def find(method, path):
    """Route and path parts; 404 for an unknown path, 405 for a wrong method."""
    matches = [(found, route) for pattern, route in _TABLE if (found := pattern.fullmatch(path))]
    for found, route in matches:
        if route.method == method:
            return route, found.groupdict()
    if matches:
        raise technical(405, f"{method} is not allowed here")
    raise not_found()


def name_of(method, path):
    """Name of the operation or None."""
    for pattern, route in _TABLE:
        if route.method == method and pattern.fullmatch(path):
            return route.name
    return None
