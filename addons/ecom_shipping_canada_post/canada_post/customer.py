"""Customer information: who we are at the carrier (facts 10)."""

from dataclasses import dataclass

from odoo.addons.ecom_shipping.carrier_contract import Message, Refused

from . import xml
from .call import Call
from .tables import CUSTOMER_TYPE
from .texts import say


@dataclass(frozen=True)
class Customer:
    """A customer number with its contracts and the ways to pay of all its payers."""

    number: str
    contracts: tuple[str, ...]
    methods: tuple[str, ...]


def call(account, language):
    """Ask about the customer whose mail it is, as the owner of the API key (facts 3).

    :rtype: Call
    """
    account.path(language)  # refuses numbers that would spoil the address
    path = f"/rs/customer/{account.owner}"
    if account.customer_number != account.owner:
        path += f"/behalfof/{account.customer_number}"
    return Call("GET", path, CUSTOMER_TYPE, group="C")


def root_name(account):
    """The root element of the answer."""
    return "customer" if account.customer_number == account.owner else "behalf-of-customer"


def read(root):
    """:rtype: Customer"""
    found = xml.children(root)
    contracts = tuple((element.text or "").strip() for element in found.get("contracts", ()))
    methods = {}
    for payer in found.get("authorized-payers", ()):
        for method in xml.children(payer).get("methods-of-payment", ()):
            methods[(method.text or "").strip()] = None
    return Customer(xml.required(found, "customer-number"), contracts, tuple(methods))


def describe(customer, account, language):
    """A sentence for the administrator.

    :raises Refused: the account's contract is not one of the customer's
    """
    none = say(language, "none")
    contracts = ", ".join(customer.contracts) or none
    known = {int(number) for number in customer.contracts if number.isdecimal()}
    if account.contract_id and known and int(account.contract_id) not in known:
        text = say(language, "contract_unknown", value=account.contract_id, contracts=contracts)
        raise Refused([Message("", text, "account.contract_id")])
    methods = ", ".join(customer.methods) or none
    return say(
        language, "connected", customer=customer.number, contracts=contracts, methods=methods
    )
