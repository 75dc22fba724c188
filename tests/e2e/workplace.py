"""A packing bench in the tests: the real agent, devices of the sandbox, and who sits there."""

import json
import time
from contextlib import contextmanager

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from launcher import demo_bench, process
from launcher.station import signing

NAME = "Packing bench"
PATIENCE_S = 30.0
READY = {
    "scale": {"load_g": "0", "motion": False, "overload": False, "silent": False},
    "labels": {"paper": True, "head_open": False, "mode": "ok", "label_s": 0},
    "receipts": {"paper": True, "head_open": False, "mode": "ok"},
}
SERVICE = "odoo.__WOWL_DEBUG__.root.env.services.ecom_hardware"


class Workplace:
    """The bench *station* in the shop: its devices, its agent, what Odoo knows of it."""

    def __init__(self, shop, running):
        self.shop, self.station = shop, running
        self._bench = demo_bench.Bench(shop, running.url, running.devices_url, running.folder)
        self.pair()

    def pair(self):
        """The administrator pairs station and agent, unless they are."""
        self._bench.set_up()
        self.id = self._bench.id

    # === DEVICES === #

    def set(self, device, **values):
        """Change the state of a sandbox device; see sandbox/README.md."""
        self.station.control("POST", f"devices/{device}", **values)

    def ready(self):
        """Everything as in the morning."""
        for device, values in READY.items():
            self.set(device, **values)

    def report(self, device):
        return self.station.control("GET", f"devices/{device}")

    def codes(self, printer="labels", since=0):
        """The Code 128 texts on what came out of a printer, piece by piece."""
        return [_codes(path) for path in self.station.printed(printer)[since:]]

    def count(self, printer="labels"):
        """How many pieces a printer has printed."""
        return self.report(printer)["count"]

    def kicks(self):
        """How often the drawer was opened."""
        return self.report("receipts")["kicks"]["2"]

    def questions(self):
        """How often the scale was asked for a weight lately."""
        return bytes.fromhex(self.report("scale")["received"]).count(b"W")

    def scan(self, code):
        self.station.control("POST", "devices/scanner/scan", code=code)

    # === THE AGENT === #

    def kill_agent(self):
        """As a power cut would."""
        self.station.agent.kill()
        self.station.agent.wait()

    def start_agent(self):
        self.station.start_agent()

    @contextmanager
    def stopped_agent(self):
        """The agent is stopped in good order meanwhile."""
        process.stop(self.station.agent)
        try:
            yield
        finally:
            self.start_agent()

    def key(self):
        """The station's key and uid, as the agent keeps them."""
        kept = json.loads((self.station.home / "station.json").read_text())
        return kept["key"], kept["station"]

    def short_token(self, origin, seconds):
        """Token and secret of the packer that end in *seconds*, signed with the station's key."""
        key, uid = self.key()
        claims = {"station": uid, "user": 1, "login": "packer", "origin": origin}
        claims |= {"do": ["read", "print", "scale"], "exp": time.time() + seconds}
        return signing.mint(key, claims)

    # === ODOO === #

    def jobs(self, name):
        """Print jobs of that name in Odoo, oldest first."""
        fields = ["name", "uid", "state", "words", "reason", "reprint_of_id"]
        return self.shop.admin.search("ecom.print.job", [("name", "=", name)], fields, order="id")

    def wait_for_job(self, name, state):
        """Wait until the only job of that name is in *state*; returns it."""
        until(lambda: [job["state"] for job in self.jobs(name)] == [state], f"{name} {state}")
        return self.jobs(name)[0]

    def unpaired(self):
        """A station that has no agent; its id."""
        known = self.shop.admin.search("ecom.workstation", [("name", "=", "Office")], ["id"])
        if known:
            return known[0]["id"]
        return self.shop.admin.call("ecom.workstation", "create", [{"name": "Office"}])[0]

    def attachment(self, code):
        """A ZPL label of the packer's with *code* on it; returns the attachment's id."""
        zpl = f"^XA^PW812^LL1218^FO100,100^BY3^BCN,200,Y,N,N^FD{code}^FS^XZ"
        values = {"name": f"Label {code}.zpl", "raw": zpl, "mimetype": "application/zpl"}
        return self.shop.packer.call("ir.attachment", "create", [values])[0]


def until(condition, what, limit_s=PATIENCE_S):
    """Wait until *condition()* is true; returns its value."""
    limit = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < limit, f"this did not happen: {what}"
        time.sleep(0.05)
    return value


def _codes(picture):
    with Image.open(picture) as image:
        found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.Code128)
    return [code.text for code in found]


# === WHO SITS THERE === #


class Seat:
    """The station's icon above right, as one person sees it."""

    def __init__(self, desk):
        self.desk, self.page = desk, desk.page
        self.button = desk.page.locator(".o_ecom_station_button")
        self.menu = desk.page.locator(".o_ecom_station.o-dropdown--menu")

    def open(self):
        """Open the menu."""
        if not self.menu.count():
            self.button.click()
        expect(self.menu).to_be_visible()

    def close(self):
        if self.menu.count():
            self.button.click()
        expect(self.menu).to_have_count(0)

    def choose(self, name=NAME):
        """From now on this browser stands at the station *name*."""
        self.open()
        self.menu.locator(".o_ecom_station_choice", has_text=name).click()
        expect(self.menu).to_have_count(0)

    def is_(self, *health):
        """Wait until the icon shows one of these states."""
        states = ", ".join(f".o_ecom_station_button[data-health={word}]" for word in health)
        expect(self.page.locator(states)).to_be_visible()

    def says(self, words):
        """Wait until the icon's title says so."""
        expect(self.button).to_have_attribute("title", words)

    def device(self, name):
        """A device's line in the open menu."""
        return self.menu.locator(f".o_ecom_station_device[data-device={name}]")

    def weighs(self, words):
        """Wait until the scale in the open menu shows *words*."""
        expect(self.device("scale")).to_contain_text(words)

    def service(self, call):
        """The result of a call of the page's hardware service, as other addons make it."""
        return self.page.evaluate(f"() => {SERVICE}.{call}")


def sit_down(desk, path="stations"):
    """Someone opens Odoo at the bench; returns their seat, ready."""
    desk.open(path)
    seat = Seat(desk)
    seat.choose()
    seat.is_("ready")
    return seat
