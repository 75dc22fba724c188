"""JSON-RPC as Odoo's browser code speaks it.

Its ``rpc()`` rejects an answer with a member ``error`` and shows ``error.message``; ``iot_base``
sends no ``id`` and no ``jsonrpc``. Read in the client code of Odoo 19 (web, iot_base).
"""

from collections.abc import Awaitable, Callable
from functools import wraps

from aiohttp import web

from ..security.guard import BODY, Denied
from ..words import Words
from .answers import answered, refusal


class Said(Exception):
    """The call failed for a reason that the person at the till can read."""


def error_answer(request: web.Request, error: Exception, request_id: object = None) -> web.Response:
    """What ``rpc()`` turns into an error with our words."""
    status, code, text = (200, "device", str(error)) if isinstance(error, Said) else refusal(error)
    value = {
        "code": 200 if status == 500 else status,
        "message": text,
        "data": {"name": f"ecom_proxy.{code}", "message": text, "debug": "", "arguments": [text]},
    }
    return answered(request, {"jsonrpc": "2.0", "id": request_id, "error": value}, status)


def method(call: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[web.Response]]:
    """A handler ``(self, params, request) -> result`` becomes one of aiohttp."""

    @wraps(call)
    async def handler(self: object, request: web.Request) -> web.Response:
        body = request[BODY]
        params = body.get("params", {})
        try:
            if not isinstance(params, dict):
                raise Denied(400, "params", Words("params: an object is needed."))
            result = await call(self, params, request)
        except Exception as error:
            return error_answer(request, error, body.get("id"))
        return answered(request, {"jsonrpc": "2.0", "id": body.get("id"), "result": result})

    return handler
