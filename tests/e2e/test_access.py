"""Who may not see what, tried in the browser."""

import pytest
from playwright.sync_api import expect

from launcher.demo_job import JobError

SECRETS = ("canada_post_user", "canada_post_password")


def test_packer_sees_no_secret(desks, shop):
    (account,) = shop.admin.search(
        "ecom.carrier.account", [("provider", "=", "canada_post")], ["id"]
    )
    packer = desks("packer")
    packer.open("shipments")
    menus = packer.context.request.get(f"{shop.url}/web/webclient/load_menus").json()
    names = {menu.get("xmlid") for menu in menus.values()}
    assert "ecom_shipping.menu_shipments" in names
    assert not names & {"ecom_shipping.menu_configuration", "ecom_shipping.menu_carrier_accounts"}
    expect(
        packer.page.locator("[data-menu-xmlid='ecom_shipping.menu_configuration']")
    ).to_have_count(0)
    # The address is known to whoever reads the manual.
    packer.open(f"carrier-accounts/{account['id']}")
    expect(packer.field("name")).to_contain_text("Canada Post")
    for name in SECRETS:
        expect(packer.page.locator(f"[name={name}]")).to_have_count(0)
        with pytest.raises(JobError):
            shop.packer.read("ecom.carrier.account", [account["id"]], [name])
    assert "north-pass" not in packer.page.content()
    expect(packer.page.locator(".o_form_button_create:visible, .o_form_editable")).to_have_count(0)


def test_administrator_sees_a_masked_password(desks, shop):
    (account,) = shop.admin.search(
        "ecom.carrier.account", [("provider", "=", "canada_post")], ["id"]
    )
    admin = desks("admin")
    admin.open(f"carrier-accounts/{account['id']}")
    expect(admin.field("canada_post_password").locator("input")).to_have_attribute(
        "type", "password"
    )


def test_stranger_on_the_portal(desks, shop):
    order = shop.shipped()
    (parcel,) = shop.parcels(order)
    label = f"{shop.url}/web/content/{parcel['label_attachment_id'][0]}"
    stranger = desks("stranger")
    stranger.page.goto(f"{shop.url}/my/orders/{order}")
    assert shop.name(order) not in stranger.page.content()
    expect(stranger.page.locator("[name=ecom_parcel]")).to_have_count(0)
    assert not stranger.page.url.rstrip("/").endswith(str(order))
    visitor, zoe = desks(), desks("zoe")
    for desk in (stranger, visitor, zoe):
        answer = desk.context.request.get(label)
        assert answer.status in (403, 404), answer.status
        assert parcel["tracking_number"] not in answer.text()
    # Her own order she does see.
    zoe.page.goto(f"{shop.url}/my/orders/{order}")
    expect(zoe.page.locator("[name=ecom_parcel]")).to_contain_text(parcel["tracking_number"])
