"""Create, read, find, void and refund shipments; groups (facts 6, 10, 11)."""

import re
from decimal import Decimal
from urllib.parse import quote

from lxml import etree

from . import artifacts, catalogue, documents, pins, rating, schema, tracking
from .accounts import pad, settlement_problems
from .documents import SHIPMENT, SHIPMENT_TYPE, Builder, flag, serialize, text
from .errors import not_found, refuse, refuse_all
from .quotes import amount_of, find_service, mailing_date, sides_of

BUILD = Builder(SHIPMENT)


# --- create -----------------------------------------------------------------------------
def create(context):
    """Create Shipment: check, price, then sell exactly one label per customer-request-id."""
    root = schema.check_document(
        context.body, SHIPMENT, "shipment", schema.SHIPMENT, context.url_path
    )
    spec = documents.child(root, "delivery-spec")
    service = find_service(
        text(spec, "service-code"), text(spec, "destination/address-details/country-code").upper()
    )
    problems = list(shipment_problems(context, root, spec, service))
    if problems:
        raise refuse_all(problems)
    record = _record(context, root, spec, service)
    with context.store.lock:
        _sell(context, record)
    return context.xml(serialize(info(context, record)))


def shipment_problems(context, root, spec, service):
    """Every broken business rule as a (code, values) pair."""
    yield from shipping_point_problems(root)
    day = text(root, "expected-mailing-date")
    if day and mailing_date(day) < context.today():
        yield "1622", {"value": day}
    yield from _address_problems(root, spec)
    options = _options(spec)
    yield from rating.option_problems(options, service)
    yield from _parcel_problems(spec, service)
    yield from _print_problems(root, spec)
    yield from _payment_problems(context, root, spec)


def shipping_point_problems(root):
    """Exactly one of postal code and site id; a pickup needs the postal code (facts 6)."""
    point, site = text(root, "requested-shipping-point"), text(root, "shipping-point-id")
    if not point and not site:
        yield "9186", {}
    elif flag(root, "cpc-pickup-indicator") and site:
        yield "9187", {}
    elif point and site:
        yield "9189", {}
    elif site and site not in catalogue.SITES:
        yield "9188", {"value": site}
    elif point and not catalogue.province_of(point):
        yield "1158", {"value": point}


def _address_problems(root, spec):
    sender = documents.child(documents.child(spec, "sender"), "address-details")
    if text(sender, "country-code").upper() != "CA":
        yield "10033", {"value": text(sender, "country-code")}
    destination = documents.child(spec, "destination")
    address = documents.child(destination, "address-details")
    if not re.fullmatch("[A-Z][0-9][A-Z][0-9][A-Z][0-9]", text(address, "postal-zip-code")) or not (
        catalogue.province_of(text(address, "postal-zip-code"))
    ):
        yield "1158", {"value": text(address, "postal-zip-code") or "-"}
    if flag(root, "quickship-label-requested"):
        return
    if not text(address, "address-line-1"):
        yield "1156", {}
    if not text(address, "city"):
        yield "1157", {}
    if text(address, "prov-state") not in catalogue.PROVINCES:
        yield "1159", {"value": text(address, "prov-state") or "-"}


def _parcel_problems(spec, service):
    characteristics = documents.child(spec, "parcel-characteristics")
    sides = sides_of(characteristics)
    if sides is None:
        yield "9162", {}
    parcel = rating.Parcel("", "", Decimal(text(characteristics, "weight")), sides)
    problem = rating.limit_problem(service, parcel)
    if problem:
        yield "9111", {"value": problem}


def _print_problems(root, spec):
    layout = text(spec, "print-preferences/output-format", "8.5x11")
    encoding = text(spec, "print-preferences/encoding", "PDF")
    if encoding == "ZPL" and layout != "4x6":
        yield "9191", {}
    public = any(text(root, name) == "true" for name in ("create-public-key", "create-qr-code"))
    if public and (layout, encoding) != ("8.5x11", "PDF"):
        yield "9208", {}


def _payment_problems(context, root, spec):
    settlement = documents.child(spec, "settlement-info")
    method = text(settlement, "intended-method-of-payment")
    yield from settlement_problems(
        context.account,
        context.path["mobo"],
        text(settlement, "paid-by-customer"),
        text(settlement, "contract-id"),
        method,
    )
    immediate = documents.child(root, "transmit-shipment") is not None
    if immediate and flag(settlement, "cif-shipment"):
        yield "7285", {}
    if documents.child(root, "pre-authorized-payment") is not None and not (
        immediate and method == "SupplierAccount"
    ):
        yield "7311", {}
    if documents.child(root, "return-spec") is not None:
        yield "9120", {"value": text(root, "return-spec/service-code")}


def _options(spec):
    node = documents.child(spec, "options")
    rows = [] if node is None else node
    return [(text(row, "option-code"), amount_of(row)) for row in rows]


def _record(context, root, spec, service):
    """The shipment as it will be remembered: plain JSON values only."""
    settlement = documents.child(spec, "settlement-info")
    site = text(root, "shipping-point-id")
    point = text(root, "requested-shipping-point") or catalogue.SITES[site][0]
    options = rating.complete_options(service, dict(_options(spec)))
    mobo = pad(context.path["mobo"])
    return {
        "request_id": text(root, "customer-request-id"),
        "mailed_by": context.account.customer,
        "mobo": mobo,
        "paid_by": pad(text(settlement, "paid-by-customer") or mobo),
        "contract": pad(text(settlement, "contract-id")) if text(settlement, "contract-id") else "",
        "method": text(settlement, "intended-method-of-payment"),
        "group": text(root, "group-id"),
        "service": service.code,
        "options": [
            [code, str(amount) if amount is not None else ""] for code, amount in options.items()
        ],
        "weight": text(spec, "parcel-characteristics/weight"),
        "sides": [str(side) for side in sides_of(documents.child(spec, "parcel-characteristics"))],
        "sender": _address(documents.child(spec, "sender")),
        "destination": _address(documents.child(spec, "destination")),
        "references": [
            text(spec, "references/" + name)
            for name in ("cost-centre", "customer-ref-1", "customer-ref-2")
        ],
        "shipping_point": point,
        "site": site,
        "pickup": flag(root, "cpc-pickup-indicator"),
        "quickship": flag(root, "quickship-label-requested"),
        "mailing_date": (text(root, "expected-mailing-date") or context.today().isoformat())[:10],
        "layout": text(spec, "print-preferences/output-format", "8.5x11"),
        "encoding": text(spec, "print-preferences/encoding", "PDF"),
        "packing": flag(spec, "preferences/show-packing-instructions"),
        "with_price": documents.child(root, "provide-pricing-info") is not None,
        "with_receipt": documents.child(root, "provide-receipt-info") is not None,
        "price": _price(context, root, spec, service, point),
        "language": context.language,
        "spec": etree.tostring(spec, encoding="unicode"),
    }


def _address(node):
    address = documents.child(node, "address-details")
    return {
        "name": text(node, "name"),
        "company": text(node, "company"),
        "extra": text(node, "additional-address-info"),
        "phone": text(node, "contact-phone") or text(node, "client-voice-number"),
        "line_1": text(address, "address-line-1"),
        "line_2": text(address, "address-line-2"),
        "city": text(address, "city"),
        "province": text(address, "prov-state"),
        "country": text(address, "country-code").upper(),
        "postal_code": text(address, "postal-zip-code"),
    }


def _price(context, root, spec, service, origin):
    characteristics = documents.child(spec, "parcel-characteristics")
    day = text(root, "expected-mailing-date")
    figures = rating.price(
        service,
        rating.Parcel(
            origin=origin,
            destination=text(spec, "destination/address-details/postal-zip-code"),
            weight=Decimal(text(characteristics, "weight")),
            sides=sides_of(characteristics),
            options=dict(_options(spec)),
            mailing_date=mailing_date(day) if day else context.today(),
            contract=bool(text(spec, "settlement-info/contract-id")),
            promotion=text(spec, "settlement-info/promo-code"),
        ),
    )
    return {
        "base": str(figures["base"]),
        "options": [[code, str(amount)] for code, amount in figures["options"]],
        "adjustments": [[code, str(amount)] for code, amount, _percent in figures["adjustments"]],
        "pre_tax": str(figures["pre_tax"]),
        **{name: str(amount) for name, amount in figures["taxes"].items()},
        "due": str(figures["due"]),
        "transit": figures["transit"],
        "expected": figures["expected"].isoformat(),
        "guaranteed": figures["guaranteed"],
        "rated": str(figures["rated"]),
    }


def _sell(context, record):
    """Sell under the lock, so that a request id is used once (facts 6: 7314)."""
    store, moment = context.store, context.now()[0]
    data, request_id = store.data, record["request_id"]
    if request_id:
        key = f"{record['mailed_by']}|{request_id}"
        if key in data["request_ids"]:
            raise refuse("7314", value=request_id)
    number = store.next_number("shipment")
    record["id"] = f"5450{moment:%y%m%d}{number:08d}"
    record["pin"] = pins.build(record["mobo"], store.next_number("pin-" + record["mobo"]))
    record["created"] = moment.isoformat()
    record.update(
        status="created", po_number="", manifest="", voided=False, refund=None, downloads=0
    )
    record["artifact"] = artifacts.register(store, "label", record["id"], record["mailed_by"])
    if request_id:
        data["request_ids"][key] = record["id"]
    data["shipments"][record["id"]] = record
    if not record["group"]:
        record["status"] = "transmitted"
        record["po_number"] = f"P{store.next_number('po'):09d}"
        tracking.announce(store, record)
    store.changed()


# --- answers ----------------------------------------------------------------------------
def info(context, record):
    """The shipment-info document (facts 6)."""
    embedded = record["with_price"]
    receipt_here = record["with_receipt"] and _has_receipt(record)
    return BUILD(
        "shipment-info",
        BUILD.optional("customer-request-id", record["request_id"]),
        BUILD("shipment-id", record["id"]),
        BUILD("shipment-status", record["status"]),
        BUILD("tracking-pin", record["pin"]),
        BUILD.optional("po-number", record["po_number"]),
        _price_document(record) if embedded else None,
        BUILD("shipment-receipt", _receipt_details(record)) if receipt_here else None,
        BUILD("links", _links(context, record)),
    )


def _links(context, record):
    """Links that apply to the state of the shipment (facts 6)."""
    root = f"/rs/{record['mailed_by']}/{record['mobo']}/shipment"
    own = f"{root}/{record['id']}"
    wanted = [("self", own), ("details", own + "/details")]
    if record["group"] and record["status"] == "created":
        wanted.append(("group", f"{root}?groupId={quote(record['group'], safe='')}"))
    if not record["with_price"]:
        wanted.append(("price", own + "/price"))
    if _has_receipt(record) and not record["with_receipt"]:
        wanted.append(("receipt", own + "/receipt"))
    if record["status"] == "transmitted":
        wanted.append(("refund", own + "/refund"))
    links = [BUILD.link(rel, context.href(path), SHIPMENT_TYPE) for rel, path in wanted]
    media_type = artifacts.label_media_type(record, context.settings)
    label = artifacts.path(context.store, record["artifact"])
    return [*links, BUILD.link("label", context.href(label), media_type, index=0)]


def _has_receipt(record):
    return record["method"] == "CreditCard" and not record["group"]


def _price_document(record):
    price = record["price"]
    options = [
        BUILD("priced-option", BUILD("option-code", code), BUILD("option-price", amount))
        for code, amount in price["options"]
    ]
    adjustments = [
        BUILD("adjustment", BUILD("adjustment-code", code), BUILD("adjustment-amount", amount))
        for code, amount in price["adjustments"]
    ]
    standard = BUILD(
        "service-standard",
        BUILD("am-delivery", "false"),
        BUILD("guaranteed-delivery", str(price["guaranteed"]).lower()),
        BUILD("expected-transmit-time", price["transit"]),
        BUILD("expected-delivery-date", price["expected"]),
    )
    return BUILD(
        "shipment-price",
        BUILD("service-code", record["service"]),
        BUILD("base-amount", price["base"]),
        BUILD("priced-options", options),
        BUILD("adjustments", adjustments),
        BUILD("pre-tax-amount", price["pre_tax"]),
        [BUILD(name + "-amount", price[name]) for name in ("gst", "pst", "hst")],
        BUILD("due-amount", price["due"]),
        standard,
        BUILD("rated-weight", price["rated"]),
    )


def _receipt_details(record):
    return BUILD(
        "cc-receipt-details",
        BUILD("merchant-name", "Sandbox Post (specimen)"),
        BUILD("merchant-url", "sandbox.invalid"),
        BUILD("name-on-card", "SPECIMEN HOLDER"),
        BUILD("auth-code", record["id"][-6:]),
        BUILD("auth-timestamp", record["created"] + "-05:00"),
        BUILD("card-type", "VIS"),
        BUILD("charge-amount", record["price"]["due"]),
        BUILD("currency", "CAD"),
        BUILD("transaction-type", "Sale"),
    )


def find(context):
    """The shipment of the path; 404 when unknown, voided or somebody else's."""
    record = context.store.data["shipments"].get(context.path["id"])
    if not record or record["voided"] or not _is_mine(context, record):
        raise not_found()
    return record


def _is_mine(context, record):
    return record["mailed_by"] == context.account.customer and record["mobo"] == pad(
        context.path["mobo"]
    )


def get(context):
    """Get Shipment."""
    with context.store.lock:
        return context.xml(serialize(info(context, find(context))))


def price(context):
    """Get Shipment Price."""
    return context.xml(serialize(_price_document(find(context))))


def receipt(context):
    """Get Shipment Receipt: only for what a card paid at once (facts 6)."""
    record = find(context)
    if not _has_receipt(record):
        raise not_found()
    return context.xml(serialize(BUILD("shipment-receipt", _receipt_details(record))))


def details(context):
    """Get Shipment Details: the request given back with final shipping point, state and refund."""
    with context.store.lock:
        record = find(context)
        root = BUILD(
            "shipment-details",
            BUILD.optional("customer-request-id", record["request_id"]),
            BUILD("shipment-status", record["status"]),
            BUILD("final-shipping-point", record["shipping_point"]),
            BUILD("tracking-pin", record["pin"]),
            BUILD.optional("po-number", record["po_number"]),
            BUILD.optional("shipping-point-id", record["site"]),
            BUILD("cpc-pickup-indicator", "true") if record["pickup"] else None,
            _detail(record),
        )
    return context.xml(serialize(root))


def _detail(record):
    spec = etree.fromstring(
        record["spec"], etree.XMLParser(resolve_entities=False, no_network=True)
    )
    _put_options(spec, record)
    refund_info = _refund_info(record, "refund-request-info") if record["refund"] else None
    return BUILD(
        "shipment-detail",
        BUILD("group-id", record["group"])
        if record["group"]
        else BUILD("transmit-shipment", "true"),
        BUILD("quickship-label-requested", "true") if record["quickship"] else None,
        BUILD("expected-mailing-date", record["mailing_date"]),
        spec,
        refund_info,
    )


def _put_options(spec, record):
    """Options in force replace the ones asked for: DC was added by the system (facts 8)."""
    old = documents.child(spec, "options")
    asked = {text(row, "option-code"): row for row in (() if old is None else old)}
    rows = [
        asked[code] if code in asked else BUILD("option", BUILD("option-code", code))
        for code, _a in record["options"]
    ]
    if old is not None:
        spec.remove(old)
    if rows:
        spec.append(BUILD("options", rows))


# --- search -----------------------------------------------------------------------------
_CRITERIA = ("requestId", "groupId", "manifestId", "trackingPIN", "noManifest")
_EXTRAS = ("provideShipmentInfo", "date", "limit")


def search(context):
    """Get Shipments by exactly one criterion (facts 3): links, or whole shipment-info."""
    query = context.query
    unknown = [name for name in query if name not in _CRITERIA + _EXTRAS]
    given = [name for name in _CRITERIA if name in query]
    if unknown or not given:
        raise refuse("9105", value=", ".join(unknown) or "-")
    if len(given) > 1:
        raise refuse("9196", value=", ".join(given))
    matches, limit = _matcher(given[0], query), _limit(query)
    with context.store.lock:
        mine = [
            record
            for record in context.store.data["shipments"].values()
            if not record["voided"] and _is_mine(context, record)
        ]
        found = [record for record in mine if matches(record)][:limit]
        if query.get("provideShipmentInfo") == "true":
            rows = [info(context, record) for record in found]
        else:
            rows = [_shipment_link(context, record) for record in found]
    return context.xml(serialize(BUILD("shipments", rows)))


def _matcher(criterion, query):
    value = query[criterion]
    if criterion == "requestId":
        return lambda record: record["request_id"] == value
    if criterion == "groupId":
        return lambda record: record["group"] == value and record["status"] == "created"
    if criterion == "manifestId":
        return lambda record: record["manifest"] == value
    if criterion == "trackingPIN":
        return lambda record: record["pin"] == value
    day = compact_date(query.get("date", ""))
    if value != "true":
        raise refuse("9105", value="noManifest")
    return lambda record: not record["group"] and record["created"][:10] == day


def compact_date(value):
    """YYYYMMDD of a query as an ISO date, or 9105."""
    if not re.fullmatch("[0-9]{8}", value):
        raise refuse("9105", value=value or "-")
    return f"{value[:4]}-{value[4:6]}-{value[6:]}"


def _limit(query):
    limit = query.get("limit", "100000")
    if not limit.isdigit() or not int(limit):
        raise refuse("9105", value="limit")
    return int(limit)


def _shipment_link(context, record):
    path = f"/rs/{record['mailed_by']}/{record['mobo']}/shipment/{record['id']}"
    return BUILD.link("shipment", context.href(path), SHIPMENT_TYPE)


def groups(context):
    """Get Groups: every group that still holds a shipment to transmit (facts 11)."""
    mobo = pad(context.path["mobo"])
    with context.store.lock:
        names = dict.fromkeys(
            record["group"]
            for record in context.store.data["shipments"].values()
            if record["group"]
            and record["status"] == "created"
            and not record["voided"]
            and _is_mine(context, record)
        )
    root = f"/rs/{context.account.customer}/{mobo}/shipment?groupId="
    rows = [
        BUILD(
            "group",
            BUILD("group-id", name),
            BUILD.link("shipment", context.href(root + quote(name, safe="")), SHIPMENT_TYPE),
        )
        for name in names
    ]
    return context.xml(serialize(BUILD("groups", rows)))


# --- void and refund --------------------------------------------------------------------
def void(context):
    """Void Shipment: 204, or 8064 once transmitted (facts 11)."""
    with context.store.lock:
        record = find(context)
        if record["status"] != "created":
            raise refuse("8064")
        record["voided"] = True
        context.store.changed()
    return context.xml(b"", 204)


def refund(context):
    """Request Refund (facts 11)."""
    schema.check_document(
        context.body, SHIPMENT, "shipment-refund-request", schema.REFUND_REQUEST, context.url_path
    )
    with context.store.lock:
        record = find(context)
        if record["status"] == "created":
            raise refuse("7291")
        if record["refund"]:
            raise refuse("7292")
        if tracking.is_delivered(context.store, record["pin"]):
            raise refuse("7296")
        ticket = f"GT{context.store.next_number('ticket'):08d}RT"
        record["refund"] = {"date": context.today().isoformat(), "ticket": ticket}
        context.store.changed()
    return context.xml(serialize(_refund_info(record, "shipment-refund-request-info")))


def _refund_info(record, tag):
    return BUILD(
        tag,
        BUILD("service-ticket-date", record["refund"]["date"]),
        BUILD("service-ticket-id", record["refund"]["ticket"]),
    )
