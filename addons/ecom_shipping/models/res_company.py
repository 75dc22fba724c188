from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ecom_rate_validity_h = fields.Integer(
        "Rates Are Valid for (hours)", default=12, help="After that a quoted price is asked again."
    )
