"""Schema checks against the published schemas and samples, where at hand (facts 2)."""

import copy
import random

import pytest
from lxml import etree

from sandbox.canada_post import documents, schema
from sandbox.canada_post.errors import Refusal
from tests.unit.sandbox.caller import (
    REFERENCE,
    REFUND_XML,
    codes,
    edit,
    options,
    own,
    rates,
    shipment,
    transmit,
)

KINDS = {
    "mailing-scenario": ("rating", documents.RATE, schema.MAILING_SCENARIO),
    "shipment": ("shipment", documents.SHIPMENT, schema.SHIPMENT),
    "shipment-refund-request": ("shipment", documents.SHIPMENT, schema.REFUND_REQUEST),
    "transmit-set": ("manifest", documents.MANIFEST, schema.TRANSMIT_SET),
}
# Published by others and not valid against the schema, see the index of the samples.
BROKEN = (
    "create_shipment_request_transmit_4x6_pdf.xml",
    "create_shipment_request_transmit_4x6_zpl.xml",
)
needs_reference = pytest.mark.skipif(
    not (REFERENCE / "xsd").is_dir(),
    reason="the carrier's schemas and samples are not beside this checkout",
)


def accepted(data):
    """Whether the sandbox takes a document."""
    name = etree.QName(etree.fromstring(data)).localname
    _file, namespace, kind = KINDS[name]
    try:
        schema.check_document(data, namespace, name, kind, "/path")
    except Refusal as refusal:
        assert (refusal.status, refusal.messages[0][0]) == (500, "Server")
        return False
    return True


def samples():
    for file in sorted(REFERENCE.glob("samples/**/*.xml")):
        data = own(file.read_text(encoding="utf-8")).encode()
        if etree.QName(etree.fromstring(data)).localname in KINDS:
            yield file.name, data


@needs_reference
def test_published_requests_are_accepted():
    found = {name: accepted(data) for name, data in samples()}
    assert len(found) >= 20
    assert [name for name, good in found.items() if not good] == list(BROKEN)


VALUES = (
    "", "x", "CA", "PDF", "4x6", "true", "false", "1", "0", "-1", "1.50", "1.005", "1.0005", "100",
    "99.9999", "1000000", "K1A0B1", "k1a0b1", "12345-6789", "2026-02-30", "2026-01-15", "a@b.co",
    "a@b", " a ", "1e3", "é" * 12, "N" * 33, "W" * 44, "W" * 45, "9" * 10, "9" * 11,
)  # fmt: skip
CHOSEN = (
    "create_shipment_request_group_signature_coverage.xml",
    "create_shipment_request_immediate_creditcard.xml",
    "create_shipment_request_international_customs.xml",
    "get_rates_request_contract_options.xml",
    "transmit_shipments_request_excluded.xml",
    "shipment_refund_request.xml",
)


def mutations(root):
    """Ways to spoil a document: elements lost, doubled, moved, odd attributes and values."""
    for element in root.iter():
        path = root.getroottree().getelementpath(element)
        if element is not root:
            yield path, lambda node: node.getparent().remove(node)
            yield path, lambda node: node.addnext(copy.deepcopy(node))
            yield path, lambda node: node.getparent().append(node)
        yield path, lambda node: node.append(node.makeelement(root.tag))
        yield path, lambda node: node.set("odd", "1")
        for text in VALUES if not len(element) else ("odd",):
            yield path, lambda node, text=text: setattr(node, "text", text)


def changed(root, path, change):
    """A spoilt copy as bytes."""
    other = copy.deepcopy(root)
    change(other if path == "." else other.find(path))
    return etree.tostring(other)


@needs_reference
def test_same_verdict_as_the_published_schemas():
    """A thousand spoilt documents are taken or refused exactly as the carrier's schema would."""
    judges = {
        name: etree.XMLSchema(etree.parse(REFERENCE / "xsd" / f"{file}.xsd"))
        for name, (file, _namespace, _kind) in KINDS.items()
    }
    roots = [etree.fromstring(data) for name, data in samples() if name in CHOSEN]
    plans = [(root, *plan) for root in roots for plan in mutations(root)]
    verdicts = set()
    for root, path, change in random.Random(7).sample(plans, 1000):
        data = changed(root, path, change)
        wanted = judges[etree.QName(root).localname].validate(etree.fromstring(data))
        assert accepted(data) is wanted, data.decode()
        verdicts.add(wanted)
    assert verdicts == {True, False}


@pytest.mark.parametrize(
    "changes",
    [
        {"group_id": None},
        {"transmit_shipment": "true"},
        {"group_id": "G" * 33},
        {"cpc_pickup_indicator": "false"},
        {"provide_pricing_info": "false"},
        {"requested_shipping_point": "k1a 0b1"},
        {"expected_mailing_date": "14/01/2026"},
        {"customer_request_id": "R" * 36},
        {"dimensions": "<length>1.25</length><width>1</width><height>1</height>"},
        {"dimensions": "<length>1</length><width>1</width>"},
        {"weight": "0"},
        {"weight": "1.2345"},
        {"weight": "1,2"},
        {"method": None},
        {"line_1": "L" * 45},
        {"country": "CAN"},
        {"layout": "A4"},
        {"encoding": "PNG"},
        {"delivery-spec/sender/company": None},
        {"delivery-spec/sender/contact-phone": None},
        {"delivery-spec/preferences": None},
        {"delivery-spec/notification": "<email>a@b.co</email><on-shipment>true</on-shipment>"},
        {"delivery-spec/references/customer-ref-1": "R" * 36},
        {"delivery-spec/surprise": "x"},
        {"options": ""},
        {"options": options(*["DC"] * 21)},
    ],
)
def test_malformed_shipments(post, changes):
    answer = post.create(shipment(**changes))
    assert (answer.status, codes(answer)) == (500, ["Server"])


@pytest.mark.parametrize(
    ("body", "change"),
    [
        (rates, {"weight": "100"}),
        (
            rates,
            {
                "destination": "<domestic><postal-code>H2B1A0</postal-code></domestic>"
                "<international/>"
            },
        ),
        (rates, {"quote_type": "best"}),
        (transmit, {"group_ids": None}),
        (transmit, {"customer_reference": "R" * 13}),
        (transmit, {"detailed_manifests": None}),
    ],
)
def test_other_malformed_requests(body, change):
    assert accepted(body().encode())
    assert not accepted(body(**change).encode())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not xml",
        "<shipment/>",
        shipment().replace("shipment-v8", "shipment-v7"),
        '<!DOCTYPE x [<!ENTITY a "b">]>' + shipment().replace("REQ-1", "&a;"),
        "<!DOCTYPE shipment>" + shipment(),
        edit(REFUND_XML, {"email": "a@b.co"}),
    ],
)
def test_other_documents(post, body):
    answer = post.create(body or " ")
    assert (answer.status, codes(answer)) == (500, ["Server"])
