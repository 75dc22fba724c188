"""The HTTP server: address rules, the guard before everything, all routes, an orderly end."""

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from ..config import Agent, OdooServer, Pairing
from ..security import names, tls
from ..security.guard import ORIGIN, Denied, Guard, preflight
from ..security.limits import Limits
from ..security.nonces import Nonces
from ..station import Station
from ..words import Words
from .answers import add_headers, refused
from .iot import IotBox
from .pages import Pages
from .pos import PointOfSale
from .rpc import error_answer
from .till import Till
from .v1 import V1

KEY_IN_PATH = re.compile(r"/k/[^/?#]*")
GRACE_S = 1.0
RENEW_CHECK_S = 6 * 3600.0
# A connection that asks nothing, or never ends its question, is closed.
IDLE_S = 30.0
_logger = logging.getLogger(__name__)
_connections = logging.getLogger(f"{__name__}.connections")


class ServerRefuses(Exception):
    """The agent does not listen like that; the text says what to change."""


def address_of(agent: Agent, port: int) -> str:
    """Where pages find the agent: the first name that the configuration gives it, or its"
    " address."""
    host = agent.hosts[0] if agent.hosts else agent.bind
    bound = names.address(host)
    if bound and bound.is_unspecified:
        host = "127.0.0.1"
    host = f"[{host}]" if ":" in host else host
    return f"{'http' if agent.tls.mode == 'off' else 'https'}://{host}:{port}"


class Server:
    """Listens for the station's pages.

    *pairing*, *pos_key* and *odoo* are asked at each request, so that what another process changed
    holds at once. *wake* is called when Odoo has news.
    """

    def __init__(
        self,
        station: Station,
        pairing: Callable[[], Pairing | None],
        pos_key: Callable[[], str | None] = lambda: None,
        wake: Callable[[], None] = lambda: None,
        limits: Limits | None = None,
        body_s: float | None = None,
        odoo: Callable[[], OdooServer] | None = None,
    ) -> None:
        self._station = station
        self._agent = station.config.agent
        self._limits = limits or Limits(time.monotonic)
        self._nonces = Nonces(station.home, station.clock)
        timing = {} if body_s is None else {"body_s": body_s}
        self._guard = Guard(
            station.config,
            pairing,
            pos_key,
            self._limits,
            self._nonces,
            station.clock,
            lambda: self.port,
            odoo=odoo,
            **timing,
        )
        till = Till(station, self._limits)
        self._pos = PointOfSale(till, self._limits)
        self._iot = IotBox(till, self._limits)
        self._v1 = V1(station, pairing, self._limits, wake)
        self._pages = Pages(station, pairing, self._limits)
        self._tls = tls.Certificate(self._agent, station.home, station.clock)
        self._runner: web.AppRunner | None = None
        self._renewing: asyncio.Task | None = None
        self.port = self._agent.port

    @property
    def url(self) -> str:
        """Where pages find the agent."""
        return address_of(self._agent, self.port)

    async def start(self) -> None:
        """Listen. Raises ServerRefuses in words."""
        context = self._ssl_context()
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            logger=_connections,
            keepalive_timeout=IDLE_S,
            shutdown_timeout=GRACE_S,
            handle_signals=False,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._agent.bind, self._agent.port, ssl_context=context)
        try:
            await site.start()
        except OSError as error:
            await self.stop()
            where = f"{self._agent.bind}:{self._agent.port}"
            raise ServerRefuses(
                Words(
                    "Nobody can listen on {where}: {strerror}.",
                    where=where,
                    # asyncio's own words quote its arguments.
                    strerror=os.strerror(error.errno) if error.errno else error,
                )
            ) from None
        self.port = self._runner.addresses[0][1]
        if self._station.config.pos.enabled:
            self._iot.start()
        if context:
            self._renewing = asyncio.ensure_future(self._renew(context))

    async def stop(self) -> None:
        """Answer what is being asked, for a few seconds, and end."""
        if self._renewing:
            self._renewing.cancel()
        self._pos.close()
        await self._iot.stop()
        if self._runner:
            await self._runner.cleanup()
        self._nonces.close()

    def _ssl_context(self):
        if not self._tls.wanted and not names.is_loopback(self._agent.bind):
            raise ServerRefuses(
                Words(
                    "The agent does not listen on {bind} without encryption: write [agent.tls]"
                    ' mode = "own" into proxy.toml, or bind = "127.0.0.1".',
                    bind=self._agent.bind,
                )
            )
        try:
            return self._tls.context()
        except tls.TlsError as error:
            raise ServerRefuses(str(error)) from None

    async def _renew(self, context: object) -> None:
        """A certificate that is renewed while the agent runs holds for new connections."""
        while True:
            await asyncio.sleep(RENEW_CHECK_S)
            try:
                self._tls.load(context)
            except tls.TlsError as error:
                _logger.error("%s", error)

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[door(self._guard)], client_max_size=self._agent.max_body)
        app.on_response_prepare.append(add_headers)
        app.add_routes([*self._v1.routes(), *self._pages.routes()])
        for prefix in ("", "/k/{key}"):
            app.add_routes([*self._pos.routes(prefix), *self._iot.routes(prefix)])
        return app


def without_contents(record: logging.LogRecord) -> bool:
    """Filter of the log: a request that cannot be read may hold a key, so it is not quoted."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.msg += f": it cannot be read ({type(error).__name__})"
        record.exc_info = None
    return True


_connections.addFilter(without_contents)


def door(guard: Guard) -> Callable:
    """The middleware through which everything comes in."""

    @web.middleware
    async def checked(request: web.Request, handler: Callable) -> web.StreamResponse:
        try:
            guard.check_host(request)
            request[ORIGIN] = guard.check_origin(request)
            if request.method == "OPTIONS":
                if not request[ORIGIN]:
                    raise Denied(405, "method", Words("Only GET and POST are known here."))
                return preflight(request)
            await guard.admit(request)
            return await handler(request)
        except Exception as error:
            answer = _refused_as_asked(request, error)
            _logger.info(
                "%s %s %s: %d", request.remote, request.method, shown_path(request), answer.status
            )
            return answer

    return checked


def _refused_as_asked(request: web.Request, error: Exception) -> web.Response:
    """Odoo's own clients read errors of JSON-RPC only."""
    if "/hw_proxy/" in request.path or "/iot_drivers/" in request.path:
        return error_answer(request, error)
    return refused(request, error)


def shown_path(request: web.Request) -> str:
    """The path for the log: no query, no key of the point of sale."""
    return KEY_IN_PATH.sub("/k/…", request.path)
