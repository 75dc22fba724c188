"""Calls per minute: a burst passes at once, what is over the limit waits for its place."""

import threading
import time

from odoo.addons.ecom_shipping.carrier_contract import Pace


class Clock:
    def __init__(self):
        self.now, self.slept = 100.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def paced(limit):
    clock = Clock()
    return clock, Pace(limit, 60, clock=lambda: clock.now, sleep=clock.sleep)


def test_a_burst_within_the_limit_does_not_wait():
    clock, pace = paced(3)
    for _call in range(3):
        pace.wait()
    assert clock.slept == []


def test_never_more_than_the_limit_in_any_minute():
    clock, pace = paced(3)
    moments = []
    for number in range(20):
        pace.wait()
        moments.append(clock.now)
        clock.now += number % 4
    for first, fourth in zip(moments, moments[3:], strict=False):
        assert fourth - first >= 60


def test_an_old_call_leaves_its_place():
    clock, pace = paced(1)
    pace.wait()
    clock.now += 60
    pace.wait()
    assert clock.slept == []


def test_threads_share_one_pace():
    pace, moments = Pace(5, 0.2), []

    def call():
        pace.wait()
        moments.append(time.monotonic())

    threads = [threading.Thread(target=call) for _n in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    assert all(b - a > 0.19 for a, b in zip(moments, moments[5:], strict=False))
