"""Asking for the money back goes wrong and is repeated: asked once, and the documents say so."""

import pytest


@pytest.fixture
def handed_over(shop):
    """A shipment that was transmitted, so that it can only be refunded; its transfer and its id."""
    picking = shop.transfer()
    shop.validate(picking)
    shop.press("ecom.manifest", "action_transmit", shop.collect())
    shop.carrier.forget_calls()
    (shipment,) = shop.truth(picking).shipments
    return picking, shipment["id"]


def _ask(shop, handed_over):
    return shop.press("ecom.shipment", "action_request_refund", handed_over[1])


def _said(shop, handed_over):
    """What the screens of the transfer and of the shipment warn of."""
    picking, shipment = handed_over
    (found,) = shop.admin.call("ecom.shipment", "read", [shipment], ["warning"])
    assert (found["warning"] or "") == shop.truth(picking).problem
    return found["warning"] or ""


def _expect_one_refund(shop, handed_over):
    picking, shipment = handed_over
    (live,) = shop.carrier.live()
    (parcel,) = shop.admin.read(
        "ecom.parcel", [["shipment_id", "=", shipment]], "refund_ticket", "purchase_key"
    )
    assert parcel["refund_ticket"] == live["refund"]["ticket"]
    (row,) = shop.admin.read(
        "ecom.purchase", [["key", "=", parcel["purchase_key"]]], "refund_ticket", "state"
    )
    assert (row["refund_ticket"], row["state"]) == (parcel["refund_ticket"], "sold")
    assert _said(shop, handed_over) == ""
    notes = shop.admin.read(
        "mail.message", [["model", "=", "ecom.shipment"], ["res_id", "=", shipment]], "body"
    )
    assert sum(parcel["refund_ticket"] in note["body"] for note in notes) == 1


def test_refund_times_out_after_it_was_accepted(shop, handed_over):
    """The answer is lost, asking tells the ticket: done at the first press."""
    shop.carrier.fault("sell_then_hang", "request_refund")
    _ask(shop, handed_over)
    _expect_one_refund(shop, handed_over)
    assert shop.carrier.count("request_refund") == 1


def test_refund_times_out_and_nobody_can_be_asked(shop, handed_over):
    shop.carrier.fault("sell_then_hang", "request_refund")
    shop.carrier.fault("reset", "get_shipment_details", times=3)
    message = shop.refusal(_ask, shop, handed_over)
    assert "no clear answer" in message and "not requested twice" in message
    assert "not clear whether the refund" in _said(shop, handed_over)
    _ask(shop, handed_over)
    _expect_one_refund(shop, handed_over)
    assert shop.carrier.count("request_refund") == 1


def test_refund_did_not_reach_the_carrier(shop, handed_over):
    """The call hangs before anything was done: the retry asks, finds nothing, and requests."""
    shop.carrier.fault("hang", "request_refund")
    assert "no clear answer" in shop.refusal(_ask, shop, handed_over)
    assert shop.carrier.live()[0]["refund"] is None
    _ask(shop, handed_over)
    _expect_one_refund(shop, handed_over)


@pytest.mark.parametrize(
    ("step", "refunds", "said"),
    [
        ("before-refund-intent", 0, ""),
        ("after-refund-intent", 0, "not clear whether the refund"),
        ("before-refund-answer", 1, "not clear whether the refund"),
        ("after-refund-answer", 1, ""),
        ("refund-applied", 1, ""),
    ],
)
def test_killed_while_asking(shop, handed_over, step, refunds, said):
    shop.order(step)
    assert shop.dies(_ask, shop, handed_over)
    assert bool(shop.carrier.live()[0]["refund"]) == bool(refunds)
    if said:
        assert said in _said(shop, handed_over)
    _ask(shop, handed_over)
    _expect_one_refund(shop, handed_over)


def test_refund_rolled_back_by_another_rule(shop, handed_over):
    shop.order("refund-applied", "refuse")
    assert shop.refusal(_ask, shop, handed_over) == "Set back by another rule."
    _ask(shop, handed_over)
    _expect_one_refund(shop, handed_over)
    assert shop.carrier.count("request_refund") == 1
