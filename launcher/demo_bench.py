"""The packing bench in the main job: paired once, then boxes are weighed and labels printed on it.

The calls are those of the web client: a token from Odoo, signed requests to the agent.
"""

import json
import time
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path

from . import station
from .station import signing

PATIENCE_S = 30.0


class BenchError(Exception):
    """The bench does not do its part; the text is for the user."""


class Bench:
    """The bench of the demo shop, as its packer uses it."""

    def __init__(self, shop, agent_url: str, devices_url: str, folder: Path) -> None:
        self._shop, self.url, self._devices, self._folder = shop, agent_url, devices_url, folder
        self._grant = None
        self.id = 0

    def set_up(self) -> None:
        """The administrator's part: the station, its pairing, the way of the labels."""
        admin = self._shop.admin
        known = admin.search("ecom.workstation", [("name", "=", "Packing bench")], ["paired_at"])
        if known:
            self.id, paired = known[0]["id"], bool(known[0]["paired_at"])
        else:
            values = {"name": "Packing bench", "address": self.url}
            (self.id,), paired = admin.call("ecom.workstation", "create", [values]), False
        origin = {"address": self.url, "extra_origins": self._shop.url}
        admin.call("ecom.workstation", "write", [self.id], origin)
        if not paired:
            station.pair(self._folder / "agent", self._shop.url, self._shop.db, self._type_code)
        self._let_people_in()
        self._route_labels()

    def _let_people_in(self) -> None:
        """The packer chooses a station, reads its scale, prints at it; the manager also sets routes."""
        admin = self._shop.admin
        for login, name in (("packer", "group_user"), ("manager", "group_manager")):
            where = [("module", "=", "ecom_hardware_proxy"), ("name", "=", name)]
            (group,) = admin.search("ir.model.data", where, ["res_id"])
            # A shop that is a till alone has no manager.
            for user in admin.search("res.users", [("login", "=", login)], ["id"]):
                values = {"group_ids": [(4, group["res_id"])]}
                admin.call("res.users", "write", [user["id"]], values)

    def _type_code(self, code: str) -> None:
        """What the administrator does in *Hardware, Stations, Pair*."""
        action = self._shop.admin.call("ecom.workstation", "action_pair", [self.id])
        wizard = action["res_id"]
        admin, model = self._shop.admin, "ecom.workstation.pair"
        admin.call(model, "write", [wizard], {"code": code})
        admin.call(model, "action_pair", [wizard])
        (read,) = admin.read(model, [wizard], ["problem"])
        if read["problem"]:
            raise BenchError(read["problem"])

    def _route_labels(self) -> None:
        printer = self._wait(self._label_printer, "the agent's devices in Odoo")
        admin = self._shop.admin
        if not admin.search("ecom.print.route", [("device_id", "=", printer)], ["id"]):
            values = {"document_type": "label_4x6", "device_id": printer}
            admin.call("ecom.print.route", "create", [values])

    def _label_printer(self) -> int | None:
        domain = [("workstation_id", "=", self.id), ("kind", "=", "label_printer")]
        found = self._shop.admin.search("ecom.device", domain, ["id"])
        return found[0]["id"] if found else None

    def weigh(self, load_g: Decimal) -> Decimal:
        """Put a box on the scale and read it through the agent; grams."""
        station.control(self._devices, "POST", "devices/scale", load_g=str(load_g))
        return self._wait(lambda: self._read(load_g), "a stable weight")

    def _read(self, load_g: Decimal) -> Decimal | None:
        """The reading, once the scale has seen the new box."""
        reading = self._ask("GET", "/v1/reading?device=scale")
        weight_g = Decimal(reading["weight_g"] or -1)
        return weight_g if abs(weight_g - load_g) < 1 else None

    def print_labels(self, attachments: list[int]) -> list[Path]:
        """Print labels at the station; returns the pictures of what came out of the printer."""
        before = len(self._printed())
        jobs = self._shop.packer.call(
            "ecom.print.job",
            "print_attachments",
            attachments,
            "label_4x6",
            context={"ecom_workstation_id": self.id},
        )
        self._ask("POST", "/v1/wake", {})
        ids = [job["id"] for job in jobs]
        self._wait(lambda: self._confirmed(ids), "the printer's confirmation")
        return self._printed()[before:]

    def _confirmed(self, ids: list[int]) -> bool:
        read = self._shop.packer.read("ecom.print.job", ids, ["name", "state", "words"])
        for job in read:
            if job["state"] in ("failed", "unknown", "cancelled"):
                raise BenchError(f"{job['name']}: {job['words']}")
        return all(job["state"] == "confirmed" for job in read)

    def _printed(self) -> list[Path]:
        told = station.control(self._devices, "GET", "devices/labels")
        folder = self._folder / "devices" / "labels"
        return [folder / piece["file"] for piece in told["printed"]]

    def _ask(self, method: str, target: str, values: dict | None = None):
        """One signed request to the agent, as the packer's page makes it."""
        if self._grant is None:
            self._grant = self._shop.packer.call("ecom.workstation", "browser_token", self.id)
            if not self._grant["token"]:
                raise BenchError(self._grant["words"])
        body = b"" if values is None else json.dumps(values).encode()
        signed = signing.sign(self._grant["secret"], method, target, body, time.time())
        headers = signed | {signing.TOKEN: self._grant["token"], "Origin": self._shop.url}
        if body:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + target, body or None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise BenchError(json.load(error)["text"]) from None

    def _wait(self, look, what: str):
        """What *look* gives as soon as it gives something."""
        limit = time.monotonic() + PATIENCE_S
        while not (found := look()):
            if time.monotonic() > limit:
                raise BenchError(f"The packing bench waited {PATIENCE_S:.0f} s for {what}.")
            time.sleep(0.2)
        return found
