"""The yardstick: get rates and create shipment with lxml alone: no checks, errors, classes."""

from datetime import date
from decimal import Decimal

from lxml import etree

RATE = "http://www.canadapost.ca/ws/ship/rate-v4"
SHIPMENT = "http://www.canadapost.ca/ws/shipment-v8"
PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
)


def _adder(namespace):
    prefix = "{" + namespace + "}"

    def add(parent, name, text=None):
        element = etree.SubElement(parent, prefix + name)
        element.text = text
        return element

    return add


def _children(element, start):
    return {child.tag[start:]: child for child in element}


def _texts(element, start):
    return {child.tag[start:]: child.text or "" for child in element}


def _parcel(add, parent, parcel):
    block = add(parent, "parcel-characteristics")
    add(block, "weight", f"{parcel.weight_g / 1000:.3f}")
    dimensions = add(block, "dimensions")
    add(dimensions, "length", f"{parcel.length_mm / 10:.1f}")
    add(dimensions, "width", f"{parcel.width_mm / 10:.1f}")
    add(dimensions, "height", f"{parcel.height_mm / 10:.1f}")


# --- rates ------------------------------------------------------------------------------------


def rate_body(account, request):
    """The question of a :class:`RateRequest` with one parcel."""
    add = _adder(RATE)
    root = etree.Element("{" + RATE + "}mailing-scenario", nsmap={None: RATE})
    add(root, "customer-number", account.customer_number)
    add(root, "contract-id", account.contract_id)
    add(root, "quote-type", "commercial")
    _parcel(add, root, request.parcels[0])
    services = add(root, "services")
    for code in request.services:
        add(services, "service-code", code)
    add(root, "origin-postal-code", request.sender.postal_code)
    domestic = add(add(root, "destination"), "domestic")
    add(domestic, "postal-code", request.recipient.postal_code)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def rates(body):
    """Every field of every quote, as numbers and dates."""
    start = len(RATE) + 2
    return [_rate(quote, start) for quote in etree.fromstring(body, PARSER)]


def _rate(quote, start):
    found = _children(quote, start)
    details = _children(found["price-details"], start)
    standard = _texts(found["service-standard"], start)
    taxes = sum(Decimal(tax.text or "0") for tax in details["taxes"])
    parts = [("Base", Decimal(details["base"].text))]
    for option in details.get("options", ()):
        values = _texts(option, start)
        parts.append((values["option-name"], Decimal(values["option-price"])))
    for adjustment in details.get("adjustments", ()):
        values = _texts(adjustment, start)
        parts.append((values["adjustment-name"], Decimal(values["adjustment-cost"])))
    return {
        "service_code": found["service-code"].text,
        "service_name": found["service-name"].text,
        "price": Decimal(details["due"].text) - taxes,
        "taxes": taxes,
        "expected_date": date.fromisoformat(standard["expected-delivery-date"]),
        "transit_days": int(standard["expected-transit-time"]),
        "guaranteed": standard["guaranteed-delivery"] == "true",
        "parts": [(label, amount) for label, amount in parts if amount],
    }


# --- create shipment --------------------------------------------------------------------------


def shipment_body(account, request):
    """The purchase of a :class:`ShipRequest`."""
    add = _adder(SHIPMENT)
    root = etree.Element("{" + SHIPMENT + "}shipment", nsmap={None: SHIPMENT})
    add(root, "customer-request-id", request.key)
    add(root, "group-id", request.group)
    add(root, "requested-shipping-point", request.sender.postal_code)
    add(root, "expected-mailing-date", request.mailing_date.isoformat())
    add(root, "provide-pricing-info", "true")
    spec = add(root, "delivery-spec")
    add(spec, "service-code", request.service_code)
    _party(add, add(spec, "sender"), request.sender, "contact-phone")
    _party(add, add(spec, "destination"), request.recipient, "client-voice-number")
    _parcel(add, spec, request.parcels[0])
    block = add(spec, "print-preferences")
    add(block, "output-format", "4x6")
    add(block, "encoding", "PDF")
    block = add(spec, "preferences")
    add(block, "show-packing-instructions", "true")
    add(block, "show-postage-rate", "false")
    add(block, "show-insured-value", "false")
    block = add(spec, "references")
    add(block, "customer-ref-1", request.references[0])
    add(block, "customer-ref-2", request.references[1])
    block = add(spec, "settlement-info")
    add(block, "contract-id", account.contract_id)
    add(block, "intended-method-of-payment", account.payment_method)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _party(add, block, address, phone):
    add(block, "name", address.name)
    add(block, "company", address.company)
    add(block, phone, address.phone)
    details = add(block, "address-details")
    add(details, "address-line-1", address.street)
    add(details, "city", address.city)
    add(details, "prov-state", address.province)
    add(details, "country-code", address.country)
    add(details, "postal-zip-code", address.postal_code)


def sale(body):
    """Every field of the answer to a purchase."""
    start = len(SHIPMENT) + 2
    found = _children(etree.fromstring(body, PARSER), start)
    price = _children(found["shipment-price"], start)
    standard = _texts(price["service-standard"], start)
    parts = [("base", Decimal(price["base-amount"].text))]
    for option in price.get("priced-options", ()):
        values = _texts(option, start)
        parts.append((values["option-code"], Decimal(values.get("option-price") or "0")))
    for adjustment in price.get("adjustments", ()):
        values = _texts(adjustment, start)
        parts.append((values["adjustment-code"], Decimal(values["adjustment-amount"])))
    return {
        "key": found["customer-request-id"].text,
        "carrier_ref": found["shipment-id"].text,
        "tracking_number": found["tracking-pin"].text,
        "state": found["shipment-status"].text,
        "price": Decimal(price["pre-tax-amount"].text),
        "taxes": sum(Decimal(price[f"{tax}-amount"].text) for tax in ("gst", "pst", "hst")),
        "expected_date": date.fromisoformat(standard["expected-delivery-date"]),
        "amounts": [amount for _label, amount in parts if amount],
        "links": [
            (link.get("href"), link.get("media-type"), int(link.get("index") or 0))
            for link in found["links"]
            if link.get("rel") == "label"
        ],
    }
