"""A weight is read from the scale into a form: exactly, or words instead of it."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.e2e.workplace import sit_down, until

FORM = """<form><sheet><group>
    <field name="name"/>
    <field name="weight" widget="ecom_scale" digits="[16, 6]"/>
    <field name="volume" widget="ecom_scale" options="{'unit': 'lb'}" digits="[16, 6]"/>
    <field name="list_price" widget="ecom_scale" readonly="1"/>
</group></sheet></form>"""
LIST = """<list editable="bottom">
    <field name="name"/><field name="weight" widget="ecom_scale" digits="[16, 6]"/>
</list>"""
NOT_TAKEN = "No weight was taken"


@pytest.fixture(scope="module")
def screen(workplace):
    """An action with a form and a list that have the button; nothing of the addon is changed."""
    admin = workplace.shop.admin
    values = {"name": "Weighing", "res_model": "product.template", "view_mode": "list,form"}
    views = []
    for kind, arch in (("list", LIST), ("form", FORM)):
        view = {"name": "weighing", "model": "product.template", "type": kind, "arch": arch}
        (number,) = admin.call("ir.ui.view", "create", [view | {"priority": 999}])
        views.append((0, 0, {"view_mode": kind, "view_id": number}))
    (action,) = admin.call("ir.actions.act_window", "create", [values | {"view_ids": views}])
    return action


@pytest.fixture
def product(workplace):
    """``(id, name)`` of something whose weight is 7 as long as nobody weighs it."""
    number = workplace.shop.admin.call(
        "product.template", "create", [{"name": "To be weighed", "weight": 7, "volume": 7}]
    )[0]
    yield number
    workplace.shop.admin.call("product.template", "unlink", [number])


class Form:
    """The form with the two weights."""

    def __init__(self, desk):
        self.desk = desk

    def input(self, name="weight"):
        return self.desk.field(name).locator("input")

    def button(self, name="weight"):
        return self.desk.field(name).locator(".o_ecom_read_scale")

    def weigh(self, name="weight"):
        self.button(name).click()

    def notice(self):
        return self.desk.page.locator(".o_notification", has_text=NOT_TAKEN)


@pytest.fixture
def form(desks, bench, screen, product):
    desk = desks("admin")
    sit_down(desk, f"action-{screen}/{product}")
    return Form(desk)


def test_stable_weight_is_exact(form, bench, product):
    bench.set("scale", load_g="1250")
    form.weigh()
    expect(form.input()).to_have_value("1.250000")
    form.weigh("volume")
    expect(form.input("volume")).to_have_value("2.755778")
    form.desk.save()
    (saved,) = bench.shop.admin.read("product.template", [product], ["weight", "volume"])
    assert round(Decimal(saved["weight"]), 3) == Decimal("1.25")


def test_readonly_has_no_button(form):
    expect(form.desk.field("list_price")).to_be_visible()
    expect(form.button("list_price")).to_have_count(0)


def test_by_keyboard(form, bench):
    bench.set("scale", load_g="430")
    form.input().focus()
    form.desk.page.keyboard.press("Tab")
    expect(form.button()).to_be_focused()
    form.desk.page.keyboard.press("Enter")
    expect(form.input()).to_have_value("0.430000")
    expect(form.button()).to_be_focused()


def test_moving_scale_is_waited_for(form, bench):
    bench.set("scale", load_g="1250", motion=True)
    asked = []
    form.desk.page.on("request", lambda sent: "/v1/reading" in sent.url and asked.append(sent.url))
    form.weigh()
    expect(form.button()).to_have_attribute("aria-disabled", "true")
    form.button().click(force=True)
    until(lambda: form.desk.page.wait_for_timeout(50) or len(asked) >= 2, "asked again")
    expect(form.input()).to_have_value("7.000000")
    bench.set("scale", motion=False)
    expect(form.input()).to_have_value("1.250000")
    expect(form.button()).to_have_attribute("aria-disabled", "false")
    expect(form.notice()).to_have_count(0)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ({"load_g": "1250", "motion": True}, "still moving"),
        ({"overload": True}, "Too heavy"),
        ({"silent": True}, "does not answer"),
        ("unplug", "not connected"),
    ],
    ids=["motion", "overload", "silent", "unplugged"],
)
def test_words_instead_of_a_weight(form, bench, device, words):
    if device == "unplug":
        bench.station.control("POST", "devices/scale/unplug")
    else:
        bench.set("scale", **device)
    try:
        form.weigh()
        expect(form.notice()).to_contain_text(words)
        expect(form.input()).to_have_value("7.000000")
        expect(form.button()).to_have_attribute("aria-disabled", "false")
    finally:
        if device == "unplug":
            bench.station.control("POST", "devices/scale/plug")


def test_in_a_list(desks, bench, screen, product):
    desk = desks("admin")
    sit_down(desk, f"action-{screen}")
    bench.set("scale", load_g="2000")
    desk.row("To be weighed").locator("td[name=weight]").click()
    row = desk.page.locator("tr.o_selected_row")
    row.locator(".o_ecom_read_scale").click()
    expect(row.locator("td[name=weight] input")).to_have_value("2.000000")
    desk.page.locator(".o_list_button_save:visible").click()
    expect(desk.row("To be weighed").locator("td[name=weight]")).to_have_text("2.000000")


def test_no_station_no_button(desks, bench, screen, product):
    desk = desks("admin")
    desk.open(f"action-{screen}/{product}")
    expect(desk.field("weight").locator("input")).to_have_value("7.000000")
    expect(desk.field("weight").locator(".o_ecom_read_scale")).to_have_count(0)
