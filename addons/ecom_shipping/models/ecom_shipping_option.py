from odoo import fields, models
from odoo.tools import float_round

from ..carrier_contract import Money, OptionChoice
from .delivery_carrier import to_decimal


class EcomShippingOption(models.Model):
    """An extra on a service: a signature, coverage, what to do at the door."""

    _name = "ecom.shipping.option"
    _description = "Shipping Option"
    _inherit = ["ecom.remembered"]
    _order = "sequence, provider, name"
    _remembered = (
        "provider",
        "code",
        "active",
        "needs_amount",
        "automatic",
        "prerequisite_ids",
        "conflict_ids",
    )

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    provider = fields.Selection(
        lambda self: (
            self.env["ecom.carrier.account"]._fields["provider"]._description_selection(self.env)
        ),
        string="Carrier",
        required=True,
        index=True,
    )
    code = fields.Char(required=True)
    description = fields.Char(translate=True)
    kind = fields.Selection(
        [("feature", "Feature"), ("door", "At the Door"), ("undelivered", "When Undeliverable")],
        default="feature",
        required=True,
    )
    needs_amount = fields.Boolean(
        help="The option covers an amount of money, for example the value of the goods."
    )
    automatic = fields.Boolean(help="The carrier adds this option by itself where it applies.")
    prerequisite_ids = fields.Many2many(
        "ecom.shipping.option",
        "ecom_shipping_option_prerequisite_rel",
        "option_id",
        "needed_id",
        string="Needs",
    )
    conflict_ids = fields.Many2many(
        "ecom.shipping.option",
        "ecom_shipping_option_conflict_rel",
        "option_id",
        "other_id",
        string="Excludes",
    )

    _code_unique = models.Constraint("UNIQUE(provider, code)", "This option exists already.")

    def _choices(self, declared_value, currency, parcel_count):
        """The options as the carrier takes them, with amounts per parcel.

        :param declared_value: value of the whole shipment in ``currency``, for the options that need
            one; each parcel gets an equal part, rounded up so that nothing is left uncovered
        :rtype: tuple[OptionChoice, ...]
        """
        if not self:
            return ()
        part = float_round(
            declared_value / max(parcel_count, 1),
            precision_rounding=currency.rounding,
            rounding_method="UP",
        )
        amount = Money(to_decimal(part, currency), currency.name) if part else None
        return tuple(
            OptionChoice(option.code, amount if option.needs_amount else None)
            for option in self._recall().sorted("code")
        )
