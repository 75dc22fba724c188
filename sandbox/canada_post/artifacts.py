"""Get Artifact: labels and manifest papers, drawn when asked for (facts 3 and 7)."""

import hashlib

from . import labels, papers
from .errors import not_found, refuse, technical

KEPT_DOCUMENTS = 500


def register(store, kind, reference, customer):
    """A new artifact number; what it shows is looked up when it is fetched."""
    number = f"1000{store.next_number('artifact'):07d}"
    store.data["artifacts"][number] = {
        "kind": kind,
        "reference": reference,
        "customer": customer,
        "polls": 0,
    }
    return number


def path(store, number):
    """Path of an artifact, with the key of its owner."""
    return f"/rs/artifact/{_key(store.data['artifacts'][number]['customer'])}/{number}/0"


def _key(customer):
    return hashlib.sha256(b"sandbox artifact key " + customer.encode()).hexdigest()[:16]


def label_media_type(record, settings):
    """PDF, or the type of ZPL labels (unconfirmed, facts 3)."""
    return settings["zpl_media_type"] if record["encoding"] == "ZPL" else "application/pdf"


def get(context):
    """The bytes of a label or manifest; HTTP 202 while it is rendered."""
    number, store = context.path["artifact"], context.store
    with store.lock:
        entry = store.data["artifacts"].get(number)
        asked, own = (
            (context.path["key"], context.path["index"]),
            (_key(context.account.customer), "0"),
        )
        if not entry or entry["customer"] != context.account.customer or asked != own:
            raise not_found()
        media_type, draw = _drawing(context, entry)
        if (context.headers.get("Accept") or "").strip().lower() != media_type:
            raise technical(406, f"Accept must be {media_type}")
        _poll(context, entry)
    context.media_type = media_type
    cached = context.sandbox.documents
    if number not in cached:
        if len(cached) >= KEPT_DOCUMENTS:
            cached.clear()
        cached[number] = draw()
    return context.xml(cached[number])


def _poll(context, entry):
    entry["polls"] += 1
    if entry["polls"] <= context.settings["artifact_pending_polls"]:
        raise refuse("9150")


def _drawing(context, entry):
    """Media type and drawing function of an artifact."""
    data = context.store.data
    if entry["kind"] == "manifest":
        sheet = data["manifests"][entry["reference"]]
        shipments = [data["shipments"][number] for number in sheet["shipments"]]
        return "application/pdf", lambda: papers.manifest_pdf(sheet, shipments)
    record = data["shipments"][entry["reference"]]
    if record["voided"]:
        raise not_found()
    record["downloads"] += 1
    return label_media_type(record, context.settings), lambda: labels.render(record)
