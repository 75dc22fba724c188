"""The status page: what a person at the station wants to know, and nothing that is secret.

One page, no resource from elsewhere, a strict content security policy, every text escaped. It and
its live stream are shown on this machine only.
"""

import asyncio
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

from aiohttp import web

from .. import VERSION
from ..config import Pairing
from ..jobs import NAMES, Job
from ..security.guard import local
from ..security.limits import Limits
from ..station import DeviceState, Station
from ..words import Words, in_language
from . import streams
from .answers import answered, language

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILES = {"page.css": "text/css", "page.js": "text/javascript", "capture.js": "text/javascript"}
JOBS = 20
KINDS = {
    "scale": Words("scale"),
    "label_printer": Words("label printer"),
    "document_printer": Words("document printer"),
    "receipt_printer": Words("receipt printer"),
    "cash_drawer": Words("cash drawer"),
    "scanner": Words("scanner"),
}
STATES = {
    "online": Words("online"),
    "attention": Words("attention"),
    "offline": Words("offline"),
    "unknown": Words("unknown"),
}


class Pages:
    """Handlers of the status page."""

    def __init__(
        self, station: Station, pairing: Callable[[], Pairing | None], limits: Limits
    ) -> None:
        self._station, self._pairing, self._limits = station, pairing, limits

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get("/", self.page, allow_head=False),
            web.get("/local/events", self.events, allow_head=False),
            web.get("/local/status", self.status, allow_head=False),
            web.get("/local/{name:page\\.(?:css|js)}", file, allow_head=False),
        ]

    @local
    async def page(self, request: web.Request) -> web.Response:
        """Devices, queue and pairing."""
        jobs = await asyncio.to_thread(self._station.jobs, JOBS)
        alarms = await asyncio.to_thread(lambda: self._station.alarms)
        text = Page(language(request)).render(
            self._pairing(), self._station.devices(), jobs, alarms
        )
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    @local
    async def status(self, request: web.Request) -> web.Response:
        """What ``ecom-proxy status`` tells of the agent that runs."""
        told = {
            "version": VERSION,
            "pos": self._station.config.pos.enabled,
            "devices": [device.to_json() for device in self._station.devices()],
        }
        return answered(request, told)

    @local
    async def events(self, request: web.Request) -> web.StreamResponse:
        """Live weights and states for the page."""
        scales = [item.id for item in self._station.devices() if item.kind == "scale"]
        with self._limits.stream("local"):
            return await streams.stream(request, self._station, scales)


@local
async def file(request: web.Request) -> web.Response:
    """Styles and scripts of the pages."""
    name = request.match_info["name"]
    content = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return web.Response(text=content, content_type=FILES[name], headers=HEADERS)


class Page:
    """The page's HTML in one language. Everything that comes from outside passes `_text`."""

    def __init__(self, language: str) -> None:
        self._language = language

    def _text(self, text: str) -> str:
        return escape(in_language(text, self._language))

    def render(
        self,
        pairing: Pairing | None,
        devices: list[DeviceState],
        jobs: list[Job],
        alarms: list[str],
    ) -> str:
        """The whole page."""
        name = (pairing and pairing.name) or in_language(Words("Station"), self._language)
        return f"""<!DOCTYPE html>
<html lang="{self._language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(name)} – ecom-proxy</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/local/page.css"><script src="/local/page.js" defer></script></head>
<body data-lost="{self._text(Words("No connection to the agent"))}" data-live="{self._text(Words("Live"))}">
<header><h1>{escape(name)}</h1>{self._pairing(pairing)}<span id="live"></span></header>
<main>{"".join(f'<p class="alarm">{self._text(alarm)}</p>' for alarm in alarms)}
<h2>{self._text(Words("Devices"))}</h2>{self._devices(devices)}
<h2>{self._text(Words("Print jobs"))}</h2>{self._jobs(jobs)}</main>
<footer>ecom-proxy {escape(VERSION)}</footer>
</body></html>
"""

    def _pairing(self, pairing: Pairing | None) -> str:
        words = (
            Words("Paired with Odoo")
            if pairing
            else Words("Not paired with Odoo. Run: ecom-proxy pair")
        )
        where = f" ({escape(pairing.origins[0])})" if pairing and pairing.origins else ""
        kind = "good" if pairing else "bad"
        return f'<span class="pill {kind}">{self._text(words)}{where}</span>'

    def _devices(self, devices: list[DeviceState]) -> str:
        if not devices:
            return f"<p>{self._text(Words('No device is set up. Run: ecom-proxy setup'))}</p>"
        return f'<div class="devices">{"".join(map(self._device, devices))}</div>'

    def _device(self, device: DeviceState) -> str:
        kind = self._text(KINDS[device.kind])
        live = ""
        if device.kind == "scale":
            live = '<p class="weight" data-weight></p><p class="words" data-words></p>'
        return (
            f'<section class="device" data-device="{escape(device.id)}" data-kind="{device.kind}">'
            f"<h3>{escape(device.name)}</h3><p class='kind'>{kind}</p>"
            f'<span class="pill {escape(device.state)}">{self._text(STATES[device.state])}</span>'
            f'<p class="words">{self._text(device.words)}</p>{live}</section>'
        )

    def _jobs(self, jobs: list[Job]) -> str:
        if not jobs:
            return f"<p>{self._text(Words('Nothing was printed yet.'))}</p>"
        return f"<table>{''.join(map(self._job, jobs))}</table>"

    def _job(self, job: Job) -> str:
        when = time.strftime("%H:%M:%S", time.localtime(job.created))
        state, words = self._text(NAMES[job.state]), self._text(job.words)
        if job.state == "unknown":
            state = self._text(Words("Did it print?"))
            words += (
                f"<br>{self._text(Words('Look at the printer, then answer in Odoo: Print jobs.'))}"
            )
        return (
            f'<tr class="{escape(job.state)}"><td>{when}</td><td>{escape(job.name)}</td>'
            f"<td>{escape(job.device)}</td>"
            f'<td><span class="pill {escape(job.state)}">{state}</span></td><td>{words}</td></tr>'
        )
