"""The one door of the agent: what does not pass here reaches no handler and no device.

CORS hides answers, it protects nothing; therefore every request is checked by itself, in this
order (FACTS, sections 12 and 13): Host, Origin, preflight, method, kind of body, size, and then
what the handler's *rule* asks for. A handler without a rule is never called.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from .. import signing
from ..config import Config, OdooServer, Pairing
from ..words import Words
from . import names
from .limits import Limits
from .nonces import Nonces

UNPAIRED = Words("This station is not paired with an Odoo: run ecom-proxy pair.")
BODY_S = 15.0
PREFLIGHT_S = 600
SENT_HEADERS = (
    "Content-Type",
    signing.TOKEN,
    signing.TIME,
    signing.NONCE,
    signing.SIGNATURE,
)
# Keys under which a request carries what the guard found out.
CLAIMS: web.RequestKey[dict] = web.RequestKey("claims", dict)
BODY: web.RequestKey[dict] = web.RequestKey("body", dict)
ORIGIN: web.RequestKey[str | None] = web.RequestKey("origin", str)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Decorated = TypeVar("Decorated", bound=Callable)


class Denied(Exception):
    """A request that is answered with *status* and ``{"error": code, "text": words}``."""

    def __init__(self, status: int, code: str, text: str, wait_s: float | None = None) -> None:
        super().__init__(text)
        self.status, self.code, self.wait_s = status, code, wait_s


@dataclass(frozen=True)
class Rule:
    """What a handler asks of its caller.

    *door*: ``open`` (anybody whose Host and Origin are right), ``signed``, ``pos`` (Odoo's own
    clients, which cannot sign) or ``local`` (a page that was opened on this machine).
    *action*: what the token must allow. *limit*: which bucket a request is taken from.
    """

    door: str
    action: str = ""
    limit: str = ""


def open_to_all(handler: Decorated) -> Decorated:
    """Anybody with the right Host may call; nothing here is secret and nothing happens."""
    handler.rule = Rule("open")
    return handler


def local(handler: Decorated) -> Decorated:
    """Only pages of the agent itself, shown on this machine."""
    handler.rule = Rule("local")
    return handler


def signed(action: str, limit: str) -> Callable[[Decorated], Decorated]:
    """A signed request whose token allows *action*."""

    def mark(handler: Decorated) -> Decorated:
        handler.rule = Rule("signed", action, limit)
        return handler

    return mark


def pos(limit: str = "") -> Callable[[Decorated], Decorated]:
    """Odoo's point of sale and ``iot_base``."""

    def mark(handler: Decorated) -> Decorated:
        handler.rule = Rule("pos", limit=limit)
        return handler

    return mark


class Guard:
    """Checks requests against configuration, pairing and limits.

    *pairing*: gives what pairing brought, or None. *pos_key*: gives the key of the point of sale
    or None. *clock*: Unix seconds. *port*: gives the port that is really listened on. *odoo*: gives
    where Odoo is, if that may change.
    """

    def __init__(
        self,
        config: Config,
        pairing: Callable[[], Pairing | None],
        pos_key: Callable[[], str | None],
        limits: Limits,
        nonces: Nonces,
        clock: Callable[[], float],
        port: Callable[[], int],
        body_s: float = BODY_S,
        odoo: Callable[[], OdooServer] | None = None,
    ) -> None:
        self._config = config
        self._odoo = odoo or (lambda: config.odoo)
        self._pairing = pairing
        self._pos_key = pos_key
        self._limits = limits
        self._nonces = nonces
        self._clock = clock
        self._port = port
        self._body_s = body_s

    # --- Host and Origin ------------------------------------------------------------------------

    def origins(self) -> frozenset[str]:
        """The origins that may call: the pages of the paired Odoo, and nobody else."""
        pairing = self._pairing()
        found = {names.origin_of(self._odoo().url)}
        found.update(map(names.origin_of, pairing.origins if pairing else ()))
        return frozenset(found - {""})

    def check_host(self, request: web.Request) -> None:
        """Refuse names that are not ours. Raises Denied."""
        hosts = request.headers.getall("Host", [])
        here = _address_of(request, "sockname")
        allowed = {*self._config.agent.hosts, self._config.agent.bind.lower()}
        if len(hosts) != 1 or not names.host_allowed(
            hosts[0].lower(), allowed, here, self._port(), request.scheme
        ):
            raise Denied(
                403,
                "host",
                Words(
                    "This name or port is not the agent's; add the name to [agent] hosts in proxy.toml"
                    " if it should be."
                ),
            )

    def check_origin(self, request: web.Request) -> str | None:
        """Return the Origin if it may call, None if there is none. Raises Denied."""
        origins = request.headers.getall("Origin", [])
        if not origins:
            return None
        if len(origins) > 1 or origins[0] not in self.origins():
            raise Denied(
                403,
                "origin",
                Words("Only pages of the Odoo that this station is paired with may ask."),
            )
        return origins[0]

    # --- body -----------------------------------------------------------------------------------

    def check_shape(self, request: web.Request) -> None:
        """Method and kind of body. Raises Denied."""
        if request.method not in ("GET", "POST"):
            raise Denied(405, "method", Words("Only GET and POST are known here."))
        if request.method == "GET":
            if request.body_exists:
                raise Denied(400, "body", Words("GET has no body."))
            return
        # What a form or a text/plain fetch can send needs no preflight: it is refused.
        if request.content_type != "application/json":
            raise Denied(415, "json_only", Words("Only application/json is accepted."))
        if (request.content_length or 0) > self._config.agent.max_body:
            raise self._too_large()

    def _too_large(self) -> Denied:
        most = self._config.agent.max_body_mb
        return Denied(413, "too_large", Words("More than {most} MB are not accepted.", most=most))

    async def read_body(self, request: web.Request) -> bytes:
        """The body within size and time. Raises Denied."""
        if request.method == "GET":
            return b""
        try:
            async with asyncio.timeout(self._body_s):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise self._too_large() from None
        except TimeoutError:
            raise Denied(408, "slow", Words("The body did not arrive in time.")) from None

    # --- doors ----------------------------------------------------------------------------------

    def check_signed(self, request: web.Request, rule: Rule, body: bytes) -> dict:
        """Return the claims of a believed request. Raises Denied, Refused, TooFast."""
        try:
            claims = self._claims(request, rule, body)
        except signing.Refused:
            # Only what is wrong is slowed down: a hostile page in the same browser must not be
            # able to lock the station's own pages out.
            self._limits.take(_address_of(request, "peername"), "wrong")
            raise
        if rule.action not in claims.get("do", ()):
            raise Denied(
                403,
                "action",
                Words("The token does not allow this ({action}).", action=rule.action),
            )
        self._limits.take(claims["station"], rule.limit)
        return claims

    def _claims(self, request: web.Request, rule: Rule, body: bytes) -> dict:
        pairing = self._pairing()
        if not pairing:
            raise signing.Refused("unpaired", UNPAIRED)
        headers, now = request.headers, self._clock()
        token = headers.get(signing.TOKEN, "")
        # The signature comes first: a clock that is wrong is told as such, not as an old token.
        secret = signing.token_secret(pairing.key, token)
        nonce = signing.verify(secret, request.method, request.raw_path, headers, body, now)
        claims = signing.read_token(pairing.key, token, now)
        if claims.get("station") != pairing.station:
            raise signing.Refused("station", Words("The token is for another station."))
        if not claims.get("origin") or claims["origin"] != headers.get("Origin"):
            raise signing.Refused("origin", Words("The token was made for another page."))
        self._nonces.use(nonce, keep=rule.action != "read")
        return claims

    def check_pos(self, request: web.Request, rule: Rule, origin: str | None) -> None:
        """Odoo's own clients: Origin, and a key in the path or a trusted peer. Raises Denied."""
        if not self._config.pos.enabled:
            raise Denied(
                404, "pos_off", Words("The point of sale is not served: [pos] enabled = false.")
            )
        if not self._pairing():
            # Revoked or forgotten: its Odoo is not trusted any more, whatever the origin.
            raise Denied(403, "unpaired", UNPAIRED)
        if request.method == "POST" and not origin:
            raise Denied(403, "origin", Words("Only pages of the paired Odoo may ask."))
        peer = _address_of(request, "peername")
        if not self._pos_trusted(request.match_info.get("key"), peer):
            self._limits.take(peer, "wrong")
            raise Denied(403, "pos_key", Words("The key in the address is missing or wrong."))
        if rule.limit:
            self._limits.take("pos", rule.limit)

    def _pos_trusted(self, given: str | None, peer: str) -> bool:
        if given is not None:
            key = self._pos_key()
            return bool(key) and hmac.compare_digest(given.encode("utf-8", "replace"), key.encode())
        return names.is_loopback(peer) or names.is_listed(peer, self._config.pos.keyless_peers)

    def check_local(self, request: web.Request, origin: str | None) -> None:
        """A page of the agent itself, on this machine. Raises Denied."""
        sent = request.headers
        own = sent.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        # A person who follows a link from elsewhere sees the page; a script from there does not.
        shown = (sent.get("Sec-Fetch-Mode"), sent.get("Sec-Fetch-Dest")) == ("navigate", "document")
        if not names.is_loopback(_address_of(request, "peername")):
            raise Denied(403, "local", Words("Open this page on the station itself."))
        if origin or not (own or shown):
            raise Denied(403, "local", Words("This is for the agent's own page."))

    # --- all of it ------------------------------------------------------------------------------

    async def admit(self, request: web.Request) -> None:
        """Everything after Host and Origin. Raises Denied, Refused, TooFast, HTTPException."""
        origin = request[ORIGIN]
        if request.match_info.http_exception:
            raise request.match_info.http_exception
        self.check_shape(request)
        rule = getattr(request.match_info.handler, "rule", None)
        if rule is None:
            raise Denied(403, "no_rule", Words("Nobody may ask for this."))
        if rule.door == "local":
            self.check_local(request, origin)
        if rule.door == "pos":
            self.check_pos(request, rule, origin)
        if rule.door == "signed" and signing.SIGNATURE not in request.headers:
            raise signing.Refused("unsigned", Words("The request is not signed."))
        body = await self.read_body(request)
        if rule.door == "signed":
            request[CLAIMS] = self.check_signed(request, rule, body)
        request[BODY] = _json(body)


def _json(body: bytes) -> dict:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Denied(400, "json", Words("The body is not JSON.")) from None
    if not isinstance(value, dict):
        raise Denied(400, "json", Words("The body is not a JSON object."))
    return value


def _address_of(request: web.Request, name: str) -> str:
    found = request.transport.get_extra_info(name) if request.transport else None
    return str(found[0]) if found else ""


def preflight(request: web.Request) -> web.Response:
    """The answer to a browser that asks before it calls; the Origin was checked before."""
    answer = web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": ", ".join(SENT_HEADERS),
            "Access-Control-Max-Age": str(PREFLIGHT_S),
        },
    )
    # Browsers before Chrome 142; newer ones ask the person instead (FACTS, section 11).
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        answer.headers["Access-Control-Allow-Private-Network"] = "true"
    return answer
