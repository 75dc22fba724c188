"""A hasty hand presses twice: the carrier sells once."""

from playwright.sync_api import expect


def test_validate(desks, shop):
    order, _rows = shop.order()
    packer = desks("packer")
    packer.open(f"stock.picking/{shop.transfer(order)['id']}")
    packer.button("button_validate").dblclick()
    expect(packer.status("done")).to_be_visible()
    packer.settle()
    packer.no_dialog()
    assert len(shop.sold(order)) == 1
    assert len(shop.parcels(order)) == 1


def test_buy_on_a_shipment(desks, shop):
    order = _order_without_label(shop)
    (shipment,) = shop.shipments(order)
    clerk = desks("clerk")
    clerk.open(f"ecom.shipment/{shipment['id']}")
    clerk.button("action_buy").dblclick()
    expect(clerk.status("bought")).to_be_visible()
    clerk.settle()
    clerk.no_dialog()
    assert len(shop.sold(order)) == 1
    (parcel,) = shop.parcels(order)
    assert parcel["tracking_number"] == shop.live(order)[0]["pin"]


def _order_without_label(shop):
    """Validated together with another one while its address was wrong: done, but without label."""
    customer = shop.customer(name="Bad Code", zip="M5H 2D2")
    good, _rows = shop.order()
    bad, _rows = shop.order(customer=customer)
    transfers = [shop.transfer(order)["id"] for order in (good, bad)]
    shop.packer.call("stock.picking", "button_validate", transfers)
    assert [shop.transfer(order)["state"] for order in (good, bad)] == ["done", "done"]
    assert shop.sold(bad) == []
    shop.admin.call("res.partner", "write", [shop.people[customer]], {"zip": "M5H 2N2"})
    return bad
