"""The icon above right: where this browser stands, and how its devices are."""

import json
import os
import re
import signal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.client import ARGUMENTS, DESK, Desk, new_window
from tests.e2e.workplace import Seat, sit_down

SCALE = re.compile("/v1/events")


def test_a_browser_takes_its_place(desks, bench):
    packer = desks("packer")
    packer.open("print-queue")
    seat = Seat(packer)
    seat.is_("none")
    seat.choose()
    seat.is_("ready")
    packer.page.reload()
    packer.ready()
    seat.is_("ready")
    assert "Packing bench" in seat.button.get_attribute("title")
    # Another computer stands nowhere yet; who has no business with devices sees no icon.
    admin = desks("admin")
    admin.open("stations")
    Seat(admin).is_("none")
    clerk = desks("clerk")
    clerk.open("shipments")
    expect(clerk.page.locator(".o_user_menu")).to_be_visible()
    expect(Seat(clerk).button).to_have_count(0)


def test_tabs_of_a_browser_stand_at_one_station(desks, bench):
    desk = desks("admin")
    seat = sit_down(desk)
    page = desk.context.new_page()
    page.goto(f"{desk.url}/odoo/devices")
    here, there = (
        ".o_ecom_station_button[data-health=ready]",
        ".o_ecom_station_button[data-health=none]",
    )
    expect(page.locator(here)).to_be_visible()
    seat.open()
    seat.menu.locator(".o_ecom_station_nowhere").click()
    seat.is_("none")
    expect(page.locator(there)).to_be_visible()


def test_weight_is_live_while_the_menu_is_open(desks, bench):
    desk = desks("admin")
    asked = []
    desk.page.on("request", lambda request: SCALE.search(request.url) and asked.append(request.url))
    seat = sit_down(desk)
    assert [url for url in asked if "device=" in url] == []
    bench.set("scale", load_g="1250")
    seat.open()
    expect(seat.device("scale").locator(".o_ecom_station_said")).to_have_text("1.250 kg")
    bench.set("scale", load_g="2500", motion=True)
    expect(seat.device("scale")).to_contain_text("still moving")
    bench.set("scale", motion=False)
    expect(seat.device("scale")).to_contain_text("2.500 kg")
    bench.set("scale", overload=True)
    expect(seat.device("scale")).to_contain_text("Too heavy")
    assert "device=scale" in asked[-1]
    with desk.page.expect_request(lambda request: request.url.endswith("/v1/events")):
        seat.close()
    bench.set("scale", overload=False)
    seat.is_("ready")


def test_devices_that_need_attention(desks, bench):
    seat = sit_down(desks("admin"))
    bench.station.control("POST", "devices/scale/unplug")
    try:
        seat.is_("trouble")
        seat.says(re.compile("^Packing bench\nBench scale: .*unplugged"))
        seat.open()
        expect(seat.device("scale")).to_have_attribute("data-state", "offline")
        expect(seat.device("scale")).to_contain_text("not connected")
    finally:
        bench.station.control("POST", "devices/scale/plug")
    seat.is_("ready")


def test_agent_is_away_and_comes_back(desks, bench):
    desk = desks("admin")
    seat = sit_down(desk)
    with bench.stopped_agent():
        seat.is_("unreachable")
        seat.says(re.compile("No answer from the agent"))
        seat.open()
        expect(seat.menu).to_contain_text("Is it running?")
        seat.close()
    seat.is_("ready")
    assert all("ERR_" in trouble for trouble in desk.take_troubles())


def test_agent_on_a_machine_that_froze(desks, bench):
    """Nothing comes and nothing ends: an old weight must not stand there as if it were new."""
    desk = desks("admin")
    seat = sit_down(desk)
    bench.set("scale", load_g="1250")
    seat.open()
    expect(seat.device("scale")).to_contain_text("1.250 kg")
    bench.station.agent.send_signal(signal.SIGSTOP)
    try:
        expect(seat.device("scale")).to_contain_text("too old")
    finally:
        bench.station.agent.send_signal(signal.SIGCONT)
    expect(seat.device("scale")).to_contain_text("1.250 kg")


def test_browser_forbids_local_devices(browser, shop, bench):
    """Chromium asks the person before a public page reaches local devices: here Odoo is public."""
    public = f"--ip-address-space-overrides={urlsplit(shop.url).netloc}=public"
    another = browser.browser_type.launch(
        executable_path=os.environ["ECOM_CHROMIUM"], args=[*ARGUMENTS, public]
    )
    with another:
        desk = Desk(new_window(another, DESK), shop.url)
        desk.enter(shop.db, "admin")
        session = another.new_browser_cdp_session()
        _let(session, "denied")
        desk.open("stations")
        seat = Seat(desk)
        seat.choose()
        seat.is_("unreachable")
        seat.says(re.compile("allow it in the settings of this site"))
        _let(session, "granted")
        seat.is_("ready")


def _let(session, setting):
    """Answer the browser's question for the only page."""
    targets = session.send("Target.getTargets")["targetInfos"]
    (context,) = {target["browserContextId"] for target in targets if target["type"] == "page"}
    for name in ("local-network-access", "local-network", "loopback-network"):
        answer = {"permission": {"name": name}, "setting": setting, "browserContextId": context}
        session.send("Browser.setPermission", answer)


def test_station_that_is_not_paired(desks, bench):
    bench.unpaired()
    desk = desks("admin")
    seat = sit_down(desk)
    seat.choose("Office")
    seat.is_("unreachable")
    seat.says(re.compile("not paired with an agent"))
    seat.choose()
    seat.is_("ready")


def test_pairing_is_revoked_while_somebody_works(desks, bench):
    desk = desks("admin")
    seat = sit_down(desk)
    seat.open()  # with something to tell, the agent notices at once; else within 15 s
    bench.shop.admin.call("ecom.workstation", "action_revoke", [bench.id])
    try:
        seat.is_("unreachable")
        seat.says(re.compile("not paired with an agent"))
    finally:
        bench.pair()
    desk.page.reload()
    seat.is_("ready")
    # Refused or, as long as the agent trusts nobody, not even answered.
    refused = re.compile("/v1/events|net::ERR_FAILED")
    assert [trouble for trouble in desk.take_troubles() if not refused.search(trouble)] == []


def test_hidden_page_lets_go_of_the_agent(desks, bench):
    desk = desks("admin")
    seat = sit_down(desk)
    show = """(word) => {
        Object.defineProperty(document, "visibilityState", {configurable: true, get: () => word});
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with desk.page.expect_event("requestfailed", lambda request: SCALE.search(request.url)):
        desk.page.evaluate(show, "hidden")
    with desk.page.expect_response(lambda answer: SCALE.search(answer.url) and answer.ok):
        desk.page.evaluate(show, "visible")
    seat.is_("ready")


@pytest.mark.parametrize("seconds", [2, -2], ids=["ends", "has-ended"])
def test_token_is_renewed(desks, bench, seconds):
    """The agent lets nobody in with an old token; nobody at the page notices."""
    desk = desks("packer")
    calls = []

    def answer(route):
        calls.append(route)
        if len(calls) > 1:
            return route.continue_()
        response = route.fetch()
        told = response.json()
        token, secret = bench.short_token(desk.url, seconds)
        told["result"] |= {"token": token, "secret": secret}
        return route.fulfill(response=response, body=json.dumps(told))

    desk.page.route("**/ecom.workstation/browser_token", answer)
    desk.open("print-queue")
    seat = Seat(desk)
    events = SCALE
    with desk.page.expect_response(
        lambda response: events.search(response.url) and response.ok and len(calls) == 2
    ):
        seat.choose()
    seat.is_("ready")
    reading = seat.service("readWeight()")
    assert reading["state"] == "stable"
    assert len(calls) == 2
    allowed = [trouble for trouble in desk.take_troubles() if "401" in trouble]
    assert len(allowed) == (1 if seconds < 0 else 0)
