import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..carrier_contract import (
    CarrierError,
    Exclusion,
    RateAnswer,
    RateRequest,
)
from ..shipping_rules.fingerprint import rate_fingerprint

_logger = logging.getLogger(__name__)

RATE_THREADS = 8


class EcomRate(models.Model):
    """One quoted price of a service, or the reason why the service cannot be used.

    Rates belong to an order or a transfer and are kept as long as their contents are unchanged: the
    same question is not asked of the carrier twice.
    """

    _name = "ecom.rate"
    _description = "Shipping Rate"
    _order = "excluded, order_price, id"

    order_id = fields.Many2one("sale.order", ondelete="cascade", index=True)
    picking_id = fields.Many2one("stock.picking", ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True)
    carrier_id = fields.Many2one(
        "delivery.carrier", "Delivery Method", required=True, ondelete="cascade"
    )
    service_id = fields.Many2one("ecom.shipping.service", ondelete="cascade")
    service_name = fields.Char("Service Quoted", required=True)
    quote_key = fields.Char(required=True, index=True)
    quoted_at = fields.Datetime(required=True)
    carrier_currency_id = fields.Many2one("res.currency")
    price = fields.Monetary("Price Before Taxes", currency_field="carrier_currency_id")
    taxes = fields.Monetary("Carrier's Taxes", currency_field="carrier_currency_id")
    total = fields.Monetary("Carrier's Price With Taxes", currency_field="carrier_currency_id")
    currency_id = fields.Many2one("res.currency", help="Currency of the order.")
    order_price = fields.Monetary("Price", help="Before taxes, in the order's currency.")
    order_taxes = fields.Monetary("Taxes", help="The carrier's taxes, in the order's currency.")
    expected_date = fields.Date("Expected")
    transit_days = fields.Integer("Business Days")
    guaranteed = fields.Boolean()
    details = fields.Char(help="What the price is made of.")
    excluded = fields.Boolean("Not Possible")
    reason = fields.Char("Why Not")
    failed = fields.Boolean(help="The carrier gave no answer at all; it is asked again next time.")
    chosen_by_customer = fields.Boolean("Customer's Choice", compute="_compute_chosen")
    is_stale = fields.Boolean("Out of Date", compute="_compute_is_stale")
    is_cheapest = fields.Boolean("Cheapest", compute="_compute_badges")
    is_fastest = fields.Boolean("Fastest", compute="_compute_badges")
    highlight = fields.Char(compute="_compute_highlight")
    note = fields.Text("Remarks", compute="_compute_note")

    @api.depends("service_id", "order_id.ecom_service_id", "picking_id.sale_id.ecom_service_id")
    @api.depends_context("ecom_chosen_rate_id")
    def _compute_chosen(self):
        for rate in self:
            order = rate.order_id or rate.picking_id.sale_id
            chosen = self.browse(self.env.context.get("ecom_chosen_rate_id") or ()).service_id
            wanted = chosen if rate.order_id and chosen else order.ecom_service_id
            rate.chosen_by_customer = bool(wanted) and wanted == rate.service_id

    def _compute_badges(self):
        usable = self.filtered(lambda r: not r.excluded)
        for rate in self:
            others = usable.filtered(
                lambda r, rate=rate: (r.order_id, r.picking_id) == (rate.order_id, rate.picking_id)
            )
            dates = [day for day in others.mapped("expected_date") if day]
            rate.is_cheapest = rate in usable and rate.order_price == min(
                others.mapped("order_price")
            )
            rate.is_fastest = rate in usable and bool(dates) and rate.expected_date == min(dates)

    @api.depends("is_cheapest", "is_fastest", "chosen_by_customer", "is_stale")
    @api.depends_context("ecom_chosen_rate_id")
    def _compute_highlight(self):
        """What speaks for this rate, in the words of one badge."""
        for rate in self:
            is_quotation = rate.order_id.state in ("draft", "sent")
            words = [
                rate.chosen_by_customer
                and (_("Chosen") if is_quotation else _("Customer's choice")),
                rate.is_cheapest and _("Cheapest"),
                rate.is_fastest and _("Fastest"),
            ]
            rate.highlight = (
                " · ".join(word for word in words if word and not rate.is_stale) or False
            )

    @api.depends("excluded", "reason", "transit_days", "guaranteed")
    def _compute_note(self):
        for rate in self:
            days = rate.transit_days
            if rate.excluded:
                rate.note = rate.reason
            elif rate.guaranteed and days:
                rate.note = _("Guaranteed, %s business day(s)", days)
            else:
                rate.note = _("%s business day(s)", days) if days else False

    def _compute_is_stale(self):
        """Stale: weight, size, address, options or account changed since, or it is too old."""
        keys = {}
        for rate in self:
            source = rate.order_id or rate.picking_id
            place = (source, rate.carrier_id)
            if place not in keys:
                keys[place] = self._quote_key(
                    rate.carrier_id, source._ecom_rate_request(rate.carrier_id)
                )
            rate.is_stale = keys[place] != rate.quote_key or rate._is_too_old()

    def _is_good(self):
        return not self.failed and not self._is_too_old()

    def _is_too_old(self):
        valid_for = timedelta(hours=self.company_id.ecom_rate_validity_h or 12)
        return fields.Datetime.now() - self.quoted_at > valid_for

    # === QUOTING === #

    @api.model
    def _quote(self, source, carriers):
        """Rates of ``source`` (one order or one transfer) for delivery methods of ours.

        Methods whose rates are still good are not asked again; the others are asked side by side.

        :returns: rates and exclusions of all ``carriers``
        """
        good = self.browse()
        questions = []
        for carrier in carriers:
            request = source._ecom_rate_request(carrier)
            key = self._quote_key(carrier, request)
            known = source.ecom_rate_ids.filtered(lambda r, c=carrier: r.carrier_id == c)
            if known and all(rate.quote_key == key and rate._is_good() for rate in known):
                good |= known
            else:
                known.sudo().unlink()  # sudo: a clerk may replace rates that a colleague asked for
                questions.append(
                    (carrier, key, request, carrier._ecom_get_account()._get_carrier())
                )
        return good | self._ask(source, questions)

    def _ask(self, source, questions):
        if not questions:
            return self.browse()
        calls = [(carrier_object, request) for _carrier, _key, request, carrier_object in questions]
        with ThreadPoolExecutor(max_workers=min(RATE_THREADS, len(calls))) as pool:
            answers = list(pool.map(_rate_job, calls))
        values = [
            vals
            for (carrier, key, _request, _object), (answer, failed) in zip(
                questions, answers, strict=True
            )
            for vals in self._answer_values(source, carrier, key, answer, failed)
        ]
        # sudo: whoever may read the order may see its rates; creating them is our bookkeeping.
        return self.sudo().create(values).sudo(self.env.su)

    @api.model
    def _quote_key(self, carrier, request):
        terms = (
            (*carrier.ecom_account_id._rate_terms(), carrier.id)
            if carrier.ecom_account_id
            else (carrier.id,)
        )
        return rate_fingerprint(terms, request)

    def _answer_values(self, source, carrier, key, answer, failed):
        base = {
            "order_id": source.id if source._name == "sale.order" else False,
            "picking_id": source.id if source._name == "stock.picking" else False,
            "company_id": source.company_id.id,
            "carrier_id": carrier.id,
            "quote_key": key,
            "quoted_at": fields.Datetime.now(),
            "currency_id": source._ecom_currency().id,
            "failed": failed,
        }
        services = self.env["ecom.shipping.service"]._by_code(carrier.delivery_type)
        rates = [self._rate_values(source, carrier, services, rate) for rate in answer.rates]
        left_out = [self._exclusion_values(services, exclusion) for exclusion in answer.exclusions]
        return [base | values for values in rates + left_out]

    def _rate_values(self, source, carrier, services, rate):
        target, company = source._ecom_currency(), source.company_id
        code = rate.price.currency
        missing = carrier._ecom_rate_missing(code, target, company)
        if missing:
            return self._exclusion_values(
                services, Exclusion(rate.service_code, rate.service_name, missing)
            )
        currency = carrier._ecom_currency_of(code)
        price, taxes = float(rate.price.amount), float(rate.taxes.amount)
        return {
            "service_id": services.get(rate.service_code, self.env["ecom.shipping.service"]).id,
            "service_name": rate.service_name or rate.service_code,
            "carrier_currency_id": currency.id,
            "price": price,
            "taxes": taxes,
            "total": price + taxes,
            "order_price": carrier._ecom_convert(price, currency, target, company),
            "order_taxes": carrier._ecom_convert(taxes, currency, target, company),
            "expected_date": rate.expected_date,
            "transit_days": rate.transit_days or 0,
            "guaranteed": rate.guaranteed,
            "details": " · ".join(f"{label} {amount}" for label, amount in rate.parts),
        }

    def _exclusion_values(self, services, exclusion):
        return {
            "service_id": services.get(
                exclusion.service_code, self.env["ecom.shipping.service"]
            ).id,
            "service_name": exclusion.service_name or exclusion.service_code or _("All services"),
            "excluded": True,
            "reason": exclusion.reason,
        }

    def _promise(self):
        """The sentence for the clerk beside the price: service and date."""
        self.ensure_one()
        if not self.expected_date:
            return self.service_name
        day = format_date(self.env, self.expected_date)
        return _("%(service)s, expected on %(day)s", service=self.service_name, day=day)

    # === ACTIONS === #

    def action_choose(self):
        """Choose this rate in the wizard (order or transfer) that shows it."""
        self.ensure_one()
        model = self.env.context.get("ecom_wizard_model")
        if model not in ("choose.delivery.carrier", "ecom.transfer.rates"):
            raise UserError(_("A rate is chosen in the wizard that shows it."))
        wizard = self.env[model].browse(self.env.context.get("ecom_wizard_id")).exists()
        wizard.check_access("read")
        place = wizard.picking_id if model == "ecom.transfer.rates" else wizard.order_id
        if not place or self not in place.ecom_rate_ids:
            raise UserError(_("A rate is chosen in the wizard that shows it."))
        if self.excluded:
            raise UserError(self.reason or _("No service fits this order."))
        return wizard._choose(self)


def _rate_job(call):
    """Ask one carrier; what goes wrong becomes an exclusion, because quoting never raises.

    :returns: the answer, and whether it is only the sentence of a failure
    """
    carrier, request = call
    try:
        return carrier.rate(request), False
    except CarrierError as error:
        return RateAnswer(exclusions=(Exclusion("", carrier.name, str(error)),)), True
    except Exception as error:
        _logger.exception("quoting failed at %s", carrier.name)
        reason = type(error).__name__
        return RateAnswer(exclusions=(Exclusion("", carrier.name, reason),)), True


def rate_request(sender, recipient, parcels, options, services):
    """A :class:`RateRequest` from lists."""
    return RateRequest(
        sender=sender,
        recipient=recipient,
        parcels=tuple(parcels),
        options=tuple(options),
        services=tuple(services),
    )
