"""The carrier sold, or did not, and its answer went wrong on the way."""

import pytest

UNCLEAR = "gave no clear answer"
# The carrier sold the label; asking it at once finds the sale.
SOLD_AND_FOUND = ["sell_then_hang", "sell_then_reset", "cut_body", "not_xml", "wrong_encoding"]


@pytest.mark.parametrize("kind", SOLD_AND_FOUND)
def test_answer_lost_after_the_sale_is_asked_for_at_once(shop, kind):
    picking = shop.transfer()
    shop.carrier.fault(kind, "create_shipment")
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1
    assert shop.journal("stock.picking", picking)[0]["attempts"] == 1


def test_500_after_the_sale_is_asked_for_at_once(shop):
    picking = shop.transfer()
    shop.carrier.fault("error_500", "create_shipment", work=True)
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


@pytest.mark.parametrize("kind", ["hang", "reset", "error_500"])
def test_silence_before_the_sale_is_not_believed(shop, kind):
    """Not finding the sale proves nothing yet: the transfer stays open, nobody knows."""
    picking = shop.transfer()
    shop.carrier.fault(kind, "create_shipment")
    message = shop.refusal(shop.validate, picking)
    assert UNCLEAR in message and "is asked what it has" in message
    truth = shop.truth(picking)
    assert (truth.state, truth.tracking, truth.row_states) == ("assigned", "", ["unknown"])
    assert truth.problem
    assert not shop.carrier.sold()
    shop.carrier.forget_calls()
    shop.validate(picking)
    shop.expect_one_label(picking)
    calls = shop.carrier.operations()
    assert calls.index("get_shipments") < calls.index("create_shipment")
    (row,) = shop.journal("stock.picking", picking)
    assert row["attempts"] == 2, "the second attempt uses the key of the first"


@pytest.mark.parametrize("kind", ["sell_then_hang", "sell_then_reset", "not_xml"])
def test_partition_the_sale_and_the_question_are_both_lost(shop, kind):
    """The carrier sold, and cannot be asked: it is said so. Later it is asked first."""
    picking = shop.transfer()
    shop.carrier.fault(kind, "create_shipment")
    shop.carrier.fault("reset", "get_shipments", times=3)
    message = shop.refusal(shop.validate, picking)
    assert UNCLEAR in message
    truth = shop.truth(picking)
    assert (truth.state, truth.tracking, truth.row_states) == ("assigned", "", ["unknown"])
    assert truth.problem
    assert len(shop.carrier.live()) == 1
    shop.carrier.forget_calls()
    shop.validate(picking)
    shop.expect_one_label(picking)
    calls = shop.carrier.operations()
    assert calls[0] == "get_shipments"
    assert "create_shipment" not in calls


def test_still_no_answer_on_the_second_attempt(shop):
    """An attempt that could not even ask leaves everything as unclear as it was."""
    picking = shop.transfer()
    shop.carrier.fault("sell_then_hang", "create_shipment")
    shop.carrier.fault("reset", "get_shipments", times=6)
    for attempts in (1, 2):
        assert UNCLEAR in shop.refusal(shop.validate, picking)
        (row,) = shop.journal("stock.picking", picking)
        assert (row["state"], row["attempts"]) == ("unknown", attempts)
    assert shop.carrier.count("create_shipment") == 1
    shop.validate(picking)
    shop.expect_one_label(picking)


def test_throttled_nothing_was_bought(shop):
    """The carrier turned the call away: that is a clear no."""
    picking = shop.transfer()
    shop.carrier.fault("throttle", "create_shipment")
    message = shop.refusal(shop.validate, picking)
    assert "busy" in message and UNCLEAR not in message
    truth = shop.truth(picking)
    assert truth.row_states == ["refused"]
    assert "busy" in truth.problem
    shop.wait_for_the_carrier()
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.count("get_shipments") == 0


def test_throttled_retry_keeps_what_is_unclear_unclear(shop):
    """A clear no to the second attempt says nothing of the first."""
    picking = shop.transfer()
    shop.carrier.fault("hang", "create_shipment")
    assert UNCLEAR in shop.refusal(shop.validate, picking)
    shop.carrier.fault("throttle", "create_shipment")
    assert "busy" in shop.refusal(shop.validate, picking)
    assert shop.truth(picking).row_states == ["unknown"]
    shop.wait_for_the_carrier()
    shop.carrier.forget_calls()
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.operations()[0] == "get_shipments"
    assert len(shop.journal("stock.picking", picking)) == 1


def test_refused_retry_still_asks_first(shop):
    """The second attempt was refused; the first may yet turn up, so its key stays in use."""
    picking = shop.transfer()
    shop.carrier.fault("hang", "create_shipment")
    assert UNCLEAR in shop.refusal(shop.validate, picking)
    shop.carrier.fault("empty_messages", "create_shipment")
    assert "refused" in shop.refusal(shop.validate, picking)
    truth = shop.truth(picking)
    assert truth.row_states == ["refused"]
    assert "refused" in truth.problem
    shop.carrier.forget_calls()
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.operations()[0] == "get_shipments"
    assert len(shop.journal("stock.picking", picking)) == 1


def test_label_that_is_never_rendered_is_fetched_later(shop):
    """202 for ever: the sale stands, the transfer is done, the user knows that paper is missing."""
    picking = shop.transfer()
    shop.carrier.fault("accepted_202", "get_artifact")
    shop.validate(picking)
    (live,) = shop.carrier.live()
    truth = shop.truth(picking)
    (shipment,) = truth.shipments
    assert (truth.state, truth.tracking, truth.row_states) == ("done", live["pin"], ["sold"])
    assert (shipment["state"], shipment["has_label"]) == ("bought", False)
    assert "could not be fetched" in truth.problem
    message = shop.refusal(shop.press, "ecom.shipment", "action_fetch_labels", shipment["id"])
    assert "cannot be fetched yet" in message
    assert shop.truth(picking).problem == truth.problem
    shop.carrier.clear_faults()
    shop.press("ecom.shipment", "action_fetch_labels", shipment["id"])
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


@pytest.mark.parametrize("kind", ["cut_body", "not_xml", "error_500", "hang"])
def test_label_that_arrives_spoilt_is_fetched_later(shop, kind):
    picking = shop.transfer()
    shop.carrier.fault(kind, "get_artifact", times=3)
    shop.validate(picking)
    truth = shop.truth(picking)
    shop.carrier.clear_faults()
    (shipment,) = truth.shipments
    if not shipment["has_label"]:
        assert "could not be fetched" in truth.problem
        shop.press("ecom.shipment", "action_fetch_labels", shipment["id"])
    shop.expect_one_label(picking)
