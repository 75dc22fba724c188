"""Every screen of the Hardware app: it opens, fits, and complains about nothing, in both languages."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e import screens
from tests.e2e.client import DESK, TABLET
from tests.e2e.screens import LANGUAGES
from tests.e2e.workplace import Seat, until

SIZES = pytest.mark.parametrize("size", [DESK, TABLET], ids=lambda size: str(size["width"]))


@pytest.fixture(scope="module")
def busy(workplace):
    """Jobs in all states that a person has to do with; returns ``{state: name}``."""
    workplace.ready()
    names = {}
    modes = {"confirmed": {}, "unknown": {"mode": "reset_after", "bytes": 30}}
    for state, values in (modes | {"queued": {"paper": False}}).items():
        workplace.ready()
        workplace.set("labels", **values)
        code = f"SCREEN-{state}-{time.time_ns()}"[:24]
        attachment = workplace.attachment(code)
        workplace.shop.packer.call(
            "ecom.print.job",
            "print_attachments",
            [attachment],
            "label_4x6",
            context={"ecom_workstation_id": workplace.id},
        )
        names[state] = f"Label {code}.zpl"
        workplace.wait_for_job(names[state], state)
    until(lambda: workplace.jobs(names["queued"])[0]["words"], "what the job waits for")
    yield names
    workplace.ready()
    workplace.wait_for_job(names["queued"], "confirmed")


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_menu_and_form(desks, workplace, busy, language, size):
    desk = desks(LANGUAGES[language], size)
    desk.open("stations")
    seat = Seat(desk)
    seat.choose()
    seat.is_("trouble")
    assert screens.every_menu(desk, "ecom_hardware_proxy.menu_root") == 5
    screens.form(desk, f"stations/{workplace.id}", tabs=True)
    for name in busy.values():
        screens.form(desk, f"print-queue/{workplace.jobs(name)[0]['id']}", tabs=True)
    for path in ("devices", "print-routes"):
        desk.open(path)
        desk.page.locator(".o_data_row td[name]").first.click()
        desk.settle()
        screens.fits(desk, path)
    assert desk.take_troubles() == []
    seat.open()
    expect(seat.device("labels")).to_be_visible()
    box = seat.menu.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_wizards(desks, workplace, busy, language):
    desk = desks(LANGUAGES[language], TABLET)
    desk.open(f"stations/{workplace.unpaired()}")
    desk.press_for_dialog("action_pair")
    desk.dialog.locator("div[name=code] input").fill("WRONG-CODE")
    desk.press("action_pair")
    expect(desk.dialog.locator(".alert-danger")).to_be_visible()
    screens.fits(desk, "pairing")
    desk.close_dialog()
    job = workplace.jobs(busy["confirmed"])[0]["id"]
    desk.open(f"print-queue/{job}")
    desk.press_for_dialog("action_reprint")
    screens.fits(desk, "reprint")
    reasons = desk.dialog.locator("div[name=reason] input")
    expect(reasons).to_have_count(4)
    assert not any(reason.is_checked() for reason in reasons.all()), "a reason is chosen, not given"
    desk.dialog.locator("button[name=action_reprint]").click()
    expect(desk.dialog.locator("div[name=reason].o_field_invalid")).to_be_visible()
    desk.close_dialog()


def test_a_new_station_is_paired_at_once(desks, workplace):
    """Its form says "Press Pair": the button is there, and saves first."""
    desk = desks("admin", TABLET)
    desk.open("stations/new")
    desk.page.locator("div[name=name] input").fill(f"Counter {time.time_ns()}")
    desk.press_for_dialog("action_pair")
    expect(desk.dialog.locator("div[name=code] input")).to_be_visible()
    desk.close_dialog()


def test_a_label_printed_twice_is_marked_and_its_row_can_be_read(desks, workplace):
    """Two presses, two labels: the list says which is the second, and opens what it is of."""
    workplace.ready()
    code = f"TWICE-{time.time_ns()}"[:24]
    attachment = workplace.attachment(code)
    where = {"ecom_workstation_id": workplace.id}
    for _press in range(2):
        workplace.shop.packer.call(
            "ecom.print.job", "print_attachments", [attachment], "label_4x6", context=where
        )
    name = f"Label {code}.zpl"
    until(lambda: [job["state"] for job in workplace.jobs(name)] == ["confirmed"] * 2, "both")
    first, second = workplace.jobs(name)
    assert second["reprint_of_id"][0] == first["id"] and not first["reprint_of_id"]
    desk = desks("admin", TABLET)
    desk.open("print-queue")
    row = desk.page.locator(".o_data_row", has_text=name)
    expect(row.first).to_contain_text(re.compile("Printed again by|Imprimé de nouveau par"))
    cell = row.first.locator("td[name=name]")
    assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth"), "the name is cut"


def test_the_manager_of_the_demo_sets_routes(desks, workplace):
    desk = desks("manager", TABLET)
    desk.open("print-routes")
    expect(desk.page.locator(".o_list_button_add")).to_be_visible()
