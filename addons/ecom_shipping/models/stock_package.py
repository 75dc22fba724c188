from odoo import fields, models


class StockPackage(models.Model):
    _inherit = "stock.package"

    ecom_scale_weight_g = fields.Integer(
        "Weight on Scale (g)",
        copy=False,
        help="Last stable reading of a scale. It wins over every other weight.",
    )
    ecom_scale_contents = fields.Char(
        copy=False,
        help="What was in the package when it was weighed; another content needs another weighing.",
    )
    ecom_parcel_ids = fields.One2many("ecom.parcel", "package_id", "Parcels")

    def _weigh(self, weight_g, lines):
        """Keep a stable reading of a scale for the package as it is packed now.

        :param weight_g: gross weight; :param lines: the move lines that go into it
        """
        self.write({"ecom_scale_weight_g": weight_g, "ecom_scale_contents": self._contents(lines)})

    def _scale_weight_g(self, lines):
        """The reading of the scale, as long as the contents are those that were weighed; else 0."""
        return self.ecom_scale_weight_g if self.ecom_scale_contents == self._contents(lines) else 0

    def _contents(self, lines):
        """What ``lines`` put into a package, as text to compare: their transfer, products, quantities."""
        found = sorted(
            (line.picking_id.id, line.product_id.id, line.quantity_product_uom) for line in lines
        )
        return ";".join(f"{picking}:{product}x{quantity:g}" for picking, product, quantity in found)
