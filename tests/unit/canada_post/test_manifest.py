"""Transmit Shipments, manifests found again, and their paper."""

from datetime import timedelta

import pytest
from lxml import etree

from odoo.addons.ecom_shipping.carrier_contract import (
    DocumentKind,
    Refused,
    TransmittedManifest,
    Unavailable,
    Unreadable,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import EMPTY_MANIFEST

from tests.unit.canada_post import given

SHEET = "{http://www.canadapost.ca/ws/manifest-v8}"


def body(request=None, account=given.ACCOUNT):
    carrier = given.carrier(given.manifest_list("7001"), account=account)
    carrier.transmit_manifest(request or given.manifest_request())
    root = etree.fromstring(carrier._transport.calls[0].body)
    tree = etree.ElementTree(root)
    return {
        tree.getelementpath(element).replace(SHEET, ""): element.text
        for element in root.iter()
        if not len(element)
    }


def problems(request):
    carrier = given.carrier(given.manifest_list("7001"))
    with pytest.raises(Refused) as caught:
        carrier.transmit_manifest(request)
    assert carrier._transport.calls == []
    return {message.field for message in caught.value.messages}


# --- transmit -------------------------------------------------------------------------------------


def test_whole_body():
    assert body() == {
        "customer-request-id": "MANIFEST-1",
        "group-ids/group-id": "20260115-WH",
        "requested-shipping-point": "K1A0B1",
        "detailed-manifests": "true",
        "method-of-payment": "Account",
        "manifest-address/manifest-company": "Sample Store Inc",
        "manifest-address/manifest-name": "Shipping Desk",
        "manifest-address/phone-number": "613-555-0100",
        "manifest-address/address-details/address-line-1": "2701 Riverside Dr",
        "manifest-address/address-details/city": "Ottawa",
        "manifest-address/address-details/prov-state": "ON",
        "manifest-address/address-details/country-code": "CA",
        "manifest-address/address-details/postal-zip-code": "K1A0B1",
    }


def test_options_of_the_body():
    request = given.manifest_request(
        excluded=("5003",), reference="Warehouse North", detailed=False, groups=("A", "B")
    )
    found = body(request, given.replace(given.ACCOUNT, shipping_point_id="0015"))
    assert found["excluded-shipments/shipment-id"] == "5003"
    assert found["customer-reference"] == "Warehouse No"
    assert found["detailed-manifests"] == "false"
    assert (found["group-ids/group-id[1]"], found["group-ids/group-id[2]"]) == ("A", "B")
    assert found["shipping-point-id"] == "0015"
    assert "requested-shipping-point" not in found


def test_sender_who_is_the_company_is_named_once():
    sender = given.replace(given.SENDER, company="")
    found = body(given.manifest_request(sender=sender))
    assert found["manifest-address/manifest-company"] == "Shipping Desk"
    assert "manifest-address/manifest-name" not in found


def test_every_manifest_of_the_answer_is_given():
    carrier = given.carrier(given.manifest_list("7001", "7002"))
    found = carrier.transmit_manifest(given.manifest_request())
    assert found == (TransmittedManifest("7001"), TransmittedManifest("7002"))
    assert carrier._transport.targets == [f"POST {given.MANIFESTS}"]


@pytest.mark.parametrize("answer", [given.manifest_list(), given.manifest_list("%20")])
def test_answer_without_a_manifest_is_unreadable(answer):
    with pytest.raises(Unreadable):
        given.carrier(answer).transmit_manifest(given.manifest_request())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"groups": ()}, "groups"),
        ({"groups": ("",)}, "groups"),
        ({"groups": ("g" * 33,)}, "groups"),
        ({"groups": tuple(map(str, range(51)))}, "groups"),
        ({"key": ""}, "key"),
        ({"excluded": ("1/2",)}, "excluded"),
        ({"sender": given.replace(given.SENDER, phone="")}, "sender.phone"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(changes, field):
    assert problems(given.manifest_request(**changes)) == {field}


def test_as_many_groups_as_the_carrier_takes_are_sent():
    found = body(given.manifest_request(groups=tuple(map(str, range(50)))))
    assert found["group-ids/group-id[50]"] == "49"


def test_account_is_checked():
    account = given.replace(given.ACCOUNT, payment_method="Cash")
    carrier = given.carrier(given.manifest_list("7001"), account=account)
    with pytest.raises(Refused, match="way to pay"):
        carrier.transmit_manifest(given.manifest_request())


def test_nothing_to_transmit_is_refused_by_the_carrier():
    with pytest.raises(Refused, match="9122"):
        given.carrier(given.messages(("9122", "Empty."))).transmit_manifest(
            given.manifest_request()
        )


# --- recover --------------------------------------------------------------------------------------


class Carrier:
    """A carrier's memory: shipment states and the shipments on each manifest."""

    def __init__(self, states, sheets):
        self.states, self.sheets, self.listed = states, sheets, []

    def __call__(self, call):
        head, _slash, number = call.target.rpartition("/")
        if head == given.SHIPMENTS:
            state = self.states.get(number)
            return given.shipment_info(number, state=state) if state else given.messages(status=404)
        if call.target == given.MANIFESTS:
            self.listed.append(dict(call.params))
            return given.manifest_list(*self.sheets)
        return given.shipment_list(*self.sheets[dict(call.params)["manifestId"]])


def recover(states, sheets, **changes):
    memory = Carrier(states, sheets)
    found = given.carrier(memory).recover_manifests(given.manifest_request(**changes))
    return [manifest.ref for manifest in found], memory


def test_sales_still_created_were_not_transmitted():
    assert recover({"5001": "created"}, {"7001": ["9"]})[0] == []


def test_manifests_with_our_sales_are_found_among_those_of_the_day():
    sheets = {"7001": ["9"], "7002": ["5001"], "7003": ["5002", "8"]}
    refs, memory = recover({"5001": "transmitted"}, sheets)
    assert refs == ["7002", "7003"]
    assert memory.listed == [{"start": "20260114", "end": "20260115"}]


def test_search_begins_on_the_day_of_mailing():
    earlier = given.TODAY - timedelta(days=3)
    _refs, memory = recover({"5001": "transmitted"}, {"7001": ["5001"]}, mailing_date=earlier)
    assert memory.listed == [{"start": "20260111", "end": "20260115"}]


@pytest.mark.parametrize("state", [None, "void"])
def test_sale_that_is_gone_is_passed_over(state):
    refs, _memory = recover({"5001": state, "5002": "transmitted"}, {"7001": ["5002"]})
    assert refs == ["7001"]


def test_excluded_sale_tells_nothing():
    refs, _memory = recover({"5001": "transmitted"}, {"7001": ["5001"]}, excluded=("5001",))
    assert refs == []


def test_without_sales_nothing_is_recognised():
    assert recover({}, {"7001": ["5001"]}, sales=())[0] == []


def test_transmitted_but_not_listed_is_not_the_same_as_not_transmitted():
    with pytest.raises(Unavailable, match="does not list"):
        recover({"5001": "transmitted"}, {"7001": ["9"]})


# --- the paper ------------------------------------------------------------------------------------


class Sheet:
    """Answers the four calls about one manifest by the tail of their address."""

    def __init__(self, **answers):
        self.answers = {
            "7001": given.manifest(),
            "0": given.Answer(200, given.PDF),
            "details": given.xml(given.MANIFEST_DETAILS),
            "shipment?manifestId=7001": given.shipment_list("5001", "5002"),
        }
        self.answers.update({name.lstrip("_"): answer for name, answer in answers.items()})

    def __call__(self, call):
        return self.answers[call.target.rpartition("/")[2]]


def summary(**answers):
    return given.carrier(Sheet(**answers)).manifest("7001")


def test_manifest_holds_number_paper_sales_and_total():
    found = summary()
    assert (found.ref, found.number) == ("7001", "P000000042")
    assert found.sales == ("5001", "5002")
    assert found.total == given.cad("45.78")
    assert found.document.kind is DocumentKind.MANIFEST
    assert found.document.content == given.PDF


@pytest.mark.parametrize("name", ["_7001", "_0", "_details"])
@pytest.mark.parametrize(
    "answer", [given.Answer(202), given.messages(("9153", "Wait."), status=202)]
)
def test_manifest_in_the_making_is_none(name, answer):
    assert summary(**{name: answer}) is None


def test_pending_code_without_its_status_is_none_too():
    assert summary(_7001=given.messages(("9153", "Wait."))) is None


def test_empty_manifest_has_no_sales_and_perhaps_no_paper():
    empty = given.manifest(EMPTY_MANIFEST, details=False, shipments=False)
    found = summary(_7001=empty)
    assert (found.number, found.sales, found.total) == (EMPTY_MANIFEST, (), None)
    assert found.document.content == given.PDF
    assert summary(_7001=empty, _0=given.messages(status=404)).document is None


def test_missing_paper_of_a_full_manifest_is_refused():
    with pytest.raises(Refused):
        summary(_0=given.messages(status=404))


def test_details_are_optional():
    assert summary(details=given.messages(("9999", "No."))).total is None
    assert summary(_7001=given.manifest(details=False)).total is None


def test_failed_transmission_is_refused_with_its_code():
    with pytest.raises(Refused, match="9154"):
        summary(_7001=given.messages(("9154", "Failed.")))


@pytest.mark.parametrize("old", ["<po-number>P000000042</po-number>", "links>", "href="])
def test_manifest_with_a_missing_part_is_unreadable(old):
    answer = given.manifest()
    broken = answer.body.replace(old.encode(), b"x>" if old.endswith(">") else b"x=")
    with pytest.raises(Unreadable):
        summary(_7001=given.Answer(200, broken.replace(b"x>P000000042", b"")))


def test_manifest_without_paper_link_has_no_document():
    body = given.manifest().body.replace(b'"artifact"', b'"other"')
    assert summary(_7001=given.Answer(200, body)).document is None
