"""A bare caller of the sandbox: one keep-alive connection and documents made by hand."""

import base64
import http.client
import json
import re
import urllib.parse
from collections import namedtuple
from pathlib import Path

from lxml import etree

RATE = "application/vnd.cpc.ship.rate-v4+xml"
SHIPMENT = "application/vnd.cpc.shipment-v8+xml"
MANIFEST = "application/vnd.cpc.manifest-v8+xml"
TRACK = "application/vnd.cpc.track+xml"
CUSTOMER = "application/vnd.cpc.customer+xml"
ROOT = "/rs/0009000001/0009000001"
TODAY = "2026-01-14"
REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "canada_post"
NAMESPACE = {"m": "http://www.canadapost.ca/ws/messages"}

Answer = namedtuple("Answer", "status body headers")

SHIPMENT_XML = """<shipment xmlns="http://www.canadapost.ca/ws/shipment-v8">
<customer-request-id>REQ-1</customer-request-id><group-id>G1</group-id>
<requested-shipping-point>K1A0B1</requested-shipping-point>
<expected-mailing-date>2026-01-14</expected-mailing-date>
<delivery-spec><service-code>DOM.EP</service-code>
<sender><name>Quai d'expédition</name><company>Northern Outfitters</company>
<contact-phone>613-555-0100</contact-phone><address-details>
<address-line-1>1 Quai Nord</address-line-1>
<city>Ottawa</city><prov-state>ON</prov-state><country-code>CA</country-code>
<postal-zip-code>K1A0B1</postal-zip-code></address-details></sender>
<destination><name>Zoé Lefrançois</name><client-voice-number>514-555-0199</client-voice-number>
<address-details><address-line-1>502 rue Sainte-Hélène</address-line-1><city>Montréal</city>
<prov-state>QC</prov-state><country-code>CA</country-code><postal-zip-code>H2B1A0</postal-zip-code>
</address-details></destination>
<parcel-characteristics><weight>1.250</weight>
<dimensions><length>30</length><width>20</width><height>10.5</height></dimensions></parcel-characteristics>
<print-preferences><output-format>4x6</output-format><encoding>PDF</encoding></print-preferences>
<preferences><show-packing-instructions>true</show-packing-instructions></preferences>
<references><cost-centre>CC-1</cost-centre><customer-ref-1>SO0042</customer-ref-1>
<customer-ref-2>WH/OUT/7</customer-ref-2></references>
<settlement-info><contract-id>0049000001</contract-id>
<intended-method-of-payment>Account</intended-method-of-payment></settlement-info>
</delivery-spec></shipment>"""
RATES_XML = """<mailing-scenario xmlns="http://www.canadapost.ca/ws/ship/rate-v4">
<customer-number>9000001</customer-number><contract-id>49000001</contract-id>
<parcel-characteristics><weight>1.25</weight></parcel-characteristics>
<origin-postal-code>K1A0B1</origin-postal-code>
<destination><domestic><postal-code>H2B1A0</postal-code></domestic></destination></mailing-scenario>"""
TRANSMIT_XML = """<transmit-set xmlns="http://www.canadapost.ca/ws/manifest-v8">
<group-ids><group-id>G1</group-id></group-ids>
<requested-shipping-point>K1A0B1</requested-shipping-point><detailed-manifests>true</detailed-manifests>
<method-of-payment>Account</method-of-payment>
<manifest-address><manifest-company>Northern Outfitters</manifest-company>
<manifest-name>Quai d'expédition</manifest-name><phone-number>613-555-0100</phone-number>
<address-details><address-line-1>1 Quai Nord</address-line-1><city>Ottawa</city>
<prov-state>ON</prov-state><country-code>CA</country-code><postal-zip-code>K1A0B1</postal-zip-code></address-details></manifest-address>
<customer-reference>WH-OUT</customer-reference></transmit-set>"""
REFUND_XML = (
    '<shipment-refund-request xmlns="http://www.canadapost.ca/ws/shipment-v8">'
    "<email>clerk@example.com</email></shipment-refund-request>"
)


def edit(xml, changes):
    """The document with elements set (text), dropped (None) or replaced (starting with <)."""
    root = etree.fromstring(xml)
    space = root.nsmap[None]
    for path, value in changes.items():
        parent_path, _slash, name = path.rpartition("/")
        parent = _find(root, parent_path, space)
        node = parent.find(f"{{{space}}}{name}")
        if node is not None:
            parent.remove(node)
        if value is None:
            continue
        if value.startswith("<"):
            parent.append(etree.fromstring(f'<{name} xmlns="{space}">{value}</{name}>'))
        else:
            etree.SubElement(parent, f"{{{space}}}{name}").text = value
    return etree.tostring(root, encoding="unicode")


def _find(root, path, space):
    for name in filter(None, path.split("/")):
        root = root.find(f"{{{space}}}{name}")
    return root


def shipment(request_id="REQ-1", **changes):
    """A shipment request; keywords use _ for -, and short names for the usual places."""
    return edit(SHIPMENT_XML, {"customer-request-id": request_id, **_paths(changes)})


_SHORT = {
    "service": "delivery-spec/service-code",
    "weight": "delivery-spec/parcel-characteristics/weight",
    "dimensions": "delivery-spec/parcel-characteristics/dimensions",
    "layout": "delivery-spec/print-preferences/output-format",
    "encoding": "delivery-spec/print-preferences/encoding",
    "contract": "delivery-spec/settlement-info/contract-id",
    "payer": "delivery-spec/settlement-info/paid-by-customer",
    "method": "delivery-spec/settlement-info/intended-method-of-payment",
    "cif": "delivery-spec/settlement-info/cif-shipment",
    "line_1": "delivery-spec/destination/address-details/address-line-1",
    "city": "delivery-spec/destination/address-details/city",
    "province": "delivery-spec/destination/address-details/prov-state",
    "country": "delivery-spec/destination/address-details/country-code",
    "postal_code": "delivery-spec/destination/address-details/postal-zip-code",
    "sender_country": "delivery-spec/sender/address-details/country-code",
    "options": "delivery-spec/options",
    "name": "delivery-spec/destination/name",
}


def _paths(changes):
    return {_SHORT.get(name, name.replace("_", "-")): value for name, value in changes.items()}


def immediate(request_id="REQ-1", **changes):
    """A shipment without group, paid by card."""
    return shipment(
        request_id, group_id=None, transmit_shipment="true", **{"method": "CreditCard", **changes}
    )


def options(*codes):
    """Fragment with options; a pair adds an amount."""
    rows = ""
    for item in codes:
        code, amount = item if isinstance(item, tuple) else (item, None)
        money = f"<option-amount>{amount}</option-amount>" if amount else ""
        rows += f"<option><option-code>{code}</option-code>{money}</option>"
    return rows


def dimensions(length, width, height):
    """Fragment with three sides."""
    return f"<length>{length}</length><width>{width}</width><height>{height}</height>"


def rates(**changes):
    """A rates request."""
    paths = {
        "weight": "parcel-characteristics/weight",
        "dimensions": "parcel-characteristics/dimensions",
        "postal_code": "destination/domestic/postal-code",
    }
    return edit(
        RATES_XML, {paths.get(name, name.replace("_", "-")): text for name, text in changes.items()}
    )


def transmit(**changes):
    """A transmit request."""
    return edit(TRANSMIT_XML, {name.replace("_", "-"): text for name, text in changes.items()})


class Caller:
    """Calls over one keep-alive connection."""

    def __init__(self, url, login="sandbox-north:north-pass", language="en-CA"):
        self.host = urllib.parse.urlsplit(url).netloc
        self.login, self.language = login, language
        self.connection = http.client.HTTPConnection(self.host, timeout=5)

    def call(self, method, path, body=None, accept=SHIPMENT, **headers):
        """One call; header names as keywords with _ for -, None leaves a header out."""
        sent = {"Accept": accept, "Accept-language": self.language}
        if self.login:
            sent["Authorization"] = "Basic " + base64.b64encode(self.login.encode()).decode()
        if body is not None:
            body = body.encode() if isinstance(body, str) else body
            sent["Content-Type"] = accept
        sent.update({name.replace("_", "-").title(): value for name, value in headers.items()})
        path = path.removeprefix("http://" + self.host)
        names = {name: value for name, value in sent.items() if value is not None}
        self.connection.request(method, path, body, names)
        reply = self.connection.getresponse()
        return Answer(reply.status, reply.read(), reply.headers)

    def get(self, path, accept=SHIPMENT, **headers):
        return self.call("GET", path, None, accept, **headers)

    def create(self, body=None, root=ROOT, accept=SHIPMENT, **headers):
        headers = {"content_type": SHIPMENT, **headers}
        return self.call("POST", root + "/shipment", body or shipment(), accept, **headers)

    def rates(self, body=None):
        return self.call("POST", "/rs/ship/price", body or rates(), RATE)

    def transmit(self, body=None, root=ROOT):
        return self.call("POST", root + "/manifest", body or transmit(), MANIFEST)

    def control(self, method, path, body=None):
        self.connection.request(
            method, "/_control/" + path, json.dumps(body) if body is not None else None
        )
        reply = self.connection.getresponse()
        return reply.status, json.loads(reply.read())


def codes(answer):
    """Codes of a messages document."""
    return etree.fromstring(answer.body).xpath("//m:message/m:code/text()", namespaces=NAMESPACE)


def value(answer, name):
    """Text of the first element with that name, or None."""
    found = etree.fromstring(answer.body).xpath("//*[local-name()=$name]", name=name)
    return (found[0].text or "") if found else None


def values(answer, name):
    """Texts of all elements with that name."""
    return [
        node.text or ""
        for node in etree.fromstring(answer.body).xpath("//*[local-name()=$name]", name=name)
    ]


def links(answer):
    """Addresses by rel."""
    return {
        node.get("rel"): node.get("href")
        for node in etree.fromstring(answer.body).xpath(
            "//*[local-name()='link' or local-name()='service-link']"
        )
    }


def own(xml):
    """A published sample with credentials of the sandbox and without its old date and version."""
    xml = re.sub(r"<expected-mailing-date>[^<]*</expected-mailing-date>", "", xml)
    versions = {"shipment": "8", "manifest": "8", "rate": "4"}
    return re.sub(
        r"ws/(ship/)?(shipment|manifest|rate)-v\d",
        lambda m: f"ws/{m[1] or ''}{m[2]}-v{versions[m[2]]}",
        xml,
    )
