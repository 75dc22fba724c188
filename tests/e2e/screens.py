"""Going through an app: every menu opens, everything fits, no console complains."""

from playwright.sync_api import expect

LANGUAGES = {"en": "admin", "fr": "patronne"}


def every_menu(desk, root):
    """Open everything below the menu *root* (an XML id), in every view; returns how many there are."""
    menus = desk.context.request.get(f"{desk.url}/web/webclient/load_menus").json()
    (app,) = (menu for menu in menus.values() if menu.get("xmlid") == root)
    entries = list(_leaves(menus, app))
    for entry in entries:
        _choose_menu(desk, entry)
        # Tables of the configuration may scroll in themselves; those of the day's work may not.
        daily = not entry["parents"]
        fits(desk, entry["xmlid"], daily)
        for kind in _other_views(desk):
            desk.page.locator(f".o_cp_switch_buttons .o_switch_view.o_{kind}").click()
            expect(desk.page.locator(f".o_{kind}_view").first).to_be_visible()
            desk.settle()
            fits(desk, f"{entry['xmlid']} {kind}", daily)
        assert desk.take_troubles() == [], entry["xmlid"]
    return len(entries)


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


def fits(desk, where, lists=True):
    assert desk.page.locator(".o_error_dialog, .o_dialog_error").count() == 0, where
    too_wide = desk.too_wide(lists)
    assert not too_wide, f"{where}: {too_wide}"


def form(desk, path, tabs=False):
    desk.open(path)
    expect(desk.page.locator(".o_form_view .o_form_sheet")).to_be_visible()
    fits(desk, path)
    if tabs:
        for tab in desk.page.locator(".o_notebook_headers a.nav-link").all():
            tab.click()
            fits(desk, f"{path} {tab.get_attribute('name')}")
    assert desk.take_troubles() == [], path
