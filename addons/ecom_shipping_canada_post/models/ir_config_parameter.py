from urllib.parse import urlsplit

from odoo import _, api, models
from odoo.exceptions import ValidationError

from .ecom_carrier_account import ENDPOINT_PARAMETER

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.constrains("key", "value")
    def _check_canada_post_endpoint(self):
        """Credentials go to this address: https, or a sandbox on this machine."""
        for parameter in self.filtered(lambda p: p.key == ENDPOINT_PARAMETER and p.value):
            url = urlsplit(parameter.value)
            is_local = url.scheme == "http" and url.hostname in LOOPBACK
            if not (url.hostname and (url.scheme == "https" or is_local)):
                raise ValidationError(
                    _(
                        "The address of Canada Post must start with https://, or lead to this machine: %s",
                        parameter.value,
                    )
                )
