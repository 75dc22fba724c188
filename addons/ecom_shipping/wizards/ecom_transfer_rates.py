from odoo import _, api, fields, models
from odoo.exceptions import UserError


class EcomTransferRates(models.TransientModel):
    """Every service for one transfer, side by side, with the weights as packed."""

    _name = "ecom.transfer.rates"
    _description = "Compare Shipping Rates"

    picking_id = fields.Many2one("stock.picking", required=True, ondelete="cascade")
    rate_ids = fields.Many2many("ecom.rate", compute="_compute_rate_ids")
    paid_by_customer = fields.Monetary(
        compute="_compute_paid_by_customer", help="Before taxes, on the order."
    )
    # not as superuser: who may not read a transfer learns nothing of it through the wizard
    currency_id = fields.Many2one(related="picking_id.ecom_currency_id", related_sudo=False)
    delivery_type = fields.Selection(related="picking_id.delivery_type", related_sudo=False)
    service_id = fields.Many2one(related="picking_id.ecom_service_id", related_sudo=False)
    option_ids = fields.Many2many(
        related="picking_id.ecom_option_ids", readonly=False, related_sudo=False
    )
    declared_value = fields.Monetary(
        related="picking_id.ecom_declared_value", readonly=False, related_sudo=False
    )
    rates_stale = fields.Boolean(compute="_compute_rates_stale")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards.picking_id.check_access("read")
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self.picking_id.check_access("read")
        return result

    @api.depends("rate_ids", "option_ids", "declared_value")
    def _compute_rates_stale(self):
        """Whether the prices shown are for another weight, value, address or other options than now."""
        for wizard in self:
            picking = wizard.picking_id._origin
            changed = (
                wizard.option_ids._origin != picking.ecom_option_ids
                or wizard.declared_value != picking.ecom_declared_value
            )
            rates = picking.ecom_rate_ids
            wizard.rates_stale = bool(rates) and (changed or any(rates.mapped("is_stale")))

    @api.depends("picking_id.ecom_rate_ids")
    def _compute_rate_ids(self):
        for wizard in self:
            wizard.rate_ids = wizard.picking_id.ecom_rate_ids

    @api.depends("picking_id.sale_id")
    def _compute_paid_by_customer(self):
        for wizard in self:
            # sudo: a packer may compare prices without reading the order
            lines = wizard.picking_id.sale_id.sudo().order_line.filtered("is_delivery")
            wizard.paid_by_customer = sum(lines.mapped("price_subtotal"))

    def action_refresh(self):
        """Ask for prices (again only where something changed) and show them."""
        self.ensure_one()
        self.env["ecom.rate"]._quote(self.picking_id, self._methods())
        return {
            "name": _("Compare Shipping Rates"),
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": self._name,
            "res_id": self.id,
            "target": "new",
        }

    def _methods(self):
        """Our delivery methods that may carry this transfer; the chosen one always."""
        picking = self.picking_id
        ours = picking.allowed_carrier_ids.filtered("ecom_is_ours") | picking.carrier_id.filtered(
            "ecom_is_ours"
        )
        return ours.filtered("ecom_account_id")

    def _choose(self, rate):
        """Ship this transfer with ``rate``; the order keeps what the customer chose."""
        alive = self.picking_id.ecom_shipment_ids.filtered(lambda s: s.state != "void")
        if any(alive.parcel_ids.mapped("purchase_key")):
            raise UserError(_("The label is bought. Void it before you choose another service."))
        self.picking_id.write({"carrier_id": rate.carrier_id.id})
        self.picking_id.ecom_service_id = rate.service_id
        # sudo: price and state are facts that users may not write
        shipments = self.picking_id.ecom_shipment_ids.sudo()
        open_shipments = shipments.filtered(lambda s: s.state in ("draft", "rated"))
        open_shipments.write(
            {
                "service_id": rate.service_id.id,
                "carrier_id": rate.carrier_id.id,
                "account_id": rate.carrier_id.ecom_account_id.id,
                "price_quoted": rate.price,
                "currency_id": rate.carrier_currency_id.id,
            }
        )
        open_shipments.filtered(lambda s: s.state == "draft")._set_state("rated")
        return {"type": "ir.actions.act_window_close"}
