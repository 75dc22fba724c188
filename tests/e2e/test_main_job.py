"""The main job by hand: four people and a customer, from the quotation to "delivered"."""

import re

from playwright.sync_api import expect

from tests.e2e import papers
from tests.e2e.client import Desk

SERVICES = ("Expedited Parcel", "Priority", "Regular Parcel", "Xpresspost")


def test_from_quotation_to_delivery(desks, shop, carrier):
    clerk = desks()
    order = _clerk_quotes_and_confirms(clerk)
    packer = desks()
    pins = _packer_packs_and_validates(packer, shop, order)
    manager = desks()
    _manager_hands_over(manager, pins)
    _badges_follow(clerk, packer, manager, shop, carrier, order, pins)
    _customer_sees(desks, shop, order, pins)


# --- the clerk ------------------------------------------------------------------------------------


def _clerk_quotes_and_confirms(clerk: Desk):
    """Returns the order's name."""
    clerk.log_in("clerk")
    clerk.open("orders/new")
    clerk.choose("partner_id", "Zoé Tremblay")
    _add_line(clerk, "Reading lamp", "1")
    _add_line(clerk, "Stoneware mug", "4")
    clerk.save()
    price = _wizard_compares(clerk)
    delivery = clerk.row("Delivery by Canada Post")
    expect(delivery.locator("td[name=price_subtotal]")).to_have_text(price)
    clerk.press("action_confirm")
    expect(clerk.status("sale")).to_be_visible()
    clerk.tab("other_information")
    expect(clerk.field("ecom_service_id")).to_have_text("Xpresspost")
    return clerk.field("name").inner_text().strip()


def _add_line(clerk, product, quantity):
    lines = clerk.field("order_line")
    count = lines.locator("tr.o_data_row").count()
    lines.locator(".o_field_x2many_list_row_add a").first.click()
    row = lines.locator("tr.o_data_row").nth(count)
    expect(row).to_have_class(re.compile("o_selected_row"))
    box = row.locator("[name=product_id] input, [name=product_template_id] input").first
    box.fill(product)
    clerk.page.locator(".o-autocomplete--dropdown-item:visible", has_text=product).first.click()
    expect(row.locator("[name=price_unit] input")).not_to_have_value("0.00")
    row.locator("[name=product_uom_qty] input").fill(quantity)
    clerk.page.keyboard.press("Tab")


def _wizard_compares(clerk):
    """Every service side by side; Xpresspost is taken. Returns its price as shown."""
    clerk.press_for_dialog("action_open_delivery_wizard")
    clerk.choose("carrier_id", "Canada Post")
    clerk.press("update_price")
    for service in SERVICES:
        row = clerk.row(service)
        expect(row.locator("td[name=order_price]")).to_have_text(re.compile(r"\d+\.\d\d\s*\$"))
        expect(row.locator("td[name=expected_date]")).to_have_text(re.compile(r"\w+ ?\d+"))
    badges = " ".join(clerk.dialog.locator("tr.o_data_row td[name=highlight]").all_inner_texts())
    assert "Cheapest" in badges
    assert "Fastest" in badges
    excluded = clerk.row("Local Courier")
    expect(excluded.locator("td[name=note]")).to_contain_text(re.compile(r"\w{3,} \w+"))
    expect(excluded.locator("td[name=order_price]")).not_to_contain_text("$")
    expect(excluded.locator("button[name=action_choose]")).to_have_count(0)
    wanted = clerk.row("Xpresspost")
    price = wanted.locator("td[name=order_price]").inner_text()
    clerk.press_on(wanted.locator("button[name=action_choose]"))
    expect(clerk.field("display_price")).to_contain_text(price)
    clerk.press_in_dialog("button_confirm")
    return price


# --- the packer -----------------------------------------------------------------------------------


def _packer_packs_and_validates(packer: Desk, shop, order):
    """Returns the tracking numbers."""
    packer.log_in("packer")
    packer.open("deliveries")
    packer.row(order).locator("td[name=name]").click()
    expect(packer.button("button_validate")).to_have_text("Valider")
    packer.press("action_detailed_operations")
    for product in ("Reading lamp", "Stoneware mug"):
        packer.row(product).locator(".o_list_record_selector input").check()
        packer.press_for_dialog("action_put_in_pack")
        packer.choose("package_type_id", "Medium box")
        packer.press_in_dialog("action_put_in_pack")
        expect(packer.row(product).locator("td[name=result_package_id]")).to_contain_text("PACK")
    packer.back()
    packer.press("button_validate")
    expect(packer.status("done")).to_be_visible()
    number = shop.admin.search("sale.order", [("name", "=", order)], ["id"])[0]["id"]
    pins = [parcel["tracking_number"] for parcel in shop.parcels(number)]
    assert len(set(pins)) == 2
    assert {shipment["pin"] for shipment in shop.live(number)} == set(pins)
    packer.tab("extra")
    expect(packer.field("carrier_tracking_ref").locator("input")).to_have_value(",".join(pins))
    _labels_of_transfer(packer, order, pins)
    _labels_of_shipment(packer, pins)
    return pins


def _labels_of_transfer(packer, order, pins):
    label = packer.papers(lambda: packer.button("action_ecom_print_labels").click())
    assert papers.bar_codes(label) == [[pin] for pin in pins]
    assert papers.text(label).count(order) >= 2


def _labels_of_shipment(packer, pins):
    packer.press("action_ecom_shipments")
    for pin in pins:
        row = packer.row(pin)
        label = packer.papers(
            lambda row=row: row.locator("button[name=action_print_labels]").click()
        )
        assert papers.bar_codes(label) == [[pin]]


# --- the manager ----------------------------------------------------------------------------------


def _manager_hands_over(manager: Desk, pins):
    manager.log_in("manager")
    manager.open("manifests")
    manager.press("action_collect_parcels")
    expect(manager.status("open")).to_be_visible()
    for pin in pins:
        expect(manager.row(pin)).to_be_visible()
    manager.press("action_transmit")
    expect(manager.status("transmitted")).to_be_visible()
    # The carrier is still writing; the button goes when the paper is there.
    manager.press("action_fetch_papers")
    expect(manager.button("action_print")).to_be_visible()
    number = manager.field("number").inner_text().strip()
    assert number
    paper = manager.papers(lambda: manager.button("action_print").click())
    assert number in sum(papers.bar_codes(paper), [])


# --- tracking -------------------------------------------------------------------------------------


def _badges_follow(clerk, packer, manager, shop, carrier, order, pins):
    carrier.advance(*pins)
    shop.cron("ecom_shipping.cron_track")
    manager.open("shipments")
    manager.row(order).locator("td[name=name]").click()
    expect(manager.field("tracking_status")).to_have_text(shop.status_word(shop.clerk, "accepted"))
    expect(manager.status("in_transit")).to_be_visible()
    carrier.advance(*pins)
    carrier.advance(*pins)
    manager.press("action_track")
    expect(manager.field("tracking_status")).to_have_text(
        shop.status_word(shop.clerk, "out_for_delivery")
    )
    carrier.advance(*pins)
    manager.press("action_track")
    delivered = shop.status_word(shop.clerk, "delivered")
    expect(manager.field("tracking_status")).to_have_text(delivered)
    expect(manager.status("delivered")).to_be_visible()
    manager.tab("timeline")
    expect(manager.field("event_ids").locator("tr.o_data_row").nth(7)).to_be_visible()
    clerk.page.reload()
    clerk.ready()
    expect(clerk.field("ecom_tracking_status")).to_have_text(delivered)
    packer.open("deliveries")
    packer.page.locator(".o_searchview .o_facet_remove").first.click()
    packer.row(order).locator("td[name=name]").click()
    expect(packer.field("ecom_tracking_status")).to_have_text(
        shop.status_word(shop.packer, "delivered")
    )


# --- the customer ---------------------------------------------------------------------------------


def _customer_sees(desks, shop, order, pins):
    (found,) = shop.admin.search("sale.order", [("name", "=", order)], ["id"])
    zoe = desks()
    zoe.log_in("zoe")
    zoe.page.goto(f"{shop.url}/my/orders/{found['id']}")
    _timelines(zoe, pins)
    link = shop.clerk.call("sale.order", "action_preview_sale_order", [found["id"]])["url"]
    assert "access_token=" in link
    visitor = desks()
    visitor.page.goto(shop.url + link)
    _timelines(visitor, pins)


def _timelines(desk, pins):
    parcels = desk.page.locator("[name=ecom_parcel]")
    expect(parcels).to_have_count(len(pins))
    for pin in pins:
        parcel = parcels.filter(has_text=pin)
        expect(parcel.locator(".badge")).to_have_text("Delivered")
        expect(parcel.locator("[name=ecom_event]").nth(3)).to_be_visible()
