import json
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .ecom_shipping_template import LABEL_FORMATS


def to_decimal(amount, currency):
    """A float of Odoo as exact money, rounded to the currency."""
    return Decimal(str(currency.round(amount))).quantize(Decimal(str(currency.rounding)))


class DeliveryCarrier(models.Model):
    """Odoo's delivery method, joined to an account and a catalogue.

    A carrier addon adds its value to ``delivery_type`` and the method names that Odoo looks for as
    one-line hand-overs to the ``_ecom_…`` methods here.
    """

    _name = "delivery.carrier"
    _inherit = ["delivery.carrier", "ecom.remembered"]  # templates name methods

    ecom_is_ours = fields.Boolean(compute="_compute_ecom_is_ours")
    ecom_account_id = fields.Many2one(
        "ecom.carrier.account",
        "Carrier Account",
        domain="[('provider', '=', delivery_type)]",
    )
    ecom_service_ids = fields.Many2many(
        "ecom.shipping.service",
        string="Services Offered",
        domain="[('provider', '=', delivery_type)]",
        help="Services that may be quoted and bought with this method. Leave empty for all active ones.",
    )
    ecom_default_service_id = fields.Many2one(
        "ecom.shipping.service",
        "Usual Service",
        domain="[('provider', '=', delivery_type)]",
        help="Bought when nobody chose a service. Empty: the cheapest one that fits.",
    )
    ecom_default_option_ids = fields.Many2many(
        "ecom.shipping.option", string="Usual Options", domain="[('provider', '=', delivery_type)]"
    )
    ecom_label_format = fields.Selection(LABEL_FORMATS, "Label", default="pdf_4x6")

    @api.depends("delivery_type")
    def _compute_ecom_is_ours(self):
        providers = self.env["ecom.carrier.account"]._providers()
        for carrier in self:
            carrier.ecom_is_ours = carrier.delivery_type in providers

    @api.constrains("company_id", "ecom_account_id")
    def _check_ecom_account_company(self):
        """Odoo's methods may be shared by all companies, so ``check_company`` would say too much."""
        for carrier in self.filtered("company_id"):
            account_company = carrier.ecom_account_id.company_id
            if account_company and account_company != carrier.company_id:
                raise ValidationError(
                    _(
                        "The account %(account)s belongs to company %(other)s, "
                        "the delivery method %(method)s to %(own)s.",
                        account=carrier.ecom_account_id.name,
                        other=account_company.name,
                        method=carrier.name,
                        own=carrier.company_id.name,
                    )
                )

    # === ENVIRONMENT === #

    @api.model_create_multi
    def create(self, vals_list):
        carriers = super().create(vals_list)
        for carrier in carriers.filtered("ecom_account_id"):
            carrier.prod_environment = carrier.ecom_account_id.environment == "production"
        return carriers

    def write(self, vals):
        """Odoo's environment switch and the account's say the same: the account is what is called."""
        result = super().write(vals)
        if "ecom_account_id" in vals:
            for carrier in self.filtered("ecom_account_id"):
                carrier.prod_environment = carrier.ecom_account_id.environment == "production"
        elif "prod_environment" in vals:
            self.ecom_account_id._follow_switch(vals["prod_environment"])
        return result

    # === ODOO'S CARRIER API === #

    def _ecom_rate_shipment(self, order):
        """Price of ``order`` with this method, in the order's currency: Odoo's ``rate_shipment``."""
        self.ensure_one()
        rates = self.env["ecom.rate"]._quote(order, self)
        chosen = rates.filtered(lambda r: r.id == self.env.context.get("ecom_chosen_rate_id"))
        rate = chosen or self._ecom_choose_rate(rates, order)
        if not rate:
            reasons = rates.filtered("excluded").mapped("reason") or [
                _("The carrier offers no service for it.")
            ]
            return {
                "success": False,
                "price": 0.0,
                "error_message": reasons[0],
                "warning_message": False,
            }
        return {
            "success": True,
            "price": rate.order_price,
            "error_message": False,
            "warning_message": rate._promise(),
            "ecom_rate_id": rate.id,
        }

    def _ecom_send_shipping(self, pickings):
        """Odoo's ``send_shipping``: one price and tracking text per transfer."""
        shipments = pickings._ecom_buy_or_raise()
        return [
            {
                "exact_price": shipment.order_price,
                "tracking_number": shipment._tracking_reference(),
            }
            for shipment in shipments
        ]

    def _ecom_get_tracking_link(self, picking):
        """The carrier's page; for several parcels a JSON list of (number, address), as Odoo reads it."""
        parcels = picking.ecom_parcel_ids.filtered(
            lambda p: p.tracking_number and p.shipment_id.state != "void"
        )
        links = [
            [parcel.tracking_number, parcel.tracking_url]
            for parcel in parcels
            if parcel.tracking_url
        ]
        if len(links) > 1:
            return json.dumps(links)
        return links[0][1] if links else False

    def _ecom_cancel_shipment(self, pickings):
        """Odoo's ``cancel_shipment``: void the labels; raises when a label could not be voided."""
        pickings.ecom_shipment_ids._live()._void()

    # === RULES === #

    def _ecom_services(self):
        """Services that this method may use."""
        self.ensure_one()
        if self.ecom_service_ids:
            return self.ecom_service_ids.filtered("active")
        return self.env["ecom.shipping.service"].search([("provider", "=", self.delivery_type)])

    def _ecom_choose_rate(self, rates, source):
        """The rate that counts for ``source`` (an order or a transfer) among its quoted ``rates``."""
        usable = rates.filtered(lambda r: r.carrier_id == self and not r.excluded)
        wanted = source._ecom_wanted_service(self)
        if wanted:
            return usable.filtered(lambda r: r.service_id == wanted)[:1]
        return usable.sorted("order_price")[:1]

    def _ecom_get_account(self):
        """The account to ship on; raises with what to do when there is none."""
        self.ensure_one()
        if not self.ecom_account_id:
            raise UserError(
                _(
                    "The delivery method %s has no carrier account. Choose one under Shipping > Configuration.",
                    self.name,
                )
            )
        return self.ecom_account_id

    def _ecom_convert(self, amount, currency, target, company, date=None):
        """The one place where a carrier's money becomes an order's money.

        :raises UserError: when there is no rate; see :meth:`_ecom_rate_missing`
        """
        if not amount or currency == target:
            return amount
        missing = self._ecom_rate_missing(currency.name, target, company)
        if missing:
            raise UserError(missing)
        return currency._convert(amount, target, company, date or fields.Date.context_today(self))

    @api.model
    def _ecom_rate_missing(self, code, target, company):
        """A sentence when money in ``code`` cannot become ``target``; Odoo would take 1 for 1."""
        if code == target.name:
            return ""
        currency = self._ecom_currency_of(code)
        # sudo: a packer need not read rates
        unrated = (
            (currency | target)
            .sudo()
            .filtered(lambda c: c != company.currency_id and not c.rate_ids)
        )
        if currency and not unrated:
            return ""
        return _(
            "The carrier's price is in %s, for which there is no exchange rate. Activate the currency, enter "
            "a rate and try again: what is bought already is not bought twice.",
            code or _("an unknown currency"),
        )

    @api.model
    def _ecom_currency_of(self, code):
        """The currency with this ISO code, also one that is not active."""
        own = self.env.company.currency_id
        if own.name == code:
            return own
        Currency = self.env["res.currency"].with_context(active_test=False)
        return Currency.search([("name", "=", code)], limit=1)
