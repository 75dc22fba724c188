from odoo import models


class StockWarehouse(models.Model):
    """Nothing of it is remembered, but templates that are name warehouses."""

    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "ecom.remembered"]
