"""Create, read, find, void and refund (facts 6, 8, 10, 11)."""

import threading

import pytest

from sandbox.canada_post import pins
from tests.unit.sandbox.caller import (
    REFUND_XML,
    ROOT,
    Caller,
    codes,
    dimensions,
    edit,
    immediate,
    links,
    options,
    shipment,
    value,
    values,
)

RETURN = (
    "<service-code>DOM.EP</service-code><return-recipient>"
    "<address-details><address-line-1>1 Quai</address-line-1>"
    "<city>Ottawa</city><prov-state>ON</prov-state><postal-zip-code>K1A0B1</postal-zip-code></address-details>"
    "</return-recipient>"
)
PAYMENT = (
    "<account-number>1</account-number><auth-code>1</auth-code>"
    "<auth-timestamp>2026-01-14T10:00:00</auth-timestamp><charge-amount>1</charge-amount>"
)


def sold(post, **query):
    """Rows of the control call."""
    return post.control("GET", "shipments", query)[1]


def test_created(post):
    answer = post.create()
    assert (answer.status, value(answer, "shipment-status")) == (200, "created")
    assert value(answer, "customer-request-id") == "REQ-1"
    assert pins.is_valid(value(answer, "tracking-pin"))
    assert set(links(answer)) == {"self", "details", "group", "price", "label"}
    row = sold(post)["shipments"][0]
    assert (row["pin"], row["request_id"], row["group"]) == (
        value(answer, "tracking-pin"),
        "REQ-1",
        "G1",
    )
    assert (row["weight"], row["references"]["customer_ref_2"]) == ("1.250", "WH/OUT/7")
    assert (row["destination"]["city"], row["labels_sold"], row["voided"]) == ("Montréal", 1, False)


def test_pins_follow_the_facts():
    published = (
        "7023210039414604",
        "1371134583769923",
        "1681334332936901",
        "8213295707205355",
        "1680678172650919",
    )
    assert all(map(pins.is_valid, published))
    assert not pins.is_valid("7023210039414605")


def test_answer_shapes(post):
    first = post.create(shipment(provide_pricing_info="true"))
    assert "price" not in links(first)
    assert value(first, "due-amount")
    price = post.get(links(post.create(shipment("REQ-2")))["price"])
    assert value(price, "due-amount") == value(first, "due-amount")
    assert value(price, "expected-transmit-time")
    paid = post.create(immediate("REQ-3"))
    assert value(paid, "shipment-status") == "transmitted"
    assert set(links(paid)) == {"self", "details", "price", "receipt", "refund", "label"}
    assert value(post.get(links(paid)["receipt"]), "charge-amount") == value(price, "due-amount")
    embedded = post.create(immediate("REQ-4", provide_receipt_info="true"))
    assert value(embedded, "card-type") == "VIS"
    assert "receipt" not in links(embedded)


def test_delivery_confirmation_is_added_by_the_system(post):
    answer = post.create(shipment(service="DOM.RP", options=options("SO")))
    details = post.get(links(answer)["details"])
    assert values(details, "option-code") == ["DC", "SO"]
    assert (value(details, "final-shipping-point"), value(details, "city")) == ("K1A0B1", "Ottawa")


def test_shipping_point_id(post):
    answer = post.create(shipment(requested_shipping_point=None, shipping_point_id="0101"))
    assert value(post.get(links(answer)["details"]), "shipping-point-id") == "0101"


REFUSED = [
    ({"expected_mailing_date": "2026-01-13"}, "1622"),
    ({"requested_shipping_point": None}, "9186"),
    ({"shipping_point_id": "0101"}, "9189"),
    (
        {
            "requested_shipping_point": None,
            "shipping_point_id": "0101",
            "cpc_pickup_indicator": "true",
        },
        "9187",
    ),
    ({"requested_shipping_point": None, "shipping_point_id": "9999"}, "9188"),
    ({"requested_shipping_point": "Z1A0B1"}, "1158"),
    ({"service": "DOM.ZZ"}, "10028"),
    ({"service": "DOM.LIB"}, "3000"),
    ({"service": "USA.EP"}, "3000"),
    ({"country": "US"}, "3000"),
    ({"sender_country": "US"}, "10033"),
    ({"line_1": None}, "1156"),
    ({"city": None}, "1157"),
    ({"province": None}, "1159"),
    ({"province": "Quebec"}, "1159"),
    ({"postal_code": None}, "1158"),
    ({"postal_code": "h2b 1a0"}, "1158"),
    ({"dimensions": None}, "9162"),
    ({"weight": "30.001"}, "9111"),
    ({"dimensions": dimensions("200.1", 1, 1)}, "9111"),
    ({"dimensions": dimensions(200, 30, "20.1")}, "9111"),
    ({"layout": "8.5x11", "encoding": "ZPL"}, "9191"),
    ({"layout": None, "encoding": "ZPL"}, "9191"),
    ({"create_public_key": "true"}, "9208"),
    ({"options": options("SO", "LAD")}, "7002"),
    ({"options": options("HFP", "DNS")}, "7002"),
    ({"options": options("LAD", "DNS")}, "7002"),
    ({"options": options("SO", "SO")}, "7002"),
    ({"options": options("D2PO")}, "7001"),
    ({"options": options("LAD"), "service": "DOM.PC"}, "7001"),
    ({"options": options("COV")}, "7003"),
    ({"options": options(("DNS", "3"))}, "7004"),
    ({"options": options(("COV", "5000.01"))}, "1719"),
    ({"method": "Cheque"}, "1711"),
    ({"method": "SupplierAccount"}, "1653"),
    ({"payer": "9000002"}, "1653"),
    ({"contract": None}, "2506"),
    ({"contract": "12"}, "2550"),
    ({"contract": "49000002"}, "1702"),
    ({"contract": "49000011"}, "1702"),
    ({"contract": "49000091"}, "2500"),
    ({"return_spec": RETURN}, "9120"),
    ({"pre_authorized_payment": PAYMENT}, "7311"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_refused(post, changes, code):
    answer = post.create(shipment(**changes))
    assert (answer.status, codes(answer)) == (400, [code])
    assert sold(post)["sold"] == 0
    assert post.create().status == 200, "a refused request id may be used again"


def test_cif_needs_a_manifest(post):
    assert codes(post.create(immediate(cif="true"))) == ["7285"]
    assert post.create(shipment(cif="true")).status == 200


def test_quick_ship_needs_no_street(post):
    body = shipment(quickship_label_requested="true", line_1=None, city=None, province=None)
    assert post.create(body).status == 200


@pytest.mark.parametrize(
    ("login", "customer", "changes", "code"),
    [
        (
            "sandbox-nocard:nocard-pass",
            "9000003",
            {"method": "CreditCard", "contract": "49000003"},
            "9174",
        ),
        ("sandbox-card:card-pass", "9000005", {"method": "Account", "contract": None}, "1653"),
    ],
)
def test_payment_of_other_accounts(box, login, customer, changes, code):
    caller = Caller(box.url, login)
    assert codes(caller.create(shipment(**changes), root=f"/rs/{customer}/{customer}")) == [code]


def test_card_account_ships(box):
    caller = Caller(box.url, "sandbox-card:card-pass")
    assert caller.create(immediate(contract=None), root="/rs/9000005/9000005").status == 200


def test_request_id_is_sold_once(post):
    first = post.create()
    again = post.create()
    assert (again.status, codes(again)) == (400, ["7314"])
    found = post.get(ROOT + "/shipment?requestId=REQ-1&provideShipmentInfo=true")
    assert value(found, "shipment-id") == value(first, "shipment-id")
    post.call("DELETE", links(first)["self"])
    assert codes(post.create()) == ["7314"], "not even after a void"


def test_request_id_belongs_to_its_customer(post, box):
    post.create()
    other = Caller(box.url, "sandbox-south:south-pass")
    assert other.create(shipment(contract="49000002"), root="/rs/9000002/9000002").status == 200


def test_without_request_id_nothing_is_compared(post):
    body = shipment(customer_request_id=None)
    assert [post.create(body).status for _turn in range(2)] == [200, 200]


def test_simultaneous_creates_sell_one_label(box):
    callers, answers, barrier = [Caller(box.url) for _turn in range(8)], [], threading.Barrier(8)

    def create(caller):
        barrier.wait()
        answers.append(caller.create())

    threads = [threading.Thread(target=create, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200] + [400] * 7
    assert {code for answer in answers if answer.status == 400 for code in codes(answer)} == {
        "7314"
    }
    assert box.control("GET", "/_control/shipments")["sold"] == 1


def test_search(post):
    made = [
        post.create(shipment("REQ-1")),
        post.create(shipment("REQ-2", group_id="G 2")),
        post.create(immediate("REQ-3")),
    ]
    keys = [value(answer, "shipment-id") for answer in made]

    def found(query):
        answer = post.get(f"{ROOT}/shipment?{query}&provideShipmentInfo=true")
        assert answer.status == 200, answer.body
        return values(answer, "shipment-id")

    assert found("requestId=REQ-2") == keys[1:2]
    assert found("groupId=G1") == keys[:1]
    assert found("trackingPIN=" + value(made[2], "tracking-pin")) == keys[2:]
    assert found("noManifest=true&date=20260114") == keys[2:]
    assert found("noManifest=true&date=20260115") == []
    assert found("requestId=nothing") == []
    assert value(post.get(links(made[1])["group"]), "link") == ""
    assert values(post.get(ROOT + "/group"), "group-id") == ["G1", "G 2"]
    post.create(shipment("REQ-4"))
    assert len(found("groupId=G1&limit=1")) == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "9105"),
        ("?reference=1", "9105"),
        ("?requestId=1&groupId=2", "9196"),
        ("?noManifest=true", "9105"),
        ("?noManifest=true&date=2026-01-14", "9105"),
        ("?noManifest=false&date=20260114", "9105"),
        ("?groupId=G1&limit=0", "9105"),
    ],
)
def test_search_refused(post, query, code):
    assert codes(post.get(ROOT + "/shipment" + query)) == [code]


def test_void(post):
    address = links(post.create())["self"]
    answer = post.call("DELETE", address)
    assert (answer.status, answer.body) == (204, b"")
    for again in (post.call("DELETE", address), post.get(address), post.get(address + "/details")):
        assert (again.status, codes(again)) == (404, [])
    assert values(post.get(ROOT + "/shipment?requestId=REQ-1"), "link") == []
    assert sold(post)["voided"] == 1


def test_void_after_transmit(post):
    answer = post.call("DELETE", links(post.create(immediate()))["self"])
    assert (answer.status, codes(answer)) == (400, ["8064"])


def test_shipments_of_others_are_not_found(post, box):
    address = links(post.create())["self"].replace("9000001", "9000002")
    other = Caller(box.url, "sandbox-south:south-pass")
    assert other.call("DELETE", address).status == 404


def test_receipt_only_for_cards(post):
    address = links(post.create())["self"]
    assert post.get(address + "/receipt").status == 404


def refund(post, answer):
    return post.call("POST", links(answer)["self"] + "/refund", REFUND_XML)


def test_refund(post, box):
    created = post.create()
    assert codes(refund(post, created)) == ["7291"]
    paid = post.create(immediate("REQ-2"))
    granted = refund(post, paid)
    assert value(granted, "service-ticket-id").startswith("GT")
    assert value(granted, "service-ticket-date") == "2026-01-14"
    assert codes(refund(post, paid)) == ["7292"]
    assert value(post.get(links(paid)["details"]), "service-ticket-id") == value(
        granted, "service-ticket-id"
    )
    late = post.create(immediate("REQ-3"))
    box.control(
        "POST", "/_control/advance", {"pin": value(late, "tracking-pin"), "scenario": "delivered"}
    )
    assert codes(refund(post, late)) == ["7296"]
    assert (
        post.call("POST", links(paid)["self"] + "/refund", edit(REFUND_XML, {"email": "x"})).status
        == 500
    )
