"""The interface for our own pages in Odoo; the routes are those of README.md."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from .. import API, VERSION
from ..config import Pairing
from ..queue import Job, NewJob
from ..security.guard import BODY, CLAIMS, Denied, open_to_all, signed
from ..security.limits import Limits
from ..station import Station
from ..words import Words
from . import reading, streams
from .answers import Fields, answered

COPIES = 100


class V1:
    """Handlers. *pairing* gives what pairing brought; *wake* tells the uplink to ask at once."""

    def __init__(
        self,
        station: Station,
        pairing: Callable[[], Pairing | None],
        limits: Limits,
        wake: Callable[[], None],
    ) -> None:
        self._station = station
        self._pairing = pairing
        self._limits = limits
        self._wake = wake

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get("/v1/hello", self.hello, allow_head=False),
            web.get("/v1/status", self.status, allow_head=False),
            web.get("/v1/reading", self.reading, allow_head=False),
            web.get("/v1/events", self.events, allow_head=False),
            web.post("/v1/jobs", self.print),
            web.get("/v1/jobs/{id}", self.job, allow_head=False),
            web.post("/v1/jobs/{id}/decide", self.decide),
            web.post("/v1/drawers/{id}/open", self.open_drawer),
            web.post("/v1/scales/{id}/{command:zero|tare}", self.scale_command),
            web.post("/v1/devices/{id}/test", self.test),
            web.post("/v1/wake", self.wake),
        ]

    @open_to_all
    async def hello(self, request: web.Request) -> web.Response:
        """Who is here, for a page that looks for the agent; the time helps it to sign."""
        pairing = self._pairing()
        return answered(
            request,
            {
                "product": "ecom-proxy",
                "version": VERSION,
                "api": API,
                "station": pairing.station if pairing else None,
                "time": self._station.clock(),
            },
        )

    @signed("read", "read")
    async def status(self, request: web.Request) -> web.Response:
        """All devices, the last reading of each scale, the newest jobs."""
        devices = self._station.devices()
        jobs = await asyncio.to_thread(self._station.jobs, 50)
        scales = [device.id for device in devices if device.kind == "scale"]
        return answered(
            request,
            {
                "devices": [device.to_json() for device in devices],
                "readings": [self._station.reading(scale) for scale in scales],
                "jobs": [job.to_json() for job in jobs],
                "alarms": await asyncio.to_thread(lambda: self._station.alarms),
            },
        )

    @signed("read", "scale")
    async def reading(self, request: web.Request) -> web.Response:
        """One reading, asked of the scale now."""
        device_id = request.query.get("device", "")
        return answered(request, await reading.fresh(self._station, device_id))

    @signed("read", "read")
    async def events(self, request: web.Request) -> web.StreamResponse:
        """Events until the token ends; the page then comes again with a new one."""
        claims = request[CLAIMS]
        before = self._pairing()
        with self._limits.stream(claims["station"]):
            return await streams.stream(
                request,
                self._station,
                dict.fromkeys(request.query.getall("device", [])),
                until=claims["exp"],
                good=lambda: self._pairing() == before,
            )

    @signed("print", "print")
    async def print(self, request: web.Request) -> web.Response:
        """Accept a job; the same id again is the same job, with other content a conflict."""
        new = _new_job(request[BODY], request[CLAIMS]["login"])
        job, created = await asyncio.to_thread(self._station.submit, new)
        return answered(request, job.to_json(), 202 if created else 200)

    @signed("read", "read")
    async def job(self, request: web.Request) -> web.Response:
        """What became of a job."""
        return answered(request, (await self._job(self._station.job, request)).to_json())

    @signed("print", "print")
    async def decide(self, request: web.Request) -> web.Response:
        """A person looked whether an unknown job was printed."""
        decision, who = Fields(request[BODY]).text("decision"), request[CLAIMS]["login"]
        if decision not in ("printed", "void"):
            raise Denied(400, "field", Words('decision: "printed" or "void" is needed.'))
        job = await self._job(self._station.decide, request, decision, who)
        return answered(request, job.to_json())

    async def _job(self, call: Callable[..., Job], request: web.Request, *values: str) -> Job:
        try:
            return await asyncio.to_thread(call, request.match_info["id"], *values)
        except KeyError:
            raise Denied(404, "no_job", Words("There is no print job of that id.")) from None

    @signed("drawer", "drawer")
    async def open_drawer(self, request: web.Request) -> web.Response:
        """Open once for an id; sent again, it tells what became of it and opens nothing."""
        fields, who = Fields(request[BODY]), request[CLAIMS]["login"]
        kick = await asyncio.to_thread(
            self._station.open_drawer,
            request.match_info["id"],
            fields.text("id"),
            fields.text("reason", 500),
            who,
        )
        return answered(request, kick.to_json())

    @signed("scale", "scale")
    async def scale_command(self, request: web.Request) -> web.Response:
        """Zero or tare; what comes of it is seen in the readings."""
        device_id, command = request.match_info["id"], request.match_info["command"]
        who = request[CLAIMS]["login"]
        await asyncio.to_thread(self._station.scale_command, device_id, command, who)
        return answered(request, {})

    @signed("manage", "manage")
    async def test(self, request: web.Request) -> web.Response:
        """A test label, or a reading."""
        device_id, who = request.match_info["id"], request[CLAIMS]["login"]
        return answered(request, await asyncio.to_thread(self._station.test, device_id, who))

    @signed("print", "wake")
    async def wake(self, request: web.Request) -> web.Response:
        """Odoo has something to print: ask it now."""
        self._wake()
        return answered(request, {})


def _new_job(body: dict, who: str) -> NewJob:
    fields = Fields(body)
    reprint_of = fields.text("reprint_of", needed=False)
    return NewJob(
        id=fields.text("id"),
        device=fields.text("device"),
        name=fields.text("name"),
        mimetype=fields.text("mimetype"),
        content=fields.content("content"),
        copies=fields.whole("copies", 1, COPIES, 1),
        reprint_of=reprint_of,
        reason=fields.text("reason", 500, needed=reprint_of is not None),
        who=who,
        media=fields.text("media", needed=False) or "",
        tray=fields.text("tray", needed=False) or "",
    )
