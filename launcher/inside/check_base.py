# Run in Odoo's shell on the base template: what later steps rely on is really there.
company = env.ref("base.main_company")
assert company.country_id.code == "CA" and company.currency_id.name == "CAD", (
    "the company is not Canadian"
)
assert company.chart_template and company.chart_template.startswith("ca"), (
    f"chart: {company.chart_template}"
)
codes = set(env["res.lang"].search([]).mapped("code"))
assert {"en_US", "fr_FR"} <= codes, f"languages: {codes}"
