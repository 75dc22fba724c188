"""Tracking detail: every scan of one parcel (facts 17)."""

from datetime import UTC, datetime, timedelta, timezone

from odoo.addons.ecom_shipping.carrier_contract import Status, TrackingAnswer, TrackingEvent

from . import xml
from .call import Call, segment
from .tables import (
    DEFAULT_ZONE_HOURS,
    DELIVERED_OR_RETURNED,
    EVENT_STATUS,
    HELD_OR_RETURNING,
    TRACK_TYPE,
    TRACKING_PAGE,
    ZONE_HOURS,
)

_ZONES = {name: timezone(timedelta(hours=hours)) for name, hours in ZONE_HOURS.items()}
_DEFAULT_ZONE = timezone(timedelta(hours=DEFAULT_ZONE_HOURS))
# Words that mean "to the sender" in a delivered or held event, without accents.
_SENDER_WORDS = ("expediteur", "sender", "retour", "renvoy", "returned")
_ACCENTS = str.maketrans("éèêàâîôûç", "eeeaaiouc")


def call(tracking_number, language):
    """Ask for the details of one parcel.

    :rtype: Call
    """
    pin = segment(tracking_number, "tracking_number", language)
    return Call("GET", f"/vis/track/pin/{pin}/detail", TRACK_TYPE)


def page(tracking_number, language):
    """The carrier's page for a customer (facts 17), or '' without a number."""
    if not tracking_number.isalnum():
        return ""
    return TRACKING_PAGE.format(
        language="fr" if language.startswith("fr") else "en", pin=tracking_number
    )


def reader(tracking_number):
    """A reader of ``tracking-detail``.

    :returns: a function from the root element to a :class:`TrackingAnswer`
    """

    def read(root):
        found = xml.children(root)
        events = [_event(element) for element in found["significant-events"]]
        dated = [event for event in events if event is not None]
        # The sort is stable: events of the same second stay in the carrier's order.
        dated.sort(key=lambda event: event.moment, reverse=True)
        expected = xml.text(found, "changed-expected-date") or xml.text(
            found, "expected-delivery-date"
        )
        return TrackingAnswer(
            tracking_number=tracking_number,
            events=tuple(dated),
            expected_date=xml.day(expected),
            extra=_extra(found, len(events) - len(dated)),
        )

    return read


def _extra(found, undated):
    """Facts beside the events; ``undated_events`` counts scans whose date could not be read."""
    extra = {
        "service_name": xml.text(found, "service-name"),
        "reference_1": xml.text(found, "customer-ref-1"),
        "reference_2": xml.text(found, "customer-ref-2"),
        "return_pin": xml.text(found, "return-pin"),
        "expected_date_reason": xml.text(found, "changed-expected-delivery-reason"),
        "signature_image": xml.text(found, "signature-image-exists") == "true",
        "undated_events": undated,
    }
    return {name: value for name, value in extra.items() if value}


def _event(element):
    """One scan, or None when it has no date."""
    values = xml.values(element)
    moment = _moment(values)
    if moment is None:
        return None
    code = values["event-identifier"]
    text = values.get("event-description", "")
    return TrackingEvent(
        moment=moment,
        code=code.lstrip("0") or code,
        text=text,
        status=status(code, text),
        place=_place(values),
        signatory=values.get("signatory-name", ""),
    )


def _moment(values):
    """When it happened, in UTC. Zone names are abbreviations; an unknown one counts as Eastern."""
    try:
        local = datetime.fromisoformat(
            f"{values['event-date']}T{values.get('event-time') or '00:00:00'}"
        )
        zone = _ZONES.get(values.get("event-time-zone", "").upper(), _DEFAULT_ZONE)
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _place(values):
    """Post office, town and province, as far as they are told."""
    names = ("event-retail-name", "event-site", "event-province")
    return ", ".join(values[name] for name in names if values.get(name))


def status(code, text):
    """Our reading of event ``code``, which may be padded with zeros (facts 17).

    An unknown code tells no place: the parcel keeps its status and the text is kept.

    :rtype: Status
    """
    number = int(code) if code.isascii() and code.isdecimal() else None
    found = EVENT_STATUS.get(number, Status.NONE)
    if number in DELIVERED_OR_RETURNED and _names_sender(text):
        return Status.RETURNED
    if number in HELD_OR_RETURNING and (_names_sender(text) or "import" in text.lower()):
        return Status.RETURNING
    return found


def _names_sender(text):
    plain = text.lower().translate(_ACCENTS)
    return any(word in plain for word in _SENDER_WORDS)
