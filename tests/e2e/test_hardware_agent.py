"""A real agent and a real Odoo: paired by a typed code, a label printed once, decided, revoked.

The printer is the sandbox's: a socket that draws what it is sent. Nothing before it is replaced.
"""

import asyncio
import base64
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / "addons" / "ecom_hardware_proxy"
sys.path.append(str(ADDON))  # the agent as somebody runs it from a checkout: without Odoo

import aiohttp  # noqa: E402
from proxy import config, home  # noqa: E402
from proxy.security import pairing as agent_pairing  # noqa: E402
from proxy.station import Station  # noqa: E402
from proxy.uplink import Uplink  # noqa: E402

from sandbox.devices.printers import TcpPrinter  # noqa: E402

LIMIT_S = 30
LABEL = b"^XA^FO20,20^A0N,40,40^FDBench^FS^XZ"


@pytest.fixture
def printer(tmp_path):
    with TcpPrinter("zpl", tmp_path / "printed") as running:
        yield running


@pytest.fixture
def station(shop):
    """A station in Odoo that nobody has paired yet."""
    (station_id,) = shop.admin.call("ecom.workstation", "create", [{"name": "Bench"}])
    return station_id


class Agent:
    """The agent's parts, in a loop of their own, with one printer."""

    def __init__(self, shop, folder, port):
        self._where = config.OdooServer(shop.url, shop.server.db)
        self._home = folder
        self.station = Station(config.parse(TOML.format(port=port)), folder)
        self.pairing = agent_pairing.pairing_file(folder)
        self.uplink = Uplink(
            self.station, self.pairing, lambda: self._where, lambda: "http://127.0.0.1:8470"
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def __enter__(self):
        self.station.start()
        asyncio.run_coroutine_threadsafe(self.uplink.run(), self._loop)
        return self

    def __exit__(self, *_error):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(LIMIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.station.stop()

    async def _end(self):
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def pair(self, type_code):
        """Show a code, let *type_code* type it, keep what Odoo gives."""

        async def run():
            code = agent_pairing.new_code()
            async with aiohttp.ClientSession() as session:
                client = agent_pairing.PairingClient(self._where.url, session, self._where.database)
                expires_in = await client.start(code, "bench", "http://127.0.0.1:8470")
                await asyncio.to_thread(type_code, code.shown)
                return await agent_pairing.wait_for_pairing(client, code, expires_in, poll_s=0.1)

        found = asyncio.run_coroutine_threadsafe(run(), self._loop).result(LIMIT_S)
        home.save_pairing(self._home, found)
        self.uplink.wake()


TOML = """
[[device]]
id = "zebra"
name = "Zebra"
kind = "label_printer"
language = "zpl"
link = {{ type = "tcp", host = "127.0.0.1", port = {port} }}
"""


def wait_for(true, what):
    until = time.monotonic() + LIMIT_S
    while not (found := true()):
        assert time.monotonic() < until, what if isinstance(what, str) else what()
        time.sleep(0.1)
    return found


def type_code(shop, station, code):
    action = shop.admin.call("ecom.workstation", "action_pair", [station])
    wizard = action["res_id"]
    shop.admin.call("ecom.workstation.pair", "write", [wizard], {"code": code.lower()})
    shop.admin.call("ecom.workstation.pair", "action_pair", [wizard])


def wait_for_job(shop, job, *states):
    """The job's state and words, once it is in one of *states*."""
    last = {}

    def there():
        (row,) = shop.admin.call("ecom.print.job", "read", [job], ["state", "words"])
        last.update(row)
        return row["state"] in states

    wait_for(there, lambda: f"{last} is not one of {states}")
    return last


def test_from_pairing_to_the_printed_label(shop, station, printer, tmp_path):
    with Agent(shop, tmp_path / "agent", printer.port) as agent:
        agent.pair(lambda code: type_code(shop, station, code))
        device = wait_for_device(shop, station)
        shop.admin.call(
            "ecom.print.route",
            "create",
            [{"document_type": "label_4x6", "device_id": device, "workstation_id": station}],
        )
        printer.set(paper=False)
        label = make_label(shop)
        with ThreadPoolExecutor(8) as impatient:
            presses = impatient.map(lambda _: print_label(shop, station, label), range(8))
        (job,) = set(presses)
        wait_for(
            lambda: (
                shop.admin.call("ecom.device", "read", [device], ["state"])[0]["state"]
                == "attention"
            ),
            "Odoo hears that the printer is out of paper",
        )
        printer.set(paper=True)
        done = wait_for_job(shop, job, "sent", "confirmed", "unknown", "failed")
        assert done["state"] == "confirmed", done
        assert len(printer.printed) == 1

        shop.admin.call("ecom.workstation", "action_revoke", [station])
        agent.uplink.wake()
        wait_for(lambda: agent.pairing() is None, "the agent forgets its key")


def wait_for_device(shop, station):
    domain = [["workstation_id", "=", station], ["uid", "=", "zebra"]]
    (device,) = wait_for(
        lambda: shop.admin.call("ecom.device", "search", domain), "the agent tells its printer"
    )
    return device


def make_label(shop):
    datas = base64.b64encode(LABEL).decode()
    (label,) = shop.admin.call("ir.attachment", "create", [{"name": "label", "datas": datas}])
    return label


def print_label(shop, station, label):
    """One request of the one press of the button; returns the job."""
    (job,) = shop.admin.call(
        "ecom.print.job", "print_attachments", [label], "label_4x6", f"press-{label}", station
    )
    return job["id"]
