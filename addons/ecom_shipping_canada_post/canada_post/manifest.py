"""Transmit groups, and the manifests that come of it (facts 11)."""

from dataclasses import dataclass
from datetime import timedelta

from odoo.addons.ecom_shipping.carrier_contract import (
    DocumentKind,
    Link,
    Money,
    TransmittedManifest,
)

from . import shipment, xml
from .call import Call, segment
from .check import Checker, clean
from .tables import (
    EMPTY_MANIFEST,
    GROUP_LENGTH,
    KEY_LENGTH,
    MANIFEST_REFERENCE_LENGTH,
    MAX_GROUPS,
    NAMESPACE,
    SHIPMENT_TYPE,
)
from .tables import MANIFEST_TYPE as TYPE


@dataclass(frozen=True)
class Manifest:
    """A manifest whose paper may be fetched.

    :param number: the carrier's number, or :data:`EMPTY_MANIFEST`
    :param paper: link to the PDF, or None
    :param details: address of the totals, or ''
    :param shipments: address of the list of shipments, or ''
    """

    key: str
    number: str
    paper: Link | None
    details: str
    shipments: str

    @property
    def is_empty(self):
        return self.number == EMPTY_MANIFEST


def transmit_call(account, request, language):
    """Transmit the groups of ``request``.

    :raises Refused: with every problem found before anything is sent
    :rtype: Call
    """
    path = account.path(language)
    checker = Checker(language)
    account.check(checker)
    if not request.groups:
        checker.refuse("groups", "missing")
    elif len(request.groups) > MAX_GROUPS:
        checker.refuse("groups", "too_many", count=len(request.groups), limit=MAX_GROUPS)
    body = _body(checker, account, request)
    checker.done()
    return Call("POST", path + "/manifest", TYPE, body=body, group="C")


def _body(checker, account, request):
    builder = xml.Builder(NAMESPACE + "manifest-v8", "transmit-set")
    sender = checker.address("sender", request.sender)
    builder.add("customer-request-id", checker.text("key", request.key, KEY_LENGTH, required=True))
    with builder.block("group-ids"):
        for group in request.groups:
            group = checker.text("groups", group, GROUP_LENGTH, required=True)
            builder.add("group-id", group)
    shipment.write_shipping_point(builder, account, sender)
    builder.add("detailed-manifests", "true" if request.detailed else "false")
    builder.add("method-of-payment", account.payment_method)
    _write_address(builder, sender)
    reference = clean(request.reference)[:MANIFEST_REFERENCE_LENGTH]
    builder.add_if("customer-reference", reference.rstrip())
    if request.excluded:
        with builder.block("excluded-shipments"):
            for number in request.excluded:
                builder.add("shipment-id", segment(number, "excluded", checker.language))
    return builder.body()


def _write_address(builder, sender):
    with builder.block("manifest-address"):
        builder.add("manifest-company", sender.company)
        if sender.name != sender.company:
            builder.add_if("manifest-name", sender.name)
        builder.add("phone-number", sender.phone)
        shipment.write_address(builder, sender)


def read_list(root):
    """The manifests in the answer to Transmit or Get Manifests; every one matters (facts 11).

    :rtype: tuple[TransmittedManifest, ...]
    """
    return tuple(
        TransmittedManifest(shipment.last_part(element.attrib["href"]))
        for element in root
        if element.get("rel") == "manifest"
    )


def read_transmitted(root):
    """As :func:`read_list`, but a transmission without any manifest is not an answer."""
    manifests = read_list(root)
    if not manifests:
        raise KeyError("manifest")
    return manifests


def list_call(account, request, today, language):
    """Get Manifests of the days on which ``request`` may have been transmitted.

    One day earlier is asked too: our date and the carrier's differ around midnight.

    :rtype: Call
    """
    first = min(request.mailing_date or today, today) - timedelta(days=1)
    params = (("start", f"{first:%Y%m%d}"), ("end", f"{today:%Y%m%d}"))
    return Call("GET", account.path(language) + "/manifest", TYPE, params=params, group="C")


def one_call(account, ref, language):
    """Get Manifest.

    :rtype: Call
    """
    ref = segment(ref, "ref", language)
    return Call("GET", f"{account.path(language)}/manifest/{ref}", TYPE, group="C")


def read(root):
    """One manifest; links are chosen by ``rel``, their order is free.

    :rtype: Manifest
    """
    found = xml.children(root)
    links = {element.get("rel"): element.attrib for element in found["links"]}
    paper = links.get("artifact")
    return Manifest(
        key=xml.text(found, "customer-request-id"),
        number=xml.required(found, "po-number"),
        paper=paper
        and Link(DocumentKind.MANIFEST, paper["href"], paper.get("media-type", "application/pdf")),
        details=links.get("details", {}).get("href", ""),
        shipments=links.get("manifestShipments", {}).get("href", ""),
    )


def shipments_call(manifest):
    """The shipments on ``manifest``, by the carrier's own link.

    :rtype: Call
    """
    return Call("GET", manifest.shipments, SHIPMENT_TYPE, group="C")


def details_call(manifest):
    """Get Manifest Details, by the carrier's own link.

    :rtype: Call
    """
    return Call("GET", manifest.details, TYPE, group="C")


def read_total(root):
    """What the carrier charges for the manifest, taxes included.

    :rtype: Money
    """
    prices = xml.values(xml.children(root)["manifest-pricing-info"])
    return Money(xml.decimal(prices["total-due-cpc"]), shipment.CURRENCY)
