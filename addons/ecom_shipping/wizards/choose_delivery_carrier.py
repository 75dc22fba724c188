from odoo import _, api, fields, models
from odoo.exceptions import UserError


class ChooseDeliveryCarrier(models.TransientModel):
    """Odoo's shipping wizard on an order, with every service side by side."""

    _inherit = "choose.delivery.carrier"

    ecom_is_ours = fields.Boolean(related="carrier_id.ecom_is_ours")
    ecom_rate_id = fields.Many2one("ecom.rate", "Chosen Rate")
    ecom_rate_ids = fields.Many2many("ecom.rate", string="Rates", compute="_compute_ecom_rate_ids")
    ecom_option_ids = fields.Many2many(
        related="order_id.ecom_option_ids", readonly=False, related_sudo=False
    )
    ecom_declared_value = fields.Monetary(
        related="order_id.ecom_declared_value", readonly=False, related_sudo=False
    )
    ecom_delivery_price = fields.Float("Price of the Chosen Rate")
    ecom_display_price = fields.Float("Cost of the Chosen Rate")
    ecom_rates_stale = fields.Boolean(compute="_compute_ecom_rates_stale")

    @api.depends("ecom_rate_ids", "ecom_option_ids", "ecom_declared_value", "total_weight")
    def _compute_ecom_rates_stale(self):
        """Whether the prices shown are for another weight, value, address or other options than now."""
        for wizard in self:
            order = wizard.order_id._origin
            changed = (
                wizard.ecom_option_ids._origin != order.ecom_option_ids
                or wizard.ecom_declared_value != order.ecom_declared_value
                or wizard.total_weight != order.shipping_weight
            )
            rates = order.ecom_rate_ids
            wizard.ecom_rates_stale = bool(rates) and (changed or any(rates.mapped("is_stale")))

    @api.depends("order_id.ecom_rate_ids")
    def _compute_ecom_rate_ids(self):
        for wizard in self:
            wizard.ecom_rate_ids = wizard.order_id.ecom_rate_ids

    @api.onchange("carrier_id", "total_weight")
    def _onchange_carrier_id(self):
        """Odoo forgets the price when the method changes; back on the method of the chosen rate it
        holds again."""
        result = super()._onchange_carrier_id()
        wizard = self._origin
        rate = wizard.ecom_rate_id
        same_weight = self.total_weight == wizard.total_weight
        if rate and rate.carrier_id == self.carrier_id._origin and same_weight:
            self.delivery_price = wizard.ecom_delivery_price
            self.display_price = wizard.ecom_display_price
            self.delivery_message = rate._promise()
        return result

    def update_price(self):
        """Odoo's "Get rate" button: quote all our methods at once and keep the wizard open."""
        if not self.carrier_id.ecom_is_ours:
            return super().update_price()
        ours = self.available_carrier_ids.filtered("ecom_is_ours")
        order = self.order_id.with_context(order_weight=self.total_weight)
        rates = self.env["ecom.rate"]._quote(order, ours)
        rate = self.carrier_id._ecom_choose_rate(rates, self.order_id)
        if rate:
            return self._choose(rate)
        if not rates.filtered(lambda r: not r.excluded):
            reasons = dict.fromkeys(rates.mapped("reason"))
            raise UserError("\n".join(reasons) or _("No service fits this order."))
        return self._reopen()

    def _choose(self, rate):
        """Take one of the rates shown; price, margin and free limit are Odoo's."""
        self.write({"carrier_id": rate.carrier_id.id, "ecom_rate_id": rate.id})
        context = {"order_weight": self.total_weight, "ecom_chosen_rate_id": rate.id}
        vals = rate.carrier_id.with_context(**context).rate_shipment(
            self.order_id.with_context(**context)
        )
        if not vals["success"]:
            raise UserError(vals["error_message"])
        self.write(
            {
                "delivery_price": vals["price"],
                "display_price": vals["carrier_price"],
                "ecom_delivery_price": vals["price"],
                "ecom_display_price": vals["carrier_price"],
                "delivery_message": vals["warning_message"],
            }
        )
        return self._reopen()

    def _reopen(self):
        return {
            "name": _("Add a shipping method"),
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": self._name,
            "res_id": self.id,
            "target": "new",
            # until "Add" is pressed only the wizard knows what was chosen
            "context": {"ecom_chosen_rate_id": self.ecom_rate_id.id},
        }

    def button_confirm(self):
        if self.carrier_id.ecom_is_ours and self.ecom_rates_stale:
            raise UserError(
                _(
                    "Weight, address, options or value changed since these prices. Get the rates again."
                )
            )
        if not self.carrier_id.ecom_is_ours:
            self.order_id.ecom_service_id = False
        elif self.ecom_rate_id.carrier_id == self.carrier_id:
            self.order_id.ecom_service_id = self.ecom_rate_id.service_id
        return super().button_confirm()
