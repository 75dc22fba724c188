"""A shop under test: its server, its carrier, its people, and what its documents say."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field

from .web import Lost, Refusal, Session

LIVE = ("bought", "manifested", "in_transit", "delivered", "exception", "returned")


def wait_until(true, seconds=60):
    """Poll ``true()`` until it is; its value is returned."""
    limit = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)
    return value


def at_once(*jobs):
    """Run ``jobs`` side by side, all from the same moment; results or exceptions, in order."""
    barrier, ends = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        barrier.wait()
        try:
            ends[place] = job()
        except Exception as error:
            ends[place] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@dataclass
class Truth:
    """What the documents of one transfer say at this moment."""

    state: str
    tracking: str
    problem: str
    rows: list = field(default_factory=list)
    shipments: list = field(default_factory=list)

    @property
    def row_states(self):
        return [row["state"] for row in self.rows]


class Shop:
    """One database with a running server.

    :param server: :class:`launcher.odoo.Server`
    :param carrier: :class:`.carrier.Carrier`
    :param orders: folder of the orders to the server (see ``addons/ecom_crash/orders.py``)
    :param ids: the records of ``shop_data.py``
    """

    def __init__(self, server, carrier, orders, ids):
        self.server, self.carrier, self.orders, self.ids = server, carrier, orders, ids
        self.admin = self.login("admin")

    def login(self, name):
        """A new session of ``name``, whose password is the same."""
        return Session(self.server.url, self.server.db, name, name)

    def begin(self):
        """An empty carrier, no orders, and a living server."""
        for order in self.orders.iterdir():
            order.unlink()
        self.carrier.reset()
        if self.server.process.poll() is not None:
            self.server.restart()

    # === MISFORTUNE === #

    def order(self, step, do="kill", **values):
        """Have the server do something at ``step``, once."""
        path = self.orders / step
        partial = self.orders.parent / f"{step}.partial"
        partial.write_text(json.dumps({"do": do, **values}))
        partial.replace(path)

    def gate(self, step):
        """Have the server stand still at ``step``.

        :returns: the file to take away so that it goes on, and the file that tells that it waits
        """
        gate, reached = self.orders.parent / "gate", self.orders.parent / "reached"
        reached.unlink(missing_ok=True)
        gate.touch()
        self.order(step, "pause", gate=str(gate), reached=str(reached))
        return gate, reached

    def dies(self, call, *args):
        """Whether the server, or the worker, was killed during ``call``."""
        try:
            call(*args)
        except Lost:
            assert not list(self.orders.iterdir()), "the step was not reached"
            self.revive()
            return True
        return False

    @staticmethod
    def wait_for_the_carrier():
        """Until the pause is over that the carrier asked for (see ``ecom_crash``: one second)."""
        time.sleep(1.1)

    def revive(self):
        """Have a server again; the master of several workers has already started another one."""
        if not self.server.workers:
            self.server.process.wait(30)
            self.server.restart()

    # === DOCUMENTS === #

    def transfers(self, count=1, partner="customer", method="method", quantity=2):
        """Ready transfers of as many confirmed orders."""
        line = {"product_id": self.ids["product"], "product_uom_qty": quantity}
        values = {
            "partner_id": self.ids[partner],
            "carrier_id": self.ids[method],
            "warehouse_id": self.ids["warehouse"],
            "order_line": [[0, 0, line]],
        }
        orders = self.admin.call("sale.order", "create", [values] * count)
        self.admin.call("sale.order", "action_confirm", orders)
        found = self.admin.read("stock.picking", [["sale_id", "in", orders]], "state", order="id")
        assert [picking["state"] for picking in found] == ["assigned"] * count
        return [picking["id"] for picking in found]

    def transfer(self, **values):
        (picking,) = self.transfers(**values)
        return picking

    def packed_transfer(self, *packages):
        """A ready transfer in several packages, each ``(quantity, weight in kilograms)``."""
        picking = self.transfer(quantity=sum(quantity for quantity, _weight in packages))
        (line,) = self.admin.read(
            "stock.move.line", [["picking_id", "=", picking]], "move_id", "product_id"
        )
        values = [{"shipping_weight": w, "package_type_id": self.ids["box"]} for _q, w in packages]
        boxes = self.admin.call("stock.package", "create", values)
        self.admin.call(
            "stock.move.line",
            "write",
            [line["id"]],
            {"quantity": packages[0][0], "result_package_id": boxes[0]},
        )
        for (quantity, _weight), box in list(zip(packages, boxes, strict=True))[1:]:
            self.admin.call(
                "stock.move.line",
                "copy",
                [line["id"]],
                {"quantity": quantity, "result_package_id": box},
            )
        return picking

    def validate(self, *pickings, session=None):
        """Press Validate; a wizard that Odoo asks back with would be a surprise."""
        answer = (session or self.admin).call("stock.picking", "button_validate", list(pickings))
        assert answer is True, answer
        return answer

    def refusal(self, call, *args, **kwargs):
        """What the user is told by ``call``, which has to fail."""
        try:
            call(*args, **kwargs)
        except Refusal as refusal:
            return str(refusal)
        raise AssertionError("nobody was told anything")

    def press(self, model, method, *ids, session=None):
        """Press a button of a form or list."""
        return (session or self.admin).call(model, method, list(ids))

    def start(self, job):
        """Run ``job`` beside us; call what comes back to have its result, or its exception."""
        ends = []

        def run():
            try:
                ends.append((job(), None))
            except Exception as error:
                ends.append((None, error))

        thread = threading.Thread(target=run)
        thread.start()

        def result():
            thread.join()
            value, error = ends[0]
            if error:
                raise error
            return value

        return result

    def draft_shipment(self, picking):
        """A shipment of ``picking`` that a clerk prepared and nobody bought yet."""
        (found,) = self.admin.call(
            "stock.picking", "read", [picking], ["partner_id", "carrier_id", "sale_id"]
        )
        (method,) = self.admin.call(
            "delivery.carrier",
            "read",
            [found["carrier_id"][0]],
            ["ecom_account_id", "ecom_default_service_id"],
        )
        (warehouse,) = self.admin.call(
            "stock.warehouse", "read", [self.ids["warehouse"]], ["partner_id"]
        )
        parcel = {"number": 1, "weight_g": 900, "length_mm": 350, "width_mm": 260, "height_mm": 120}
        values = {
            "picking_id": picking,
            "sale_id": found["sale_id"][0],
            "warehouse_id": self.ids["warehouse"],
            "partner_id": found["partner_id"][0],
            "sender_id": warehouse["partner_id"][0],
            "carrier_id": found["carrier_id"][0],
            "account_id": method["ecom_account_id"][0],
            "service_id": method["ecom_default_service_id"][0],
            "parcel_ids": [[0, 0, parcel | {"weight_origin": "computed"}]],
        }
        (shipment,) = self.admin.call("ecom.shipment", "create", [values])
        return shipment

    def collect(self):
        """Put all parcels that wait on their manifest; its id."""
        self.admin.call("ecom.manifest", "action_collect")
        found = self.admin.read("ecom.manifest", [["state", "=", "open"]], "parcel_count")
        (manifest,) = [row["id"] for row in found if row["parcel_count"]]
        return manifest

    @staticmethod
    def lock_id(model, res_id):
        """The advisory lock that the journal holds for one document."""
        digest = hashlib.sha256(f"ecom.purchase:{model}:{res_id}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    def replays(self):
        """How often the server ran a request again after a conflict."""
        return self.server.log.read_text(errors="replace").count("tries left, try again")

    # === TRUTH === #

    def truth(self, picking):
        """What the documents of ``picking`` say now."""
        (found,) = self.admin.call(
            "stock.picking", "read", [picking], ["state", "carrier_tracking_ref", "ecom_problem"]
        )
        return Truth(
            found["state"],
            found["carrier_tracking_ref"] or "",
            found["ecom_problem"] or "",
            self.journal("stock.picking", picking),
            self.admin.read(
                "ecom.shipment",
                [["picking_id", "=", picking]],
                "name",
                "state",
                "service_id",
                "problem",
                "has_label",
                "weight_g",
                order="id",
            ),
        )

    def journal(self, model, res_id):
        """Rows of the purchase journal about one document, oldest first."""
        return self.admin.read(
            "ecom.purchase",
            [["scope_model", "=", model], ["scope_id", "=", res_id]],
            "key",
            "state",
            "slot",
            "attempts",
            "tracking_numbers",
            "error",
            order="id",
        )

    def parcels(self, shipment):
        return self.admin.read(
            "ecom.parcel",
            [["shipment_id", "=", shipment]],
            "purchase_key",
            "tracking_number",
            "label_attachment_id",
            "label_size",
            "weight_g",
        )

    def expect_one_label(self, picking, live=None):
        """The end of every fault: sold once, written down once, label at hand, nothing to complain.

        :param live: the one live shipment at the carrier, when it has others of other transfers
        :returns: that shipment
        """
        if live is None:
            (live,) = self.carrier.live()
        truth = self.truth(picking)
        assert truth.state == "done"
        assert truth.tracking == live["pin"]
        assert truth.problem == ""
        (shipment,) = [s for s in truth.shipments if s["state"] in LIVE]
        assert shipment["state"] == "bought"
        (parcel,) = self.parcels(shipment["id"])
        assert parcel["tracking_number"] == live["pin"]
        assert parcel["purchase_key"] == live["request_id"]
        (row,) = [row for row in truth.rows if row["state"] == "sold"]
        assert row["key"] == live["request_id"]
        assert not set(truth.row_states) & {"intent", "unknown", "voiding", "void_unknown"}
        status, label = self.admin.download(f"/web/content/{parcel['label_attachment_id'][0]}")
        assert (status, label[:4], len(label)) == (200, b"%PDF", parcel["label_size"])
        return live

    def live_of(self, picking):
        """Live shipments at the carrier that were bought for ``picking``."""
        keys = {row["key"] for row in self.journal("stock.picking", picking)}
        return [shipment for shipment in self.carrier.live() if shipment["request_id"] in keys]
