"""Which of several events tells where a parcel is."""

from datetime import UTC, datetime, timedelta

import pytest

from odoo.addons.ecom_shipping.carrier_contract import (
    FINAL_STATUSES,
    STATUS_RANK,
    Status,
    TrackingEvent,
    current_status,
)

MORNING = datetime(2026, 1, 16, 8, tzinfo=UTC)


def event(status, hour=0):
    return TrackingEvent(MORNING + timedelta(hours=hour), "code", "text", status)


def events(*statuses):
    """Events an hour apart, oldest first."""
    return [event(status, hour) for hour, status in enumerate(statuses)]


def test_no_event_tells_nothing():
    assert current_status([]) is Status.NONE


def test_events_without_a_place_tell_nothing():
    assert current_status(events(Status.NONE, Status.NONE)) is Status.NONE


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NONE])
def test_single_event_tells_its_status(status):
    assert current_status(events(status)) is status


def test_newest_event_wins_in_whatever_order_they_come():
    journey = events(Status.CREATED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY)
    assert current_status(journey) is Status.OUT_FOR_DELIVERY
    assert current_status(reversed(journey)) is Status.OUT_FOR_DELIVERY


def test_step_back_is_told_too():
    """Attempted, then back in the depot: the newest tells, not the furthest."""
    journey = events(Status.ATTEMPTED, Status.IN_TRANSIT)
    assert current_status(journey) is Status.IN_TRANSIT


def test_newest_event_that_tells_a_place_wins():
    """The signature image arrives after the delivery."""
    journey = events(Status.IN_TRANSIT, Status.DELIVERED, Status.NONE)
    assert current_status(journey) is Status.DELIVERED


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Status.CREATED, Status.ACCEPTED),
        (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY),
        (Status.OUT_FOR_DELIVERY, Status.DELIVERED),
    ],
)
def test_of_the_same_second_the_one_further_along_wins(earlier, later):
    assert current_status([event(later), event(earlier)]) is later
    assert current_status([event(earlier), event(later)]) is later


def test_delivered_on_its_way_back_was_returned():
    journey = events(Status.IN_TRANSIT, Status.RETURNING, Status.IN_TRANSIT, Status.DELIVERED)
    assert current_status(journey) is Status.RETURNED


def test_on_its_way_back_is_not_yet_returned():
    journey = events(Status.RETURNING, Status.IN_TRANSIT)
    assert current_status(journey) is Status.IN_TRANSIT


def test_return_that_began_after_the_delivery_is_a_new_journey():
    """Accepted at the door, sent back later: the newest event tells."""
    assert current_status(events(Status.DELIVERED, Status.RETURNING)) is Status.RETURNING


def test_return_of_the_same_second_counts():
    assert current_status([event(Status.RETURNING), event(Status.DELIVERED)]) is Status.RETURNED


def test_any_iterable_is_taken_once():
    assert current_status(iter(events(Status.RETURNING, Status.DELIVERED))) is Status.RETURNED


def test_final_statuses_end_the_journey():
    assert {Status.DELIVERED, Status.RETURNED, Status.CANCELLED} == FINAL_STATUSES


def test_ranks_follow_the_journey():
    journey = [
        Status.CREATED,
        Status.ACCEPTED,
        Status.IN_TRANSIT,
        Status.OUT_FOR_DELIVERY,
        Status.ATTEMPTED,
        Status.READY_FOR_PICKUP,
        Status.DELIVERED,
    ]
    assert sorted(journey, key=STATUS_RANK.get) == journey
    assert set(STATUS_RANK) == set(Status)
