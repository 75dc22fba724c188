"""Everything the sandbox remembers: one dictionary, one lock, perhaps one file."""

import copy
import datetime
import json
import os
import threading

DEFAULT_SETTINGS = {
    "environment": "development",
    "latency_ms": 0,
    "manifest_pending_polls": 1,
    "artifact_pending_polls": 0,
    "zpl_media_type": "application/zpl-type",
    "max_groups": 50,
    "max_shipments_per_group": 10000,
    "max_shipments": 10000,
    "rate_limits": None,
    "rate_limit_window_s": 60,
}


def empty():
    """A sandbox in which nothing happened yet."""
    return {
        "version": 1,
        "numbers": {},
        "shipments": {},
        "request_ids": {},
        "manifests": {},
        "artifacts": {},
        "tracking": {},
        "settings": dict(DEFAULT_SETTINGS),
        "frozen": None,
        "offset_s": 0,
    }


class Store:
    """State with its lock: callers hold ``lock`` while they work, then call ``changed``."""

    flush_seconds = 0.25

    def __init__(self, path=None, settings=None):
        self.lock = threading.RLock()
        self.path = path
        self._dirty = threading.Event()
        self._closed = threading.Event()
        self.data = self._load()
        self.data["settings"].update(settings or {})
        self._writer = None
        if path:
            self._writer = threading.Thread(
                target=self._write_often, name="sandbox-store", daemon=True
            )
            self._writer.start()

    def _load(self):
        data = empty()
        if self.path and os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as handle:
                saved = json.load(handle)
            settings = {**data["settings"], **saved.get("settings", {})}
            data.update(saved, settings=settings)
        return data

    def changed(self):
        """Note that the state has to be written."""
        self._dirty.set()

    def next_number(self, name, first=1):
        """Next value of a counter."""
        value = self.data["numbers"].get(name, first - 1) + 1
        self.data["numbers"][name] = value
        return value

    def reset(self, keep_settings=False):
        """Forget everything; counters go on so that numbers are never given twice."""
        with self.lock:
            numbers, settings = self.data["numbers"], self.data["settings"]
            self.data = empty()
            self.data["numbers"] = numbers
            if keep_settings:
                self.data["settings"] = settings
            self.changed()

    def now(self):
        """The sandbox's time, in UTC: frozen, shifted or real (POST /_control/clock)."""
        if self.data["frozen"]:
            return datetime.datetime.fromisoformat(self.data["frozen"])
        real = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        return real + datetime.timedelta(seconds=self.data["offset_s"])

    def _write_often(self):
        while not self._closed.is_set():
            self._dirty.wait()
            self._closed.wait(self.flush_seconds)
            self.flush()

    def flush(self):
        """Write the state beside its file and move it into place."""
        if not self.path or not self._dirty.is_set():
            return
        with self.lock:
            self._dirty.clear()
            content = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        write_atomically(self.path, content)

    def close(self):
        """Stop the writer and write what is left."""
        self._closed.set()
        self._dirty.set()
        if self._writer:
            self._writer.join(5)
        self.flush()

    def snapshot(self, name):
        """A copy of one part of the state."""
        with self.lock:
            return copy.deepcopy(self.data[name])


def write_atomically(path, content):
    """Write text so that a reader sees the old or the new file, never a half one."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)


def eastern(moment):
    """Eastern time and the name of its zone; daylight time runs from March to November."""
    march = _sunday(moment.year, 3, 2) + datetime.timedelta(hours=7)
    november = _sunday(moment.year, 11, 1) + datetime.timedelta(hours=6)
    summer = march <= moment.replace(tzinfo=None) < november
    shifted = moment.replace(tzinfo=None) - datetime.timedelta(hours=4 if summer else 5)
    return shifted, "EDT" if summer else "EST"


def _sunday(year, month, count):
    first = datetime.datetime(year, month, 1)
    return first + datetime.timedelta(days=(6 - first.weekday()) % 7 + 7 * (count - 1))
