"""What the agents of the stations ask of Odoo; the contract is ``proxy/README.md``.

Every request of a paired agent is signed with its station's key, whose time must be right. A request
that is sent again within that time changes nothing: states only move forward, so no nonces are kept.
"""

import functools
import json
import time

from odoo import http
from odoo.http import Response, request

from ..models.ecom_workstation import API
from ..models.told import text
from ..proxy import signing
from .limits import Limits

PREFIX = "/ecom_hardware/1"
MOST_BYTES = 1024 * 1024
MOST_JOBS = 500
# Requests a minute from one address, in one process.
LIMITS = Limits({"start": 10, "poll": 120, "refused": 60})
ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "save_session": False,
    "max_content_length": MOST_BYTES,
}


class Problem(Exception):
    """An answer that is not what was asked for: status, code for programs, words for people."""

    def __init__(self, status, code, text):
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


def answers(handler):
    """Turn what *handler* returns (values or bytes), or the Problem it raises, into an answer."""

    @functools.wraps(handler)
    def route(self, **path):
        try:
            return handler(self, **path)
        except Problem as problem:
            return _json({"error": problem.code, "text": problem.text}, problem.status)

    return route


class Agent(http.Controller):
    """The agent's way in. Its database comes from the host name or from X-Odoo-Database."""

    @http.route(f"{PREFIX}/pair/start", **ROUTE)
    @answers
    def start(self):
        """An agent shows a code and waits."""
        _limit("start")
        values = _body()
        digests = [values.get(name) for name in ("code_sha256", "poll_sha256")]
        if not all(map(_is_digest, digests)):
            raise Problem(400, "bad", "code_sha256 and poll_sha256 must be SHA-256 in hex.")
        agent = values.get("agent")
        agent = agent if isinstance(agent, dict) else {}
        # sudo: the agent has no user; all it may do is wait, in a table of a few rows
        pairing = (
            request.env["ecom.pairing"]
            .sudo()
            ._start(*digests, _agent_values(agent), request.httprequest.remote_addr)
        )
        if not pairing:
            raise Problem(429, "busy", "Too many agents wait to be paired; try again later.")
        return _json({"expires_in": 600})

    @http.route(f"{PREFIX}/pair/poll", **ROUTE)
    @answers
    def poll(self):
        """Was the code typed? Who knows the poll secret gets the key, until it has used it."""
        _limit("poll")
        secret = _body().get("poll_secret")
        if not isinstance(secret, str) or not secret.isascii() or not 16 <= len(secret) <= 256:
            raise Problem(400, "bad", "poll_secret is missing.")
        # sudo: the agent has no user; the secret alone opens its pairing
        return _json(request.env["ecom.pairing"].sudo()._poll(secret))

    @http.route(f"{PREFIX}/sync", **ROUTE)
    @answers
    def sync(self):
        """The agent reports, and hears what to do."""
        station, nonce = _signed()
        values = _body()
        if values.get("api") != API:
            raise Problem(400, "api", f"This Odoo speaks version {API} of the interface.")
        answer = station._sync(
            {
                "version": text(values.get("version"), 32),
                "api": values["api"],
                "address": text(values.get("address"), 128),
                "devices": _list(values, "devices"),
                "jobs": _list(values, "jobs")[:MOST_JOBS],
            }
        )
        response = _json(answer)
        response.headers[signing.SIGNATURE] = signing.answer_signature(
            station.key, nonce, response.get_data()
        )
        return response

    @http.route(f"{PREFIX}/jobs/<string:uid>/content", **ROUTE)
    @answers
    def content(self, uid):
        """The bytes of a job that this station was offered and that is still to be printed."""
        station, _nonce = _signed()
        # sudo: the signature is the right; the job must be this station's
        job = (
            request.env["ecom.print.job"]
            .sudo()
            .search([("uid", "=", uid), ("workstation_id", "=", station.id)])
        )
        if not job:
            raise Problem(404, "missing", "This station has no such job.")
        content = job._content() if job.todo == "print" else b""
        if not content:
            raise Problem(410, "gone", "This job is not to be printed any more.")
        return Response(content, headers={"Content-Type": "application/octet-stream"})


def _signed():
    """The station that signed this request (all rights), and the nonce; Problem 401 if none did."""
    sent = request.httprequest
    uid = sent.headers.get(signing.STATION, "")
    # sudo: the signature, checked next, is the agent's right
    station = request.env["ecom.workstation"].sudo().search([("uid", "=", uid)]) if uid else None
    if not station or not station.key:
        _limit("refused")
        raise Problem(401, "revoked", "This station is not paired with this Odoo any more.")
    target = sent.path + (f"?{sent.query_string.decode()}" if sent.query_string else "")
    try:
        nonce = signing.verify(
            station.key, sent.method, target, sent.headers, sent.get_data(), time.time()
        )
    except signing.Refused as refused:
        _limit("refused")
        raise Problem(401, refused.code, str(refused)) from refused
    return station, nonce


def _body():
    """The JSON object that was sent."""
    if request.httprequest.mimetype != "application/json":
        raise Problem(415, "type", "Send application/json.")
    try:
        values = json.loads(request.httprequest.get_data())
    except (ValueError, RecursionError) as error:
        raise Problem(400, "bad", "The body is not JSON.") from error
    if not isinstance(values, dict):
        raise Problem(400, "bad", "The body must be an object.")
    return values


def _limit(kind):
    if not LIMITS.allow(kind, request.httprequest.remote_addr, time.monotonic()):
        raise Problem(429, "fast", "Too many requests; wait a minute.")


def _json(values, status=200):
    return request.make_json_response(values, status=status)


def _list(values, name):
    value = values.get(name)
    return value if isinstance(value, list) else []


def _is_digest(value):
    return isinstance(value, str) and len(value) == 64 and not value.strip("0123456789abcdef")


def _agent_values(agent):
    api = agent.get("api")
    return {
        "agent_name": text(agent.get("name"), 64),
        "agent_version": text(agent.get("version"), 32),
        "agent_api": api if isinstance(api, int) and 0 <= api < 1000 else 0,
        "agent_address": text(agent.get("address"), 128),
    }
