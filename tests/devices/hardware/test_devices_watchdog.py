"""What the watchdog does with a thread that hangs or fails; time is handed in."""

import threading

import pytest

from odoo.addons.ecom_hardware_proxy.proxy.config import Config
from odoo.addons.ecom_hardware_proxy.proxy.devices.unit import Unit
from odoo.addons.ecom_hardware_proxy.proxy.devices.watchdog import Limits, Watchdog
from odoo.addons.ecom_hardware_proxy.proxy.devices.worker import Stopped, Worker, backoff
from odoo.addons.ecom_hardware_proxy.proxy.station import Station

from tests.stations import device, until

LIMITS = Limits(silent_s=10, restarts=2, window_s=600)


class Hanging(Worker):
    """Hangs until the gate opens, then wants to go on."""

    gate = threading.Event()
    seen = []

    def work(self):
        self.gate.wait()
        try:
            self.beat()
        except Stopped:
            self.seen.append("stopped")
            raise


class Failing(Worker):
    def work(self):
        raise RuntimeError("a driver's mistake")


@pytest.fixture
def unit(tmp_path):
    station = Station(Config(), tmp_path)
    context = type(
        "Context", (), {"hub": station.hub, "clock": station.clock, "audit": station.audit}
    )
    unit = Unit(device("scale"), context)
    unit.new_worker = lambda: Hanging("scale")
    yield unit
    Hanging.gate.set()
    station.queue.close()


def test_a_thread_with_progress_is_left_alone(unit):
    unit.start()
    worker = unit.worker
    Watchdog([unit], LIMITS).look(unit, worker.last_beat + 9)
    assert unit.worker is worker


def test_a_hung_thread_is_replaced_and_may_touch_nothing_when_it_wakes(unit):
    Hanging.gate.clear()
    Hanging.seen.clear()
    unit.start()
    hung = unit.worker
    Watchdog([unit], LIMITS).look(unit, hung.last_beat + 11)
    assert unit.worker is not hung and unit.worker.is_alive() and hung.abandoned
    Hanging.gate.set()
    hung.join(30)
    assert "stopped" in Hanging.seen


def test_a_failed_thread_is_replaced_until_that_was_too_often(unit):
    unit.new_worker = lambda: Failing("scale")
    unit.start()
    watchdog = Watchdog([unit], LIMITS)
    for now in (0, 1, 2):
        until(lambda: unit.worker.failed)
        watchdog.look(unit, now)
    assert unit.worker.abandoned
    state = unit.snapshot()
    assert state.state == "attention" and "3 times within 10 minutes" in state.words
    worker = unit.worker
    watchdog.look(unit, 3)
    assert unit.worker is worker


def test_restarts_long_ago_do_not_count(unit):
    unit.new_worker = lambda: Failing("scale")
    unit.start()
    watchdog = Watchdog([unit], LIMITS)
    for now in (0, 1000, 2000, 3000):
        until(lambda: unit.worker.failed)
        watchdog.look(unit, now)
    until(lambda: unit.worker.failed)
    assert not unit.worker.abandoned


def test_pauses_between_attempts_grow_to_half_a_minute():
    pauses = backoff()
    assert [next(pauses) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
