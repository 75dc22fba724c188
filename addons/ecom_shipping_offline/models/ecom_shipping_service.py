from odoo import models


class EcomShippingService(models.Model):
    _inherit = "ecom.shipping.service"

    def write(self, vals):
        if "code" in vals:
            self.env.registry.clear_cache()  # price lists are kept by the code of their service
        return super().write(vals)
