"""Printing at the station: once, in the right place, and the truth when nobody knows."""

import itertools
import re
import time

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.workplace import Seat, sit_down, until

PACKAGE_LABEL = "stock.label_package_template"
numbers = itertools.count(int(time.time()) % 1_000_000)  # the database may know former ones


@pytest.fixture
def label(bench):
    """``(attachment id, code on it, name of its jobs)``."""
    code = f"BENCH-{next(numbers)}"
    return bench.attachment(code), code, f"Label {code}.zpl"


def printed(attachment):
    """The call by which a page prints a label."""
    return f"printAttachments([{attachment}], 'label_4x6')"


def test_label_comes_out_once(desks, bench, label):
    """Pressed twice, and with two tabs that listen to the same agent."""
    attachment, code, name = label
    desk = desks("packer")
    sit_down(desk, "print-queue")
    other = desk.context.new_page()
    other.goto(f"{desk.url}/odoo/print-queue")
    expect(other.locator("[data-health=ready]")).to_be_visible()
    before = bench.count()
    first, second = desk.page.evaluate(
        f"""() => {{
            const hardware = odoo.__WOWL_DEBUG__.root.env.services.ecom_hardware;
            return Promise.all([hardware.{printed(attachment)}, hardware.{printed(attachment)}]);
        }}"""
    )
    assert first == second and len(first) == 1
    expect(desk.page.locator(".o_notification", has_text="Label printer")).to_have_count(1)
    bench.wait_for_job(name, "confirmed")
    assert bench.codes(since=before) == [[code]]


def test_answer_is_lost_and_the_key_is_pressed_again(desks, bench, label):
    """Odoo has the job, the page does not know: the packer presses again, one label comes out."""
    attachment, code, name = label
    desk = desks("packer")
    seat = sit_down(desk, "print-queue")
    before, lost = bench.count(), []

    def lose(route):
        if not lost:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    desk.page.route("**/print_attachments", lose)
    press = f"() => odoo.__WOWL_DEBUG__.root.env.services.ecom_hardware.{printed(attachment)}"
    with pytest.raises(Error, match="Connection"):
        desk.page.evaluate(press)
    assert lost == [200]
    seat.service(printed(attachment))
    bench.wait_for_job(name, "confirmed")
    assert len(bench.jobs(name)) == 1
    assert bench.codes(since=before) == [[code]]
    troubles = desk.take_troubles()
    assert all("ERR_" in trouble or "Connection" in trouble for trouble in troubles), troubles


def test_report_goes_to_the_station_or_is_downloaded(desks, bench):
    """Odoo's own print menu, with a label of Odoo's own."""
    admin = bench.shop.admin
    name = f"PACK{next(numbers)}"
    (package,) = admin.call("stock.package", "create", [{"name": name}])
    desk = desks("admin")
    seat = sit_down(desk, f"stock.package/{package}")
    before = bench.count()
    with desk.page.expect_download() as download:
        print_label(desk)
    assert name in download.value.path().read_text()
    assert bench.count() == before

    report = ref(admin, PACKAGE_LABEL)
    values = {"ecom_silent": True, "ecom_document_type": "label_4x6"}
    admin.call("ir.actions.report", "write", [report], values)
    try:
        print_label(desk)
        expect(desk.page.locator(".o_notification", has_text="Label printer")).to_be_visible()
        until(lambda: bench.codes(since=before) == [[name]], "the package's label")
        # Elsewhere it is what it always was.
        seat.open()
        seat.menu.locator(".o_ecom_station_nowhere").click()
        seat.is_("none")
        with desk.page.expect_download():
            print_label(desk)
    finally:
        admin.call("ir.actions.report", "write", [report], {"ecom_silent": False})
    assert bench.codes(since=before) == [[name]]


def print_label(desk):
    desk.page.locator(".o_cp_action_menus .dropdown-toggle").first.click()
    menu = desk.page.locator(".o-dropdown--menu")
    entry = menu.get_by_text("Package Barcode (ZPL)")
    if not entry.is_visible():
        menu.get_by_text("Print", exact=True).hover()
    entry.click()
    desk.settle()


def ref(session, xmlid):
    module, name = xmlid.split(".")
    domain = [("module", "=", module), ("name", "=", name)]
    return session.search("ir.model.data", domain, ["res_id"])[0]["res_id"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [({"paper": False}, {"paper": True}), ({"head_open": True}, {"head_open": False})],
    ids=["no-paper", "head-open"],
)
def test_printer_that_waits_for_a_person(desks, bench, label, wrong, right):
    """The words are in the packer's language."""
    attachment, code, name = label
    seat = sit_down(desks("packer"), "print-queue")
    before = bench.count()
    bench.set("labels", **wrong)
    seat.service(printed(attachment))
    seat.is_("trouble")
    seat.open()
    expect(seat.device("labels")).to_contain_text(re.compile("vérifiez le papier|tête"))
    assert bench.count() == before
    bench.set("labels", **right)
    seat.is_("ready")
    bench.wait_for_job(name, "confirmed")
    assert bench.codes(since=before) == [[code]]


def test_connection_breaks_in_the_middle(desks, bench, label):
    """Nobody knows whether it printed: a person looks, decides, and tries again."""
    attachment, code, name = label
    desk = desks("packer")
    seat = sit_down(desk, "print-queue")
    before = bench.count()
    bench.set("labels", mode="reset_after", bytes=30)
    seat.service(printed(attachment))
    job = bench.wait_for_job(name, "unknown")
    expect(desk.page.locator(".o_notification", has_text=name)).to_be_visible()
    bench.set("labels", mode="ok")

    desk.open(f"print-queue/{job['id']}")
    desk.press("action_not_printed")
    bench.wait_for_job(name, "cancelled")
    desk.press("action_retry")
    _printed_again(bench, job)
    assert bench.codes(since=before) == [[code]]


def _printed_again(bench, job):
    """There is a second job, with a reason, and it was printed."""
    until(lambda: len(bench.jobs(job["name"])) == 2, "a second job")
    until(lambda: bench.jobs(job["name"])[-1]["state"] == "confirmed", "it is confirmed")
    again = bench.jobs(job["name"])[-1]
    assert again["reprint_of_id"][0] == job["id"] and again["reason"]


def test_agent_is_killed_while_printing(desks, bench, label):
    """After the power cut nothing is printed again by itself; a person saw that it had come out."""
    attachment, code, name = label
    desk = desks("admin")
    seat = sit_down(desk)
    before = bench.count()
    bench.set("labels", label_s=2)
    seat.service(printed(attachment))
    until(lambda: bench.report("labels")["waiting"], "the printer has the label")
    bench.kill_agent()
    seat.is_("unreachable")
    bench.start_agent()
    job = bench.wait_for_job(name, "unknown")
    seat.is_("ready")
    desk.open(f"print-queue/{job['id']}")
    desk.press("action_printed")
    bench.wait_for_job(name, "confirmed")
    until(lambda: bench.count() > before, "the label that the printer had")
    assert bench.codes(since=before) == [[code]]
    bench.set("labels", label_s=0)
    # It was torn: printed again, with the reason.
    desk.press_for_dialog("action_reprint")
    desk.dialog.locator("input[type=radio]").first.check()
    desk.press_in_dialog("action_reprint")
    _printed_again(bench, job)
    assert bench.codes(since=before) == [[code], [code]]
    troubles = desk.take_troubles()
    assert all("ERR_" in trouble for trouble in troubles), troubles


# === SCANNER AND DRAWER === #


LISTEN = """() => {
    const { barcode, ecom_hardware } = odoo.__WOWL_DEBUG__.root.env.services;
    window.heard = [];
    barcode.bus.addEventListener("barcode_scanned", ({ detail }) => heard.push(detail.barcode));
    ecom_hardware.onScan(({ code }) => heard.push(`scan ${code}`));
}"""


def test_scan_reaches_the_page_in_front_only(desks, bench):
    desk = desks("packer")
    sit_down(desk, "print-queue")
    behind = desk.context.new_page()
    behind.goto(f"{desk.url}/odoo/print-queue")
    expect(behind.locator("[data-health=ready]")).to_be_visible()
    # Playwright makes every page believe that it is in front.
    behind.evaluate("() => { document.hasFocus = () => false }")
    for page in (desk.page, behind):
        page.evaluate(LISTEN)
    bench.scan("4006381333931")
    desk.page.wait_for_function("heard.length === 2")
    assert desk.page.evaluate("heard") == ["scan 4006381333931", "4006381333931"]
    # Sent after the first one: when it has come, the first would have come too.
    behind.evaluate("() => { document.hasFocus = () => true }")
    bench.scan("5901234123457")
    behind.wait_for_function("heard.length === 2")
    assert behind.evaluate("heard") == ["scan 5901234123457", "5901234123457"]


def test_drawer_opens_once_and_not_for_everybody(desks, bench):
    admin = sit_down(desks("admin"))
    before = bench.kicks()
    opened = admin.service("openDrawer('change for the float')")
    assert opened
    until(lambda: bench.kicks() == before + 1, "the drawer opens")
    desk = desks("packer")
    packer = sit_down(desk, "print-queue")
    refused = packer.page.evaluate(
        """async () => {
            try {
                await odoo.__WOWL_DEBUG__.root.env.services.ecom_hardware.openDrawer("let me");
            } catch (error) {
                return [error.code, error.message];
            }
        }"""
    )
    assert refused[0] == "action" and "droit" in refused[1], refused
    assert bench.kicks() == before + 1
    (trouble,) = desk.take_troubles()
    assert "403" in trouble


def test_nothing_chosen_is_said(desks, bench):
    desk = desks("admin")
    desk.open("stations")
    words = desk.page.evaluate(
        "() => odoo.__WOWL_DEBUG__.root.env.services.ecom_hardware.readWeight().catch((e) => e.message)"
    )
    assert "station" in words
    Seat(desk).is_("none")
