# Run in Odoo's shell on a database that holds only base and web: the company is Canadian before
# account and its chart arrive, so that the right chart, taxes and currency come by themselves.
canada = env.ref("base.ca")
quebec = env.ref("base.state_ca_qc")
dollar = env.ref("base.CAD")
dollar.active = True
company = env.ref("base.main_company")
company.write({"currency_id": dollar.id})
company.partner_id.write(
    {
        "country_id": canada.id,
        "state_id": quebec.id,
        "street": "1000 rue de la Montagne",
        "city": "Montréal",
        "zip": "H3G 1Y7",
        "phone": "+1 514-555-0100",
        "tz": "America/Toronto",
    }
)
# Users get their time zone from their partner.
env["res.users"].with_context(active_test=False).search([]).partner_id.write(
    {"tz": "America/Toronto"}
)
env.cr.commit()
