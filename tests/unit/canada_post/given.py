"""Situations for the tests of the Canada Post package: accounts, requests, answers, a transport.

All names and numbers are invented.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.addons.ecom_shipping.carrier_contract import (
    Address,
    LabelFormat,
    ManifestRequest,
    Money,
    OptionChoice,
    ParcelSpec,
    RateRequest,
    ShipRequest,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import AccountSettings, CanadaPost
from odoo.addons.ecom_shipping_canada_post.canada_post.call import Answer

TODAY = date(2026, 1, 15)
HOST = "https://carrier.example"
SHIPMENTS = "/rs/0002004381/0002004381/shipment"
MANIFESTS = "/rs/0002004381/0002004381/manifest"
PIN = "2004381000000017"
PDF = b"%PDF-1.4 label %%EOF\n"
ZPL = b"^XA^FO50,50^FDlabel^FS^XZ"

ACCOUNT = AccountSettings(
    user="key-user",
    password="key-secret",
    customer_number="0002004381",
    contract_id="0042708517",
)
SENDER = Address(
    name="Shipping Desk",
    company="Sample Store Inc",
    street="2701 Riverside Dr",
    city="Ottawa",
    province="ON",
    postal_code="K1A 0B1",
    country="CA",
    phone="613-555-0100",
)
RECIPIENT = Address(
    name="Zoé Tremblay",
    street="502 rue Principale",
    city="Montréal",
    province="QC",
    postal_code="h2b 1a0",
    country="CA",
)
PARCEL = ParcelSpec("P1", 1250, 300, 200, 105)


def cad(amount):
    return Money(Decimal(amount), "CAD")


def option(code, amount=None):
    return OptionChoice(code, cad(amount) if amount else None)


def parcel(**changes):
    return replace(PARCEL, **changes)


def rate_request(*parcels, **changes):
    request = RateRequest(SENDER, RECIPIENT, parcels or (PARCEL,))
    return replace(request, **changes)


def ship_request(**changes):
    request = ShipRequest(
        key="SO00042-1",
        service_code="DOM.EP",
        sender=SENDER,
        recipient=RECIPIENT,
        parcels=(PARCEL,),
        references=("SO00042", "WH/OUT/00017"),
        group="20260115-WH",
        label_format=LabelFormat.PDF_4X6,
    )
    return replace(request, **changes)


def manifest_request(**changes):
    request = ManifestRequest(
        key="MANIFEST-1", groups=("20260115-WH",), sales=("5001", "5002"), sender=SENDER
    )
    return replace(request, **changes)


class FakeTransport:
    """Answers calls from a list, in order; an exception in the list is raised.

    An answer may also be a function of the call, for calls whose order is not fixed.
    """

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []

    def send(self, call):
        self.calls.append(call)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(call)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def targets(self):
        return [f"{call.method} {call.target}" for call in self.calls]


def carrier(*answers, account=ACCOUNT, language="en", sleep=lambda seconds: None):
    """A carrier fed with ``answers``; its transport is ``carrier._transport``."""
    return CanadaPost(
        account, HOST, language, today=lambda: TODAY, transport=FakeTransport(*answers), sleep=sleep
    )


def xml(body, status=200):
    return Answer(status, body.encode())


def messages(*complaints, status=400):
    """An error document from (code, text) pairs."""
    inner = "".join(
        f"<message><code>{code}</code><description>{text}</description></message>"
        for code, text in complaints
    )
    return xml(f'<messages xmlns="http://www.canadapost.ca/ws/messages">{inner}</messages>', status)


def link(rel, target, media_type="application/pdf", index=None):
    page = "" if index is None else f' index="{index}"'
    return f'<link rel="{rel}" href="{HOST}{target}" media-type="{media_type}"{page}/>'


PRICE = """
<shipment-price><service-code>DOM.EP</service-code><base-amount>9.59</base-amount>
<priced-options>
<priced-option><option-code>DC</option-code><option-price>0</option-price></priced-option>
<priced-option><option-code>SO</option-code><option-price>1.50</option-price></priced-option>
</priced-options>
<adjustments>
<adjustment><adjustment-code>FUELSC</adjustment-code>
<adjustment-amount>0.91</adjustment-amount></adjustment>
</adjustments>
<pre-tax-amount>12.00</pre-tax-amount><gst-amount>0.60</gst-amount><pst-amount>1.20</pst-amount>
<hst-amount>0.00</hst-amount><due-amount>13.80</due-amount>
<service-standard><am-delivery>false</am-delivery><guaranteed-delivery>true</guaranteed-delivery>
<expected-transmit-time>2</expected-transmit-time>
<expected-delivery-date>2026-01-19</expected-delivery-date></service-standard>
<rated-weight>1.250</rated-weight></shipment-price>"""


def shipment_info(number="5001", key="SO00042-1", state="created", price=PRICE, links=None):
    """The answer to a purchase."""
    named = f"<customer-request-id>{key}</customer-request-id>" if key else ""
    links = links or link("label", "/rs/artifact/abc/1/0", index=0)
    return xml(
        f'<shipment-info xmlns="http://www.canadapost.ca/ws/shipment-v8">{named}'
        f"<shipment-id>{number}</shipment-id><shipment-status>{state}</shipment-status>"
        f"<tracking-pin>{PIN}</tracking-pin>{price}<links>{links}</links></shipment-info>"
    )


def shipment_list(*numbers):
    links = "".join(link("shipment", f"{SHIPMENTS}/{number}") for number in numbers)
    return xml(f'<shipments xmlns="http://www.canadapost.ca/ws/shipment-v8">{links}</shipments>')


def manifest_list(*refs):
    links = "".join(link("manifest", f"{MANIFESTS}/{ref}") for ref in refs)
    return xml(f'<manifests xmlns="http://www.canadapost.ca/ws/manifest-v8">{links}</manifests>')


def manifest(number="P000000042", details=True, shipments=True):
    links = link("self", f"{MANIFESTS}/7001") + link("artifact", "/rs/artifact/abc/9/0")
    links += link("details", f"{MANIFESTS}/7001/details") if details else ""
    links += link("manifestShipments", f"{SHIPMENTS}?manifestId=7001") if shipments else ""
    return xml(
        f'<manifest xmlns="http://www.canadapost.ca/ws/manifest-v8">'
        f"<po-number>{number}</po-number><links>{links}</links></manifest>"
    )


MANIFEST_DETAILS = (
    '<manifest-details xmlns="http://www.canadapost.ca/ws/manifest-v8"><manifest-pricing-info>'
    "<base-cost>36.40</base-cost><total-due-cpc>45.78</total-due-cpc>"
    "</manifest-pricing-info></manifest-details>"
)


def quote(code="DOM.EP", name="Expedited Parcel", due="11.28", base="9.59", hst="1.07", days="2"):
    return (
        f"<price-quote><service-code>{code}</service-code><service-name>{name}</service-name>"
        f"<price-details><base>{base}</base><taxes><gst>0</gst><pst/><hst>{hst}</hst></taxes>"
        f"<due>{due}</due><options><option><option-code>DC</option-code>"
        "<option-name>Delivery confirmation</option-name><option-price>0</option-price></option>"
        "</options><adjustments><adjustment><adjustment-code>AUTDISC</adjustment-code>"
        "<adjustment-name>Automation discount</adjustment-name>"
        "<adjustment-cost>-0.29</adjustment-cost></adjustment><adjustment>"
        "<adjustment-code>FUELSC</adjustment-code><adjustment-name>Fuel surcharge</adjustment-name>"
        "<adjustment-cost>0.91</adjustment-cost></adjustment></adjustments></price-details>"
        "<weight-details/><service-standard><guaranteed-delivery>true</guaranteed-delivery>"
        f"<expected-transit-time>{days}</expected-transit-time>"
        "<expected-delivery-date>2026-01-19</expected-delivery-date></service-standard>"
        "</price-quote>"
    )


def quotes(*found):
    return xml(
        '<price-quotes xmlns="http://www.canadapost.ca/ws/ship/rate-v4">'
        + "".join(found)
        + "</price-quotes>"
    )


def occurrence(code, text="", day="2026-01-16", time="10:00:00", zone="EST", **more):
    values = {"signatory-name": "", "event-site": "", "event-province": "", "event-retail-name": ""}
    values.update({name.replace("_", "-"): value for name, value in more.items()})
    rest = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return (
        f"<occurrence><event-identifier>{code}</event-identifier><event-date>{day}</event-date>"
        f"<event-time>{time}</event-time><event-time-zone>{zone}</event-time-zone>"
        f"<event-description>{text}</event-description>{rest}</occurrence>"
    )


def tracking(*occurrences, expected="2026-01-19", changed=""):
    return xml(
        '<tracking-detail xmlns="http://www.canadapost.ca/ws/track">'
        f"<pin>{PIN}</pin><changed-expected-date>{changed}</changed-expected-date>"
        f"<expected-delivery-date>{expected}</expected-delivery-date>"
        "<service-name>Expedited Parcels</service-name><customer-ref-1>SO00042</customer-ref-1>"
        "<signature-image-exists>true</signature-image-exists>"
        f"<significant-events>{''.join(occurrences)}</significant-events></tracking-detail>"
    )
