"""What the merchant agreed with the courier."""

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from odoo.addons.ecom_shipping.shipping_rules.checks import Limits

from .numbers import DEFAULT_DIGITS
from .price_table import PriceTable

# The placeholder of Odoo's own delivery methods, so that a link can be moved from one to the other.
NUMBER_PLACEHOLDER = "<shipmenttrackingnumber>"


@dataclass(frozen=True)
class OfflineService:
    """One thing the courier sells, with the name that is printed on labels."""

    code: str
    name: str
    limits: Limits = Limits()


@dataclass(frozen=True)
class CourierSettings:
    """A courier as one account knows it.

    :param name: printed on labels and hand-over lists
    :param currency: ISO code of all prices
    :param rounding: smallest amount of the currency
    :param fuel_percent: surcharge on every price
    :param number_prefix: first letters of the own tracking numbers
    :param number_digits: digits after the prefix, without the check digit
    :param tracking_link: the courier's page, with :data:`NUMBER_PLACEHOLDER` for the number, or ''
    :param options: (code, name) pairs of the extras that are printed for the driver
    :param is_test: papers say that they are not for shipping; a label of our own making is as good
        as real otherwise
    """

    name: str
    currency: str
    services: tuple[OfflineService, ...] = ()
    prices: PriceTable = PriceTable()
    rounding: Decimal = Decimal("0.01")
    fuel_percent: Decimal = Decimal(0)
    number_prefix: str = ""
    number_digits: int = DEFAULT_DIGITS
    tracking_link: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_test: bool = False

    def service(self, code):
        """The service with ``code``, or None."""
        return next((service for service in self.services if service.code == code), None)


def is_web_link(link):
    """Whether ``link`` with its placeholder filled in is an address that a browser opens safely."""
    filled = link.replace(NUMBER_PLACEHOLDER, "0")
    try:
        url = urlsplit(filled)
    except ValueError:
        return False
    has_place = url.scheme in ("http", "https") and bool(url.hostname)
    return has_place and not re.search(r"[\s<>\"']", filled)
