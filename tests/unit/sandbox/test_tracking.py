"""Tracking on command (facts 17)."""

import pytest

from tests.unit.sandbox.caller import (
    TRACK,
    Caller,
    codes,
    immediate,
    options,
    shipment,
    value,
    values,
)


def pin_of(post, **changes):
    return value(post.create(immediate(**changes)), "tracking-pin")


def events(post, pin):
    return values(post.get(f"/vis/track/pin/{pin}/detail", TRACK), "event-identifier")


@pytest.mark.parametrize("kind", ["summary", "detail", "details"])
def test_no_history(post, kind):
    answer = post.get(f"/vis/track/pin/9000001000000017/{kind}", TRACK)
    assert (answer.status, codes(answer)) == (404, ["004"])


def test_contract_tracking_starts_at_transmit(post):
    pin = value(post.create(), "tracking-pin")
    assert codes(post.get(f"/vis/track/pin/{pin}/detail", TRACK)) == ["004"]
    assert post.control("POST", "advance", {"pin": pin})[0] == 400
    post.transmit()
    assert events(post, pin) == ["3000"]


def test_normal_journey(post, box):
    pin = pin_of(post)
    seen = []
    for _turn in range(4):
        seen += box.control("POST", "/_control/advance", {"pin": pin})["advanced"][pin]
    assert seen == ["accepted", "in_transit", "out_for_delivery", "delivered"]
    assert sorted(events(post, pin)) == ["0100", "0174", "1496", "20", "2300", "3000"]
    assert events(post, pin)[2:] == ["0174", "0100", "2300", "3000"]
    assert box.control("POST", "/_control/advance", {"pin": pin})["advanced"][pin] == []
    detail = post.get(f"/vis/track/pin/{pin}/detail", "application/vnd.cpc.track-v2+xml")
    assert "LEFRANÇOIS" in values(detail, "signatory-name")
    assert value(detail, "signature-image-exists") == "true"
    summary = post.get(f"/vis/track/pin/{pin}/summary", TRACK)
    assert value(summary, "actual-delivery-date") == "2026-01-14"
    assert value(summary, "customer-ref-1") == "SO0042"


def test_signature_is_sometimes_newer_than_the_delivery(post, box):
    orders = set()
    for number in range(6):
        pin = pin_of(post, request_id=f"R{number}")
        box.control("POST", "/_control/advance", {"pin": pin, "scenario": "delivered"})
        orders.add(tuple(events(post, pin)[:2]))
    assert orders == {("20", "1496"), ("1496", "20")}


def test_left_at_the_door_has_no_signature(post, box):
    pin = pin_of(post, options=options("LAD"))
    box.control("POST", "/_control/advance", {"pin": pin, "scenario": "delivered"})
    assert "20" not in events(post, pin)


@pytest.mark.parametrize(
    ("scenario", "newest", "after"),
    [
        ("card_left", "1435", ["1701", "1496"]),
        ("exception", "0159", ["0174"]),
        ("returned", "1496", []),
        ("out_for_delivery", "0174", []),
    ],
)
def test_scenarios(post, box, scenario, newest, after):
    pin = pin_of(post)
    box.control("POST", "/_control/advance", {"pin": pin, "scenario": scenario})
    assert events(post, pin)[0] == newest
    for code in after:
        box.control("POST", "/_control/advance", {"pin": pin})
        assert events(post, pin)[0] == code


def test_card_left_and_changed_date(post, box):
    pin = pin_of(post)
    box.control("POST", "/_control/advance", {"pin": pin, "scenario": "card_left"})
    assert value(post.get(f"/vis/track/pin/{pin}/summary", TRACK), "attempted-date") == "2026-01-14"
    late = pin_of(post, request_id="R2")
    box.control("POST", "/_control/advance", {"pin": late, "scenario": "exception"})
    detail = post.get(f"/vis/track/pin/{late}/detail", TRACK)
    assert value(detail, "changed-expected-date") > value(detail, "expected-delivery-date")


def test_many_at_once_and_at_a_given_time(post, box):
    made = [value(post.create(shipment(f"R{number}")), "tracking-pin") for number in range(2)]
    post.transmit()
    sheet = box.control("GET", "/_control/manifests")["manifests"][0]["id"]
    moved = box.control(
        "POST", "/_control/advance", {"manifest": sheet, "at": "2026-01-15T14:30:00Z"}
    )
    assert set(moved["advanced"]) == set(made)
    detail = post.get(f"/vis/track/pin/{made[0]}/detail", TRACK)
    assert (value(detail, "event-date"), value(detail, "event-time")) == ("2026-01-15", "09:30:00")
    assert set(box.control("POST", "/_control/advance", {"pins": made})["advanced"]) == set(made)
    assert set(box.control("POST", "/_control/advance", {"all": True})["advanced"]) == set(made)


def test_daylight_time(post, box):
    box.control("POST", "/_control/clock", {"date": "2026-07-15"})
    pin = pin_of(post, expected_mailing_date=None)
    assert value(post.get(f"/vis/track/pin/{pin}/detail", TRACK), "event-time-zone") == "EDT"


def test_french(post, box):
    pin = pin_of(post)
    answer = Caller(box.url, language="fr-CA").get(f"/vis/track/pin/{pin}/detail", TRACK)
    assert value(answer, "event-description") == "Renseignements de l'envoi reçus"


def test_delivery_options_start_with_an_empty_row(post):
    pin = pin_of(post, options=options("SO", "HFP"))
    detail = post.get(f"/vis/track/pin/{pin}/detail", TRACK)
    assert values(detail, "delivery-option") == ["", "CH_SGN_OPTION", "CH_HLD_PCK_UP"]


@pytest.mark.parametrize("body", [{}, {"pin": "1"}, {"manifest": "1"}])
def test_advance_refused(post, body):
    status, answer = post.control("POST", "advance", body)
    assert status == 400
    assert answer["error"].startswith(("give pin", "1 is not known", "no manifest"))


def test_unknown_scenario(post):
    status, answer = post.control("POST", "advance", {"pin": pin_of(post), "scenario": "lost"})
    assert status == 400
    assert "card_left" in answer["error"]
