"""Sales found again, voided and refunded; labels fetched."""

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    Document,
    DocumentKind,
    Link,
    Refused,
    Sale,
    Unavailable,
    Unreadable,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import ALREADY_TRANSMITTED_CODES

from tests.unit.canada_post import given

KEY = "SO00042-1"


# --- recover --------------------------------------------------------------------------------------


def test_recover_asks_by_request_number_then_for_the_shipment():
    carrier = given.carrier(given.shipment_list("5001"), given.shipment_info())
    sale = carrier.recover(KEY)
    assert carrier._transport.targets == [
        f"GET {given.SHIPMENTS}",
        f"GET {given.SHIPMENTS}/5001",
    ]
    assert carrier._transport.calls[0].params == (("requestId", KEY),)
    assert (sale.key, sale.carrier_ref, sale.price) == (KEY, "5001", given.cad("12.00"))
    assert sale.parcels[0].tracking_number == given.PIN


def test_recover_reads_a_list_of_whole_shipments_too():
    inner = given.shipment_info().body.decode()
    listed = given.xml(f"<shipments>{inner}</shipments>")
    assert given.carrier(listed, given.shipment_info()).recover(KEY).carrier_ref == "5001"


@pytest.mark.parametrize("answer", [given.shipment_list(), given.messages(status=404)])
def test_nothing_bought_is_none(answer):
    assert given.carrier(answer).recover(KEY) is None


@pytest.mark.parametrize(
    "shipment",
    [
        given.shipment_info(state="voided"),
        given.shipment_info(state="Cancelled"),
        given.messages(status=404),
    ],
)
def test_voided_sale_counts_as_none(shipment):
    assert given.carrier(given.shipment_list("5001"), shipment).recover(KEY) is None


def test_voided_sale_does_not_hide_the_live_one():
    answers = {
        given.SHIPMENTS: given.shipment_list("5001", "5002"),
        f"{given.SHIPMENTS}/5001": given.shipment_info("5001", state="void"),
        f"{given.SHIPMENTS}/5002": given.shipment_info("5002"),
    }
    carrier = given.carrier(lambda call: answers[call.target])
    assert carrier.recover(KEY).carrier_ref == "5002"


def test_shipment_of_another_key_is_not_ours():
    """A filter that the carrier ignored must not hand us somebody else's label."""
    carrier = given.carrier(given.shipment_list("5001"), given.shipment_info(key="OTHER"))
    assert carrier.recover(KEY) is None


def test_answer_without_key_is_believed_when_it_is_alone():
    carrier = given.carrier(given.shipment_list("5001"), given.shipment_info(key=""))
    assert carrier.recover(KEY).key == KEY


def test_two_live_sales_for_one_key_are_not_guessed_at():
    carrier = given.carrier(given.shipment_list("5001", "5002"), given.shipment_info())
    with pytest.raises(Unreadable, match="several"):
        carrier.recover(KEY)


def test_a_few_candidates_are_looked_at():
    carrier = given.carrier(
        given.shipment_list(*map(str, range(10))), given.shipment_info("9", "X")
    )
    assert carrier.recover(KEY) is None
    assert len(carrier._transport.calls) == 11


def test_long_list_is_not_walked():
    carrier = given.carrier(given.shipment_list(*map(str, range(11))))
    with pytest.raises(Unreadable, match="several"):
        carrier.recover(KEY)
    assert len(carrier._transport.calls) == 1


def priceless():
    links = given.link("label", "/rs/artifact/abc/1/0", index=0)
    links += given.link("price", given.SHIPMENTS + "/5001/price")
    return given.shipment_info(price="", links=links)


def test_price_kept_apart_is_fetched():
    price = given.xml(given.PRICE)
    carrier = given.carrier(given.shipment_list("5001"), priceless(), price)
    assert carrier.recover(KEY).price == given.cad("12.00")
    assert carrier._transport.targets[-1] == f"GET {given.HOST}{given.SHIPMENTS}/5001/price"


def test_price_that_is_not_given_keeps_no_sale_back():
    refused = given.messages(("9999", "No price."))
    carrier = given.carrier(given.shipment_list("5001"), priceless(), refused)
    assert carrier.recover(KEY).price is None


def test_price_out_of_reach_is_asked_for_again_later():
    carrier = given.carrier(given.shipment_list("5001"), priceless(), Unavailable("later"))
    with pytest.raises(Unavailable):
        carrier.recover(KEY)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (given.messages(("E002", "No."), status=401), Refused),
        (given.messages(status=500), Unavailable),
        (given.xml("<html/>", 404), Unreadable),
        (given.xml("<shipments><link rel='shipment' href='/'/></shipments>"), Unreadable),
    ],
)
def test_no_clear_answer_is_no_proof_that_nothing_was_bought(answer, error):
    with pytest.raises(error):
        given.carrier(answer).recover(KEY)


def test_trouble_with_the_found_shipment_climbs():
    refused = given.messages(("AA004", "Not allowed."), status=403)
    with pytest.raises(Refused, match="AA004"):
        given.carrier(given.shipment_list("5001"), refused).recover(KEY)


# --- void -----------------------------------------------------------------------------------------


def test_void_is_a_delete_answered_by_204():
    carrier = given.carrier(given.Answer(204))
    assert carrier.cancel("5001") is None
    assert carrier._transport.targets == [f"DELETE {given.SHIPMENTS}/5001"]


@pytest.mark.parametrize("status", [200, 400, 404])
def test_empty_list_of_errors_is_no_success(status):
    with pytest.raises(Refused, match="did not void") as caught:
        given.carrier(given.messages(status=status)).cancel("5001")
    assert caught.value.codes == {f"HTTP {status}"}


@pytest.mark.parametrize("code", sorted(ALREADY_TRANSMITTED_CODES))
def test_transmitted_shipment_cannot_be_voided(code):
    with pytest.raises(Refused, match="Too late") as caught:
        given.carrier(given.messages((code, "Too late."))).cancel("5001")
    assert caught.value.codes == {code}


@pytest.mark.parametrize("answer", [given.Answer(200), given.xml("<ok/>"), given.Answer(302)])
def test_anything_else_is_not_understood(answer):
    with pytest.raises(Unreadable):
        given.carrier(answer).cancel("5001")


@pytest.mark.parametrize("number", ["", "..", "1/2", "1?x", "é", "1" * 36])
@pytest.mark.parametrize("verb", ["cancel", "manifest", "track"])
def test_odd_reference_never_becomes_an_address(verb, number):
    carrier = given.carrier(given.Answer(204))
    with pytest.raises(Refused, match="not a reference"):
        getattr(carrier, verb)(number)
    assert carrier._transport.calls == []


# --- refund ---------------------------------------------------------------------------------------

TICKET = "<shipment-refund-request-info><service-ticket-id>{}</service-ticket-id>" + (
    "</shipment-refund-request-info>"
)


def test_refund_sends_the_mail_address_and_gives_the_ticket():
    carrier = given.carrier(given.xml(TICKET.format("GT12345678RT")))
    assert carrier.refund("5001", "desk@example.com") == "GT12345678RT"
    (call,) = carrier._transport.calls
    assert call.target == f"{given.SHIPMENTS}/5001/refund"
    assert b"<email>desk@example.com</email>" in call.body


@pytest.mark.parametrize("email", ["", "desk", "a@b", "a b@example.com", f"{'a' * 60}@example.com"])
def test_wrong_mail_address_is_refused(email):
    carrier = given.carrier(given.xml(TICKET.format("GT1")))
    with pytest.raises(Refused) as caught:
        carrier.refund("5001", email)
    assert caught.value.messages[0].field == "email"
    assert carrier._transport.calls == []


def test_refund_refused_tells_why():
    with pytest.raises(Refused, match="7291"):
        given.carrier(given.messages(("7291", "Not sent."))).refund("5001", "a@example.com")


def test_refund_without_ticket_is_unreadable():
    with pytest.raises(Unreadable):
        given.carrier(given.xml(TICKET.format(""))).refund("5001", "a@example.com")


DETAILS = (
    "<shipment-details><shipment-status>transmitted</shipment-status>"
    "<shipment-detail>{}</shipment-detail></shipment-details>"
)
ASKED = "<refund-request-info><service-ticket-id>GT7RT</service-ticket-id></refund-request-info>"


@pytest.mark.parametrize(("info", "ticket"), [(ASKED, "GT7RT"), ("", "")])
def test_an_earlier_refund_request_is_found_in_the_details(info, ticket):
    carrier = given.carrier(given.xml(DETAILS.format(info)))
    assert carrier.find_refund("5001") == ticket
    (call,) = carrier._transport.calls
    assert call.target == f"{given.SHIPMENTS}/5001/details"


def test_a_shipment_that_is_gone_has_no_refund_request():
    assert given.carrier(given.messages(status=404)).find_refund("5001") == ""


def test_details_without_their_main_part_are_unreadable():
    with pytest.raises(Unreadable):
        given.carrier(given.xml("<shipment-details/>")).find_refund("5001")


# --- labels ---------------------------------------------------------------------------------------


def bought(*links):
    return Sale("K", "5001", (), links=links)


def page(index=0, media_type="application/pdf"):
    href = f"{given.HOST}/rs/artifact/abc/1/{index}"
    return Link(DocumentKind.LABEL, href, media_type, index, "P1")


def test_label_is_asked_for_with_its_media_type_and_comes_unchanged():
    carrier = given.carrier(given.Answer(200, given.PDF))
    (document,) = carrier.documents(bought(page()))
    assert document == Document(DocumentKind.LABEL, given.PDF, "application/pdf", 0, "P1")
    (call,) = carrier._transport.calls
    assert (call.method, call.accept) == ("GET", "application/pdf")


def test_every_page_is_fetched():
    carrier = given.carrier(given.Answer(200, given.PDF))
    documents = carrier.documents(bought(page(0), page(1)))
    assert [document.index for document in documents] == [0, 1]


def test_zpl_is_known_by_its_commands():
    carrier = given.carrier(given.Answer(200, given.ZPL))
    (document,) = carrier.documents(bought(page(media_type="application/zpl-type")))
    assert document.content == given.ZPL


def test_label_in_the_making_is_waited_for():
    pauses = []
    answers = (given.Answer(202), given.Answer(202), given.Answer(200, given.PDF))
    carrier = given.carrier(*answers, sleep=pauses.append)
    assert carrier.documents(bought(page()))
    assert pauses == [0.5, 1]


def test_label_that_never_comes_is_unavailable():
    pauses = []
    carrier = given.carrier(given.Answer(202), sleep=pauses.append)
    with pytest.raises(Unavailable, match="preparing"):
        carrier.documents(bought(page()))
    assert pauses == [0.5, 1, 2, 4]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "application/pdf"),
        (given.PDF[:10], "application/pdf"),
        (b"<html>no</html>", "application/pdf"),
        (given.ZPL, "application/pdf"),
        (given.ZPL[:-4], "application/zpl-type"),
        (b"", "application/zpl-type"),
    ],
)
def test_what_is_no_whole_label_is_not_stored(content, media_type):
    with pytest.raises(Unreadable, match="not a complete document"):
        given.carrier(given.Answer(200, content)).documents(bought(page(media_type=media_type)))


def test_rendering_trouble_is_worth_another_try():
    with pytest.raises(Unavailable):
        given.carrier(given.messages(("9151", "Rendering."))).documents(bought(page()))


def test_label_that_is_gone_is_refused():
    with pytest.raises(Refused):
        given.carrier(given.messages(status=404)).documents(bought(page()))
