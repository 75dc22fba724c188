from odoo import fields, models

from odoo.addons.ecom_shipping.shipping_rules.weights import (
    MILLIMETRES_PER_FOOT,
    to_whole,
)


class StockPackageType(models.Model):
    _inherit = "stock.package.type"

    ecom_default_weight_g = fields.Integer(
        "Weight When Unknown (g)",
        help="Gross weight of a parcel of this type when neither scale, person nor products give one.",
    )

    def _size_mm(self):
        """Length, width and height in whole millimetres; zeros for an empty record."""
        uom = self.env["product.template"]._get_length_uom_id_from_ir_config_parameter()
        in_feet = uom == self.env.ref("uom.product_uom_foot")
        factor = MILLIMETRES_PER_FOOT if in_feet else 1
        return tuple(to_whole(side, factor) for side in (self.packaging_length, self.width, self.height))
