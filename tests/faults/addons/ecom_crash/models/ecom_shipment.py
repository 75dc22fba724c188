from odoo import models

from ..orders import obey


class EcomShipment(models.Model):
    _inherit = "ecom.shipment"

    def _after_void(self):
        result = super()._after_void()
        obey("void-applied", self.env)
        return result

    def _ask_refunds(self, *args):
        texts = super()._ask_refunds(*args)
        obey("refund-applied", self.env)
        return texts
