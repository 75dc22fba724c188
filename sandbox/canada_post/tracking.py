"""Tracking on command (facts 17): padded identifiers, newest first, signature apart."""

import datetime

from . import catalogue, rating
from .documents import TRACK, Builder, serialize
from .errors import refuse
from .store import eastern

BUILD = Builder(TRACK)

# step: (event identifier, event type of the summary, English, French, where)
STEPS = {
    "announced": (
        "3000",
        "INDUCTION",
        "Order information received",
        "Renseignements de l'envoi reçus",
        "origin",
    ),
    "accepted": (
        "2300",
        "INDUCTION",
        "Item picked up by the carrier",
        "Article ramassé par le transporteur",
        "origin",
    ),
    "in_transit": (
        "0100",
        "INFO",
        "Item processed at facility",
        "Article traité à l'établissement",
        "origin",
    ),
    "exception": ("0159", "INFO", "Possible delay: weather", "Retard possible : météo", "origin"),
    "out_for_delivery": (
        "0174",
        "INFO",
        "Item out for delivery",
        "Article sorti pour livraison",
        "destination",
    ),
    "delivered": ("1496", "OUT", "Item delivered", "Article livré", "destination"),
    "signature": (
        "20",
        "OUT",
        "Signature image recorded for viewing on line",
        "Image de la signature enregistrée pour consultation",
        "destination",
    ),
    "card_left": (
        "1435",
        "ATTEMPTED",
        "Attempted delivery. Notice card left",
        "Tentative de livraison. Carte d'avis laissée",
        "destination",
    ),
    "at_post_office": (
        "1701",
        "INFO",
        "Item available for pickup at the post office",
        "Article prêt à être ramassé au bureau de poste",
        "destination",
    ),
    "final_notice": (
        "0156",
        "INFO",
        "Final notice: item will be returned if not collected",
        "Dernier avis : l'article sera retourné s'il n'est pas ramassé",
        "destination",
    ),
    "collected": ("1496", "OUT", "Item delivered", "Article livré", "destination"),
    "returning": (
        "1415",
        "INFO",
        "Item not collected, on its way back to the sender",
        "Article non réclamé, en cours de retour à l'expéditeur",
        "destination",
    ),
    "returned": (
        "1496",
        "OUT",
        "Item returned to the sender",
        "Article retourné à l'expéditeur",
        "origin",
    ),
}
NEXT = {
    "announced": "accepted",
    "accepted": "in_transit",
    "in_transit": "out_for_delivery",
    "exception": "out_for_delivery",
    "out_for_delivery": "delivered",
    "card_left": "at_post_office",
    "at_post_office": "collected",
    "final_notice": "returning",
    "returning": "returned",
}
_START = ("accepted", "in_transit")
_DOOR = (*_START, "out_for_delivery")
SCENARIOS = {
    "accepted": _START[:1],
    "in_transit": _START,
    "exception": (*_START, "exception"),
    "out_for_delivery": _DOOR,
    "delivered": (*_DOOR, "delivered"),
    "card_left": (*_DOOR, "card_left"),
    "returned": (*_DOOR, "card_left", "final_notice", "returning", "returned"),
}
_LAST = ("delivered", "collected", "returned")


# --- moving on --------------------------------------------------------------------------
def announce(store, record):
    """First event of a shipment: the order data arrived, at transmit (facts 11)."""
    store.data["tracking"][record["pin"]] = {"shipment": record["id"], "events": []}
    _add(store, record["pin"], "announced", store.now())


def is_delivered(store, pin):
    """Whether the parcel is at the end of its journey."""
    return any(
        event["step"] in _LAST for event in store.data["tracking"].get(pin, {}).get("events", ())
    )


def advance(store, pin, scenario=None, moment=None):
    """Next step, or all steps of a scenario that are still missing; returns the steps taken."""
    if pin not in store.data["tracking"]:
        raise ValueError(f"{pin} is not known or not transmitted yet")
    if scenario and scenario not in SCENARIOS:
        raise ValueError(f"scenario must be one of {', '.join(SCENARIOS)}")
    done = [event["step"] for event in store.data["tracking"][pin]["events"]]
    if any(step in _LAST for step in done):
        return []
    if scenario:
        steps = [step for step in SCENARIOS[scenario] if step not in done]
    else:
        steps = [NEXT[[step for step in done if step in NEXT][-1]]]
    for step in steps:
        _add(store, pin, step, moment or store.now())
        if step == "delivered" and not _left_at_door(store, pin):
            _add_signature(store, pin)
    store.changed()
    return steps


def _left_at_door(store, pin):
    record = store.data["shipments"][store.data["tracking"][pin]["shipment"]]
    return any(code == "LAD" for code, _amount in record["options"])


def _add(store, pin, step, moment):
    """An event at the given time, but at least a minute after the one before."""
    events = store.data["tracking"][pin]["events"]
    if events:
        moment = max(
            moment,
            datetime.datetime.fromisoformat(events[-1]["at"]) + datetime.timedelta(minutes=1),
        )
    events.append({"step": step, "at": moment.isoformat()})


def _add_signature(store, pin):
    """Code 20: for half of the parcels newer than the delivery, else at the same time."""
    events = store.data["tracking"][pin]["events"]
    if int(pin[-1]) % 2:
        events.insert(-1, {"step": "signature", "at": events[-1]["at"]})
    else:
        _add(store, pin, "signature", datetime.datetime.fromisoformat(events[-1]["at"]))


# --- answers ----------------------------------------------------------------------------
def _found(context):
    """Shipment and events, newest first; 004 while nothing is known (facts 17)."""
    data, pin = context.store.data, context.path["pin"]
    with context.store.lock:
        tracked = data["tracking"].get(pin)
        if not tracked:
            raise refuse("004")
        events = [_event(item) for item in reversed(tracked["events"])]
        return data["shipments"][tracked["shipment"]], events


def _event(item):
    local, zone = eastern(datetime.datetime.fromisoformat(item["at"]))
    return {"step": item["step"], "local": local, "zone": zone, "day": local.date().isoformat()}


def _first_day(events, *steps):
    return next((event["day"] for event in events if event["step"] in steps), "")


def _site(record, step):
    if STEPS[step][4] == "origin":
        address = record["sender"]
    else:
        address = record["destination"]
    return address["city"].upper(), address["province"]


def _signatory(record, step):
    if step != "signature":
        return ""
    name = record["destination"]["name"] or record["destination"]["company"] or "SPECIMEN"
    return name.split()[-1].upper()


def _text(context, step):
    return STEPS[step][3 if context.language == "fr" else 2]


def summary(context):
    """Tracking summary."""
    record, events = _found(context)
    last = events[0]
    delivered = _first_day(events, *_LAST)
    fields = {
        "pin": record["pin"],
        "origin-postal-id": record["shipping_point"][:3],
        "destination-postal-id": record["destination"]["postal_code"],
        "destination-province": record["destination"]["province"],
        "service-name": catalogue.SERVICES[record["service"]].names[context.language],
        "mailed-on-date": events[-1]["day"],
        "expected-delivery-date": record["price"]["expected"],
        "actual-delivery-date": delivered,
        "delivery-option-completed-ind": "1" if delivered else "0",
        "event-date-time": last["local"].strftime("%Y%m%d:%H%M%S"),
        "event-description": _text(context, last["step"]),
        "attempted-date": _first_day(events, "card_left"),
        "customer-ref-1": record["references"][1],
        "customer-ref-2": record["references"][2],
        "return-pin": "",
        "event-type": STEPS[last["step"]][1],
        "event-location": _site(record, last["step"])[0],
        "signatory-name": next(
            (_signatory(record, "signature") for e in events if e["step"] == "signature"), ""
        ),
    }
    rows = [BUILD(name, value) for name, value in fields.items()]
    return context.xml(serialize(BUILD("tracking-summary", BUILD("pin-summary", rows))))


def detail(context):
    """Tracking detail with every event."""
    record, events = _found(context)
    service = catalogue.SERVICES[record["service"]].names[context.language]
    changed, reason = _changed_date(context, record, events)
    signed = any(event["step"] == "signature" for event in events)
    fields = {
        "pin": record["pin"],
        "active-exists": "1",
        "archive-exists": "",
        "changed-expected-date": changed,
        "destination-postal-id": record["destination"]["postal_code"],
        "expected-delivery-date": record["price"]["expected"],
        "changed-expected-delivery-reason": reason,
        "mailed-by-customer-number": record["mailed_by"],
        "mailed-on-behalf-of-customer-number": record["mobo"],
        "original-pin": "",
        "service-name": service,
        "service-name-2": service,
        "customer-ref-1": record["references"][1],
        "customer-ref-2": record["references"][2],
        "return-pin": "",
        "signature-image-exists": str(signed).lower(),
        "suppress-signature": "false",
    }
    rows = [BUILD(name, value) for name, value in fields.items()]
    occurrences = [_occurrence(context, record, event) for event in events]
    parts = [*rows, _delivery_options(context, record), BUILD("significant-events", occurrences)]
    return context.xml(serialize(BUILD("tracking-detail", parts)))


def _changed_date(context, record, events):
    """A new expected date once something went wrong (facts 17)."""
    if not any(event["step"] == "exception" for event in events):
        return "", ""
    expected = datetime.date.fromisoformat(record["price"]["expected"])
    return rating.add_business_days(expected, 1).isoformat(), _text(context, "exception")


def _delivery_options(context, record):
    """Options that matter at the door; the list starts with an empty row, as real ones do."""
    names = {"HFP": "CH_HLD_PCK_UP", "SO": "CH_SGN_OPTION"}
    rows = [("", "")]
    for code, _amount in record["options"]:
        if code in names:
            rows.append((names[code], catalogue.OPTIONS[code].names[context.language]))
    items = [
        BUILD("item", BUILD("delivery-option", code), BUILD("delivery-option-description", name))
        for code, name in rows
    ]
    return BUILD("delivery-options", items)


def _occurrence(context, record, event):
    city, province = _site(record, event["step"])
    at_office = event["step"] == "at_post_office"
    fields = {
        "event-identifier": STEPS[event["step"]][0],
        "event-date": event["day"],
        "event-time": event["local"].strftime("%H:%M:%S"),
        "event-time-zone": event["zone"],
        "event-description": _text(context, event["step"]),
        "signatory-name": _signatory(record, event["step"]),
        "event-site": city,
        "event-province": province,
        "event-retail-location-id": "0000900012" if at_office else "",
        "event-retail-name": "SANDBOX PHARMACY PO" if at_office else "",
    }
    return BUILD("occurrence", [BUILD(name, value) for name, value in fields.items()])
