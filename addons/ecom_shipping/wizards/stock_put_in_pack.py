from odoo import api, fields, models


class StockPutInPack(models.TransientModel):
    """Odoo's packing wizard: our carriers take parcels in any box that belongs to no other carrier."""

    _inherit = "stock.put.in.pack"

    ecom_is_ours = fields.Boolean(compute="_compute_ecom_is_ours")

    @api.depends("package_carrier_type")
    def _compute_ecom_is_ours(self):
        providers = self.env["ecom.carrier.account"]._providers()
        for wizard in self:
            wizard.ecom_is_ours = wizard.package_carrier_type in providers
