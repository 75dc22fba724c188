from decimal import Decimal

from odoo import _, api, fields, models, tools
from odoo.exceptions import ValidationError

from ..offline_courier import CourierSettings, OfflineCourier, OfflineService, PriceTable
from ..offline_courier.numbers import (
    DEFAULT_DIGITS,
    FEWEST_DIGITS,
    LONGEST_PREFIX,
    MOST_DIGITS,
    PREFIX,
)
from ..offline_courier.settings import NUMBER_PLACEHOLDER, is_web_link


class EcomCarrierAccount(models.Model):
    _inherit = "ecom.carrier.account"

    provider = fields.Selection(
        selection_add=[("ecom_offline", "Courier Without API")],
        ondelete={"ecom_offline": lambda accounts: accounts._provider_removed()},
    )
    offline_currency_id = fields.Many2one(
        "res.currency",
        "Currency of Prices",
        compute="_compute_offline_currency_id",
        store=True,
        readonly=False,
    )
    offline_fuel_percent = fields.Float("Fuel Surcharge (%)", digits=(5, 2))
    offline_number_prefix = fields.Char(
        "Number Prefix",
        size=LONGEST_PREFIX,
        help="First letters of the parcel numbers that are given to this courier's parcels.",
    )
    offline_number_digits = fields.Integer(
        "Number of Digits",
        default=DEFAULT_DIGITS,
        help="Digits between the prefix and the check digit. Fewer digits make shorter bar codes, "
        "more digits make it less likely that two parcels ever get the same number.",
    )
    offline_tracking_link = fields.Char(
        "Tracking Link",
        help="The courier's page, with <shipmenttrackingnumber> where the number belongs. "
        "Leave empty when the courier has none.",
    )
    offline_price_ids = fields.One2many("ecom.offline.price", "account_id", "Price List")
    offline_price_count = fields.Integer(compute="_compute_offline_price_count")

    @api.depends("company_id")
    def _compute_offline_currency_id(self):
        for account in self:
            currency = account.offline_currency_id or account.company_id.currency_id
            account.offline_currency_id = currency

    def _compute_offline_price_count(self):
        groups = self.env["ecom.offline.price"]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["__count"]
        )
        counts = dict(groups)
        for account in self:
            account.offline_price_count = counts.get(account, 0)

    # === CHECKS === #

    @api.constrains("offline_number_prefix", "offline_number_digits")
    def _check_offline_numbers(self):
        for account in self:
            if not PREFIX.fullmatch(account.offline_number_prefix or ""):
                raise ValidationError(
                    _(
                        "The number prefix %(prefix)s must be made of capital letters or digits, "
                        "at most %(longest)s.",
                        prefix=account.offline_number_prefix,
                        longest=LONGEST_PREFIX,
                    )
                )
            if not FEWEST_DIGITS <= account.offline_number_digits <= MOST_DIGITS:
                raise ValidationError(
                    _(
                        "Parcel numbers need %(fewest)s to %(most)s digits, not %(value)s.",
                        fewest=FEWEST_DIGITS,
                        most=MOST_DIGITS,
                        value=account.offline_number_digits,
                    )
                )

    @api.constrains("offline_tracking_link")
    def _check_offline_tracking_link(self):
        """The link goes to customers: a web address that leads to their own parcel."""
        for account in self.filtered("offline_tracking_link"):
            link = account.offline_tracking_link
            if not is_web_link(link):
                raise ValidationError(_("The tracking link is no web address: %s", link))
            if NUMBER_PLACEHOLDER not in link:
                raise ValidationError(
                    _(
                        "The tracking link %(link)s lacks %(placeholder)s for the number.",
                        link=link,
                        placeholder=NUMBER_PLACEHOLDER,
                    )
                )

    @api.constrains("offline_fuel_percent")
    def _check_offline_fuel_percent(self):
        if any(not 0 <= account.offline_fuel_percent <= 100 for account in self):
            raise ValidationError(_("The fuel surcharge is a percentage between 0 and 100."))

    # === THE CARRIER OBJECT === #

    def write(self, vals):
        if "offline_currency_id" in vals:
            self.env.registry.clear_cache()  # prices are rounded to their currency
        return super().write(vals)

    def _build_carrier(self, language="en"):
        if self.provider != "ecom_offline":
            return super()._build_carrier(language)
        today = fields.Date.context_today(self)
        return OfflineCourier(self._offline_settings(), language, today=lambda: today)

    def _offline_settings(self):
        services = self.env["ecom.shipping.service"].search([("provider", "=", self.provider)])
        options = self.env["ecom.shipping.option"].search([("provider", "=", self.provider)])
        return CourierSettings(
            name=self.name,
            currency=self.offline_currency_id.name,
            services=tuple(OfflineService(s.code, s.name, s._limits()) for s in services),
            prices=self._offline_price_table(),
            rounding=Decimal(str(self.offline_currency_id.rounding)),
            fuel_percent=Decimal(str(self.offline_fuel_percent)),
            number_prefix=self.offline_number_prefix or "",
            number_digits=self.offline_number_digits,
            tracking_link=self.offline_tracking_link or "",
            options=tuple((option.code, option.name) for option in options),
            is_test=self.environment == "test",
        )

    # A price list may have thousands of lines, and a carrier object is built for every purchase.
    @tools.ormcache("self.id")
    def _offline_price_table(self):
        prices = self.env["ecom.offline.price"].search([("account_id", "=", self.id)])
        return PriceTable(tuple(prices._lines()))

    def _rate_terms(self):
        """Rates that were quoted before the prices changed are quoted again."""
        terms = super()._rate_terms()
        if self.provider != "ecom_offline":
            return terms
        account = self.sudo()  # sudo: whoever may quote need not read price lists
        prices = account._offline_price_table().fingerprint
        return (*terms, account.offline_currency_id.id, account.offline_fuel_percent, prices)

    # === ACTIONS === #

    def action_offline_prices(self):
        """The price list of this account."""
        self.ensure_one()
        xml_id = "ecom_shipping_offline.action_ecom_offline_price"
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        context = {"default_account_id": self.id}
        return action | {"domain": [("account_id", "=", self.id)], "context": context}
