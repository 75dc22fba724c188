"""The merchant's account at Canada Post (facts 2 and 10)."""

import re
from dataclasses import dataclass, field

from odoo.addons.ecom_shipping.carrier_contract import Message, Refused

from .tables import PAYMENT_METHODS
from .texts import say

PRODUCTION_ENDPOINT = "https://soa-gw.canadapost.ca"
TEST_ENDPOINT = "https://ct.soa-gw.canadapost.ca"

_NUMBER = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class AccountSettings:
    """Who buys, for whom, and who pays.

    :param user: first half of the API key
    :param password: second half; hidden from ``repr``
    :param customer_number: the customer whose mail it is, 1 to 10 digits
    :param mailed_by: the owner of the API key, or empty when it is the same customer
    :param paid_by: the customer who is billed, or empty for the carrier's default
    :param contract_id: 1 to 10 digits; needed to pay by ``Account``
    :param payment_method: ``Account``, ``CreditCard`` or ``SupplierAccount``
    :param shipping_point_id: deposit site (4 characters at most), in place of the sender's postal
        code
    :param immediate: transmit each shipment when it is bought; such parcels are on no manifest and
        can be refunded but not voided
    """

    user: str
    password: str = field(repr=False)
    customer_number: str
    mailed_by: str = ""
    paid_by: str = ""
    contract_id: str = ""
    payment_method: str = "Account"
    promo_code: str = ""
    shipping_point_id: str = ""
    immediate: bool = False

    @property
    def owner(self):
        """The ``mailed-by`` customer of the addresses: the owner of the API key."""
        return self.mailed_by or self.customer_number

    def path(self, language):
        """``/rs/{mailed by}/{on behalf of}``, where shipments and manifests live (facts 3).

        :raises Refused: a customer number is not made of 1 to 10 digits
        """
        for name, number in (("customer_number", self.customer_number), ("mailed_by", self.owner)):
            if not _NUMBER.fullmatch(number):
                text = say(language, "customer_number", value=number)
                raise Refused([Message("", text, f"account.{name}")])
        return f"/rs/{self.owner}/{self.customer_number}"

    def check(self, checker):
        """Leave with ``checker`` what the schema or the carrier would refuse (facts 4, 6, 10)."""
        checker.number("account.contract_id", self.contract_id)
        checker.number("account.paid_by", self.paid_by)
        checker.text("account.promo_code", self.promo_code, 10)
        checker.text("account.shipping_point_id", self.shipping_point_id, 4)
        if self.payment_method not in PAYMENT_METHODS:
            checker.refuse("account.payment_method", "bad_value", value=self.payment_method)
        elif self.payment_method == "Account" and not self.contract_id:
            checker.refuse("account.contract_id", "missing")
        elif self.payment_method == "SupplierAccount" and self.immediate:
            checker.refuse("account.payment_method", "supplier_immediate")
