"""Who may call: the fictitious accounts and what each is good for (facts 2 and 10)."""

import base64
import binascii
import hmac
from dataclasses import dataclass, field

from .documents import CUSTOMER, CUSTOMER_TYPE, Builder, serialize
from .errors import refuse


def pad(value):
    """Customer and contract numbers are answered padded to ten digits (facts 2)."""
    return str(value).zfill(10)


@dataclass(frozen=True)
class Account:
    """One API key with its customer; ``contracts`` by every customer it may mail for."""

    user: str
    password: str
    customer: str
    company: str
    contracts: dict = field(default_factory=dict)
    methods: tuple = ("Account", "CreditCard")
    has_card: bool = True
    environment: str = "development"
    language: str = "en"
    enabled: bool = True
    expired_contracts: tuple = ()

    @property
    def mobos(self):
        """Customers this key may mail for: itself first."""
        return [self.customer] + [number for number in self.contracts if number != self.customer]


ACCOUNTS = (
    Account(
        "sandbox-north",
        "north-pass",
        "0009000001",
        "Northern Outfitters (fictitious)",
        {"0009000001": ("0049000001",), "0009000011": ("0049000011",)},
        expired_contracts=("0049000091",),
    ),
    Account(
        "sandbox-south",
        "south-pass",
        "0009000002",
        "Southern Gadgets (fictitious)",
        {"0009000002": ("0049000002",)},
    ),
    Account(
        "sandbox-nocard",
        "nocard-pass",
        "0009000003",
        "Cardless Crafts (fictitious)",
        {"0009000003": ("0049000003",)},
        has_card=False,
    ),
    Account(
        "sandbox-erable",
        "erable-pass",
        "0009000004",
        "Boutique de l'Érable (fictive)",
        {"0009000004": ("0049000004",)},
        language="fr",
    ),
    Account(
        "sandbox-card",
        "card-pass",
        "0009000005",
        "Corner Shop (fictitious)",
        {"0009000005": ()},
        methods=("CreditCard",),
    ),
    Account(
        "sandbox-production",
        "production-pass",
        "0009000006",
        "Production Key (fictitious)",
        {"0009000006": ("0049000006",)},
        environment="production",
    ),
    Account(
        "sandbox-disabled",
        "disabled-pass",
        "0009000007",
        "Disabled Key (fictitious)",
        {"0009000007": ("0049000007",)},
        enabled=False,
    ),
)
ALL_CONTRACTS = {
    number for account in ACCOUNTS for numbers in account.contracts.values() for number in numbers
}
METHODS = ("Account", "CreditCard", "SupplierAccount")


def authenticate(header, environment):
    """Basic login (facts 2): 401 E002 when unknown, 403 when disabled or for another host."""
    user, password = credentials(header)
    account = next((item for item in ACCOUNTS if item.user == user), None)
    if account is None or not hmac.compare_digest(account.password.encode(), password.encode()):
        raise refuse("E002")
    if not account.enabled:
        raise refuse("AA001")
    if account.environment != environment:
        raise refuse("AA002")
    return account


def credentials(header):
    """User and password of a Basic login header."""
    scheme, _blank, token = (header or "").partition(" ")
    if scheme.lower() != "basic":
        raise refuse("E002")
    try:
        user, _colon, password = (
            base64.b64decode(token, validate=True).decode("utf-8").partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        raise refuse("E002") from None
    return user, password


def check_customers(account, mailed_by=None, mobo=None, platform=None):
    """The key owner is the mailed-by customer and mails for its own customers only (facts 2)."""
    if platform or (mailed_by and "-" in mailed_by):
        raise refuse("AA008")
    if mailed_by and pad(mailed_by) != account.customer:
        raise refuse("AA003", value=pad(mailed_by))
    if mobo and pad(mobo) not in account.mobos:
        raise refuse("AA004", value=pad(mobo))


def settlement_problems(account, mobo, paid_by, contract, method):
    """Rules on contract, payer and method of payment (facts 10), as (code, values) pairs."""
    if method not in METHODS:
        yield "1711", {"value": method}
    elif method not in account.methods or pad(paid_by or mobo) not in account.mobos:
        yield "1653", {"value": method}
    elif method == "CreditCard" and not account.has_card:
        yield "9174", {}
    elif method == "Account" and not contract:
        yield "2506", {}
    yield from contract_problems(account, mobo, contract)


def contract_problems(account, mobo, contract):
    """A contract must exist, be in force and belong to the mobo customer (facts 10)."""
    if not contract:
        return
    number = pad(contract)
    if number in account.expired_contracts:
        yield "2500", {"value": number}
    elif number in account.contracts.get(pad(mobo), ()):
        return
    elif number in ALL_CONTRACTS:
        yield "1702", {"value": number}
    else:
        yield "2550", {"value": number}


def get_customer(context):
    """Get Customer (facts 3 and 10): contracts, payers with their methods, customers mailed for."""
    account, build = context.account, Builder(CUSTOMER)
    links = [
        build.link(
            "behalf-of-customer",
            context.href(f"/rs/customer/{account.customer}/behalfof/{mobo}"),
            CUSTOMER_TYPE,
        )
        for mobo in account.mobos[1:]
    ]
    root = build(
        "customer",
        _customer_parts(build, account, account.customer),
        build("links", links) if links else None,
    )
    return context.xml(serialize(root))


def get_behalf_of_customer(context):
    """Get Behalf-of Customer (facts 3)."""
    build = Builder(CUSTOMER)
    mobo = pad(context.path["mobo"])
    return context.xml(
        serialize(build("behalf-of-customer", _customer_parts(build, context.account, mobo)))
    )


def _customer_parts(build, account, number):
    contracts = [build("contract-id", contract) for contract in account.contracts.get(number, ())]
    methods = [build("method-of-payment", method) for method in account.methods]
    payer = build(
        "payer", build("payer-number", account.customer), build("methods-of-payment", methods)
    )
    return [
        build("customer-number", number),
        build("contracts", contracts) if contracts else None,
        build("authorized-payers", payer),
    ]
