"""The demo shop under test: orders made over Odoo's web routes, and what the database says."""

import contextlib
import itertools
import os
from pathlib import Path

from launcher import demo_job, odoo, state, template

SHOP_DATA = Path(__file__).parent / "shop_data.py"


@contextlib.contextmanager
def open_shop(carrier, folder, source):
    """A threaded Odoo on a clone of the template ``source`` with demo data; yields the shop.

    The server's log is in ``folder``; the database is gone afterwards.
    """
    db = template.clone(f"{template.PREFIX}_e2e_{os.getpid()}", source)
    try:
        names = [name for name in odoo.addons() if odoo.manifest(name).get("demo")]
        script = "\n".join(
            [
                f"ADDONS = {names!r}",
                f"ENDPOINT = {carrier.url!r}",
                (template.INSIDE / "load_demo.py").read_text(encoding="utf-8"),
                SHOP_DATA.read_text(encoding="utf-8"),
            ]
        )
        odoo.shell(db, script, log=folder / "shell.log")
        with odoo.Server(db, log=folder / "server.log") as server:
            yield Shop(server, carrier, folder)
    finally:
        template.drop(db)
        (state.RUN / f"{db}.conf").unlink(missing_ok=True)


class Shop:
    """The running server with its goods and customers, for what is not the point of a test."""

    def __init__(self, server, carrier, folder):
        self.server, self.carrier = server, carrier
        self.url, self.db = server.url, server.db
        self._job = demo_job.Shop(server.url, server.db, folder)
        self.admin, self.clerk, self.packer = self._job.admin, self._job.clerk, self._job.packer
        demo_job.switch_off_sms(self._job)
        self.goods = demo_job.products(self._job)
        self.people = demo_job.customers(self._job)
        self._numbers = itertools.count(1)

    # === ORDERS === #

    def order(self, *lines, customer="ZOE", service="DOM.EP", reference=None):
        """A confirmed order of ``(product, quantity)``; one mug when nothing is said.

        :returns: its id, and its lines with the parcel that each goes into
        """
        rows = [
            {
                "customer": customer,
                "service": service,
                "options": "",
                "declared_value": "",
                "product": product,
                "quantity": quantity,
                "parcel": number,
            }
            for number, (product, quantity) in enumerate(lines or [("MUG", 1)], start=1)
        ]
        reference = reference or f"SHOP-{next(self._numbers)}"
        order = demo_job.quote_and_confirm(self._job, reference, rows, self.goods, self.people)
        return order, rows

    def shipped(self, *lines, **values):
        """An order whose parcels, one per line, are packed and whose labels are bought."""
        order, rows = self.order(*lines, **values)
        demo_job.pack_and_ship(self._job, order, rows, self.goods)
        return order

    def hand_over(self):
        """Everything that waits goes on manifests."""
        demo_job.hand_over(self._job)

    def customer(self, **values):
        """A new customer like Zoé, but different; known under its name."""
        known = self.people["ZOE"]
        name = f"{values.pop('name', 'Customer')} {next(self._numbers)}"
        partner = self.admin.call(
            "res.partner", "copy", [known], {"name": name, "ref": False, **values}
        )[0]
        self.people[name] = partner
        return name

    # === WHAT THE DATABASE SAYS === #

    def name(self, order):
        return self.admin.read("sale.order", [order], ["name"])[0]["name"]

    def transfer(self, order):
        """``{id, name, state, carrier_tracking_ref}`` of the order's transfer."""
        (found,) = self.admin.search(
            "stock.picking", [("sale_id", "=", order)], ["name", "state", "carrier_tracking_ref"]
        )
        return found

    def shipments(self, order):
        """Shipments of an order, oldest first."""
        fields = ["name", "state", "service_id", "problem", "parcel_ids"]
        return self.admin.search("ecom.shipment", [("sale_id", "=", order)], fields, order="id")

    def parcels(self, order):
        """Parcels of an order, by shipment and number."""
        fields = [
            "number",
            "tracking_number",
            "tracking_status",
            "label_attachment_id",
            "shipment_id",
        ]
        domain = [("shipment_id.sale_id", "=", order)]
        return self.admin.search("ecom.parcel", domain, fields, order="shipment_id, number")

    def cron(self, xmlid):
        """Run a scheduled action now, as the scheduler does."""
        module, name = xmlid.split(".")
        (data,) = self.admin.search(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"]
        )
        self.admin.call("ir.cron", "method_direct_trigger", [data["res_id"]])

    def status_word(self, session, status):
        """How a tracking status is called in the language of ``session``."""
        fields = session.call("ecom.parcel", "fields_get", ["tracking_status"], ["selection"])
        return dict(fields["tracking_status"]["selection"])[status]

    def sold(self, order):
        """Shipments that the carrier ever sold for an order, voided ones included."""
        name = self.name(order)
        return [item for item in self.carrier.sold() if name in item["references"].values()]

    def live(self, order):
        """Those of them that are not void."""
        return [shipment for shipment in self.sold(order) if not shipment["voided"]]
