from odoo import models

from ..orders import obey


class EcomManifest(models.Model):
    _inherit = "ecom.manifest"

    def _after_transmit(self, *args, **kwargs):
        result = super()._after_transmit(*args, **kwargs)
        obey("transmit-applied", self.env)
        return result
