"""Every screen of the Shipping app: it opens, fits, and says what to do while it is empty."""

import pytest
from playwright.sync_api import expect

from tests.e2e import screens
from tests.e2e.client import DESK, TABLET
from tests.e2e.screens import LANGUAGES

EMPTY = (
    "shipments",
    "parcels",
    "manifests",
    "tracking-exceptions",
    "shipping-costs",
    "tracking-events",
    "shipping-purchases",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_screens_say_what_to_do(desks, language):
    desk = desks(LANGUAGES[language])
    for path in EMPTY:
        desk.open(path)
        help_text = desk.page.locator(".o_nocontent_help")
        expect(help_text).to_be_visible()
        assert len(help_text.inner_text()) > 40, path


@pytest.fixture(scope="session")
def busy(shop):
    """A day at the shop: parcels handed over and under way, in trouble, waiting, and void."""
    travelling = shop.shipped(("LAMP", 1), ("MUG", 4))
    troubled = shop.shipped(customer="AMIRA", service="DOM.XP")
    shop.hand_over()
    pins = [parcel["tracking_number"] for parcel in shop.parcels(travelling)]
    shop.carrier.advance(*pins)
    shop.carrier.control(
        "POST", "advance", pin=shop.parcels(troubled)[0]["tracking_number"], scenario="exception"
    )
    shop.cron("ecom_shipping.cron_track")
    waiting = shop.shipped(customer="LUC", service="DOM.RP")
    return {"travelling": travelling, "troubled": troubled, "waiting": waiting}


@pytest.mark.parametrize("size", [DESK, TABLET], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_menu_opens(desks, shop, busy, language, size):
    desk = desks(LANGUAGES[language], size)
    desk.open("shipments")
    assert screens.every_menu(desk, "ecom_shipping.menu_shipping") >= 14


@pytest.mark.parametrize("size", [DESK, TABLET], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("language", LANGUAGES)
def test_key_forms_fit(desks, shop, busy, language, size):
    desk = desks(LANGUAGES[language], size)
    for order in busy.values():
        (shipment,) = shop.shipments(order)
        screens.form(desk, f"ecom.shipment/{shipment['id']}", tabs=True)
        screens.form(desk, f"stock.picking/{shop.transfer(order)['id']}")
        screens.form(desk, f"sale.order/{order}")
    screens.form(desk, f"ecom.parcel/{shop.parcels(busy['travelling'])[0]['id']}", tabs=True)
    (manifest,) = shop.admin.search(
        "ecom.manifest", [("state", "=", "transmitted")], ["id"], limit=1
    )
    screens.form(desk, f"manifests/{manifest['id']}", tabs=True)
    (account,) = shop.admin.search(
        "ecom.carrier.account", [("provider", "=", "canada_post")], ["id"]
    )
    screens.form(desk, f"carrier-accounts/{account['id']}", tabs=True)
