from odoo import models

from ..orders import obey


class EcomPurchase(models.Model):
    _inherit = "ecom.purchase"

    def _checkpoint(self, step):
        name = step.replace(" ", "-")
        obey(f"before-{name}")
        result = super()._checkpoint(step)
        obey(f"after-{name}")
        return result
