from odoo import fields, models

from ..shipping_rules.weights import (
    MILLIMETRES_PER_FOOT,
    to_whole,
)


class StockPackageType(models.Model):
    _name = "stock.package.type"
    _inherit = ["stock.package.type", "ecom.remembered"]
    _remembered = (
        "packaging_length",
        "width",
        "height",
        "base_weight",
        "ecom_default_weight_g",
    )

    ecom_default_weight_g = fields.Integer(
        "Weight When Unknown (g)",
        help="Gross weight of a parcel of this type when neither scale, person nor products give one.",
    )

    def _size_mm(self):
        """Length, width and height in whole millimetres; zeros for an empty record."""
        # sudo, as in Odoo. The parameter is cached; Odoo's unit would be a query for each parcel.
        in_feet = (
            self.env["ir.config_parameter"].sudo().get_param("product.volume_in_cubic_feet") == "1"
        )
        factor = MILLIMETRES_PER_FOOT if in_feet else 1
        return tuple(
            to_whole(side, factor) for side in (self.packaging_length, self.width, self.height)
        )
