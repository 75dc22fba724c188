"""Every answer is valid against the published schemas, where they are at hand."""

import pytest
from lxml import etree

from tests.unit.sandbox.caller import (
    CUSTOMER,
    MANIFEST,
    RATE,
    REFERENCE,
    REFUND_XML,
    ROOT,
    TRACK,
    dimensions,
    immediate,
    links,
    options,
    rates,
    shipment,
    transmit,
    value,
)

pytestmark = pytest.mark.skipif(
    not (REFERENCE / "xsd").is_dir(), reason="the carrier's schemas are not beside this checkout"
)


def check(answer, name):
    """The answer, once it is valid against that schema."""
    judge = etree.XMLSchema(etree.parse(REFERENCE / "xsd" / f"{name}.xsd"))
    judge.assertValid(etree.fromstring(answer.body))
    return answer


def test_rates_and_discovery(post):
    full = rates(
        options=options("SO", ("COV", "300")), dimensions=dimensions(120, 20, 20), promo_code="X"
    )
    check(post.rates(full), "rating")
    services = check(post.get("/rs/ship/service?country=CA", RATE), "discovery")
    check(post.get("/rs/ship/service?country=JP", RATE), "discovery")
    check(post.get(links(services)["service"], RATE), "discovery")
    for code in ("SO", "DC", "COV"):
        check(post.get("/rs/ship/option/" + code, RATE), "discovery")


def test_shipments(post):
    made = check(
        post.create(shipment(options=options("SO", ("COV", "300")), cpc_pickup_indicator="true")),
        "shipment",
    )
    check(post.create(shipment("REQ-2", provide_pricing_info="true")), "shipment")
    paid = check(
        post.create(immediate("REQ-3", provide_receipt_info="true", provide_pricing_info="true")),
        "shipment",
    )
    for address in (
        links(made)["self"],
        links(made)["details"],
        links(made)["price"],
        links(made)["group"],
    ):
        check(post.get(address), "shipment")
    check(post.get(links(post.create(immediate("REQ-4")))["receipt"]), "shipment")
    check(post.get(ROOT + "/group"), "shipment")
    check(post.get(ROOT + "/shipment?groupId=G1&provideShipmentInfo=true"), "shipment")
    check(post.get(ROOT + "/shipment?requestId=nothing"), "shipment")
    check(post.call("POST", links(paid)["refund"], REFUND_XML), "shipment")
    check(post.get(links(paid)["details"]), "shipment")


@pytest.mark.parametrize("method", ["Account", "CreditCard"])
def test_manifests(post, method):
    post.create()
    made = check(post.transmit(transmit(method_of_payment=method)), "manifest")
    sheet = check(post.get(links(made)["manifest"], MANIFEST), "manifest")
    check(post.get(links(sheet)["details"], MANIFEST), "manifest")
    check(post.get(ROOT + "/manifest?start=20260101&end=20260131", MANIFEST), "manifest")


@pytest.mark.parametrize("scenario", [None, "card_left", "returned", "exception", "delivered"])
def test_tracking(post, box, scenario):
    pin = value(post.create(immediate(options=options("HFP"))), "tracking-pin")
    if scenario:
        box.control("POST", "/_control/advance", {"pin": pin, "scenario": scenario})
    check(post.get(f"/vis/track/pin/{pin}/summary", TRACK), "track")
    check(post.get(f"/vis/track/pin/{pin}/detail", TRACK), "track")


def test_customer_and_messages(post):
    customer = check(post.get("/rs/customer/9000001", CUSTOMER), "customerinfo")
    check(post.get(links(customer)["behalf-of-customer"], CUSTOMER), "customerinfo")
    check(post.get("/vis/track/pin/1/detail", TRACK), "messages")
    check(post.get("/rs/nowhere"), "messages")
    check(post.create(shipment(weight="0")), "messages")
