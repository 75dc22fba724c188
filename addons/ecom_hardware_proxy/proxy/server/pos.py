"""``/hw_proxy/…``: what Odoo 19's unmodified point of sale asks of its box.

Read off the client: ``hardware_proxy_service.js``, ``hw_printer.js``, ``scale_service.js``,
``barcode_reader_service.js`` (FACTS, section 9). It assumes kilograms, shows the words of an
error, and stops weighing at the first error; so a moving scale holds the answer instead.
"""

import asyncio
from collections.abc import Callable

from aiohttp import web

from ..events import SCAN, Subscription
from ..security.guard import ORIGIN, pos
from ..security.limits import Limits
from ..station import DeviceState
from .rpc import method
from .till import Till, bytes_of

SCAN_WAIT_S = 55.0
SCAN_AGE_S = 5.0
NO_SCANNER_WAIT_S = 5.0
POLLS = 8
# The four words that the client knows.
STATUS = {
    "online": "connected",
    "unknown": "connecting",
    "attention": "error",
    "offline": "disconnected",
}


class PointOfSale:
    """Handlers of ``/hw_proxy/…``; each is also there below ``/k/KEY``."""

    def __init__(self, till: Till, limits: Limits) -> None:
        self._till = till
        self._station = till.station
        self._limits = limits
        self._scans = Scans(self._station.hub.subscribe({SCAN}, backlog=50), self._station.clock)

    def close(self) -> None:
        """Hear no more scans."""
        self._scans.close()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """What to add to the application below *prefix*."""
        path = f"{prefix}/hw_proxy"
        return [
            web.get(f"{path}/hello", self.hello, allow_head=False),
            web.post(f"{path}/handshake", self.handshake),
            web.post(f"{path}/status_json", self.status),
            web.post(f"{path}/scale_read", self.scale_read),
            web.post(f"{path}/scanner", self.scanner),
            web.post(f"{path}/default_printer_action", self.printer_action),
        ]

    @pos()
    async def hello(self, _request: web.Request) -> web.Response:
        """Any answer with status 200 means that the box is there."""
        return web.Response(text="ping")

    @pos()
    @method
    async def handshake(self, _params: dict, _request: web.Request) -> bool:
        """True: connected."""
        return True

    @pos("read")
    @method
    async def status(self, _params: dict, _request: web.Request) -> dict:
        """``{driver: {"status", "messages": [words]}}`` for the drivers that are there."""
        kinds = {"scale": ("scale",), "printer": ("receipt_printer",), "scanner": ("scanner",)}
        found = {name: self._till.first(*kind) for name, kind in kinds.items()}
        return {name: _status(device) for name, device in found.items() if device}

    @pos("scale")
    @method
    async def scale_read(self, _params: dict, _request: web.Request) -> dict | None:
        """``{"weight": kilograms}``, None without a scale. Motion and overload are never 0."""
        scale = self._till.first("scale")
        if not scale:
            return None
        with self._limits.stream("pos weighs", POLLS):
            return {"weight": await self._till.weigh_kg(scale.id)}

    @pos("read")
    @method
    async def scanner(self, _params: dict, _request: web.Request) -> str | None:
        """The next code, as soon as there is one; empty when none came in 55 s."""
        if not self._till.first("scanner"):
            # The client asks again at once: the pause is ours to make.
            await asyncio.sleep(NO_SCANNER_WAIT_S)
            return None
        return await self._scans.next()

    @pos()
    @method
    async def printer_action(self, params: dict, request: web.Request) -> bool:
        """Print a receipt (JPEG in base64) or open the drawer; False: not done, may be repeated."""
        data, who = params.get("data"), f"point of sale {request[ORIGIN]}"
        if not isinstance(data, dict):
            return False
        action = data.get("action")
        if action == "cashbox":
            return await self._till.open_drawer(who)
        printer = self._till.first("receipt_printer")
        if action != "print_receipt" or not printer:
            return False
        return await self._till.print(printer.id, bytes_of(data.get("receipt")), who)


class Scans:
    """Codes for one listener at a time, none older than five seconds."""

    def __init__(self, subscription: Subscription, clock: Callable[[], float]) -> None:
        self._subscription = subscription
        self._clock = clock
        self._waiting: asyncio.Task | None = None

    def close(self) -> None:
        """Hear no more."""
        self._subscription.close()

    async def next(self) -> str:
        """The next code, or "" after a while, or when another page asks meanwhile."""
        if self._waiting and not self._waiting.done():
            self._waiting.cancel()
            await asyncio.wait({self._waiting})
        self._waiting = mine = asyncio.ensure_future(self._next())
        try:
            await asyncio.wait({mine})
        finally:
            mine.cancel()
        return "" if mine.cancelled() else mine.result()

    async def _next(self) -> str:
        loop = asyncio.get_running_loop()
        until = loop.time() + SCAN_WAIT_S
        while (left_s := until - loop.time()) > 0:
            event = await self._subscription.next(left_s)
            if event is None:
                # The time is up, or the agent stops: a closed subscription never waits.
                break
            if self._clock() - event.data["time"] <= SCAN_AGE_S:
                return event.data["code"]
        return ""


def _status(device: DeviceState) -> dict:
    # A scale that is not watched has nothing to say; weighing will tell.
    known = device.kind == "scale" and device.state in ("unknown", "attention")
    return {
        "status": "connected" if known else STATUS[device.state],
        "messages": [device.words] if device.words else [],
    }
