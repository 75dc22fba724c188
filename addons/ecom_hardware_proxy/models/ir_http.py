from odoo import models

from .ecom_workstation import USER


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Also the unit that weights are kept in, and whether this user works with devices."""
        info = super().session_info()
        # sudo: system parameters are readable by administrators only
        pounds = self.env["ir.config_parameter"].sudo().get_param("product.weight_in_lbs") == "1"
        info["ecom_weight_unit"] = "lb" if pounds else "kg"
        info["ecom_hardware"] = self.env.user.has_group(USER)
        return info
