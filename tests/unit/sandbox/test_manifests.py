"""Transmit and manifests (facts 11)."""

import pytest

from tests.unit.sandbox.caller import (
    MANIFEST,
    ROOT,
    Caller,
    codes,
    links,
    shipment,
    transmit,
    value,
    values,
)


def test_from_group_to_paper(post, box):
    box.control("POST", "/_control/settings", {"manifest_pending_polls": 2})
    made = [post.create(shipment(f"REQ-{number}")) for number in range(3)]
    prices = [value(post.get(links(answer)["price"]), "due-amount") for answer in made]
    address = links(post.transmit())["manifest"]
    pending = [post.get(address, MANIFEST), post.get(address + "/details", MANIFEST)]
    assert [(answer.status, codes(answer)) for answer in pending] == [(202, ["9153"])] * 2
    sheet = post.get(address, MANIFEST)
    assert set(links(sheet)) == {"self", "details", "artifact", "manifestShipments"}
    assert links(sheet)["artifact"] != links(sheet)["self"]
    details = post.get(links(sheet)["details"], MANIFEST)
    assert (value(details, "po-number"), value(details, "manifest-time")) == (
        value(sheet, "po-number"),
        "10:00 EST",
    )
    assert float(value(details, "total-due-cpc")) == pytest.approx(sum(map(float, prices)))
    listed = post.get(links(sheet)["manifestShipments"] + "&provideShipmentInfo=true")
    assert values(listed, "shipment-status") == ["transmitted"] * 3
    assert set(values(listed, "po-number")) == {value(sheet, "po-number")}
    assert values(post.get(ROOT + "/group"), "group-id") == []
    assert post.get(links(sheet)["artifact"], "application/pdf").body.startswith(b"%PDF")


def test_manifest_ready_on_command(post, box):
    box.control("POST", "/_control/settings", {"manifest_pending_polls": -1})
    post.create()
    address = links(post.transmit())["manifest"]
    assert [post.get(address, MANIFEST).status for _turn in range(5)] == [202] * 5
    assert box.control("POST", "/_control/manifests/ready") == {"ready": 1}
    assert post.get(address, MANIFEST).status == 200
    assert box.control("GET", "/_control/manifests")["manifests"][0]["ready"]


def test_excluded_shipments_stay_in_their_group(post):
    kept = value(post.create(), "shipment-id")
    post.create(shipment("REQ-2"))
    post.transmit(transmit(excluded_shipments=f"<shipment-id>{kept}</shipment-id>"))
    left = post.get(ROOT + "/shipment?groupId=G1&provideShipmentInfo=true")
    assert values(left, "shipment-id") == [kept]


def test_one_manifest_per_payer_and_contract(post):
    post.create()
    post.create(shipment("REQ-2", contract=None, method="CreditCard"))
    assert len(values(post.transmit(), "link")) == 2


def test_list_by_date(post):
    post.create()
    address = links(post.transmit())["manifest"]
    assert links(post.get(ROOT + "/manifest?start=20260114&end=20260114", MANIFEST)) == {
        "manifest": address
    }
    assert links(post.get(ROOT + "/manifest?start=20260115&end=20260120", MANIFEST)) == {}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?start=20260114",
        "?start=2026-01-14&end=20260114",
        "?start=20260114&end=20260114&limit=3",
    ],
)
def test_list_refused(post, query):
    assert codes(post.get(ROOT + "/manifest" + query, MANIFEST)) == ["9105"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"group_ids": "<group-id>EMPTY</group-id>"}, "9122"),
        ({"requested_shipping_point": None}, "9186"),
        ({"shipping_point_id": "0101"}, "9189"),
        ({"requested_shipping_point": None, "shipping_point_id": "9999"}, "9188"),
        ({"cpc_pickup_indicator": "true"}, "9187"),
        ({"method_of_payment": "Cheque"}, "1711"),
        ({"method_of_payment": "SupplierAccount"}, "1653"),
    ],
)
def test_refused(post, changes, code):
    post.create()
    answer = post.transmit(transmit(**changes))
    assert (answer.status, codes(answer)) == (400, [code])


def test_all_excluded(post):
    key = value(post.create(), "shipment-id")
    body = transmit(excluded_shipments=f"<shipment-id>{key}</shipment-id>")
    assert codes(post.transmit(body)) == ["9122"]


def test_pickup_flag_must_be_repeated(post):
    post.create(shipment(cpc_pickup_indicator="true"))
    assert codes(post.transmit()) == ["9187"]
    address = links(post.transmit(transmit(cpc_pickup_indicator="true")))["manifest"]
    assert value(post.get(address + "/details", MANIFEST), "cpc-pickup-indicator") == "true"


@pytest.mark.parametrize(
    ("setting", "code"),
    [("max_groups", "9109"), ("max_shipments_per_group", "9110"), ("max_shipments", "9108")],
)
def test_hard_limits(post, box, setting, code):
    for number in range(2):
        post.create(shipment(f"A{number}"))
    post.create(shipment("B", group_id="G2"))
    limit = {"max_groups": 1, "max_shipments_per_group": 1, "max_shipments": 2}[setting]
    box.control("POST", "/_control/settings", {setting: limit})
    body = transmit(group_ids="<group-id>G1</group-id><group-id>G2</group-id>")
    assert codes(post.transmit(body)) == [code]


def test_transmit_that_fails_later(box):
    caller, root = Caller(box.url, "sandbox-nocard:nocard-pass"), "/rs/9000003/9000003"
    caller.create(shipment(contract="49000003"), root=root)
    answer = caller.transmit(transmit(method_of_payment="CreditCard"), root=root)
    failed = caller.get(links(answer)["manifest"], MANIFEST)
    assert (failed.status, codes(failed)) == (400, ["9154"])
    assert values(caller.get(root + "/group"), "group-id") == ["G1"]


def test_unknown_manifest(post):
    assert post.get(ROOT + "/manifest/1", MANIFEST).status == 404


def test_details_with_site_and_card(post):
    post.create()
    body = transmit(
        requested_shipping_point=None, shipping_point_id="0102", method_of_payment="CreditCard"
    )
    details = post.get(links(post.transmit(body))["manifest"] + "/details", MANIFEST)
    assert (value(details, "shipping-point-id"), value(details, "final-shipping-point")) == (
        "0102",
        "H2B1A0",
    )
    assert value(details, "card-type") == "VIS"
