"""Create, look up, void and refund a shipment (facts 6, 10, 11)."""

from dataclasses import replace
from decimal import Decimal

from odoo.addons.ecom_shipping.carrier_contract import (
    BoughtParcel,
    DocumentKind,
    Link,
    Message,
    Money,
    Refused,
    Sale,
)

from . import errors, limits, options, xml
from .call import Call, segment
from .check import Checker, clean
from .tables import (
    ADJUSTMENTS,
    COST_CENTRE_LENGTH,
    GROUP_LENGTH,
    KEY_LENGTH,
    LABEL_OUTPUT,
    NAMESPACE,
    OPTIONS,
    REFERENCE_LENGTH,
    SERVICE_CODE_LENGTH,
    SHIPMENT_TYPE,
    VOID_STATES,
)
from .texts import say

CURRENCY = "CAD"


# --- create ---------------------------------------------------------------------------------------


def create_call(account, request, language, today):
    """The purchase of ``request``.

    :raises Refused: with every problem found before anything is sent
    :rtype: Call
    """
    path = account.path(language)
    checker = Checker(language)
    _check(checker, account, request)
    if request.parcels:
        body = _body(checker, account, request, today)
    checker.done()
    return Call("POST", path + "/shipment", SHIPMENT_TYPE, body=body, group="A")


def _check(checker, account, request):
    """What does not end up in an element of its own."""
    account.check(checker)
    if len(request.parcels) != 1:
        checker.refuse("parcels", "one_parcel", count=len(request.parcels))
        return
    (parcel,) = request.parcels
    if parcel.weight_g <= 0:
        checker.refuse("parcels.0.weight_g", "missing")
    # Only documents may go without a size (9162), and v8 cannot say that it is one.
    if not parcel.has_size:
        checker.refuse("parcels.0.length_mm", "missing")
    reason = limits.why_not(request.service_code, parcel, checker.language)
    if reason:
        checker.problems.append(Message("", reason, "parcels.0"))


def _body(checker, account, request, today):
    builder = xml.Builder(NAMESPACE + "shipment-v8", "shipment")
    sender = checker.address("sender", request.sender)
    builder.add("customer-request-id", checker.text("key", request.key, KEY_LENGTH, required=True))
    if account.immediate:
        builder.add("transmit-shipment", "true")
    else:
        group = checker.text("group", request.group, GROUP_LENGTH, required=True)
        builder.add("group-id", group)
    write_shipping_point(builder, account, sender)
    if request.mailing_date:
        # A day in the past is refused (1622): what is bought now leaves today at the earliest.
        builder.add("expected-mailing-date", max(request.mailing_date, today).isoformat())
    builder.add("provide-pricing-info", "true")
    with builder.block("delivery-spec"):
        _write_delivery(builder, checker, account, request, sender)
    return builder.body()


def _write_delivery(builder, checker, account, request, sender):
    code = checker.text("service_code", request.service_code, SERVICE_CODE_LENGTH, required=True)
    builder.add("service-code", code)
    _write_sender(builder, sender)
    _write_destination(builder, checker.address("recipient", request.recipient))
    options.write(builder, options.choose(checker, request.options, request.parcels[0]))
    limits.write(builder, request.parcels[0])
    _write_printing(builder, request.label_format)
    _write_references(builder, checker, request)
    _write_settlement(builder, account)


def write_shipping_point(builder, account, sender):
    """Where the parcels are handed over: a deposit site or a postal code (9186, 9189)."""
    if account.shipping_point_id:
        builder.add("shipping-point-id", account.shipping_point_id)
    else:
        builder.add("requested-shipping-point", sender.postal_code)


def _write_sender(builder, sender):
    with builder.block("sender"):
        if sender.name != sender.company:
            builder.add_if("name", sender.name)
        builder.add("company", sender.company)
        builder.add("contact-phone", sender.phone)
        write_address(builder, sender)


def _write_destination(builder, recipient):
    with builder.block("destination"):
        builder.add_if("name", recipient.name)
        builder.add_if("company", recipient.company)
        builder.add_if("client-voice-number", recipient.phone)
        write_address(builder, recipient)


def write_address(builder, address):
    """Append ``address-details``, the same in shipments and manifests."""
    with builder.block("address-details"):
        builder.add("address-line-1", address.street)
        builder.add_if("address-line-2", address.street2)
        builder.add("city", address.city)
        builder.add("prov-state", address.province)
        builder.add("country-code", address.country)
        builder.add("postal-zip-code", address.postal_code)


def _write_printing(builder, label_format):
    output, encoding = LABEL_OUTPUT[label_format]
    with builder.block("print-preferences"):
        builder.add("output-format", output)
        builder.add("encoding", encoding)
    with builder.block("preferences"):
        builder.add("show-packing-instructions", "true")
        builder.add("show-postage-rate", "false")
        builder.add("show-insured-value", "false")


def _write_references(builder, checker, request):
    """References are search words, so a long one is cut; a cost centre is an account."""
    first, second = map(clean, request.references)
    centre = checker.text("cost_centre", request.cost_centre, COST_CENTRE_LENGTH)
    if first or second or centre:
        with builder.block("references"):
            builder.add_if("cost-centre", centre)
            builder.add_if("customer-ref-1", first[:REFERENCE_LENGTH].rstrip())
            builder.add_if("customer-ref-2", second[:REFERENCE_LENGTH].rstrip())


def _write_settlement(builder, account):
    with builder.block("settlement-info"):
        builder.add_if("paid-by-customer", account.paid_by)
        builder.add_if("contract-id", account.contract_id)
        builder.add("intended-method-of-payment", account.payment_method)
        builder.add_if("promo-code", account.promo_code)


# --- read -----------------------------------------------------------------------------------------


def sale_reader(language, key="", reference=""):
    """A reader of ``shipment-info``.

    :param key: used when the answer does not repeat the idempotency key
    :param reference: our name for the parcel, '' when it is not known
    :returns: a function from the root element to a :class:`Sale`
    """

    def read(root):
        found = xml.children(root)
        price = {}
        if "shipment-price" in found:
            price = price_reader(language)(found["shipment-price"])
        return Sale(
            key=xml.text(found, "customer-request-id") or key,
            carrier_ref=xml.required(found, "shipment-id"),
            parcels=(BoughtParcel(reference, xml.text(found, "tracking-pin")),),
            state=xml.text(found, "shipment-status"),
            links=tuple(_labels(found["links"], reference)),
            **price,
        )

    return read


def _labels(links, reference):
    """Every label link in page order; the carrier's order means nothing (facts 6)."""
    labels = [element.attrib for element in links if element.get("rel") == "label"]
    for label in sorted(labels, key=_page):
        yield Link(DocumentKind.LABEL, label["href"], label["media-type"], _page(label), reference)


def _page(label):
    return int(label.get("index") or 0)


def link(root, rel):
    """The address of the first link ``rel`` below ``links`` of ``root``, or ''."""
    found = xml.children(root)
    for element in found.get("links", ()):
        if element.get("rel") == rel:
            return element.get("href", "")
    return ""


def price_reader(language):
    """A reader of ``shipment-price`` (in the answer or a document of its own, facts 6).

    :returns: a function from the element to keyword arguments of :class:`Sale`
    """
    return lambda element: _price(element, language)


def _price(element, language):
    found = xml.children(element)
    price = xml.decimal(xml.text(found, "pre-tax-amount"))
    taxes = sum(
        (xml.decimal(xml.text(found, f"{tax}-amount") or "0") for tax in ("gst", "pst", "hst")),
        Decimal(0),
    )
    standard = xml.values(found["service-standard"]) if "service-standard" in found else {}
    return {
        "price": Money(price, CURRENCY),
        "taxes": Money(taxes, CURRENCY),
        "parts": tuple(_parts(found, price, language)),
        "expected_date": xml.day(standard.get("expected-delivery-date", "")),
    }


def _parts(found, price, language):
    """What ``price`` is made of, named in ``language``; an unexplained rest is named too."""
    left = price
    for label, amount in _named_amounts(found, language):
        if amount:
            left -= amount
            yield label, amount
    if left:
        yield say(language, "other_part"), left


def _named_amounts(found, language):
    index = language.startswith("fr")
    yield say(language, "base"), xml.decimal(xml.text(found, "base-amount"))
    for element in found.get("priced-options", ()):
        values = xml.values(element)
        code = values["option-code"]
        label = OPTIONS[code].names[index] if code in OPTIONS else code
        yield label, xml.decimal(values.get("option-price") or "0")
    for element in found.get("adjustments", ()):
        values = xml.values(element)
        code = values["adjustment-code"]
        label = ADJUSTMENTS[code][index] if code in ADJUSTMENTS else code
        yield label, xml.decimal(values["adjustment-amount"])


def price_call(href):
    """Get Shipment Price, by the carrier's own link: for a sale whose answer holds no price.

    :rtype: Call
    """
    return Call("GET", href, SHIPMENT_TYPE, group="A")


def with_price(sale, price):
    """``sale`` with what a price reader gave."""
    return replace(sale, **price)


# --- look up, void, refund ------------------------------------------------------------------------


def find_call(account, language, **query):
    """Get Shipments by one of ``requestId``, ``groupId``, ``manifestId`` (facts 3).

    :rtype: Call
    """
    path = account.path(language) + "/shipment"
    return Call("GET", path, SHIPMENT_TYPE, params=tuple(query.items()), group="C")


def read_numbers(root):
    """Shipment numbers in a list of links or of shipments (facts 3: two forms).

    :rtype: tuple[str, ...]
    """
    numbers = []
    for element in root:
        if xml.local_name(element.tag) == "link":
            numbers.append(last_part(element.attrib["href"]))
        else:
            numbers.append(xml.values(element)["shipment-id"])
    return tuple(numbers)


def last_part(href):
    """The carrier's number at the end of a link.

    :raises ValueError: there is none
    """
    number = href.partition("?")[0].rstrip("/").rpartition("/")[2]
    if not number.isalnum():
        raise ValueError("no number in link")
    return number


def is_void(sale):
    return sale.state.lower() in VOID_STATES


def one_call(account, number, language, method="GET"):
    """Get Shipment, or Void Shipment when ``method`` is ``DELETE``.

    :rtype: Call
    """
    number = segment(number, "sale_ref", language)
    path = f"{account.path(language)}/shipment/{number}"
    return Call(method, path, SHIPMENT_TYPE, group="B" if method == "DELETE" else "A")


def check_voided(answer, language):
    """Only 204 means void; an empty list of errors does not (facts 11).

    :raises Refused: with 8064 or 8034 when it was transmitted already, or with a text of ours
    """
    if answer.status == 204:
        return
    try:
        # Never returns: a document "messages" is a refusal, anything else is not understood.
        errors.understand(answer, "messages", xml.values, language)
    except Refused as refusal:
        told = [message for message in refusal.messages if not message.code.startswith("HTTP ")]
        code = f"HTTP {answer.status}"
        raise Refused(told or [Message(code, say(language, "not_voided"))]) from None


def refund_call(account, number, email, language):
    """Request Refund; the carrier answers to ``email`` (facts 11).

    :rtype: Call
    """
    checker = Checker(language)
    builder = xml.Builder(NAMESPACE + "shipment-v8", "shipment-refund-request")
    builder.add("email", checker.email("email", email))
    checker.done()
    path = one_call(account, number, language).target + "/refund"
    return Call("POST", path, SHIPMENT_TYPE, body=builder.body(), group="B")


def details_call(account, number, language):
    """Get Shipment Details: what became of a shipment, its refund request too (facts 3).

    :rtype: Call
    """
    path = one_call(account, number, language).target + "/details"
    return Call("GET", path, SHIPMENT_TYPE, group="A")


def read_refund(root):
    """The ticket in the details of a shipment; empty when no refund was requested."""
    detail = xml.children(root)["shipment-detail"]
    info = xml.children(detail).get("refund-request-info")
    return "" if info is None else read_ticket(info)


def read_ticket(root):
    """The number of the carrier's service ticket."""
    return xml.required(xml.children(root), "service-ticket-id")
