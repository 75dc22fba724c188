"""Waiting for weights without holding a thread."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from ..events import READING, Subscription
from ..station import Station
from ..weights import State

READ_NOW_S = 1.5
MOVING_S = 25.0
WRONG_S = 3.0
# Waiting does not mend these.
HOPELESS = {State.OFFLINE, State.FAULT, State.SILENT, State.UNREADABLE}


class NoWeight(Exception):
    """There is no weight; the text says why."""


@contextmanager
def watching(station: Station, device_id: str) -> Iterator[Subscription]:
    """The readings from now on; the scale is polled meanwhile. Raises NoSuchDevice, Unsupported."""
    with station.hub.subscribe({READING}) as subscription, station.watch(device_id):
        yield subscription


async def next_reading(
    subscription: Subscription, station: Station, device_id: str, wait_s: float = READ_NOW_S
) -> dict:
    """The next reading of the scale; when none comes in time, what the station knows of it."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    while (left_s := until - loop.time()) > 0:
        event = await subscription.next(left_s)
        if event and event.data["device"] == device_id:
            return event.data
    return station.reading(device_id)


async def fresh(station: Station, device_id: str) -> dict:
    """One reading that is no older than the question, if the scale answers."""
    with watching(station, device_id) as subscription:
        return await next_reading(subscription, station, device_id)


async def stable(station: Station, device_id: str) -> dict:
    """The next stable reading.

    Raises NoWeight in words: after `MOVING_S` of motion, after `WRONG_S` of overload and the like,
    at once where waiting is of no use.
    """
    loop = asyncio.get_running_loop()
    started = right_until = loop.time()
    with watching(station, device_id) as subscription:
        while True:
            reading = await next_reading(subscription, station, device_id)
            state, now = State(reading["state"]), loop.time()
            if state is State.STABLE:
                return reading
            if state in (State.MOTION, State.STALE) or _says_nothing_yet(station, reading):
                right_until = now
            elif state in HOPELESS:
                raise NoWeight(reading["words"])
            if now - started > MOVING_S or now - right_until > WRONG_S:
                raise NoWeight(reading["words"])


def _says_nothing_yet(station: Station, reading: dict) -> bool:
    """A scale that speaks only when its PRINT key is pressed is there, and has said nothing."""
    device = reading["device"]
    return reading["state"] == State.OFFLINE and station.device(device).state == "online"
