"""Our words for where a parcel is, and which of several events tells it."""

from enum import StrEnum


class Status(StrEnum):
    """Tracking status of a parcel. The values are stored in the database."""

    NONE = "none"  # an event that tells no place in the journey (signature image, date moved)
    CREATED = "created"  # the carrier knows the label, nobody has seen the parcel
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    READY_FOR_PICKUP = "ready_for_pickup"
    EXCEPTION = "exception"
    RETURNING = "returning"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


FINAL_STATUSES = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED})

# Two events of the same second: the one further along the journey tells the truth.
STATUS_RANK = {status: rank for rank, status in enumerate(Status)}


def current_status(events):
    """Where the parcel is now.

    The newest event that tells a place wins. A parcel that was once on its way back and is then
    "delivered" was delivered to its sender.

    :param events: any iterable of :class:`~.values.TrackingEvent`
    :rtype: Status
    """
    telling = [event for event in events if event.status is not Status.NONE]
    if not telling:
        return Status.NONE
    latest = max(telling, key=lambda event: (event.moment, STATUS_RANK[event.status]))
    went_back = any(
        event.status is Status.RETURNING and event.moment <= latest.moment for event in telling
    )
    if latest.status is Status.DELIVERED and went_back:
        return Status.RETURNED
    return latest.status
