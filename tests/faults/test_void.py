"""Voiding goes wrong and is repeated: void exactly once, and the document says what is true."""

import pytest


@pytest.fixture
def shipped(shop):
    """A transfer with its label."""
    picking = shop.transfer()
    shop.validate(picking)
    shop.carrier.forget_calls()
    return picking


def _void(shop, picking):
    return shop.press("stock.picking", "cancel_shipment", picking)


def _expect_void(shop, picking):
    assert not shop.carrier.live()
    truth = shop.truth(picking)
    assert truth.tracking == ""
    assert truth.problem == ""
    assert [shipment["state"] for shipment in truth.shipments] == ["void"]
    assert truth.row_states == ["voided"]


def _voids_that_worked(shop):
    calls = shop.carrier.control("GET", "calls", operation="void_shipment")["calls"]
    return [
        call
        for call in calls
        if call["operation"] == "void_shipment" and call["status"] in (200, 204)
    ]


def _expect_bought_again(shop, picking):
    """With another service: one live label, and the history of both."""
    (old,) = shop.carrier.sold()
    shop.admin.call("stock.picking", "write", [picking], {"ecom_service_id": shop.ids["express"]})
    shop.press("stock.picking", "send_to_shipper", picking)
    live = shop.expect_one_label(picking)
    assert live["service"] == "DOM.XP"
    truth = shop.truth(picking)
    assert [shipment["state"] for shipment in truth.shipments] == ["void", "bought"]
    (first,) = shop.parcels(truth.shipments[0]["id"])
    assert first["tracking_number"] == old["pin"]
    assert first["label_attachment_id"]
    assert truth.row_states == ["voided", "sold"]


def test_void_times_out_after_success(shop, shipped):
    """The answer is lost, asking tells that the label is gone: void at the first press."""
    shop.carrier.fault("void_then_hang", "void_shipment")
    _void(shop, shipped)
    _expect_void(shop, shipped)
    assert shop.carrier.count("void_shipment") == 1
    _expect_bought_again(shop, shipped)


def test_void_times_out_and_nobody_can_be_asked(shop, shipped):
    shop.carrier.fault("void_then_hang", "void_shipment")
    shop.carrier.fault("reset", "get_shipments", times=3)
    message = shop.refusal(_void, shop, shipped)
    assert "did not answer" in message and "not voided twice" in message
    truth = shop.truth(shipped)
    assert truth.row_states == ["void_unknown"]
    assert truth.shipments[0]["state"] == "bought"
    shop.carrier.forget_calls()
    _void(shop, shipped)
    _expect_void(shop, shipped)
    assert shop.carrier.operations()[0] == "get_shipments"
    assert shop.carrier.count("void_shipment") == 0
    _expect_bought_again(shop, shipped)


def test_void_unanswered_then_refused_and_nobody_can_be_asked(shop, shipped):
    """A refusal of the second void may mean that the first one worked: nobody knows yet."""
    shop.carrier.fault("void_then_hang", "void_shipment")
    shop.carrier.fault("reset", "get_shipments", times=9)
    for _press in range(2):
        assert "did not answer" in shop.refusal(_void, shop, shipped)
        assert shop.truth(shipped).row_states == ["void_unknown"]
    shop.carrier.clear_faults()
    _void(shop, shipped)
    _expect_void(shop, shipped)


def test_void_did_not_reach_the_carrier(shop, shipped):
    """The call hangs before anything was done: the label lives, the retry voids it."""
    shop.carrier.fault("hang", "void_shipment")
    assert "did not answer" in shop.refusal(_void, shop, shipped)
    assert shop.truth(shipped).row_states == ["void_unknown"]
    assert len(shop.carrier.live()) == 1
    _void(shop, shipped)
    _expect_void(shop, shipped)


@pytest.mark.parametrize(
    ("step", "live", "row"),
    [
        ("before-void-intent", 1, "sold"),
        ("after-void-intent", 1, "voiding"),
        ("before-void-answer", 0, "voiding"),
        ("after-void-answer", 0, "voided"),
        ("void-applied", 0, "voided"),
    ],
)
def test_killed_while_voiding(shop, shipped, step, live, row):
    shop.order(step)
    assert shop.dies(_void, shop, shipped)
    assert len(shop.carrier.live()) == live
    truth = shop.truth(shipped)
    assert truth.row_states == [row]
    assert truth.shipments[0]["state"] == "bought"
    _void(shop, shipped)
    _expect_void(shop, shipped)
    assert len(_voids_that_worked(shop)) == 1
    _expect_bought_again(shop, shipped)


def test_void_rolled_back_by_another_rule(shop, shipped):
    shop.order("void-applied", "refuse")
    assert shop.refusal(_void, shop, shipped) == "Set back by another rule."
    assert shop.truth(shipped).row_states == ["voided"]
    _void(shop, shipped)
    _expect_void(shop, shipped)
    assert shop.carrier.count("void_shipment") == 1


def test_voided_at_the_carrier_by_hand(shop, shipped):
    """Somebody voided it on the carrier's site: the refusal is understood as such."""
    shop.carrier.void_by_hand()
    _void(shop, shipped)
    _expect_void(shop, shipped)


def test_carrier_refuses_to_void(shop, shipped):
    """Transmitted, which we do not know yet: the label lives on, and it is said why."""
    manifest = shop.collect()
    shop.order("before-answer")
    assert shop.dies(shop.press, "ecom.manifest", "action_transmit", manifest)
    message = shop.refusal(_void, shop, shipped)
    assert "refuses to void" in message
    truth = shop.truth(shipped)
    assert truth.row_states == ["sold"]
    assert truth.shipments[0]["state"] == "bought"
    assert len(shop.carrier.live()) == 1
    shop.press("ecom.manifest", "action_transmit", manifest)


def test_what_was_handed_over_is_not_said_to_be_void(shop, shipped):
    shop.press("ecom.manifest", "action_transmit", shop.collect())
    assert shop.refusal(_void, shop, shipped)
    notes = shop.admin.read(
        "mail.message", [["model", "=", "stock.picking"], ["res_id", "=", shipped]], "body"
    )
    assert not [note for note in notes if "voided" in note["body"]]
    assert len(shop.carrier.live()) == 1
