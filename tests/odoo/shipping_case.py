"""Shared ground of the Odoo tests: a shop in Montréal, its customers, and a sandbox Canada Post."""

import json
import urllib.request

from odoo.fields import Command
from odoo.tests import TransactionCase
from odoo.tests import common as odoo_common

from sandbox.canada_post import CanadaPostSandbox

ENDPOINT = "ecom_shipping_canada_post.endpoint"


class ShippingCase(TransactionCase):
    """Real models, real HTTP client, real sockets; only the carrier is a sandbox on loopback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = CanadaPostSandbox(port=0)
        cls.sandbox.start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.env["ir.config_parameter"].set_param(ENDPOINT, cls.sandbox.url)
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls._make_addresses()
        cls._make_products()
        cls._make_carrier()
        cls.env.flush_all()
        # The purchase journal opens cursors of its own: they must see this test's data.
        cls.registry_enter_test_mode_cls()

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Odoo's own handler cannot read a pair of time-outs; calls to our sandbox go straight out."""
        if request.url.startswith(cls.sandbox.url):
            return odoo_common._super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **kwargs)

    @classmethod
    def _make_addresses(cls):
        canada = cls.env.ref("base.ca")
        state = cls.env["res.country.state"]
        cls.quebec = state.search([("country_id", "=", canada.id), ("code", "=", "QC")])
        cls.ontario = state.search([("country_id", "=", canada.id), ("code", "=", "ON")])
        cls.warehouse.partner_id.write(
            {
                "name": "Boutique Boréale",
                "street": "275 rue Notre-Dame Est",
                "city": "Montréal",
                "state_id": cls.quebec.id,
                "zip": "H2Y 1C6",
                "country_id": canada.id,
                "phone": "514-555-0100",
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Zoé Tremblay",
                "street": "100 Queen Street West",
                "city": "Toronto",
                "state_id": cls.ontario.id,
                "zip": "M5H 2N2",
                "country_id": canada.id,
                "phone": "416-555-0199",
                "email": "zoe.tremblay@example.com",
            }
        )

    @classmethod
    def _make_products(cls):
        cls.mug, cls.lamp = cls.env["product.product"].create(
            [
                {
                    "name": "Mug",
                    "type": "consu",
                    "is_storable": True,
                    "weight": 0.4,
                    "list_price": 20,
                },
                {
                    "name": "Lamp",
                    "type": "consu",
                    "is_storable": True,
                    "weight": 2.5,
                    "list_price": 90,
                },
            ]
        )
        for product in (cls.mug, cls.lamp):
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 10_000
            )
        cls.box = cls.env["stock.package.type"].create(
            {
                "name": "Box",
                "packaging_length": 350,
                "width": 260,
                "height": 120,
                "base_weight": 0.1,
            }
        )

    @classmethod
    def _make_carrier(cls):
        cls.account = cls.env["ecom.carrier.account"].create(
            {
                "name": "Canada Post",
                "provider": "canada_post",
                "company_id": cls.company.id,
                "customer_number": "0009000001",
                "contract_number": "0049000001",
                "canada_post_user": "sandbox-north",
                "canada_post_password": "north-pass",
            }
        )
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Canada Post",
                "delivery_type": "canada_post",
                "product_id": cls.env.ref("ecom_shipping_canada_post.product_delivery").id,
                "company_id": cls.company.id,
                "ecom_account_id": cls.account.id,
                "ecom_default_service_id": cls.env.ref(
                    "ecom_shipping_canada_post.service_dom_ep"
                ).id,
            }
        )
        cls.env["ecom.shipping.template"].create(
            {"name": "Usual", "company_id": cls.company.id, "package_type_id": cls.box.id}
        )

    def setUp(self):
        super().setUp()
        self.control("POST", "reset")

    # === THE SANDBOX === #

    def control(self, method, path, **values):
        """One control call of the sandbox; see sandbox/README.md."""
        body = json.dumps(values).encode() if method != "GET" else None
        request = urllib.request.Request(
            f"{self.sandbox.url}/_control/{path}", data=body, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def sold(self):
        """Shipments at the sandbox, voided ones included."""
        return self.control("GET", "shipments")["shipments"]

    def live(self):
        """Shipments at the sandbox that are not void."""
        return [shipment for shipment in self.sold() if not shipment["voided"]]

    def fault(self, kind, operation, times=1, **values):
        self.control("POST", "faults", kind=kind, operation=operation, times=times, **values)

    # === DOCUMENTS === #

    def make_order(self, lines=None, partner=None, carrier=None, **values):
        """A draft order; ``lines`` is ``[(product, quantity), ...]``."""
        lines = lines or [(self.mug, 2)]
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "carrier_id": (carrier or self.carrier).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in lines
                ],
                **values,
            }
        )

    def make_picking(self, lines=None, **values):
        """The ready transfer of a confirmed order."""
        order = self.make_order(lines, **values)
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.picked = True
        return picking

    def pack(self, picking, moves, weight_kg=0.0):
        """Put the lines of ``moves`` in one new package with Odoo's put-in-pack."""
        package = moves.move_line_ids.action_put_in_pack(package_type_id=self.box.id)
        package = (
            package if package._name == "stock.package" else moves.move_line_ids.result_package_id
        )
        if weight_kg:
            package.shipping_weight = weight_kg
        return package

    def validate(self, picking):
        result = picking.button_validate()
        self.assertIs(result, True)
        return picking.ecom_shipment_ids
