"""Transmit groups, wait for the manifest, read it (facts 11)."""

from . import artifacts, catalogue, documents, rating, schema, tracking
from .accounts import METHODS, pad
from .documents import MANIFEST, MANIFEST_TYPE, SHIPMENT_TYPE, Builder, flag, serialize, text
from .errors import not_found, refuse, refuse_all
from .shipments import compact_date, shipping_point_problems

BUILD = Builder(MANIFEST)


# --- transmit ---------------------------------------------------------------------------
def transmit(context):
    """Transmit Shipments: one manifest link per payer and contract."""
    root = schema.check_document(
        context.body, MANIFEST, "transmit-set", schema.TRANSMIT_SET, context.url_path
    )
    names = [" ".join((item.text or "").split()) for item in documents.child(root, "group-ids")]
    problems = list(_request_problems(context, root, names))
    if problems:
        raise refuse_all(problems)
    with context.store.lock:
        records = _collect(context, root, names)
        sheets = [_open_manifest(context, root, part) for part in _split(records).values()]
        context.store.changed()
    return context.xml(serialize(BUILD("manifests", [_link(context, sheet) for sheet in sheets])))


def _request_problems(context, root, names):
    if len(names) > context.settings["max_groups"]:
        yield "9109", {"value": context.settings["max_groups"]}
    yield from shipping_point_problems(root)
    method = text(root, "method-of-payment")
    if method not in METHODS:
        yield "1711", {"value": method}
    elif method not in context.account.methods:
        yield "1653", {"value": method}


def _collect(context, root, names):
    """Shipments of the groups less the excluded ones; the lock is held."""
    node = documents.child(root, "excluded-shipments")
    excluded = {" ".join((item.text or "").split()) for item in (() if node is None else node)}
    by_group = {name: [] for name in names}
    for record in context.store.data["shipments"].values():
        if (
            record["group"] in by_group
            and _is_open(context, record)
            and record["id"] not in excluded
        ):
            by_group[record["group"]].append(record)
    _check_sizes(context, by_group)
    records = [record for group in by_group.values() for record in group]
    if not records:
        raise refuse("9122")
    if any(record["pickup"] != flag(root, "cpc-pickup-indicator") for record in records):
        raise refuse("9187")
    return records


def _is_open(context, record):
    mine = (record["mailed_by"], record["mobo"]) == (
        context.account.customer,
        pad(context.path["mobo"]),
    )
    return mine and record["status"] == "created" and not record["voided"]


def _check_sizes(context, by_group):
    """Hard limits (facts 11): per group 9110, in total 9108."""
    settings = context.settings
    if any(len(group) > settings["max_shipments_per_group"] for group in by_group.values()):
        raise refuse("9110", value=settings["max_shipments_per_group"])
    if sum(map(len, by_group.values())) > settings["max_shipments"]:
        raise refuse("9108", value=settings["max_shipments"])


def _split(records):
    """One manifest per payer and contract (facts 11); all parcels here are domestic."""
    parts = {}
    for record in records:
        parts.setdefault((record["paid_by"], record["contract"]), []).append(record)
    return parts


def _open_manifest(context, root, records):
    """Remember a manifest; its shipments are transmitted unless payment fails (facts 11)."""
    store, (moment, zone) = context.store, context.now()
    method = text(root, "method-of-payment")
    site = text(root, "shipping-point-id")
    point = text(root, "requested-shipping-point") or catalogue.SITES[site][0]
    sheet = {
        "id": f"7320{moment:%y%m%d}{store.next_number('manifest'):08d}",
        "po_number": f"P{store.next_number('po'):09d}",
        "mailed_by": context.account.customer,
        "mobo": pad(context.path["mobo"]),
        "paid_by": records[0]["paid_by"],
        "contract": records[0]["contract"],
        "method": method,
        "point": point,
        "site": site or catalogue.site_for(point),
        "pickup": flag(root, "cpc-pickup-indicator"),
        "request_id": text(root, "customer-request-id"),
        "reference": text(root, "customer-reference"),
        "detailed": flag(root, "detailed-manifests"),
        "address": _address(documents.child(root, "manifest-address")),
        "date": moment.date().isoformat(),
        "time": f"{moment:%H:%M} {zone}",
        "created": moment.isoformat(),
        "shipments": [record["id"] for record in records],
        "language": context.language,
        "failed": method == "CreditCard" and not context.account.has_card,
        "ready": False,
        "polls": 0,
    }
    sheet["artifact"] = artifacts.register(store, "manifest", sheet["id"], sheet["mailed_by"])
    store.data["manifests"][sheet["id"]] = sheet
    if not sheet["failed"]:
        for record in records:
            _transmit_one(store, record, sheet)
    return sheet


def _transmit_one(store, record, sheet):
    record.update(status="transmitted", po_number=sheet["po_number"], manifest=sheet["id"])
    tracking.announce(store, record)


def _address(node):
    address = documents.child(node, "address-details")
    return {
        "company": text(node, "manifest-company"),
        "name": text(node, "manifest-name"),
        "phone": text(node, "phone-number"),
        "line_1": text(address, "address-line-1"),
        "line_2": text(address, "address-line-2"),
        "city": text(address, "city"),
        "province": text(address, "prov-state"),
        "country": text(address, "country-code"),
        "postal_code": text(address, "postal-zip-code"),
    }


# --- read -------------------------------------------------------------------------------
def _path(sheet):
    return f"/rs/{sheet['mailed_by']}/{sheet['mobo']}/manifest/{sheet['id']}"


def _link(context, sheet):
    return BUILD.link("manifest", context.href(_path(sheet)), MANIFEST_TYPE)


def _is_mine(context, sheet):
    return (sheet["mailed_by"], sheet["mobo"]) == (
        context.account.customer,
        pad(context.path["mobo"]),
    )


def search(context):
    """Get Manifests between two days, both included."""
    unknown = [name for name in context.query if name not in ("start", "end")]
    if unknown:
        raise refuse("9105", value=", ".join(unknown))
    start, end = (compact_date(context.query.get(name, "")) for name in ("start", "end"))
    with context.store.lock:
        rows = [
            _link(context, sheet)
            for sheet in context.store.data["manifests"].values()
            if _is_mine(context, sheet) and start <= sheet["date"] <= end
        ]
    return context.xml(serialize(BUILD("manifests", rows)))


def _find_ready(context):
    """The manifest of the path; 9154 when its transmit failed, 9153 while it is prepared."""
    with context.store.lock:
        sheet = context.store.data["manifests"].get(context.path["id"])
        if not sheet or not _is_mine(context, sheet):
            raise not_found()
        if sheet["failed"]:
            raise refuse("9154", value="9174")
        if not sheet["ready"]:
            _poll(context, sheet)
        return sheet


def _poll(context, sheet):
    wanted = context.settings["manifest_pending_polls"]
    sheet["polls"] += 1
    context.store.changed()
    if wanted < 0 or sheet["polls"] <= wanted:
        raise refuse("9153")
    sheet["ready"] = True


def get(context):
    """Get Manifest: PO number and links."""
    sheet = _find_ready(context)
    shipments = f"/rs/{sheet['mailed_by']}/{sheet['mobo']}/shipment?manifestId={sheet['id']}"
    paper = artifacts.path(context.store, sheet["artifact"])
    links = [
        BUILD.link("details", context.href(_path(sheet) + "/details"), MANIFEST_TYPE),
        BUILD.link("manifestShipments", context.href(shipments), SHIPMENT_TYPE),
        BUILD.link("artifact", context.href(paper), "application/pdf"),
        BUILD.link("self", context.href(_path(sheet)), MANIFEST_TYPE),
    ]
    root = BUILD(
        "manifest",
        BUILD.optional("customer-request-id", sheet["request_id"]),
        BUILD("po-number", sheet["po_number"]),
        BUILD("links", links),
    )
    return context.xml(serialize(root))


def details(context):
    """Get Manifest Details."""
    sheet = _find_ready(context)
    with context.store.lock:
        prices = [context.store.data["shipments"][number]["price"] for number in sheet["shipments"]]
    root = BUILD(
        "manifest-details",
        BUILD("po-number", sheet["po_number"]),
        BUILD("final-shipping-point", sheet["point"]),
        BUILD("shipping-point-name", catalogue.SITES[sheet["site"]][1]),
        BUILD("shipping-point-id", sheet["site"]),
        BUILD("cpc-pickup-indicator", "true") if sheet["pickup"] else None,
        BUILD("mailed-by-customer", sheet["mailed_by"]),
        BUILD("mailed-on-behalf-of", sheet["mobo"]),
        BUILD("paid-by-customer", sheet["paid_by"]),
        BUILD.optional("customer-ref", sheet["reference"]),
        BUILD("manifest-date", sheet["date"]),
        BUILD("manifest-time", sheet["time"]),
        BUILD.optional("contract-id", sheet["contract"]),
        BUILD("method-of-payment", sheet["method"]),
        _receipt(sheet) if sheet["method"] == "CreditCard" else None,
        BUILD(
            "manifest-pricing-info",
            [BUILD(name, amount) for name, amount in rating.totals(prices).items()],
        ),
        _address_document(sheet["address"]),
    )
    return context.xml(serialize(root))


def _receipt(sheet):
    return BUILD(
        "cc-receipt-details",
        BUILD("merchant-name", "Sandbox Post (specimen)"),
        BUILD("merchant-url", "sandbox.invalid"),
        BUILD("name-on-card", "SPECIMEN HOLDER"),
        BUILD("auth-code", sheet["id"][-6:]),
        BUILD("auth-timestamp", sheet["created"] + "-05:00"),
        BUILD("card-type", "VIS"),
        BUILD("currency", "CAD"),
        BUILD("transaction-type", "Sale"),
    )


def _address_document(address):
    return BUILD(
        "manifest-address",
        BUILD("manifest-company", address["company"]),
        BUILD.optional("manifest-name", address["name"]),
        BUILD("phone-number", address["phone"]),
        BUILD(
            "address-details",
            BUILD("address-line-1", address["line_1"]),
            BUILD.optional("address-line-2", address["line_2"]),
            BUILD("city", address["city"]),
            BUILD("prov-state", address["province"]),
            BUILD.optional("country-code", address["country"]),
            BUILD("postal-zip-code", address["postal_code"]),
        ),
    )
