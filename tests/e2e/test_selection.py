"""What is done with several shipments at once, and what an open manifest says of a failed hand-over."""

from playwright.sync_api import expect

from tests.e2e.client import PATIENCE_MS


def test_labels_of_selected_shipments_are_mailed(desks, shop, folder):
    """One mail each; what has no label is named and left out."""
    mailed = [shop.shipments(shop.shipped(customer=code))[0] for code in ("ZOE", "LUC")]
    gone = shop.shipped()
    shop.admin.call("stock.picking", "cancel_shipment", [shop.transfer(gone)["id"]])
    (void,) = shop.shipments(gone)
    clerk = desks("clerk")
    clerk.open("shipments?view_type=list")
    for shipment in (*mailed, void):
        clerk.row(shipment["name"]).locator(".o_list_record_selector input").click()
    clerk.press("action_send_label")
    expect(clerk.dialog.locator("[name=subject]")).to_be_visible(timeout=PATIENCE_MS)
    expect(clerk.page.locator(".o_notification")).to_contain_text(
        f"without a label: {void['name']}"
    )
    clerk.page.screenshot(path=folder / "mail-labels.png")
    clerk.press_in_dialog("action_send_mail")
    clerk.no_dialog()
    for shipment in mailed:
        (message,) = shop.admin.search(
            "mail.message",
            [
                ("model", "=", "ecom.shipment"),
                ("res_id", "=", shipment["id"]),
                ("attachment_ids", "!=", False),
            ],
            ["attachment_ids"],
        )
        assert len(message["attachment_ids"]) == 1


def test_a_failed_hand_over_shows_on_the_manifest(desks, shop, carrier, folder):
    order = shop.shipped()
    action = shop.admin.call("ecom.manifest", "action_collect")
    manager = desks("manager")
    manager.open(f"ecom.manifest/{action['res_id']}")
    carrier.fault("throttle", "transmit_shipments")
    manager.press("action_transmit")
    manager.close_dialog()
    manager.page.reload()
    manager.ready()
    banner = manager.page.locator(".alert-danger:visible")
    expect(banner).to_contain_text("It was not transmitted")
    manager.page.screenshot(path=folder / "manifest-banner.png")
    banner.locator("button[name=action_transmit]").click()
    expect(manager.status("transmitted")).to_be_visible()
    assert {shipment["status"] for shipment in shop.live(order)} == {"transmitted"}
