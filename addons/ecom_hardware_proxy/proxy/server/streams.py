"""Server-sent events: what a page hears of the station while it is open."""

import asyncio
import json
import math
from collections.abc import Callable, Iterable
from contextlib import ExitStack

from aiohttp import web

from ..events import KINDS
from ..station import Station
from ..words import in_language
from .answers import language

COMMENT_S = 15.0
WRITE_S = 20.0


async def stream(
    request: web.Request,
    station: Station,
    scales: Iterable[str],
    until: float = math.inf,
    good: Callable[[], bool] = lambda: True,
    comment_s: float = COMMENT_S,
) -> web.StreamResponse:
    """Send the state of all devices and the readings of *scales*, then every event; words in the
    language that the page accepts.

    Ends when the page goes away, at *until* (station's clock), or when *good* (asked before each
    line) is no longer true. Raises NoSuchDevice, Unsupported before anything was sent.
    """
    scales, said_in = list(scales), language(request)
    with ExitStack() as stack:
        subscription = stack.enter_context(station.hub.subscribe(KINDS))
        for device_id in scales:
            stack.enter_context(station.watch(device_id))
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        try:
            for device in station.devices():
                await _send(answer, "device", device.to_json(), said_in)
            for device_id in scales:
                await _send(answer, "reading", station.reading(device_id), said_in)
            while (left_s := until - station.clock()) > 0 and good():
                event = await subscription.next(min(left_s, comment_s))
                if not good():
                    break
                if event:
                    await _send(answer, event.kind, event.data, said_in)
                else:
                    await _write(answer, b": still here\n\n")
        except (ConnectionError, TimeoutError):
            # The page is gone, or no longer reads.
            request.transport and request.transport.abort()
    return answer


async def _send(answer: web.StreamResponse, kind: str, data: dict, said_in: str) -> None:
    text = json.dumps(in_language(data, said_in), separators=(",", ":"))
    await _write(answer, f"event: {kind}\ndata: {text}\n\n".encode())


async def _write(answer: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(WRITE_S):
        await answer.write(data)
