# ruff: noqa: F821
# Run in Odoo's shell on a clone of the template, where env is given: a shop in Montréal with its
# stock, its accounts at the sandbox, two packers and customers.
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

env["ir.module.module"].update_list()
env["ir.module.module"].search([("name", "=", "ecom_crash")]).button_immediate_install()
env.cr.commit()
cursor = Registry(env.cr.dbname).cursor()
env = api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})

parameters = env["ir.config_parameter"]
parameters.set_param("ecom_shipping_canada_post.endpoint", ENDPOINT)
parameters.set_param("ecom_crash.touched", "nobody")
canada = env.ref("base.ca")
states = env["res.country.state"].search([("country_id", "=", canada.id)])
quebec = states.filtered(lambda s: s.code == "QC")
ontario = states.filtered(lambda s: s.code == "ON")
company = env.company
company.email = "desk@example.com"
# Odoo would ask at the first validation whether to send text messages.
company.stock_text_confirmation = False
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
warehouse.partner_id.write(
    {
        "name": "Boutique Boréale",
        "street": "275 rue Notre-Dame Est",
        "city": "Montréal",
        "state_id": quebec.id,
        "zip": "H2Y 1C6",
        "country_id": canada.id,
        "phone": "514-555-0100",
    }
)
customer = {
    "street": "100 Queen Street West",
    "city": "Toronto",
    "state_id": ontario.id,
    "zip": "M5H 2N2",
    "country_id": canada.id,
    "phone": "416-555-0199",
    "email": "zoe.tremblay@example.com",
}
good = env["res.partner"].create({"name": "Zoé Tremblay", **customer})
bad = env["res.partner"].create({"name": "Refusée Lavoie", **customer})
long = env["res.partner"].create({"name": "Longue Rue", **customer, "street": "x" * 60})
product = env["product.product"].create(
    {"name": "Mug", "type": "consu", "is_storable": True, "weight": 0.4, "list_price": 20}
)
box = env["stock.package.type"].create(
    {"name": "Box", "packaging_length": 350, "width": 260, "height": 120, "base_weight": 0.1}
)
env["ecom.shipping.template"].create(
    {"name": "Usual", "company_id": company.id, "package_type_id": box.id}
)
env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 100_000)

accounts = env["ecom.carrier.account"].create(
    [
        {
            "name": f"Canada Post {name}",
            "provider": "canada_post",
            "company_id": company.id,
            "customer_number": customer_number,
            "contract_number": contract_number,
            "canada_post_user": f"sandbox-{name}",
            "canada_post_password": f"{name}-pass",
        }
        for name, customer_number, contract_number in (
            ("north", "0009000001", "0049000001"),
            ("south", "0009000002", "0049000002"),
        )
    ]
)
methods = env["delivery.carrier"].create(
    [
        {
            "name": account.name,
            "delivery_type": "canada_post",
            "product_id": env.ref("ecom_shipping_canada_post.product_delivery").id,
            "company_id": company.id,
            "ecom_account_id": account.id,
            "ecom_default_service_id": env.ref("ecom_shipping_canada_post.service_dom_ep").id,
        }
        for account in accounts
    ]
)
groups = env.ref("stock.group_stock_user") | env.ref("ecom_shipping.group_user")
for login in ("packer1", "packer2"):
    env["res.users"].create(
        {
            "name": login.title(),
            "login": login,
            "password": login,
            "group_ids": [(6, 0, groups.ids)],
        }
    )
parameters.set_param(
    "ecom_crash.shop",
    repr(
        {
            "customer": good.id,
            "refused_customer": bad.id,
            "long_customer": long.id,
            "product": product.id,
            "box": box.id,
            "warehouse": warehouse.id,
            "method": methods[0].id,
            "other_method": methods[1].id,
            "express": env.ref("ecom_shipping_canada_post.service_dom_xp").id,
        }
    ),
)
cursor.commit()
print("SHOP " + parameters.get_param("ecom_crash.shop"))
cursor.close()
