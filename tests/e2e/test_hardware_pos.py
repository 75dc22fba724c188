"""Odoo's own point of sale, unmodified, at the agent: weigh, pay, receipt, drawer, scanner."""

import os
import re
from types import SimpleNamespace

import pytest
from PIL import Image
from playwright.sync_api import expect

from launcher import odoo, state, station, template
from launcher.demo_job import Session
from tests.e2e.client import DESK, Desk, new_window
from tests.e2e.workplace import Workplace, until

PRICE = 12.5
BARCODE = "4006381333931"


@pytest.fixture(scope="module")
def till(folder):
    """A shop with a till: a database with the point of sale, its server, an agent for it."""
    source = os.environ["ECOM_TEMPLATE"]
    db = template.clone(f"{template.PREFIX}_pos_{os.getpid()}", source)
    try:
        problems = odoo.run(
            db,
            *("-i", "point_of_sale", "--stop-after-init", "--no-http"),
            title="Installing the point of sale",
            log=folder / "pos-install.log",
        )
        assert not problems, "\n".join(problems)
        with (
            odoo.Server(db, log=folder / "pos-server.log") as server,
            station.Station(folder / "till", pos=True) as running,
        ):
            yield _furnish(server, running)
    finally:
        template.drop(db)
        (state.RUN / f"{db}.conf").unlink(missing_ok=True)


def _furnish(server, running):
    admin = Session(server.url, server.db, "admin", "admin")
    admin.call("res.users", "create", [{"name": "Packer", "login": "packer", "password": "packer"}])
    packer = Session(server.url, server.db, "packer", "packer")
    place = SimpleNamespace(url=server.url, db=server.db, admin=admin, packer=packer, server=server)
    bench = Workplace(place, running)
    names = [("module", "=", "uom"), ("name", "=", "product_uom_kgm")]
    (kilogram,) = admin.search("ir.model.data", names, ["res_id"])
    goods = [
        {"name": "Apples", "to_weight": True, "uom_id": kilogram["res_id"], "list_price": PRICE},
        {"name": "Postcard", "barcode": BARCODE, "list_price": 2},
    ]
    for values in goods:
        values |= {"available_in_pos": True, "taxes_id": [(5,)], "type": "consu"}
    admin.call("product.template", "create", goods)
    config = {
        "name": "Counter",
        "is_posbox": True,
        "proxy_ip": running.pos_address(),
        "iface_electronic_scale": True,
        "iface_print_via_proxy": True,
        "iface_print_auto": True,
        "iface_print_skip_screen": False,
        "iface_cashdrawer": True,
        "iface_scan_via_proxy": True,
    }
    (number,) = admin.call("pos.config", "create", [config])
    place.bench, place.config = bench, number
    return place


@pytest.fixture
def cashier(browser, till):
    desk = Desk(new_window(browser, DESK), till.url)
    desk.enter(till.db, "admin")
    yield desk
    desk.context.close()


def test_sale(cashier, till, folder):
    bench, page = till.bench, cashier.page
    try:
        _sell(bench, page, till)
    except BaseException:
        page.screenshot(path=folder / "pos.png")
        raise
    # Odoo fetches letters of other scripts from its own site; there may be no way there.
    assert [trouble for trouble in cashier.take_troubles() if "/fonts/" not in trouble] == []


def _sell(bench, page, till):
    page.goto(f"{till.url}/pos/ui/{till.config}")
    page.locator(".open-register-btn").click(timeout=90_000)
    page.locator(".modal-footer").get_by_role("button", name="Open Register").click()
    expect(page.locator(".product-list")).to_be_visible()
    expect(page.locator(".modal")).to_have_count(0)
    kicks = bench.kicks()

    # The scale moves: the point of sale waits, and has nothing that it could take.
    bench.set("scale", load_g="1250", motion=True)
    page.locator("article.product", has_text="Apples").click()
    dialog = page.locator(".modal-dialog", has_text="Gross Weight")
    expect(dialog).to_be_visible()
    asked = bench.questions()
    until(lambda: bench.questions() > asked + 3, "the scale is asked while it moves")
    expect(dialog.locator(".gross-weight")).to_have_text(re.compile(r"^0\.00 kg"))
    bench.set("scale", motion=False)
    expect(dialog.locator(".gross-weight")).to_have_text(re.compile(r"^1\.25 kg"))
    dialog.locator(".buy-product").click()
    line = page.locator(".order-container .orderline")
    expect(line).to_contain_text("1.25")
    expect(line).to_contain_text("15.63")

    bench.scan(BARCODE)
    expect(line).to_have_count(2)
    expect(line.last).to_contain_text("Postcard")

    page.locator(".pay-order-button").click()
    page.locator(".paymentmethod", has_text="Cash").click()
    papers = bench.count("receipts")
    page.locator(".validation-button.next").click()
    expect(page.locator(".receipt-screen")).to_be_visible()
    until(lambda: bench.count("receipts") == papers + 1, "the receipt is printed")
    until(lambda: bench.kicks() == kicks + 1, "the drawer opens")
    _look(bench.station.printed("receipts")[-1])

    # Once more by hand: one more receipt, and the drawer stays shut.
    page.get_by_role("button", name=re.compile("Print")).first.click()
    until(lambda: bench.count("receipts") == papers + 2, "the receipt is printed again")
    assert bench.kicks() == kicks + 1
    assert bench.report("receipts")["problems"] == []


def _look(path):
    """A receipt is as wide as the paper, and there is something on all of it."""
    with Image.open(path) as picture:
        grey = picture.convert("L").point(lambda tone: 255 - tone)
        left, top, right, bottom = grey.getbbox()
        assert right - left > 0.8 * picture.width, (grey.getbbox(), picture.size)
        assert bottom - top > 300


IOT = """async ([address, identifier, action]) => {
    const { DeviceController } = odoo.loader.modules.get("@iot_base/device_controller");
    const service = odoo.__WOWL_DEBUG__.root.env.services.iot_longpolling;
    const device = new DeviceController(service, { iot_ip: address, identifier });
    const told = new Promise((resolve) => device.addListener(resolve));
    const accepted = await device.action(action);
    const event = await told;
    device.removeListener();
    return { accepted, event };
}"""


def test_iot_base(cashier, till):
    """What other apps of Odoo use: iot_base's own script against the agent."""
    bench = till.bench
    bench.set("scale", load_g="830", motion=False)
    cashier.open("stations")
    address = bench.station.url.removeprefix("http://")

    def ask(identifier, **action):
        return cashier.page.evaluate(IOT, [address, identifier, action])

    told = ask("scale", action="read_once")
    assert told["accepted"]["result"] is True, told
    assert told["event"]["result"] == 0.83, told
    before = bench.count()
    zpl = "XlhBXkZPMTAwLDEwMF5CWTNeQkNOLDIwMCxZLE4sTl5GRElPVC0xXkZTXlha"
    told = ask("labels", action="", document=zpl, print_id=7, action_unique_id="press-1")
    assert told["event"]["status"] == "success", told
    until(lambda: bench.codes(since=before) == [["IOT-1"]], "the label")
    assert cashier.take_troubles() == []
