"""Take the pictures of the README: ``python3 tests/e2e/make_screenshots.py`` in the checkout.

A shop of its own is opened for it, its parcels travel, and everything is gone afterwards.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "doc" / "images"
sys.path.insert(0, str(ROOT))

from launcher import process  # noqa: E402

# order, customer, service, lines, how far it travels
PARCELS = [
    ("WEB-1042", "ZOE", "DOM.EP", [("LAMP", 1)], "delivered"),
    ("WEB-1043", "LUC", "DOM.RP", [("MUG", 4)], "delivered"),
    ("WEB-1044", "AMIRA", "DOM.XP", [("BLANKET", 1), ("KETTLE", 1)], "out_for_delivery"),
    ("WEB-1045", "PRIYA", "DOM.PC", [("BOOK", 2)], "in_transit"),
    ("WEB-1046", "OWEN", "DOM.EP", [("CHAIR", 1), ("MUG", 6)], "exception"),
    ("WEB-1047", "ZOE", "DOM.XP", [("KETTLE", 1)], "in_transit"),
    ("WEB-1048", "PRIYA", "DOM.EP", [("BLANKET", 1)], ""),
    ("WEB-1049", "LUC", "DOM.EP", [("BOOK", 1), ("MUG", 2)], ""),
]
WAITING = [
    ("WEB-1050", "AMIRA", "DOM.RP", [("MUG", 2)]),
    ("WEB-1051", "OWEN", "DOM.XP", [("LAMP", 1), ("BOOK", 3)]),
    ("WEB-1052", "ZOE", "DOM.EP", [("CHAIR", 1)]),
]
VOID = ("WEB-1053", "LUC", "DOM.PC", [("KETTLE", 1)])


def furnish(shop):
    """A day at the shop."""
    travelling = [(_ship(shop, *parcel), scenario) for *parcel, scenario in PARCELS]
    shop.hand_over()
    for order, scenario in travelling:
        for parcel in shop.parcels(order):
            if scenario:
                shop.carrier.control(
                    "POST", "advance", pin=parcel["tracking_number"], scenario=scenario
                )
    shop.cron("ecom_shipping.cron_track")
    for parcel in WAITING:
        _ship(shop, *parcel)
    (void,) = shop.shipments(_ship(shop, *VOID))
    shop.clerk.call("ecom.shipment", "action_void", [void["id"]])


def _ship(shop, reference, customer, service, lines):
    return shop.shipped(*lines, customer=customer, service=service, reference=reference)


def take(browser, shop):
    """The list of shipments, as the manager sees it."""
    from tests.e2e.client import DESK, Desk, new_window

    desk = Desk(new_window(browser, DESK), shop.url)
    desk.enter(shop.server.db, "manager")
    desk.open("shipments")
    desk.page.mouse.move(683, 760)
    IMAGES.mkdir(parents=True, exist_ok=True)
    desk.page.screenshot(path=IMAGES / "shipments.png")
    desk.context.close()


def take_station(browser, shop, folder):
    """A station with its devices, and the live weight in the menu above right."""
    from launcher.station import Station
    from tests.e2e.client import DESK, Desk, new_window
    from tests.e2e.workplace import Workplace, sit_down

    with Station(folder / "bench") as running:
        bench = Workplace(shop, running)
        bench.ready()
        bench.set("scale", load_g="1250")
        desk = Desk(new_window(browser, DESK), shop.url)
        desk.enter(shop.db, "admin")
        seat = sit_down(desk, f"stations/{bench.id}")
        seat.open()
        seat.weighs("1.250 kg")
        desk.page.screenshot(path=IMAGES / "hardware_station.png")
        desk.context.close()


def main():
    from launcher import state

    if Path(sys.prefix) == state.VENV:
        _make()
        return
    subprocess.run([ROOT / "ecom", "setup"], check=True)
    # The launcher's environment has Playwright too.
    os.execv(process.interpreter(), [str(process.interpreter()), __file__])


def _make():
    from launcher import browser, postgres, state, template
    from tests.e2e.client import chromium
    from tests.e2e.shop import open_shop
    from tests.servers import Carrier

    process.own_run()
    process.catch_termination()
    folder = state.HERE / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with postgres.using("fast"):
            source = template.ensure()
            with Carrier(folder) as carrier, open_shop(carrier, folder, source) as shop:
                furnish(shop)
                with chromium(str(browser.path())) as running:
                    take(running, shop)
                    take_station(running, shop, folder)
    finally:
        process.end_run()
    print(f"Written: shipments.png and hardware_station.png in {IMAGES}")


if __name__ == "__main__":
    main()
