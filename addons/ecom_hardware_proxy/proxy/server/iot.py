"""``/iot_drivers/…``: what the unmodified ``iot_base`` of Odoo 19 asks of its box.

An action is answered at once with True (False: no such device); what came of it is an *event*,
fetched by a long poll: ``{"device_identifier", "time", "session_id", "status", "result", …}``.
Shapes read in ``iot_base`` (``longpolling.js``, ``device_controller.js``) and ``iot_drivers``.
"""

import asyncio
import secrets
from collections import deque
from contextlib import ExitStack

from aiohttp import web

from ..events import JOB, READING, SCAN, Event, Subscription
from ..queue import JobState
from ..security.guard import ORIGIN, pos
from ..security.limits import Limits
from ..station import DeviceState
from ..words import Words
from .answers import refusal
from .rpc import Said, method
from .till import PRINTED, PRINTERS, Till, bytes_of, kilograms

POLL_S = 50.0
KEEP_S = 5.0
POLLS = 16
# Device types of iot_base, and ours.
TYPES = {"scale": ("scale",), "scanner": ("scanner",), "printer": PRINTERS}
TYPE_OF = {kind: name for name, kinds in TYPES.items() for kind in kinds}
JOB_ID = "iot-"


class IotBox:
    """Handlers of ``/iot_drivers/…`` and the events of the last seconds."""

    def __init__(self, till: Till, limits: Limits) -> None:
        self._till = till
        self._station = till.station
        self._limits = limits
        self._events: deque[dict] = deque(maxlen=200)
        self._changed = asyncio.Condition()
        self._weights: dict[str, float] = {}
        self._owners: dict[str, str] = {}
        self._doing: set[asyncio.Task] = set()
        self._listener: asyncio.Task | None = None

    def start(self) -> None:
        """Begin to collect events; needs a running loop."""
        subscription = self._station.hub.subscribe({READING, SCAN, JOB})
        self._listener = asyncio.ensure_future(self._collect(subscription))

    async def stop(self) -> None:
        """Collect no more."""
        tasks = self._doing | ({self._listener} if self._listener else set())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """What to add to the application below *prefix*."""
        return [
            web.post(f"{prefix}/iot_drivers/action", self.action),
            web.post(f"{prefix}/iot_drivers/event", self.event),
        ]

    # --- actions --------------------------------------------------------------------------------

    @pos("read")
    @method
    async def action(self, params: dict, request: web.Request) -> bool:
        """Do something with a device, named by its id or its type."""
        device = self._device(params.get("device_identifier"))
        data = params.get("data")
        if not device or not isinstance(data, dict):
            return False
        session = str(params.get("session_id") or "")
        who = f"point of sale {request[ORIGIN]}"
        # The client gives an action six seconds; a scale may take longer to come to rest.
        doing = asyncio.ensure_future(self._act(device, data, session, who))
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)
        return True

    async def _act(self, device: DeviceState, data: dict, session: str, who: str) -> None:
        """Carry out an action and tell what came of it."""
        try:
            result = await self._do(device, data, session, who)
        except Exception as error:
            text = str(error) if isinstance(error, Said) else refusal(error)[2]
            result = {"status": "error", "result": text, "message": text}
        await self._tell(device, result | {"owner": session, "action_args": _named(data)})

    async def _do(self, device: DeviceState, data: dict, session: str, who: str) -> dict:
        if device.kind == "scale":
            return await self._scale(device, data.get("action"))
        if device.kind in PRINTERS:
            return await self._print(device, data, session, who)
        return {"status": "success", "result": ""}

    async def _scale(self, device: DeviceState, action: object) -> dict:
        # Reading goes on while somebody polls for events; start and stop have nothing to do.
        if action == "read_once":
            return {"status": _connected(), "result": await self._till.weigh_kg(device.id)}
        return {"status": _connected()}

    async def _print(self, device: DeviceState, data: dict, session: str, who: str) -> dict:
        action = data.get("action", "")
        # The same unique id is the same action: a client that sends it twice prints once.
        action_id = f"{JOB_ID}{data.get('action_unique_id') or secrets.token_hex(12)}"
        if action == "cashbox":
            opened = await self._till.open_drawer(who, action_id)
            return {"status": "success" if opened else "error", "result": opened}
        if action == "status":
            await asyncio.to_thread(self._station.test, device.id, who)
            return {"status": "success", "result": ""}
        name = "receipt" if action == "print_receipt" else "document"
        content = bytes_of(data.get(name))
        # Before the job is handed in, for it may end at once.
        self._owners[action_id] = session
        await self._till.submit(device.id, content, who, action_id)
        return {"status": "success", "result": {"print_id": data.get("print_id")}}

    def _device(self, identifier: object) -> DeviceState | None:
        if kinds := TYPES.get(str(identifier)):
            return self._till.first(*kinds)
        return next((item for item in self._station.devices() if item.id == identifier), None)

    # --- events ---------------------------------------------------------------------------------

    @pos("read")
    @method
    async def event(self, params: dict, _request: web.Request) -> dict | None:
        """The next event of the devices that ``listener`` names; None after 50 s."""
        listener = params.get("listener")
        if not isinstance(listener, dict) or not isinstance(listener.get("devices"), dict):
            raise Said(Words("listener: session_id and devices are needed."))
        wanted, since = listener["devices"], listener.get("last_event")
        since = since if isinstance(since, int | float) else 0
        with ExitStack() as stack:
            stack.enter_context(self._limits.stream("pos listens", POLLS))
            for device in self._scales(wanted):
                stack.enter_context(self._station.watch(device.id))
            try:
                async with asyncio.timeout(POLL_S), self._changed:
                    while not (found := self._find(wanted, since)):
                        await self._changed.wait()
            except TimeoutError:
                return None
        return found | {"session_id": listener.get("session_id")}

    def _scales(self, wanted: dict) -> list[DeviceState]:
        found = (self._device(identifier) for identifier in wanted)
        return [device for device in found if device and device.kind == "scale"]

    def _find(self, wanted: dict, since: float) -> dict | None:
        oldest = self._station.clock() - KEEP_S
        for event in self._events:
            for name in ("device_identifier", "type"):
                if event[name] in wanted and event["time"] > max(since, oldest):
                    return event | {"device_identifier": event[name]}
        return None

    async def _tell(self, device: DeviceState, data: dict) -> None:
        event = data | {
            "device_identifier": device.id,
            "type": TYPE_OF.get(device.kind, "device"),
            "time": self._station.clock(),
        }
        async with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    async def _collect(self, subscription: Subscription) -> None:
        with subscription:
            async for event in subscription:
                data = self._translate(event)
                device = self._device(event.data["device"]) if data else None
                if device:
                    await self._tell(device, data)

    def _translate(self, event: Event) -> dict | None:
        """What iot_base is told of one of our events; None: nothing."""
        if event.kind == SCAN:
            return {"value": event.data["code"], "result": event.data["code"]}
        if event.kind == READING:
            return self._new_weight(event.data)
        return self._job_ended(event.data)

    def _new_weight(self, found: dict) -> dict | None:
        """A stable weight that differs from the last one; a moving scale says nothing."""
        if found["state"] != "stable":
            return None
        weight = kilograms(found)
        if self._weights.get(found["device"]) == weight:
            return None
        self._weights[found["device"]] = weight
        return {"status": _connected(), "result": weight, "value": weight}

    def _job_ended(self, job: dict) -> dict | None:
        state = JobState(job["state"])
        if job["id"] not in self._owners or state in (JobState.QUEUED, JobState.SENDING):
            return None
        owner = self._owners.pop(job["id"])
        status = "success" if state in PRINTED else "error"
        return {"status": status, "message": job["words"], "owner": owner}


def _connected() -> dict:
    return {"status": "connected", "message_title": "", "message_body": ""}


def _named(data: dict) -> dict:
    """The arguments of an action without the documents."""
    return {key: value for key, value in data.items() if key not in ("receipt", "document")}
