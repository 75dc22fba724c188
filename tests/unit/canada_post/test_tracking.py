"""Tracking detail: scans, their moments and places, and our reading of the codes."""

from datetime import UTC, date, datetime

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    Refused,
    Status,
    Unavailable,
    Unreadable,
    current_status,
)
from odoo.addons.ecom_shipping_canada_post.canada_post import tables, tracking

from tests.unit.canada_post import given

occurrence = given.occurrence


def track(*occurrences, **kwargs):
    return given.carrier(given.tracking(*occurrences, **kwargs)).track(given.PIN)


def test_call_names_the_number_and_the_media_type():
    carrier = given.carrier(given.tracking())
    carrier.track(given.PIN)
    (call,) = carrier._transport.calls
    assert (call.method, call.target) == ("GET", f"/vis/track/pin/{given.PIN}/detail")
    assert call.accept == "application/vnd.cpc.track-v2+xml"


def test_event_holds_moment_code_text_place_and_signatory():
    (event,) = track(
        occurrence(
            "0174",
            "Item out for delivery",
            event_site="SAINTE-FOY",
            event_province="QC",
            event_retail_name="PO 12",
            signatory_name="HETU",
        )
    ).events
    assert event.moment == datetime(2026, 1, 16, 15, 0, tzinfo=UTC)
    assert (event.code, event.text) == ("174", "Item out for delivery")
    assert event.status is Status.OUT_FOR_DELIVERY
    assert event.place == "PO 12, SAINTE-FOY, QC"
    assert event.signatory == "HETU"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("EST", 15), ("EDT", 14), ("HAE", 14), ("PST", 18), ("UTC", 10), ("est", 15), ("???", 15)],
)
def test_zone_names_become_utc(zone, hour):
    (event,) = track(occurrence("100", zone=zone)).events
    assert event.moment.hour == hour
    assert event.moment.tzinfo is UTC


def test_newfoundland_is_half_an_hour_off():
    (event,) = track(occurrence("100", zone="NST")).events
    assert (event.moment.hour, event.moment.minute) == (13, 30)


def test_time_may_be_missing_but_a_scan_without_date_is_counted_apart():
    answer = track(occurrence("100", time=""), occurrence("105", day=""), occurrence("1", day="x"))
    assert [event.code for event in answer.events] == ["100"]
    assert answer.extra["undated_events"] == 2


def test_events_are_newest_first_whatever_the_order_of_the_answer():
    answer = track(
        occurrence("100", day="2026-01-16"),
        occurrence("1496", day="2026-01-18"),
        occurrence("174", day="2026-01-17"),
    )
    assert [event.code for event in answer.events] == ["1496", "174", "100"]


def test_events_of_one_second_keep_the_carriers_order():
    answer = track(occurrence("20"), occurrence("1496"), occurrence("21"))
    assert [event.code for event in answer.events] == ["20", "1496", "21"]


def test_expected_date_gives_way_to_the_changed_one():
    assert track().expected_date == date(2026, 1, 19)
    assert track(changed="2026-01-21").expected_date == date(2026, 1, 21)
    assert track(expected="").expected_date is None


def test_facts_beside_the_events_are_kept():
    assert track().extra == {
        "service_name": "Expedited Parcels",
        "reference_1": "SO00042",
        "signature_image": True,
    }


def test_no_events_yet():
    answer = track()
    assert (answer.tracking_number, answer.events, answer.error) == (given.PIN, (), "")


# --- when the carrier says no ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [given.messages(("004", "No history."), status=404), given.messages(status=404)]
)
def test_number_not_scanned_yet_is_an_empty_answer(answer):
    found = given.carrier(answer).track(given.PIN)
    assert (found.events, found.error) == ((), "")


@pytest.mark.parametrize("code", ["002", "006", "008"])
def test_complaint_about_this_number_is_told_beside_it(code):
    found = given.carrier(given.messages((code, "Odd number."))).track(given.PIN)
    assert found.error == f"Odd number. ({code})"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (given.messages(("E002", "Login."), status=401), Refused),
        (given.messages(("Server", "Rejected by SLM Monitor"), status=500), Unavailable),
        (given.xml("<tracking-detail/>"), Unreadable),
        (given.xml("<tracking-summary/>"), Unreadable),
    ],
)
def test_complaint_about_us_climbs(answer, error):
    with pytest.raises(error):
        given.carrier(answer).track(given.PIN)


# --- codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("3000", Status.CREATED),
        ("1302", Status.ACCEPTED),
        ("2300", Status.ACCEPTED),
        ("0100", Status.IN_TRANSIT),
        ("116", Status.IN_TRANSIT),
        ("0173", Status.EXCEPTION),
        ("4450", Status.EXCEPTION),
        ("0500", Status.OUT_FOR_DELIVERY),
        ("1479", Status.ATTEMPTED),
        ("1443", Status.ATTEMPTED),
        ("0156", Status.READY_FOR_PICKUP),
        ("1701", Status.READY_FOR_PICKUP),
        ("1705", Status.IN_TRANSIT),
        ("1405", Status.DELIVERED),
        ("1430", Status.DELIVERED),
        ("1498", Status.DELIVERED),
        ("1415", Status.RETURNING),
        ("1100", Status.RETURNING),
        ("150", Status.EXCEPTION),
        ("190", Status.CANCELLED),
    ],
)
def test_codes_are_compared_as_numbers(code, status):
    assert tracking.status(code, "") is status
    assert tracking.status(code.lstrip("0"), "") is status


@pytest.mark.parametrize("code", ["20", "0020", "21", "2001", "1200", "152", "615", "1497"])
def test_codes_that_tell_no_place(code):
    assert tracking.status(code, "Delivered and returned to sender") is Status.NONE


@pytest.mark.parametrize("code", ["77777", "", "ABC", "-1", "²", "1496 "])
def test_unknown_code_keeps_the_status_and_the_text(code):
    (event,) = track(occurrence(code.replace(" ", "x"), "News")).events
    assert (event.status, event.text) == (Status.NONE, "News")


@pytest.mark.parametrize("code", ["1476", "1496", "1498"])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Article livré avec succès", Status.DELIVERED),
        ("Article retourné à l'expéditeur", Status.RETURNED),
        ("Article livré à l’EXPÉDITEUR", Status.RETURNED),
        ("Renvoyé à l'expéditeur", Status.RETURNED),
        ("Item returned to sender", Status.RETURNED),
        ("", Status.DELIVERED),
    ],
)
def test_delivered_code_may_mean_back_at_the_sender(code, text, status):
    assert tracking.status(code, text) is status


def test_notice_that_speaks_of_a_future_return_is_no_return():
    text = "Final Notice; Item will be returned to sender if not collected within 10 days"
    assert tracking.status("156", text) is Status.READY_FOR_PICKUP


@pytest.mark.parametrize(
    ("code", "text"),
    [("1412", "Retour arrivé"), ("4450", "Import refused"), ("4700", "Retourné à l'expéditeur")],
)
def test_held_code_may_mean_going_back(code, text):
    assert tracking.status(code, text) is Status.RETURNING


def test_every_target_is_one_of_our_words_and_no_code_is_listed_twice():
    listed = [code for _status, codes in tables._STATUS_CODES for code in tables._codes(codes)]
    assert len(listed) == len(set(listed)) == len(tables.EVENT_STATUS)
    assert {type(status) for status in tables.EVENT_STATUS.values()} == {Status}


def test_delivered_twice_ends_delivered_and_a_signature_changes_nothing():
    answer = track(
        occurrence("1496", day="2026-01-18", time="11:59:59"),
        occurrence("20", day="2026-01-18", time="11:59:59"),
        occurrence("0173", day="2026-01-17"),
        occurrence("1496", day="2026-01-16"),
    )
    assert current_status(answer.events) is Status.DELIVERED
    later_proof = track(occurrence("2001", day="2026-01-20"), occurrence("1496"))
    assert current_status(later_proof.events) is Status.DELIVERED


def test_parcel_that_went_back_ends_returned():
    answer = track(occurrence("1496", day="2026-01-20"), occurrence("1415", day="2026-01-18"))
    assert current_status(answer.events) is Status.RETURNED


# --- the customer's page --------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "part"), [("en", "/en#"), ("fr_CA", "/fr#"), ("de", "/en#")])
def test_page_of_the_customer(language, part):
    url = given.carrier().tracking_url(given.PIN, language)
    assert part in url
    assert url.endswith(f"searchFor={given.PIN}")


@pytest.mark.parametrize("number", ["", "1&x=2", "<script>"])
def test_no_page_without_a_proper_number(number):
    assert given.carrier().tracking_url(number) == ""
