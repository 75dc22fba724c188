"""How many requests a minute are answered, per address, in this process."""

MINUTE_S = 60.0
MOST_ADDRESSES = 1000


class Limits:
    """Count requests by kind and address; *limits* is kind -> requests a minute.

    Each worker counts for itself: this slows a flood down, it is no exact quota.
    """

    def __init__(self, limits):
        self._limits = limits
        self._windows = {}

    def allow(self, kind, address, now):
        """Count one request at *now* (seconds); tell whether it is within the limit."""
        since, count = self._windows.get((kind, address), (now, 0))
        if now - since >= MINUTE_S:
            since, count = now, 0
        if len(self._windows) >= MOST_ADDRESSES:
            self._forget(now)
        self._windows[kind, address] = since, count + 1
        return count < self._limits[kind]

    def _forget(self, now):
        """Drop what is over; under a flood of addresses, everything."""
        self._windows = {
            key: window for key, window in list(self._windows.items()) if now - window[0] < MINUTE_S
        }
        if len(self._windows) >= MOST_ADDRESSES:
            self._windows.clear()
