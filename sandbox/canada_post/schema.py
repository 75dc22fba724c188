"""Schema checks: the structure rules of the requests, written as tables (facts 2, 4, 6, 11, 13).

A broken rule becomes HTTP 500 with code ``Server`` and a text in the manner of an XML parser,
which is all that the real service tells. Types are small callables: they take the raw text and
return None or the reason of refusal.
"""

import datetime
import re
from decimal import Decimal

from . import documents
from .errors import schema_fault

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ALLOWED_ATTRIBUTES = (_XSI + "schemaLocation", _XSI + "noNamespaceSchemaLocation")


# --- simple types -----------------------------------------------------------------------
def words(low=0, high=None, pattern=None, choices=None, raw=False):
    """Text with length limits (counted in characters), pattern or list of values."""
    regex = re.compile(pattern) if pattern else None

    def check(value):
        if not raw:
            value = re.sub(r"[\t\r\n]", " ", value)
        if len(value) < low:
            return f"cvc-minLength-valid: length {len(value)} of value '{value}' is below {low}"
        if high is not None and len(value) > high:
            return f"cvc-maxLength-valid: length {len(value)} of value '{value}' is above {high}"
        if regex and not regex.fullmatch(value):
            return f"cvc-pattern-valid: value '{value}' does not match {pattern}"
        if choices and value not in choices:
            return f"cvc-enumeration-valid: value '{value}' is not one of {', '.join(choices)}"
        return None

    return check


def number(above=None, high=None, digits=None, low=None):
    """A plain decimal number with exclusive or inclusive limits and a number of decimals."""

    def check(value):
        value = value.strip(" \t\r\n")
        if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", value):
            return f"cvc-datatype-valid: '{value}' is not a valid decimal"
        amount = Decimal(value)
        if above is not None and amount <= Decimal(above):
            return f"cvc-minExclusive-valid: {value} is not above {above}"
        if low is not None and amount < Decimal(low):
            return f"cvc-minInclusive-valid: {value} is below {low}"
        if high is not None and amount > Decimal(high):
            return f"cvc-maxInclusive-valid: {value} is above {high}"
        if digits is not None and -amount.normalize().as_tuple().exponent > digits:
            return f"cvc-fractionDigits-valid: {value} has more than {digits} decimals"
        return None

    return check


def whole(low, high):
    """A whole number between limits."""
    decimal = number(low=low, high=high)

    def check(value):
        if not re.fullmatch(r"\s*[+-]?[0-9]+\s*", value):
            return f"cvc-datatype-valid: '{value}' is not a valid integer"
        return decimal(value)

    return check


def boolean(value):
    """true, false, 1 or 0."""
    if value.strip(" \t\r\n") in ("true", "false", "1", "0"):
        return None
    return f"cvc-datatype-valid: '{value}' is not a valid boolean"


def fixed_true(value):
    """A flag that may only be present as true: leave it out instead of sending false (facts 2)."""
    if value in ("", "true"):
        return None
    return f"cvc-elt.5.2.2.2.2: value '{value}' differs from the fixed value 'true'"


def strict_boolean(value):
    """A boolean written as the word true or false."""
    return None if value.strip(" \t\r\n") in ("true", "false") else f"cvc-pattern-valid: '{value}'"


def boolean_default_false(value):
    """As before; an empty element takes its default."""
    return strict_boolean(value or "false")


def date(value):
    """A calendar date, with or without a time zone."""
    match = re.fullmatch(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?\s*", value)
    return _calendar(match and match.group(1), value, datetime.date.fromisoformat, "date")


def date_time(value):
    """A date with its time."""
    day, clock = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}:[0-9]{2}"
    pattern = rf"\s*({day}T{clock})(\.[0-9]+)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?\s*"
    match = re.fullmatch(pattern, value)
    return _calendar(match and match.group(1), value, datetime.datetime.fromisoformat, "dateTime")


def _calendar(found, value, convert, kind):
    try:
        convert(found or "")
    except ValueError:
        return f"cvc-datatype-valid: '{value}' is not a valid {kind}"
    return None


POSTAL_CODE = words(pattern="[A-Z][0-9][A-Z][0-9][A-Z][0-9]", raw=True)
ZIP_CODE = words(pattern="[0-9]{5}(-[0-9]{4})?", raw=True)
POSTAL_OR_ZIP = words(pattern="([A-Z][0-9][A-Z][0-9][A-Z][0-9])|([0-9]{5}(-[0-9]{4})?)", raw=True)
COUNTRY = words(pattern="[a-zA-Z]{2}", raw=True)
CUSTOMER = words(pattern="[0-9]{1,10}", raw=True)
EMAIL = words(
    high=60,
    pattern=r"['_A-Za-z0-9\-+]+(\.['_A-Za-z0-9\-+]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
)
SIDE = number(above=0, high="999.9", digits=1)
MONEY = number(above=0, high="999999.99", digits=2)
SERVICE = words(1, 32)
GROUP = words(1, 32)
NAME = words(high=44)
LINE_1 = words(1, 44)
CITY = words(1, 40)
PHONE = words(high=25)
METHOD = words(high=15)


# --- element tables ---------------------------------------------------------------------
class Group:
    """Children in any order, each once, by name with their types or groups."""

    def __init__(self, required=None, optional=None, one_of=None):
        self.required = required or {}
        self.one_of = one_of or {}
        self.types = {**(optional or {}), **self.required, **self.one_of}

    def check(self, element, path):
        names = [documents.local(item) for item in element]
        for item, name in zip(element, names, strict=True):
            _check_known(item, name, self.types, element, path)
            if names.count(name) > 1:
                raise _fault(path, element, f"more than one {name}")
        for name in self.required:
            if name not in names:
                raise _missing(path, element, name)
        if self.one_of and len([name for name in names if name in self.one_of]) != 1:
            raise _missing(path, element, " or ".join(self.one_of), "exactly one of ")
        for item, name in zip(element, names, strict=True):
            check_content(item, self.types[name], path)


class Listing:
    """A list of one kind of child."""

    def __init__(self, name, kind, high=None, low=1):
        self.name, self.kind, self.high, self.low = name, kind, high, low

    def check(self, element, path):
        for item in element:
            _check_known(item, documents.local(item), {self.name: self.kind}, element, path)
        if len(element) < self.low:
            raise _missing(path, element, self.name)
        if self.high and len(element) > self.high:
            raise _fault(path, element, f"more than {self.high} {self.name}")
        for item in element:
            check_content(item, self.kind, path)


def check_content(element, kind, path):
    """Check attributes, text and children of one element."""
    foreign = [name for name in element.attrib if name not in _ALLOWED_ATTRIBUTES]
    if foreign:
        raise _fault(path, element, f"attribute {foreign[0]} is not allowed")
    if isinstance(kind, (Group, Listing)):
        pieces = [element.text] + [item.tail for item in element]
        if any((piece or "").strip() for piece in pieces):
            raise _fault(path, element, "text is not allowed here")
        return kind.check(element, path)
    if len(element):
        raise _fault(
            path,
            element,
            f"found <{documents.local(element[0])}>, but this element has simple content",
        )
    reason = kind(element.text or "")
    if reason:
        raise _fault(path, element, reason)
    return None


def _check_known(item, name, types, parent, path):
    if name not in types or item.tag.rpartition("}")[0] != parent.tag.rpartition("}")[0]:
        wanted = ", ".join(types)
        raise _fault(path, parent, f"found <{item.tag}>, but next item should be one of {wanted}")


def _missing(path, element, name, prefix=""):
    return _fault(
        path,
        element,
        f"found </{documents.local(element)}>, but next item should be {prefix}{name}",
        "cvc-particle 3.1",
    )


def _fault(path, element, reason, rule="cvc-complex-type 2.4"):
    return schema_fault(f"{path}: {rule}: in element {element.tag}, {reason}")


def check_document(data, namespace, root_name, kind, path):
    """Parse and check a request body; returns its root or raises the schema fault."""
    try:
        root = documents.parse(data)
    except ValueError as error:
        raise schema_fault(f"{path}: parse error: {error}") from error
    if root.tag != f"{{{namespace}}}{root_name}":
        raise schema_fault(
            f"{path}: cvc-elt 1: found <{root.tag}>, but expected {{{namespace}}}{root_name}"
        )
    check_content(root, kind, path)
    return root


# --- rating (facts 4) -------------------------------------------------------------------
DIMENSIONS = Group({"length": SIDE, "width": SIDE, "height": SIDE})
FLAGS = {"unpackaged": boolean, "mailing-tube": boolean, "oversized": boolean}
MAILING_SCENARIO = Group(
    required={
        "parcel-characteristics": Group(
            {"weight": number(above=0, high="99.999", digits=3)},
            {"dimensions": DIMENSIONS, **FLAGS},
        ),
        "origin-postal-code": POSTAL_CODE,
        "destination": Group(
            one_of={
                "domestic": Group({"postal-code": POSTAL_CODE}),
                "united-states": Group({"zip-code": ZIP_CODE}),
                "international": Group({"country-code": COUNTRY}, {"postal-code": words(1, 10)}),
            }
        ),
    },
    optional={
        "customer-number": CUSTOMER,
        "contract-id": CUSTOMER,
        "promo-code": words(1, 10),
        "quote-type": words(choices=("commercial", "counter"), raw=True),
        "expected-mailing-date": date,
        "options": Listing(
            "option", Group({"option-code": words(1, 10)}, {"option-amount": MONEY}), 20
        ),
        "services": Listing("service-code", SERVICE, 20),
    },
)

# --- shipment (facts 6 and 13) ----------------------------------------------------------
SENDER = Group(
    required={
        "company": NAME,
        "contact-phone": PHONE,
        "address-details": Group(
            {
                "address-line-1": LINE_1,
                "city": CITY,
                "prov-state": words(1, 20),
                "country-code": COUNTRY,
            },
            {"address-line-2": NAME, "postal-zip-code": words(1, 14)},
        ),
    },
    optional={"name": NAME},
)
DESTINATION = Group(
    required={
        "address-details": Group(
            {"country-code": COUNTRY},
            {
                "address-line-1": LINE_1,
                "address-line-2": NAME,
                "city": CITY,
                "prov-state": words(1, 20),
                "postal-zip-code": words(1, 14),
            },
        )
    },
    optional={
        "name": NAME,
        "company": NAME,
        "additional-address-info": NAME,
        "client-voice-number": PHONE,
    },
)
OPTION = Group(
    {"option-code": words(1, 10)},
    {"option-amount": MONEY, "option-qualifier-1": boolean, "option-qualifier-2": words(high=12)},
)
CUSTOMS_LINE = Group(
    required={
        "customs-number-of-units": whole(1, 9999),
        "customs-description": words(1, 45),
        "unit-weight": number(above=0, high="99.999", digits=3),
        "customs-value-per-unit": number(above=0, high="99999.99", digits=2),
    },
    optional={
        "sku": words(high=15),
        "hs-tariff-code": words(
            pattern=r"[0-9]{4}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?)?", raw=True
        ),
        "customs-unit-of-measure": words(3, 3),
        "country-of-origin": COUNTRY,
        "province-of-origin": words(1, 2),
    },
)
CUSTOMS = Group(
    required={
        "currency": words(1, 3),
        "reason-for-export": words(1, 3),
        "sku-list": Listing("item", CUSTOMS_LINE, 500),
    },
    optional={
        "conversion-from-cad": number(above=0, high="9999.999999", digits=6),
        "other-reason": NAME,
        "duties-and-taxes-prepaid": number(above=0, high="99999.99", digits=2),
        "certificate-number": words(high=10),
        "licence-number": words(high=10),
        "invoice-number": words(high=10),
        "ioss-id": words(high=13),
    },
)
DELIVERY_SPEC = Group(
    required={
        "service-code": SERVICE,
        "sender": SENDER,
        "destination": DESTINATION,
        "parcel-characteristics": Group(
            {"weight": number(above=0, high="999.999", digits=3)},
            {"dimensions": DIMENSIONS, **FLAGS},
        ),
        "preferences": Group(
            {"show-packing-instructions": boolean},
            {"show-postage-rate": boolean, "show-insured-value": boolean},
        ),
        "settlement-info": Group(
            {"intended-method-of-payment": METHOD},
            {
                "paid-by-customer": CUSTOMER,
                "contract-id": CUSTOMER,
                "cif-shipment": fixed_true,
                "promo-code": words(high=10),
            },
        ),
    },
    optional={
        "options": Listing("option", OPTION, 20),
        "notification": Group(
            {
                "email": EMAIL,
                "on-shipment": boolean,
                "on-exception": boolean,
                "on-delivery": boolean,
            }
        ),
        "print-preferences": Group(
            optional={
                "output-format": words(choices=("8.5x11", "4x6"), raw=True),
                "encoding": words(choices=("PDF", "ZPL"), raw=True),
            }
        ),
        "references": Group(
            optional={
                "cost-centre": words(high=30),
                "customer-ref-1": words(high=35),
                "customer-ref-2": words(high=35),
            }
        ),
        "customs": CUSTOMS,
    },
)
RETURN_SPEC = Group(
    required={
        "service-code": SERVICE,
        "return-recipient": Group(
            {
                "address-details": Group(
                    {
                        "address-line-1": LINE_1,
                        "city": CITY,
                        "prov-state": words(1, 2),
                        "postal-zip-code": POSTAL_CODE,
                    },
                    {"address-line-2": NAME},
                )
            },
            {"name": NAME, "company": NAME},
        ),
    },
    optional={"return-notification": EMAIL},
)
SHIPMENT = Group(
    required={"delivery-spec": DELIVERY_SPEC},
    one_of={"group-id": GROUP, "transmit-shipment": fixed_true},
    optional={
        "customer-request-id": words(high=35),
        "quickship-label-requested": boolean,
        "cpc-pickup-indicator": fixed_true,
        "requested-shipping-point": POSTAL_CODE,
        "shipping-point-id": words(high=4),
        "expected-mailing-date": date,
        "provide-pricing-info": fixed_true,
        "provide-receipt-info": fixed_true,
        "return-spec": RETURN_SPEC,
        "pre-authorized-payment": Group(
            {
                "account-number": words(1, 16),
                "auth-code": words(1, 16),
                "auth-timestamp": date_time,
                "charge-amount": number(above=0, high="9999999.99", digits=2),
            }
        ),
        "create-public-key": strict_boolean,
        "create-qr-code": boolean_default_false,
    },
)
REFUND_REQUEST = Group({"email": EMAIL})

# --- manifest (facts 11) ----------------------------------------------------------------
TRANSMIT_SET = Group(
    required={
        "group-ids": Listing("group-id", GROUP),
        "detailed-manifests": boolean,
        "method-of-payment": METHOD,
        "manifest-address": Group(
            {
                "manifest-company": words(1, 44),
                "phone-number": PHONE,
                "address-details": Group(
                    {
                        "address-line-1": LINE_1,
                        "city": CITY,
                        "prov-state": words(1, 2),
                        "postal-zip-code": POSTAL_OR_ZIP,
                    },
                    {"address-line-2": NAME, "country-code": words(choices=("CA", "US"), raw=True)},
                ),
            },
            {"manifest-name": words(1, 44)},
        ),
    },
    optional={
        "customer-request-id": words(high=35),
        "cpc-pickup-indicator": fixed_true,
        "requested-shipping-point": POSTAL_CODE,
        "shipping-point-id": words(high=4),
        "customer-reference": words(high=12, raw=True),
        "excluded-shipments": Listing("shipment-id", words(high=32)),
    },
)
