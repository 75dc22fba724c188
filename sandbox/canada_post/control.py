"""Control calls under /_control/: what tests and demo look at and turn; loopback only."""

import collections
import datetime
import json
import re
import threading
import time
import urllib.parse

from . import catalogue, faults, routes, tracking
from .store import DEFAULT_SETTINGS


class Calls:
    """Recent calls, counters, and how many were under way at once."""

    kept = 2000

    def __init__(self):
        self._lock = threading.Lock()
        self._in_flight = set()
        self.clear()

    def clear(self):
        """Forget past calls."""
        with self._lock:
            self._recent = collections.deque(maxlen=self.kept)
            self._counts = collections.Counter()
            self._total = 0
            self._most = len(self._in_flight)

    def begin(self, operation, method, path, user):
        """Note a call that starts."""
        with self._lock:
            self._total += 1
            call = {
                "number": self._total,
                "operation": operation,
                "method": method,
                "path": path,
                "user": user,
                "status": None,
                "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
                "ms": None,
                "fault": None,
            }
            call["_clock"] = time.monotonic()
            self._recent.append(call)
            self._counts[operation] += 1
            self._in_flight.add(id(call))
            self._most = max(self._most, len(self._in_flight))
        return call

    def end(self, call, status, fault):
        """Note its answer."""
        with self._lock:
            call.update(status=status, ms=round((time.monotonic() - call["_clock"]) * 1000, 1))
            call["fault"] = fault["kind"] if fault else None
            self._in_flight.discard(id(call))

    def report(self, operation=None, limit=None):
        """All that is known, oldest first."""
        with self._lock:
            recent = [
                {name: value for name, value in call.items() if name != "_clock"}
                for call in self._recent
                if operation in (None, call["operation"])
            ]
            return {
                "calls": recent[-limit:] if limit else recent,
                "total": self._total,
                "counts": dict(self._counts),
                "in_flight": len(self._in_flight),
                "max_in_flight": self._most,
            }


def handle_http(sandbox, method, url, body):
    """JSON in, JSON out."""
    try:
        values = json.loads(body) if body else {}
        if not isinstance(values, dict):
            raise ValueError("the body must be a JSON object")
        query = dict(urllib.parse.parse_qsl(url.query))
        status, answer = handle(sandbox, method, url.path, {**query, **values})
    except ValueError as error:
        status, answer = 400, {"error": str(error)}
    return status, json.dumps(answer, ensure_ascii=False, indent=1).encode()


def handle(sandbox, method, path, values):
    """Find and run one control call."""
    for wanted, pattern, function in _CALLS:
        match = re.fullmatch(pattern, path)
        if match and wanted == method:
            try:
                return 200, function(sandbox, {**values, **match.groupdict()})
            except (ValueError, TypeError) as error:
                return 400, {"error": str(error)}
    return 404, {"error": f"no control call {method} {path}"}


def _health(sandbox, _values):
    return {"ok": True, "url": sandbox.url, "now": sandbox.store.now().isoformat()}


def _shipments(sandbox, values):
    wanted = ("pin", "request_id", "group", "status", "mobo", "id")
    with sandbox.store.lock:
        records = list(sandbox.store.data["shipments"].values())
        rows = [_row(record) for record in records]
        tracked = sandbox.store.data["tracking"]
        for row in rows:
            row["events"] = [
                event["step"] for event in tracked.get(row["pin"], {}).get("events", ())
            ]
    chosen = [
        row for row in rows if all(str(row[key]) == values[key] for key in wanted if key in values)
    ]
    voided = sum(row["voided"] for row in chosen)
    return {
        "shipments": chosen,
        "sold": len(chosen),
        "voided": voided,
        "live": len(chosen) - voided,
    }


_REFERENCES = ("cost_centre", "customer_ref_1", "customer_ref_2")


def _row(record):
    return {
        "id": record["id"],
        "pin": record["pin"],
        "request_id": record["request_id"],
        "group": record["group"],
        "status": "voided" if record["voided"] else record["status"],
        "voided": record["voided"],
        "service": record["service"],
        "options": record["options"],
        "weight": record["weight"],
        "sides": record["sides"],
        "references": dict(zip(_REFERENCES, record["references"], strict=True)),
        "sender": record["sender"],
        "destination": record["destination"],
        "customer": record["mailed_by"],
        "mobo": record["mobo"],
        "paid_by": record["paid_by"],
        "contract": record["contract"],
        "method_of_payment": record["method"],
        "mailing_date": record["mailing_date"],
        "price": record["price"],
        "po_number": record["po_number"],
        "manifest": record["manifest"],
        "refund": record["refund"],
        "label": {"layout": record["layout"], "encoding": record["encoding"]},
        "labels_sold": 1,
        "label_downloads": record["downloads"],
        "created": record["created"],
    }


def _manifests(sandbox, _values):
    return {"manifests": list(sandbox.store.snapshot("manifests").values())}


def _manifests_ready(sandbox, values):
    """Make pending manifests ready, all or one."""
    store, count = sandbox.store, 0
    with store.lock:
        for number, sheet in store.data["manifests"].items():
            if not sheet["ready"] and values.get("id") in (None, number):
                sheet["ready"], count = True, count + 1
        store.changed()
    return {"ready": count}


def _calls(sandbox, values):
    return sandbox.calls.report(values.get("operation"), int(values.get("limit", 0)))


def _forget_calls(sandbox, _values):
    sandbox.calls.clear()
    return {"calls": 0}


def _list_faults(sandbox, _values):
    return {
        "faults": sandbox.faults.list(),
        "kinds": list(faults.KINDS),
        "operations": list(routes.OPERATIONS),
    }


def _add_fault(sandbox, values):
    return sandbox.faults.add(values, routes.OPERATIONS)


def _clear_faults(sandbox, values):
    sandbox.faults.clear(int(values["id"]) if "id" in values else None)
    return {"faults": sandbox.faults.list()}


def _advance(sandbox, values):
    """Move one pin, several pins, a manifest's or all transmitted parcels."""
    store = sandbox.store
    moment = _moment(values["at"]) if values.get("at") else None
    with store.lock:
        moved = {
            pin: tracking.advance(store, pin, values.get("scenario"), moment)
            for pin in _pins(store, values)
        }
        events = {
            pin: [event["step"] for event in store.data["tracking"][pin]["events"]] for pin in moved
        }
    return {"advanced": moved, "events": events}


def _pins(store, values):
    if "pin" in values:
        return [values["pin"]]
    if "pins" in values:
        return list(values["pins"])
    if "manifest" in values:
        if values["manifest"] not in store.data["manifests"]:
            raise ValueError(f"no manifest {values['manifest']}")
        return [
            store.data["shipments"][key]["pin"]
            for key in store.data["manifests"][values["manifest"]]["shipments"]
        ]
    if values.get("all"):
        return list(store.data["tracking"])
    raise ValueError("give pin, pins, manifest or all")


def _reset(sandbox, values):
    """Back to an empty sandbox and the real clock; ``keep_settings`` spares the settings."""
    sandbox.store.reset(bool(values.get("keep_settings")))
    sandbox.faults.clear()
    sandbox.limiter.clear()
    sandbox.calls.clear()
    sandbox.documents.clear()
    return {"reset": True}


def _clock(sandbox, values):
    """Freeze (``now``, ``date``), shift (``offset_hours``) or release (``real``) the clock."""
    with sandbox.store.lock:
        data = sandbox.store.data
        if values.get("real"):
            data["frozen"], data["offset_s"] = None, 0
        elif "date" in values:
            data["frozen"] = _moment(f"{values['date']}T15:00:00+00:00").isoformat()
        elif "now" in values:
            data["frozen"] = _moment(values["now"]).isoformat()
        elif "offset_hours" in values:
            data["frozen"], data["offset_s"] = None, float(values["offset_hours"]) * 3600
        sandbox.store.changed()
    return {"now": sandbox.store.now().isoformat(), "frozen": bool(sandbox.store.data["frozen"])}


def _moment(value):
    moment = datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _settings(sandbox, values):
    """Read or change settings."""
    unknown = [name for name in values if name not in DEFAULT_SETTINGS]
    if unknown:
        raise ValueError(f"unknown setting {', '.join(unknown)}")
    with sandbox.store.lock:
        sandbox.store.data["settings"].update(values)
        sandbox.store.changed()
        return dict(sandbox.store.data["settings"])


def _catalogue(_sandbox, _values):
    return {
        "services": {code: service.names for code, service in catalogue.SERVICES.items()},
        "options": {code: option.names for code, option in catalogue.OPTIONS.items()},
    }


_CALLS = (
    ("GET", "/_control/health", _health),
    ("GET", "/_control/shipments", _shipments),
    ("GET", "/_control/manifests", _manifests),
    ("POST", "/_control/manifests/ready", _manifests_ready),
    ("GET", "/_control/calls", _calls),
    ("DELETE", "/_control/calls", _forget_calls),
    ("GET", "/_control/faults", _list_faults),
    ("POST", "/_control/faults", _add_fault),
    ("DELETE", "/_control/faults", _clear_faults),
    ("DELETE", "/_control/faults/(?P<id>[0-9]+)", _clear_faults),
    ("POST", "/_control/advance", _advance),
    ("POST", "/_control/reset", _reset),
    ("POST", "/_control/clock", _clock),
    ("GET", "/_control/settings", _settings),
    ("POST", "/_control/settings", _settings),
    ("GET", "/_control/catalogue", _catalogue),
)
