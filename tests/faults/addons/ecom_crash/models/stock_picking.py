from odoo import models

from ..orders import obey


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def button_validate(self):
        result = super().button_validate()
        self.env.cr.precommit.add(lambda: obey("before-commit"))
        self.env.cr.postcommit.add(lambda: obey("after-commit"))
        return result

    def _ecom_ship(self):
        problems = super()._ecom_ship()
        self.env.flush_all()
        obey("applied", self.env)
        return problems
