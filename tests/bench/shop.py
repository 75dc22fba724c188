"""A shop with many confirmed orders, in a database that is thrown away."""

import logging
import os
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

from launcher import odoo as launched
from launcher import postgres, template

CUSTOMERS = 200
CHUNK = 50
LINES = 2
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


@contextmanager
def opened(name):
    """A :class:`Shop` in a clone of the template, dropped at the end."""
    db = template.clone(f"{template.PREFIX}_bench_{name}_{os.getpid()}")
    path = launched.config_for(db, log_level="error")
    try:
        config.parse_config(["-c", str(path), "-d", db])
        logging.getLogger("odoo.addons.ecom_shipping").setLevel(logging.CRITICAL)
        yield Shop(db, Registry(db))
    finally:
        Registry.delete(db)
        from odoo import sql_db

        sql_db.close_db(db)
        template.drop(db)
        path.unlink(missing_ok=True)


class Shop:
    """Two delivery methods, one set of transfers that either of them may ship."""

    def __init__(self, db, registry):
        self.db = db
        self.registry = registry
        self.picking_ids = []
        with self.superuser() as env:
            self._furnish(env)

    # --- environments ---------------------------------------------------------------------------

    @contextmanager
    def superuser(self):
        """An environment whose work is committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, dict(QUIET))

    @contextmanager
    def request(self):
        """One web request of an ordinary administrator, undone at the end: a fresh cursor, a cold
        record cache, the user and context of the web client.
        """
        with self.registry.cursor() as cr:
            context = {
                "lang": "en_US",
                "tz": "America/Toronto",
                "allowed_company_ids": [self.company],
            }
            env = api.Environment(cr, self.user, context)
            env.transaction.default_env = env
            try:
                yield env
            finally:
                cr.rollback()

    # --- data -----------------------------------------------------------------------------------

    def _furnish(self, env):
        company = env.ref("base.main_company")
        # Neither mails nor text messages: both methods would pay for them alike.
        company.write({"stock_move_email_validation": False, "stock_text_confirmation": False})
        admin = env.ref("base.user_admin")
        admin.group_ids = [
            Command.link(env.ref("ecom_shipping.group_administrator").id),
            Command.link(env.ref("stock.group_stock_manager").id),
            Command.link(env.ref("sales_team.group_sale_manager").id),
        ]
        self.company, self.user = company.id, admin.id
        warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        warehouse.partner_id.write(
            {
                "name": "Boutique Boréale",
                "street": "275 rue Notre-Dame Est",
                "zip": "H2Y 1C6",
                "phone": "514-555-0100",
            }
        )
        self.warehouse = warehouse.id
        box = env["stock.package.type"].create(
            {
                "name": "Box",
                "packaging_length": 350,
                "width": 260,
                "height": 120,
                "base_weight": 0.1,
            }
        )
        env["ecom.shipping.template"].create(
            {"name": "Usual", "company_id": company.id, "package_type_id": box.id}
        )
        self._stock(env, warehouse)
        self._customers(env)
        self._methods(env, company)

    def _stock(self, env, warehouse):
        products = env["product.product"].create(
            [
                {
                    "name": f"Article {n}",
                    "type": "consu",
                    "is_storable": True,
                    "weight": 0.4,
                    "list_price": 20,
                }
                for n in range(LINES)
            ]
        )
        for product in products:
            env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, 1_000_000
            )
        self.products = products.ids

    def _customers(self, env):
        canada = env.ref("base.ca")
        ontario = env.ref("base.state_ca_on")
        self.customers = (
            env["res.partner"]
            .create(
                [
                    {
                        "name": f"Customer {number}",
                        "street": f"{number} Queen Street West",
                        "city": "Toronto",
                        "state_id": ontario.id,
                        "zip": "M5H 2N2",
                        "country_id": canada.id,
                        "phone": "416-555-0199",
                        "email": f"customer{number}@example.com",
                    }
                    for number in range(1, CUSTOMERS + 1)
                ]
            )
            .ids
        )

    def _methods(self, env, company):
        account = env["ecom.carrier.account"].create(
            {
                "name": "Canada Post",
                "provider": "canada_post",
                "company_id": company.id,
                "customer_number": "0009000001",
                "contract_number": "0049000001",
                "canada_post_user": "sandbox-north",
                "canada_post_password": "north-pass",
            }
        )
        product = env.ref("ecom_shipping_canada_post.product_delivery")
        ours, fixed = env["delivery.carrier"].create(
            [
                {
                    "name": "Canada Post",
                    "delivery_type": "canada_post",
                    "product_id": product.id,
                    "ecom_account_id": account.id,
                    "ecom_default_service_id": env.ref(
                        "ecom_shipping_canada_post.service_dom_ep"
                    ).id,
                },
                {
                    "name": "Fixed",
                    "delivery_type": "fixed",
                    "product_id": product.copy({"name": "Fixed"}).id,
                    "fixed_price": 9.5,
                    "integration_level": "rate_and_ship",
                },
            ]
        )
        self.account, self.ours, self.fixed = account.id, ours.id, fixed.id

    def make_orders(self, count):
        """Confirm ``count`` orders of two lines each; their transfers wait, reserved and picked."""
        while len(self.picking_ids) < count:
            size = min(CHUNK, count - len(self.picking_ids))
            with self.superuser() as env:
                orders = env["sale.order"].create(
                    [self._order_values(len(self.picking_ids) + n) for n in range(size)]
                )
                orders.action_confirm()
                orders.picking_ids.move_ids.picked = True
                self.picking_ids += orders.picking_ids.sorted("id").ids
        assert len(self.picking_ids) == count
        postgres.sql(self.db, "VACUUM ANALYZE")

    def _order_values(self, number):
        return {
            "partner_id": self.customers[number % len(self.customers)],
            "carrier_id": self.ours,
            "warehouse_id": self.warehouse,
            "order_line": [
                Command.create({"product_id": product, "product_uom_qty": 2})
                for product in self.products
            ],
        }

    def use(self, carrier_id, count=None):
        """Let the first ``count`` transfers and their orders be shipped with a delivery method; the
        journal forgets what was bought for attempts that were undone.
        """
        self.forget_purchases()  # first: a method is not changed while a label lives
        with self.superuser() as env:
            pickings = env["stock.picking"].browse(self.picking_ids[:count])
            wrong = pickings.filtered(lambda p: p.carrier_id.id != carrier_id)
            wrong.sale_id.carrier_id = carrier_id
            wrong.carrier_id = carrier_id

    def forget_purchases(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM ecom_purchase")

    def set_endpoint(self, url):
        with self.superuser() as env:
            env["ir.config_parameter"].set_param("ecom_shipping_canada_post.endpoint", url)


def validate(env, ids):
    """Validate transfers as the button does, up to the point where a request commits."""
    done = env["stock.picking"].browse(ids).button_validate()
    if done is not True:
        raise RuntimeError(f"validation asked something: {done}")
    env.cr.flush()
