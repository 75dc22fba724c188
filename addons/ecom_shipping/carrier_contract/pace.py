"""Calls per minute, for carriers that publish a limit."""

import threading
import time
from collections import deque


class Pace:
    """At most ``limit`` calls in each rolling ``window_s``. Threads of one process share it.

    Other processes have a pace of their own: asking a common one would cost a query per call. What
    they send together beyond the limit is turned away by the carrier, and the purchase journal
    keeps everybody from calling before the announced pause is over.
    """

    def __init__(self, limit, window_s=60.0, clock=time.monotonic, sleep=time.sleep):
        self._window_s, self._clock, self._sleep = window_s, clock, sleep
        self._lock = threading.Lock()
        self._places = deque(maxlen=limit)  # moments of the last calls, taken or still to come

    def wait(self):
        """Return when one more call may be made."""
        with self._lock:
            now = place = self._clock()
            if len(self._places) == self._places.maxlen:
                place = max(now, self._places[0] + self._window_s)
            self._places.append(place)
        if place > now:
            self._sleep(place - now)
