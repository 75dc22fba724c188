"""The business transaction is undone after the sale: the next attempt finds the label."""

import pytest

from tests.faults.shop import wait_until

SET_BACK = "Set back by another rule."


def test_another_rule_says_no_after_the_sale(shop):
    picking = shop.transfer()
    shop.order("applied", "refuse")
    assert shop.refusal(shop.validate, picking) == SET_BACK
    truth = shop.truth(picking)
    assert (truth.state, truth.tracking, truth.row_states) == ("assigned", "", ["sold"])
    assert not truth.shipments
    (live,) = shop.carrier.live()
    shop.validate(picking)
    assert shop.expect_one_label(picking)["pin"] == live["pin"]
    assert shop.carrier.count("create_shipment") == 1


def test_rolled_back_five_times(shop):
    """However often it goes wrong, the label stays the same."""
    picking = shop.transfer()
    for _attempt in range(5):
        shop.order("applied", "refuse")
        shop.refusal(shop.validate, picking)
    shop.validate(picking)
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


def test_serialization_conflict_replays_the_request(shop):
    """PostgreSQL refuses our transaction after the sale; Odoo runs the same request again."""
    picking, replays = shop.transfer(), shop.replays()
    shop.order("applied", "conflict")
    shop.validate(picking)
    assert shop.replays() == replays + 1
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1
    assert len(shop.journal("stock.picking", picking)) == 1


def test_somebody_changes_the_same_transfer_meanwhile(shop, sql):
    """Another transaction changes what we are to write: the request is replayed."""
    picking, replays = shop.transfer(), shop.replays()
    gate, reached = shop.gate("after-lock")
    session = shop.login("packer1")
    job = shop.start(lambda: shop.validate(picking, session=session))
    wait_until(reached.exists)
    with sql, sql.cursor() as cursor:
        # A column that buying does not need; the row is one that validation has yet to write.
        cursor.execute(
            "UPDATE sale_order_line SET sequence = sequence + 1 "
            "WHERE order_id = (SELECT sale_id FROM stock_picking WHERE id = %s)",
            (picking,),
        )
    gate.unlink()
    assert job() is True
    assert shop.replays() > replays
    shop.expect_one_label(picking)
    assert shop.carrier.count("create_shipment") == 1


def _undone(shop, how):
    """A transfer whose first attempt sold a label and came to nothing."""
    picking = shop.transfer()
    if how == "rolled back":
        shop.order("applied", "refuse")
        shop.refusal(shop.validate, picking)
    else:
        shop.order("before-answer")
        assert shop.dies(shop.validate, picking)
    return picking


@pytest.mark.parametrize("how", ["rolled back", "killed"])
def test_service_is_changed_before_the_retry(shop, how):
    """The label of the first service is voided, one of the new service is bought."""
    picking = _undone(shop, how)
    (orphan,) = shop.carrier.live()
    shop.admin.call("stock.picking", "write", [picking], {"ecom_service_id": shop.ids["express"]})
    shop.validate(picking)
    live = shop.expect_one_label(picking)
    assert (orphan["service"], live["service"]) == ("DOM.EP", "DOM.XP")
    assert len(shop.carrier.sold()) == 2
    assert shop.truth(picking).row_states == ["voided", "sold"]


@pytest.mark.parametrize("how", ["rolled back", "killed"])
def test_weight_is_changed_before_the_retry(shop, how):
    picking = _undone(shop, how)
    shop.admin.call("stock.picking", "write", [picking], {"shipping_weight": 7.5})
    shop.validate(picking)
    live = shop.expect_one_label(picking)
    assert float(live["weight"]) == 7.5
    assert len(shop.carrier.sold()) == 2


@pytest.mark.parametrize("how", ["rolled back", "killed"])
def test_account_is_changed_before_the_retry(shop, how):
    """The label of the first account is voided with that account's login."""
    picking = _undone(shop, how)
    (orphan,) = shop.carrier.live()
    shop.admin.call("stock.picking", "write", [picking], {"carrier_id": shop.ids["other_method"]})
    shop.validate(picking)
    live = shop.expect_one_label(picking)
    assert (orphan["customer"], live["customer"]) == ("0009000001", "0009000002")


def test_account_is_changed_while_the_first_cannot_be_asked(shop):
    """Nobody knows what the first account sold, so nothing is bought on the second."""
    picking = _undone(shop, "killed")
    shop.admin.call("stock.picking", "write", [picking], {"carrier_id": shop.ids["other_method"]})
    shop.carrier.fault("reset", "get_shipments", times=3)
    assert shop.refusal(shop.validate, picking)
    assert len(shop.carrier.sold()) == 1
    shop.validate(picking)
    shop.expect_one_label(picking)


def test_orphan_that_cannot_be_voided_is_not_replaced(shop):
    """Two live labels are worse than none: the new one waits until the old one is void."""
    picking = _undone(shop, "rolled back")
    shop.admin.call("stock.picking", "write", [picking], {"ecom_service_id": shop.ids["express"]})
    shop.carrier.fault("hang", "void_shipment")
    message = shop.refusal(shop.validate, picking)
    (orphan,) = shop.carrier.live()
    assert orphan["pin"] in message and "could not be voided" in message
    truth = shop.truth(picking)
    assert truth.row_states == ["void_unknown"]
    assert truth.problem
    shop.validate(picking)
    assert shop.expect_one_label(picking)["service"] == "DOM.XP"
