from odoo import models


class StockWarehouse(models.Model):
    """Every label needs the address that it is sent from."""

    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "ecom.remembered"]
    _remembered = ("partner_id", "company_id")
