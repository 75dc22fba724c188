"""Every sample answer of Canada Post is read, or refused with a clear error of ours."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from odoo.addons.ecom_shipping.carrier_contract import (
    CarrierError,
    Refused,
    Status,
    Unavailable,
    Unreadable,
    current_status,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import (
    customer,
    discovery,
    errors,
    manifest,
    rating,
    shipment,
    tracking,
)
from odoo.addons.ecom_shipping_canada_post.canada_post.call import Answer

from tests.conformance.canada_post import shared

pytestmark = pytest.mark.skipif(shared.IS_ABSENT, reason=shared.REASON)

# Root element of each document that we read, and its reader. Documents of operations that are not
# ours yet are not listed: they are refused as "another document".
READERS = {
    "price-quotes": rating.reader("en"),
    "services": discovery.read_services,
    "service": discovery.read_service,
    "option": discovery.read_option,
    "shipment-info": shipment.sale_reader("en", "KEY", "P1"),
    "shipments": shipment.read_numbers,
    "shipment-price": shipment.price_reader("en"),
    "shipment-refund-request-info": shipment.read_ticket,
    "manifests": manifest.read_list,
    "manifest": manifest.read,
    "manifest-details": manifest.read_total,
    "tracking-detail": tracking.reader("PIN"),
    "customer": customer.read,
    "behalf-of-customer": customer.read,
}


def understand(body, expected, status=200):
    return errors.understand(Answer(status, body), expected, READERS[expected], "en")


def read(name):
    """The sample ``name`` read as what it is."""
    body = shared.sample(name)
    return understand(body, etree.QName(etree.fromstring(body)).localname)


def is_ours(name):
    return etree.QName(etree.fromstring(shared.sample(name))).localname in READERS


@pytest.mark.parametrize("name", shared.NAMES)
def test_every_sample_is_read_or_refused(name):
    """As the right document it is read; as any other it is refused; nothing else climbs."""
    body = shared.sample(name)
    root = etree.QName(etree.fromstring(body)).localname
    for expected in READERS:
        if expected == root:
            assert understand(body, expected) is not None
        else:
            with pytest.raises(CarrierError) as caught:
                understand(body, expected)
            assert str(caught.value)


@pytest.mark.parametrize("name", [name for name in shared.NAMES if "messages_" in name])
@pytest.mark.parametrize("status", [200, 202, 400, 404, 500])
def test_every_error_document_is_one_of_the_four(name, status):
    body = shared.sample(name)
    with pytest.raises(CarrierError) as caught:
        understand(body, "manifest", status)
    texts = [
        text for text in etree.fromstring(body).xpath("//*[local-name()='description']/text()")
    ]
    if isinstance(caught.value, Refused) and texts:
        assert [message.text for message in caught.value.messages] == [t.strip() for t in texts]


@pytest.mark.parametrize("name", [name for name in shared.NAMES if is_ours(name)])
def test_sample_without_one_element_is_read_or_unreadable(name):
    """Each element left out, emptied and filled with nonsense, one at a time."""
    body = shared.sample(name)
    expected = etree.QName(etree.fromstring(body)).localname
    count = sum(1 for _ in etree.fromstring(body).iter())
    for index in range(1, min(count, 150)):
        for spoil in (drop, empty, fill):
            root = etree.fromstring(body)
            spoil(list(root.iter())[index])
            try:
                understand(etree.tostring(root), expected)
            except Unreadable as problem:
                assert "lacks a part" in str(problem)


def drop(element):
    element.getparent().remove(element)


def empty(element):
    element.clear()


def fill(element):
    tail = element.tail
    element.clear()
    element.text, element.tail = "☃ nonsense", tail


@pytest.mark.parametrize("name", [name for name in shared.NAMES if is_ours(name)])
def test_cut_sample_is_unreadable(name):
    body = shared.sample(name).rstrip()
    expected = etree.QName(etree.fromstring(body)).localname
    for size in range(0, len(body) - 1, max(1, len(body) // 40)):
        with pytest.raises(Unreadable):
            understand(body[:size], expected)


# --- what the samples say -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["get_rates_response_four_services.xml", "get_rates_response_hst_percent.xml"]
)
def test_quotes_add_up(name):
    quotes = read(name)
    assert [quote.service_code for quote in quotes] == ["DOM.EP", "DOM.PC", "DOM.RP", "DOM.XP"]
    for quote in quotes:
        assert sum(amount for _label, amount in quote.parts) == quote.price
        assert "Other" not in dict(quote.parts)
        assert quote.expected_date and quote.transit_days


def test_taxes_with_a_percentage_are_read():
    first = read("get_rates_response_hst_percent.xml")[0]
    assert (first.price, first.taxes) == (Decimal("11.62"), Decimal("1.39"))


def test_bought_and_transmitted():
    sale = read("create_shipment_response_transmitted_priced.xml")
    assert (sale.key, sale.carrier_ref, sale.state) == ("KEY", "545021584835957806", "transmitted")
    assert sale.parcels[0].tracking_number == "123456789012"
    assert (sale.price.amount, sale.taxes.amount) == (Decimal("27.95"), Decimal("3.63"))
    assert sale.expected_date == date(2020, 3, 24)
    assert sum(amount for _label, amount in sale.parts) == sale.price.amount


def test_both_label_pages_in_order():
    sale = read("constructed/create_shipment_response_two_label_pages.xml")
    assert [link.href[-2:] for link in sale.links] == ["/0", "/1"]


def test_parcel_without_a_number():
    sale = read("constructed/create_shipment_response_no_tracking_pin.xml")
    assert sale.parcels[0].tracking_number == ""


def test_lists_of_shipments_in_both_forms():
    assert read("get_shipments_response_links.xml") == ("33333333333", "44444444")
    whole = read("constructed/get_shipments_response_shipment_info_list.xml")
    assert whole == ("545021584835950001", "545021584835950002")
    assert read("constructed/get_shipments_response_empty.xml") == ()


def test_manifests():
    refs = [found.ref for found in read("transmit_shipments_response.xml")]
    assert refs == ["444444444444", "333333333333"]
    assert read("constructed/get_manifests_response_empty.xml") == ()
    assert read("constructed/get_manifest_response.xml").number == "P000000042"
    assert read("constructed/get_manifest_response_empty.xml").is_empty
    assert read("constructed/get_manifest_details_response.xml").amount == Decimal("45.78")


def test_ticket_of_a_refund():
    assert read("shipment_refund_response.xml") == "GT12345678RT"


def test_service_and_option():
    service = read("constructed/get_service_response_DOM_EP.xml")
    assert (service.max_weight_g, service.max_length_mm) == (30_000, 2000)
    option = read("get_option_response_SO.xml")
    assert (option.conflicts, option.prerequisites) == (("LAD",), ("DC",))
    assert read("get_option_response_SO_no_conflicts.xml").conflicts == ()


def test_customer():
    found = read("constructed/get_customer_information_response.xml")
    assert (found.number, found.contracts) == ("0002004381", ("0042708517",))
    assert found.methods == ("Account", "CreditCard")


@pytest.mark.parametrize(
    ("name", "count", "status"),
    [
        ("get_tracking_detail_response_delivered_twice.xml", 10, Status.DELIVERED),
        ("get_tracking_detail_response_card_left_then_delivered.xml", None, Status.DELIVERED),
        ("get_tracking_detail_response_out_for_delivery.xml", None, Status.OUT_FOR_DELIVERY),
        ("constructed/get_tracking_detail_response_delivered.xml", None, Status.DELIVERED),
        ("constructed/get_tracking_detail_response_returned.xml", None, Status.RETURNING),
        ("constructed/get_tracking_detail_response_no_events.xml", 0, Status.NONE),
    ],
)
def test_tracking(name, count, status):
    answer = read(name)
    assert current_status(answer.events) is status
    assert count is None or len(answer.events) == count
    moments = [event.moment for event in answer.events]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("messages_E002_authentication_failure.xml", Refused, "E002"),
        ("messages_Server_schema_error.xml", Refused, "Server"),
        ("messages_empty.xml", Refused, "HTTP 200"),
        ("constructed/messages_8064_cannot_void.xml", Refused, "8064"),
        ("constructed/messages_9153_manifest_pending.xml", errors.Pending, None),
        ("constructed/messages_Server_throttled.xml", Unavailable, None),
        ("messages_004_no_pin_history_track_namespace.xml", Refused, "004"),
    ],
)
def test_error_documents(name, error, code):
    with pytest.raises(error) as caught:
        understand(shared.sample(name), "shipments")
    assert code is None or caught.value.codes == {code}
