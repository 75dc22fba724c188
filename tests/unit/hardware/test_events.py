"""Events reach threads and asyncio in order; slow listeners lose the oldest and know it."""

import asyncio
import threading
import time

import pytest

from odoo.addons.ecom_hardware_proxy.proxy import events


def test_each_hears_what_it_asked_for_in_order():
    hub = events.Hub()
    with hub.subscribe([events.JOB]) as jobs, hub.subscribe() as all_of_them:
        hub.publish("reading", {"n": 1})
        hub.publish("job", {"n": 2})
        assert jobs.get(5) == ("job", {"n": 2})
        assert [all_of_them.get(5).data["n"] for _ in range(2)] == [1, 2]
        assert jobs.get(0) is None


def test_get_waits_for_another_thread():
    hub = events.Hub()
    with hub.subscribe(["scan"]) as scans:
        threading.Timer(0.02, hub.publish, ("scan", {"code": "A"})).start()
        started = time.monotonic()
        assert scans.get(30).data == {"code": "A"}
        assert time.monotonic() - started < 25


def test_a_slow_listener_keeps_the_newest_and_knows_what_it_missed():
    hub = events.Hub()
    with hub.subscribe(["reading"], backlog=3) as slow:
        for number in range(5):
            hub.publish("reading", {"n": number})
        assert [slow.get(0).data["n"] for _ in range(3)] == [2, 3, 4]
        assert slow.missed == 2


def test_closing_wakes_who_waits_and_ends_delivery():
    hub = events.Hub()
    subscription = hub.subscribe(["job"])
    threading.Timer(0.02, subscription.close).start()
    assert subscription.get(30) is None
    hub.publish("job", {})
    assert subscription.get(0) is None


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="jobs"):
        events.Hub().subscribe(["jobs"])


def test_asyncio_is_woken_by_threads():
    hub = events.Hub()

    async def listen():
        with hub.subscribe(["job"]) as jobs:
            thread = threading.Thread(
                target=lambda: [hub.publish("job", {"n": number}) for number in range(100)]
            )
            thread.start()
            seen = []
            async for event in jobs:
                seen.append(event.data["n"])
                if len(seen) == 100:
                    jobs.close()
            thread.join()
            return seen

    assert asyncio.run(asyncio.wait_for(listen(), 30)) == list(range(100))


def test_a_cancelled_wait_loses_nothing():
    hub = events.Hub()

    async def listen():
        with hub.subscribe(["job"]) as jobs:
            assert await jobs.next(0.01) is None
            hub.publish("job", {"n": 1})
            return await jobs.next(30)

    assert asyncio.run(listen()).data == {"n": 1}


def test_a_listener_whose_loop_ended_harms_nobody():
    hub = events.Hub()
    subscription = hub.subscribe(["job"])
    asyncio.run(subscription.next(0.01))
    hub.publish("job", {})
    hub.publish("job", {})
