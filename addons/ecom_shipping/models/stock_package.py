from odoo import fields, models


class StockPackage(models.Model):
    _inherit = "stock.package"

    ecom_scale_weight_g = fields.Integer(
        "Weight on Scale (g)",
        copy=False,
        help="Last stable reading of a scale. It wins over every other weight.",
    )
    ecom_parcel_ids = fields.One2many("ecom.parcel", "package_id", "Parcels")
