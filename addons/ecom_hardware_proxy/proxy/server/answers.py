"""Answers: JSON, and refusals in words with the status that README.md gives them."""

import base64
import binascii
import logging

from aiohttp import web

from .. import signing
from ..queue import Conflict, NotAllowed, StorageError
from ..security.guard import ORIGIN, Denied
from ..security.limits import TooFast
from ..station import NoSuchDevice, Unsupported
from ..words import Words, in_language, language_of

_logger = logging.getLogger(__name__)
# (error, status, code); the text is the error's own.
STATUS = (
    (NoSuchDevice, 404, "no_device"),
    (Unsupported, 400, "unsupported"),
    (Conflict, 409, "conflict"),
    (NotAllowed, 409, "not_allowed"),
    (StorageError, 503, "storage"),
    (TooFast, 429, "too_fast"),
)
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Origin, Accept-Language",
}


def refusal(error: Exception) -> tuple[int, str, str]:
    """Status, code and words for what the guard, the station or a handler raised."""
    if isinstance(error, Denied):
        return error.status, error.code, str(error)
    if isinstance(error, signing.Refused):
        return 401, error.code, str(error)
    if isinstance(error, web.HTTPException):
        return error.status, error.reason.lower().replace(" ", "_"), error.reason
    for kind, status, code in STATUS:
        if isinstance(error, kind):
            return status, code, str(error)
    _logger.error("The agent failed at a request", exc_info=error)
    return 500, "internal", Words("Something went wrong in the agent; its log tells more.")


def language(request: web.Request) -> str:
    """What the page asks to be answered in: ``en`` or ``fr``."""
    return language_of(request.headers.get("Accept-Language", ""))


def answered(request: web.Request, values: object, status: int = 200) -> web.Response:
    """*values* as JSON, in the language of who asks."""
    return web.json_response(in_language(values, language(request)), status=status)


def refused(request: web.Request, error: Exception) -> web.Response:
    """The answer to a request that was not carried out."""
    status, code, text = refusal(error)
    answer = answered(request, {"error": code, "text": text}, status)
    if isinstance(error, TooFast):
        answer.headers["Retry-After"] = str(max(1, round(error.wait_s)))
    if status in (405, 408, 413, 415):
        # Its body was not read.
        answer.force_close()
    return answer


async def add_headers(request: web.Request, answer: web.StreamResponse) -> None:
    """Signal ``on_response_prepare``: what every answer carries.

    The page of an Origin that was found in the list may read the answer; no other may.
    """
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.get(ORIGIN):
        answer.headers["Access-Control-Allow-Origin"] = request[ORIGIN]
    answer.headers["Server"] = "ecom-proxy"


class Fields:
    """The fields of a JSON body, checked. Raises Denied (400) with the field's name."""

    def __init__(self, body: dict) -> None:
        self._body = body

    def text(self, name: str, most: int = 200, needed: bool = True) -> str | None:
        """A text of at most *most* characters; None if it may be left out and is."""
        value = self._body.get(name)
        if value in (None, False, "") and not needed:
            return None
        if not isinstance(value, str) or not value or len(value) > most:
            raise _wrong(name, Words("a text of 1 to {most} characters is needed", most=most))
        if not value.isprintable():
            raise _wrong(name, Words("control characters are not allowed"))
        return value

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number from *low* to *high*."""
        value = self._body.get(name, default)
        if type(value) is not int or not low <= value <= high:
            raise _wrong(
                name, Words("a whole number from {low} to {high} is needed", low=low, high=high)
            )
        return value

    def content(self, name: str) -> bytes:
        """Bytes in base64."""
        value = self._body.get(name)
        try:
            content = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            raise _wrong(name, Words("content in base64 is needed"))
        return content


def _wrong(name: str, reason: str) -> Denied:
    return Denied(400, "field", Words("{name}: {reason}.", name=name, reason=reason))
