"""Many transfers validated together."""

import pytest

from tests.faults.shop import LIVE

COUNT = 30  # more than two rounds of eight calls at the same time, and one under way


@pytest.mark.parametrize("skip", [0, 1])
def test_killed_in_the_middle_of_a_batch(shop, skip):
    """Some are sold and written down, some sold only, some neither: in the end one label each."""
    pickings = shop.transfers(COUNT)
    shop.carrier.latency(30)
    shop.order("before-answer", skip=skip)
    assert shop.dies(shop.validate, *pickings)
    sold = len(shop.carrier.sold())
    assert 0 < sold < COUNT
    states = [state for picking in pickings for state in shop.truth(picking).row_states]
    assert len(states) == COUNT and set(states) <= {"intent", "sold"}
    shop.validate(*pickings)
    assert len(shop.carrier.sold()) == len(shop.carrier.live()) == COUNT
    for picking in pickings:
        (live,) = shop.live_of(picking)
        shop.expect_one_label(picking, live)
    assert len({shop.truth(picking).tracking for picking in pickings}) == COUNT


def test_odoo_batch_is_rolled_back_and_repeated(shop):
    """The same through Odoo's batch transfer."""
    pickings = shop.transfers(5)
    (batch,) = shop.admin.call(
        "stock.picking.batch", "create", [{"picking_ids": [[6, 0, pickings]]}]
    )
    shop.press("stock.picking.batch", "action_confirm", batch)
    shop.order("applied", "refuse")
    shop.refusal(shop.press, "stock.picking.batch", "action_done", batch)
    shop.press("stock.picking.batch", "action_done", batch)
    assert len(shop.carrier.sold()) == 5
    for picking in pickings:
        (live,) = shop.live_of(picking)
        shop.expect_one_label(picking, live)


def _expect_one_left_out(shop, good, bad, reason):
    assert len(shop.carrier.sold()) == len(good)
    for picking in good:
        (live,) = shop.live_of(picking)
        shop.expect_one_label(picking, live)
    truth = shop.truth(bad)
    assert (truth.state, truth.tracking) == ("done", "")
    assert not [
        shipment
        for shipment in truth.shipments
        if shipment["state"] in LIVE and shipment["has_label"]
    ]
    assert reason in truth.problem
    (activity,) = shop.admin.read(
        "mail.activity",
        [["res_model", "=", "stock.picking"], ["res_id", "=", bad]],
        "note",
        "summary",
    )
    assert reason in activity["note"]


def test_one_address_is_refused_by_our_checks(shop):
    good = shop.transfers(4)
    bad = shop.transfer(partner="long_customer")
    shop.validate(*good, bad)
    _expect_one_left_out(shop, good, bad, "too long")
    # Mended: the shipment of the transfer is bought without touching the others.
    shop.admin.call(
        "res.partner", "write", [shop.ids["long_customer"]], {"street": "1 Short Street"}
    )
    shop.press("stock.picking", "send_to_shipper", bad)
    (live,) = shop.live_of(bad)
    shop.expect_one_label(bad, live)
    shop.admin.call("res.partner", "write", [shop.ids["long_customer"]], {"street": "x" * 60})


def test_one_is_refused_by_the_carrier(shop):
    good = shop.transfers(4)
    bad = shop.transfer(partner="refused_customer")
    shop.carrier.fault("empty_messages", "create_shipment", match="Lavoie")
    shop.validate(*good, bad)
    _expect_one_left_out(shop, good, bad, "refused without a reason")
    shop.press("stock.picking", "send_to_shipper", bad)
    (live,) = shop.live_of(bad)
    shop.expect_one_label(bad, live)


def test_one_gets_no_clear_answer(shop):
    """The carrier sold it and nobody could ask: the others keep theirs, the retry finds it."""
    good = shop.transfers(4)
    bad = shop.transfer(partner="refused_customer")
    shop.carrier.fault("sell_then_hang", "create_shipment", match="Lavoie")
    shop.carrier.fault("reset", "get_shipments", times=3)
    shop.validate(*good, bad)
    truth = shop.truth(bad)
    assert (truth.state, truth.tracking, truth.row_states) == ("done", "", ["unknown"])
    assert "no clear answer" in truth.problem and "is asked what it has" in truth.problem
    assert len(shop.carrier.sold()) == 5
    shop.press("stock.picking", "send_to_shipper", bad)
    for picking in [*good, bad]:
        (live,) = shop.live_of(picking)
        shop.expect_one_label(picking, live)
    assert len(shop.carrier.sold()) == 5


def test_bought_on_the_shipment_form_after_a_refusal(shop):
    """The retry button of the shipment writes the number on the transfer as well."""
    good = shop.transfer()
    bad = shop.transfer(partner="refused_customer")
    shop.carrier.fault("empty_messages", "create_shipment", match="Lavoie")
    shop.validate(good, bad)
    (shipment,) = shop.truth(bad).shipments
    shop.press("ecom.shipment", "action_buy", shipment["id"])
    (live,) = shop.live_of(bad)
    shop.expect_one_label(bad, live)


@pytest.fixture
def completed_later(shop):
    """A transfer of two parcels: one was sold, the other refused and bought later."""
    good = shop.transfer()
    picking = shop.packed_transfer((1, 1.5), (1, 3.5))
    shop.carrier.fault("empty_messages", "create_shipment", match="<weight>3.500</weight>")
    shop.validate(good, picking)
    truth = shop.truth(picking)
    (first,) = shop.live_of(picking)
    assert truth.tracking == first["pin"]
    assert [shipment["state"] for shipment in truth.shipments] == ["exception"]
    assert "refused without a reason" in truth.problem
    shop.press("ecom.shipment", "action_buy", truth.shipments[0]["id"])
    return picking


def test_one_of_two_parcels_is_refused(shop, completed_later):
    """The parcel that was sold keeps its label; the other one is bought later."""
    first, second = shop.live_of(completed_later)
    truth = shop.truth(completed_later)
    assert set(truth.tracking.split(",")) == {first["pin"], second["pin"]}
    assert truth.shipments[0]["state"] == "bought"
    assert len(shop.carrier.sold()) == 3


def test_each_number_stands_once_on_the_transfer(shop, completed_later):
    pins = [live["pin"] for live in shop.live_of(completed_later)]
    assert shop.truth(completed_later).tracking == ",".join(pins)
