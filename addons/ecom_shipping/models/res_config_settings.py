from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ecom_rate_validity_h = fields.Integer(related="company_id.ecom_rate_validity_h", readonly=False)
