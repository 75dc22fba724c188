"""What goes wrong, as a user sees it: a sentence, nothing lost, and never a second label."""

import pytest
from playwright.sync_api import expect

LONG_STREET = "Résidence Les Jardins du Vieux-Port, bâtiment C, entrée sud, 1200 rue Notre-Dame"


def _validate(desk, shop, order):
    desk.open(f"stock.picking/{shop.transfer(order)['id']}")
    desk.press("button_validate")


def test_address_too_long_names_field_and_limit(desks, shop):
    customer = shop.customer(name="Longue Adresse", street=LONG_STREET)
    order, _rows = shop.order(customer=customer)
    clerk = desks("clerk")
    _validate(clerk, shop, order)
    message = clerk.dialog.locator(".modal-body")
    expect(message).to_contain_text(
        f"Recipient {customer}: street is too long for the label: at most 44 characters"
    )
    expect(message).to_contain_text(LONG_STREET)
    assert shop.sold(order) == []
    clerk.close_dialog()
    expect(clerk.status("assigned")).to_be_visible()
    shop.admin.call(
        "res.partner", "write", [shop.people[customer]], {"street": "1200 rue Notre-Dame"}
    )
    clerk.press("button_validate")
    expect(clerk.status("done")).to_be_visible()
    assert len(shop.live(order)) == 1


NO_ANSWER = "Postes Canada n'a pas répondu à temps ou a interrompu la connexion."
DOWN = ("*", "reset")
SOLD_THEN_DOWN = ("create_shipment", "sell_then_reset")


@pytest.mark.parametrize(
    ("faults", "sold"),
    [([DOWN], 0), ([SOLD_THEN_DOWN, DOWN], 1)],
    ids=["before the sale", "after the sale"],
)
def test_carrier_breaks_off_while_validating(desks, shop, carrier, faults, sold):
    order, _rows = shop.order()
    packer = desks("packer")
    for operation, kind in faults:
        carrier.fault(kind, operation, times=1 if operation != "*" else None)
    try:
        _validate(packer, shop, order)
        expect(packer.dialog.locator(".modal-body")).to_contain_text(NO_ANSWER)
    finally:
        carrier.clear_faults()
    assert len(shop.sold(order)) == sold
    packer.close_dialog()
    expect(packer.status("assigned")).to_be_visible()
    assert shop.transfer(order)["state"] == "assigned"
    packer.page.reload()
    packer.ready()
    expect(packer.field("ecom_problem")).to_contain_text(NO_ANSWER)
    packer.press("button_validate")
    expect(packer.status("done")).to_be_visible()
    expect(packer.field("ecom_problem")).to_have_count(0)
    assert len(shop.sold(order)) == 1
    (label,) = shop.live(order)
    assert shop.transfer(order)["carrier_tracking_ref"] == label["pin"]


def test_void_and_buy_another_service(desks, shop):
    order = shop.shipped(service="DOM.EP")
    (first,) = shop.live(order)
    (old,) = shop.shipments(order)
    clerk = desks("clerk")
    clerk.open(f"ecom.shipment/{old['id']}")
    clerk.press_for_dialog_at_once("action_void")
    clerk.confirm()
    expect(clerk.status("void")).to_be_visible()
    assert shop.live(order) == []
    assert not shop.transfer(order)["carrier_tracking_ref"]

    clerk.open(f"stock.picking/{shop.transfer(order)['id']}")
    clerk.tab("extra")
    clerk.press_for_dialog("action_ecom_rates")
    row = clerk.row("Xpresspost")
    clerk.press_on(row.locator("button[name=action_choose]"))
    clerk.no_dialog()
    clerk.press("send_to_shipper")
    expect(clerk.button("action_ecom_print_labels")).to_be_visible()
    (second,) = shop.live(order)
    assert second["service"] == "DOM.XP"
    assert second["weight"] == first["weight"]
    assert shop.transfer(order)["carrier_tracking_ref"] == second["pin"]

    clerk.press("action_ecom_shipments")
    expect(clerk.page.locator("tr.o_data_row")).to_have_count(2)
    clerk.row("Void").locator("td[name=name]").click()
    expect(clerk.row(first["pin"])).to_be_visible()
    expect(clerk.page.locator(".o-mail-Chatter")).to_contain_text(f"Labels voided: {first['pin']}")
    clerk.back()
    clerk.row("Label Bought").locator("td[name=name]").click()
    expect(clerk.row(second["pin"])).to_be_visible()
