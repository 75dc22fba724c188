"""Calls per key and rolling minute (facts 20); off unless the settings switch them on."""

import collections
import threading
import time

from .errors import throttled

GROUPS = {
    "A": (646, 1076),
    "B": (468, 702),
    "C": (730, 1095),
    "D": (840, 1399),
    "E": (20, 500),
}


class Limiter:
    """Recent calls by key and group; over its limit a key stays blocked until the window ends."""

    def __init__(self):
        self._lock = threading.Lock()
        self._calls = collections.defaultdict(collections.deque)
        self._blocked_until = {}

    def allow(self, key, limit, window):
        """Whether one more call is allowed now."""
        now = time.monotonic()
        with self._lock:
            if now < self._blocked_until.get(key, 0):
                return False
            calls = self._calls[key]
            while calls and calls[0] <= now - window:
                calls.popleft()
            if len(calls) >= limit:
                self._blocked_until[key] = calls[0] + window
                return False
            calls.append(now)
            return True

    def clear(self):
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
            self._blocked_until.clear()


def check(context, route):
    """Refuse a call over the limit of its group."""
    chosen = context.settings["rate_limits"]
    if not chosen:
        return
    if isinstance(chosen, dict):
        limit = chosen.get(route.limit)
    else:
        limit = GROUPS[route.limit][chosen == "raised"]
    if limit is None:
        return
    key = (context.account.user, route.limit)
    if not context.sandbox.limiter.allow(key, limit, context.settings["rate_limit_window_s"]):
        raise throttled()
