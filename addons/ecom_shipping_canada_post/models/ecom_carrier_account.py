from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from odoo import fields, models

from odoo.addons.ecom_shipping.carrier_contract import Pace
from odoo.addons.ecom_shipping.models.ecom_carrier_account import ADMIN

from ..canada_post import (
    CALLS_PER_MINUTE,
    PRODUCTION_ENDPOINT,
    TEST_ENDPOINT,
    AccountSettings,
    CanadaPost,
    Transport,
)

ENDPOINT_PARAMETER = "ecom_shipping_canada_post.endpoint"


class EcomCarrierAccount(models.Model):
    _inherit = "ecom.carrier.account"

    provider = fields.Selection(
        selection_add=[("canada_post", "Canada Post")],
        ondelete={"canada_post": lambda accounts: accounts._provider_removed()},
    )
    canada_post_user = fields.Char(
        "API User",
        groups=ADMIN,
        copy=False,
        help="First half of the API key of the carrier's developer programme.",
    )
    canada_post_password = fields.Char("API Password", groups=ADMIN, copy=False)
    canada_post_mailed_by = fields.Char(
        "Owner of the API Key", help="Customer number of the key's owner, when it is not your own."
    )
    canada_post_paid_by = fields.Char(
        "Paid by Customer", help="Customer number that is billed, when it is not your own."
    )
    canada_post_payment_method = fields.Selection(
        [
            ("Account", "On Account"),
            ("CreditCard", "Credit Card on File"),
            ("SupplierAccount", "Supplier Account"),
        ],
        "Payment",
        default="Account",
    )
    canada_post_promo_code = fields.Char("Promotion Code", size=10)
    canada_post_shipping_point = fields.Char(
        "Deposit Site", size=4, help="Number of the deposit site. Empty: the sender's postal code."
    )
    canada_post_raised_limits = fields.Boolean(
        "Raised Call Limits",
        help="Canada Post raised the calls per minute of this API key, on your request.",
    )

    def _build_carrier(self, language="en"):
        if self.provider != "canada_post":
            return super()._build_carrier(language)
        endpoint, zone = self._canada_post_endpoint(), self._canada_post_zone()
        user, password = self.canada_post_user or "", self.canada_post_password or ""
        return CanadaPost(
            self._canada_post_settings(user, password),
            endpoint,
            language,
            today=lambda: datetime.now(zone).date(),
            transport=_transport(
                endpoint, user, password, language, self.canada_post_raised_limits
            ),
        )

    def _canada_post_endpoint(self):
        """The system parameter when an administrator set it, else the host of the environment."""
        # sudo: system parameters are readable by administrators only.
        override = self.env["ir.config_parameter"].sudo().get_param(ENDPOINT_PARAMETER)
        if override:
            return override
        return PRODUCTION_ENDPOINT if self.environment == "production" else TEST_ENDPOINT

    def _canada_post_settings(self, user, password):
        return AccountSettings(
            user=user,
            password=password,
            customer_number=(self.customer_number or "").strip(),
            mailed_by=(self.canada_post_mailed_by or "").strip(),
            paid_by=(self.canada_post_paid_by or "").strip(),
            contract_id=(self.contract_number or "").strip(),
            payment_method=self.canada_post_payment_method or "Account",
            promo_code=self.canada_post_promo_code or "",
            shipping_point_id=self.canada_post_shipping_point or "",
            immediate=not self.uses_manifest,
        )

    def _canada_post_zone(self):
        return ZoneInfo(self.company_id.partner_id.tz or "America/Toronto")


@lru_cache(maxsize=64)
def _transport(endpoint, user, password, language, raised):
    """One pool of kept connections per host, key and language in this process."""
    return Transport(endpoint, user, password, language, paces=_paces(endpoint, user, raised))


@lru_cache(maxsize=64)
def _paces(endpoint, user, raised):
    """The carrier counts by key, whatever the language of the call."""
    return {group: Pace(limits[raised]) for group, limits in CALLS_PER_MINUTE.items()}
