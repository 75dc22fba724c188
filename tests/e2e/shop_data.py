# ruff: noqa: F821
# Run in Odoo's shell on a clone of the template, after launcher/inside/load_demo.py: where the
# sandbox listens, and customers who may log in to the portal. ENDPOINT is set by the caller.
canada = env.ref("base.ca")
province = env.ref("base.state_ca_on")
env["ir.config_parameter"].set_param("ecom_shipping_canada_post.endpoint", ENDPOINT)
for login, name in (("zoe", "Zoé Tremblay"), ("stranger", "Stan Strange")):
    partner = env["res.partner"].create(
        {
            "name": name,
            "ref": "demo-ZOE" if login == "zoe" else False,
            "street": "100 Queen Street West",
            "city": "Toronto",
            "state_id": province.id,
            "zip": "M5H 2N2",
            "country_id": canada.id,
            "phone": "416-555-0199",
            "email": f"{login}@example.com",
            "lang": "en_US",
        }
    )
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "partner_id": partner.id,
            "login": login,
            "password": login,
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )
# the same rights as the administrator's, with French screens
french = env.ref("base.user_admin").copy(
    {"name": "Aurélie Côté", "login": "patronne", "lang": "fr_FR"}
)
french.password = "patronne"
env.cr.commit()
