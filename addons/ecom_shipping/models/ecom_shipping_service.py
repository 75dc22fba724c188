from odoo import api, fields, models

from ..shipping_rules.checks import Limits


class EcomShippingService(models.Model):
    """One thing a carrier sells, with its limits."""

    _name = "ecom.shipping.service"
    _description = "Shipping Service"
    _inherit = ["ecom.remembered"]
    _order = "sequence, provider, name"
    _remembered = (
        "name",
        "provider",
        "code",
        "min_weight_g",
        "max_weight_g",
        "max_side_mm",
        "max_length_girth_mm",
    )

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="Switch off services that you do not sell.")
    provider = fields.Selection(
        lambda self: (
            self.env["ecom.carrier.account"]._fields["provider"]._description_selection(self.env)
        ),
        string="Carrier",
        required=True,
        index=True,
    )
    code = fields.Char(required=True, help="The carrier's own code of the service.")
    description = fields.Char(translate=True)
    min_weight_g = fields.Integer("Minimum Weight (g)")
    max_weight_g = fields.Integer("Maximum Weight (g)")
    max_side_mm = fields.Integer("Longest Side (mm)")
    max_length_girth_mm = fields.Integer(
        "Length + Girth (mm)", help="Longest side plus twice the two others."
    )
    option_ids = fields.Many2many("ecom.shipping.option", string="Options Allowed")

    _code_unique = models.Constraint("UNIQUE(provider, code)", "This service exists already.")

    def _limits(self):
        """The limits of one service as plain values; no limits for an empty record."""
        return Limits(
            self.min_weight_g, self.max_weight_g, self.max_side_mm, self.max_length_girth_mm
        )

    @api.model
    def _by_code(self, provider):
        """Services of a carrier by their code, archived ones included."""
        services = self.with_context(active_test=False).search([("provider", "=", provider)])
        return {service.code: service for service in services}
