"""What a transfer's screen says between the fault and the retry, beyond the failed call itself."""

import pytest


@pytest.mark.parametrize("how", ["killed", "rolled back"])
def test_label_bought_but_not_written_down(shop, how):
    picking = shop.transfer()
    if how == "killed":
        shop.order("after-answer")
        assert shop.dies(shop.validate, picking)
    else:
        shop.order("applied", "refuse")
        shop.refusal(shop.validate, picking)
    (live,) = shop.carrier.live()
    assert live["pin"] in shop.truth(picking).problem
    shop.validate(picking)
    assert shop.truth(picking).problem == ""


@pytest.mark.parametrize("step", ["after-void-intent", "before-void-answer", "after-void-answer"])
def test_void_that_did_not_come_to_its_end(shop, step):
    picking = shop.transfer()
    shop.validate(picking)
    shop.order(step)
    assert shop.dies(shop.press, "stock.picking", "cancel_shipment", picking)
    assert "oid" in shop.truth(picking).problem
    shop.press("stock.picking", "cancel_shipment", picking)
    assert shop.truth(picking).problem == ""


def test_void_without_clear_answer(shop):
    picking = shop.transfer()
    shop.validate(picking)
    shop.carrier.fault("hang", "void_shipment")
    shop.refusal(shop.press, "stock.picking", "cancel_shipment", picking)
    assert "oid" in shop.truth(picking).problem


def test_old_refusal_is_forgotten_after_a_void(shop):
    """Refused, then bought, then voided: the old reason is history."""
    picking = shop.transfer()
    shop.carrier.fault("throttle", "create_shipment")
    shop.refusal(shop.validate, picking)
    shop.wait_for_the_carrier()
    shop.validate(picking)
    shop.press("stock.picking", "cancel_shipment", picking)
    assert shop.truth(picking).problem == ""
