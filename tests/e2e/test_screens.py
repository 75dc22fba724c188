"""Every screen of the Shipping app: it opens, fits, and says what to do while it is empty."""

import pytest
from playwright.sync_api import expect

from tests.e2e.client import DESK, TABLET

LANGUAGES = {"en": "admin", "fr": "patronne"}
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
    menus = desk.context.request.get(f"{shop.url}/web/webclient/load_menus").json()
    (app,) = (menu for menu in menus.values() if menu.get("xmlid") == "ecom_shipping.menu_shipping")
    entries = list(_leaves(menus, app))
    assert len(entries) >= 14
    for entry in entries:
        _choose_menu(desk, entry)
        # Tables of the configuration may scroll in themselves; those of the day's work may not.
        daily = not entry["parents"]
        _fits(desk, entry["xmlid"], daily)
        for kind in _other_views(desk):
            desk.page.locator(f".o_cp_switch_buttons .o_switch_view.o_{kind}").click()
            expect(desk.page.locator(f".o_{kind}_view").first).to_be_visible()
            desk.settle()
            _fits(desk, f"{entry['xmlid']} {kind}", daily)
        assert desk.take_troubles() == [], entry["xmlid"]


def _leaves(menus, menu, parents=()):
    """Entries below ``menu`` that open something, each with the menus above it."""
    for number in menu["children"]:
        child = menus[str(number)]
        if child["children"]:
            yield from _leaves(menus, child, (*parents, child))
        elif child.get("actionID"):
            yield child | {"parents": parents}


def _choose_menu(desk, entry):
    """Through the menu bar, as a person does; what does not fit there is below "+"."""
    page = desk.page
    page.evaluate(
        "() => document.querySelector('.o_action_manager .o_action').classList.add('e2e_before')"
    )
    first = (*entry["parents"], entry)[0]
    in_bar = page.locator(f".o_menu_sections [data-menu-xmlid='{first['xmlid']}']:visible")
    if in_bar.count():
        in_bar.click()
    else:
        page.locator(".o_menu_sections_more").click()
    if entry["parents"] or not in_bar.count():
        page.locator(f".o-dropdown--menu [data-menu-xmlid='{entry['xmlid']}']").click()
    expect(page.locator(".e2e_before")).to_have_count(0)
    desk.ready()


def _other_views(desk):
    kinds = desk.page.locator(".o_cp_switch_buttons .o_switch_view:not(.active)")
    classes = [kind.get_attribute("class").split() for kind in kinds.all()]
    return [
        next(c[2:] for c in names if c.startswith("o_") and c != "o_switch_view")
        for names in classes
    ]


def _fits(desk, where, lists=True):
    assert desk.page.locator(".o_error_dialog, .o_dialog_error").count() == 0, where
    assert desk.too_wide(lists) == [], where


@pytest.mark.parametrize("size", [DESK, TABLET], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("language", LANGUAGES)
def test_key_forms_fit(desks, shop, busy, language, size):
    desk = desks(LANGUAGES[language], size)
    for order in busy.values():
        (shipment,) = shop.shipments(order)
        _form(desk, f"ecom.shipment/{shipment['id']}", tabs=True)
        _form(desk, f"stock.picking/{shop.transfer(order)['id']}")
        _form(desk, f"sale.order/{order}")
    _form(desk, f"ecom.parcel/{shop.parcels(busy['travelling'])[0]['id']}", tabs=True)
    (manifest,) = shop.admin.search(
        "ecom.manifest", [("state", "=", "transmitted")], ["id"], limit=1
    )
    _form(desk, f"manifests/{manifest['id']}", tabs=True)
    (account,) = shop.admin.search(
        "ecom.carrier.account", [("provider", "=", "canada_post")], ["id"]
    )
    _form(desk, f"carrier-accounts/{account['id']}", tabs=True)


def _form(desk, path, tabs=False):
    desk.open(path)
    expect(desk.page.locator(".o_form_view .o_form_sheet")).to_be_visible()
    _fits(desk, path)
    if tabs:
        for tab in desk.page.locator(".o_notebook_headers a.nav-link").all():
            tab.click()
            _fits(desk, f"{path} {tab.get_attribute('name')}")
    assert desk.take_troubles() == [], path
