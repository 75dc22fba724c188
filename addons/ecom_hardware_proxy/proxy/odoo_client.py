"""Odoo as the agent asks it: signed questions over HTTP, answers checked before they are believed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import aiohttp

from . import signing
from .config import Pairing
from .links.reasons import why
from .words import Words

SYNC_S = 20.0
CONTENT_S = 120.0
MOST_ANSWER = 4 * 1024 * 1024
MOST_CONTENT = 50 * 1024 * 1024
MOST_COPIES, MOST_TEXT = 100, 300


class UplinkError(Exception):
    """Odoo could not be asked; the text says why, in words for the status page."""


class Revoked(UplinkError):
    """Odoo no longer knows this station."""


class NoContent(UplinkError):
    """There is nothing to print, however often it is asked for; the text says why."""


@dataclass(frozen=True)
class Offer:
    """A job as Odoo offers it; the content is fetched apart."""

    id: str
    device: str
    name: str
    mimetype: str
    digest: str
    copies: int
    reprint_of: str | None
    reason: str | None
    media: str = ""
    tray: str = ""

    @classmethod
    def of(cls, values: Mapping) -> "Offer":
        """Raises ValueError in words for what is no offer."""
        copies = values.get("copies") or 1
        if type(copies) is not int or not 1 <= copies <= MOST_COPIES:
            raise ValueError(
                Words(
                    "copies: from 1 to {most_copies} can be printed at once",
                    most_copies=MOST_COPIES,
                )
            )
        options = values.get("options") or {}
        if not isinstance(options, dict):
            raise ValueError(Words("options: an object is needed"))
        return cls(
            id=_text(values, "id"),
            device=_text(values, "device"),
            name=_text(values, "name", cut=True),
            mimetype=_text(values, "mimetype"),
            digest=_text(values, "digest"),
            copies=copies,
            reprint_of=_text(values, "reprint_of", needed=False),
            reason=_text(values, "reason", needed=False, cut=True),
            media=_text(options, "media", needed=False) or "",
            tray=_text(options, "tray", needed=False) or "",
        )


def _text(values: Mapping, name: str, needed: bool = True, cut: bool = False) -> str | None:
    """A short text, *cut* to its length if it is for people. Raises ValueError with its name."""
    value = values.get(name)
    if not needed and not value:
        return None
    if not isinstance(value, str) or not value or not (cut or len(value) <= MOST_TEXT):
        raise ValueError(
            Words(
                "{name}: a text of 1 to {most_text} characters is needed",
                name=name,
                most_text=MOST_TEXT,
            )
        )
    return value[:MOST_TEXT]


class Odoo:
    """The signed questions. *clock*: Unix seconds."""

    def __init__(
        self,
        url: str,
        database: str,
        session: aiohttp.ClientSession,
        clock: Callable[[], float],
    ) -> None:
        self._url, self._database = url.rstrip("/"), database
        self._session, self._clock = session, clock

    async def ask(self, pairing: Pairing, values: dict) -> dict:
        """``sync``: report and hear what to do. Raises UplinkError, Revoked."""
        sent, headers, body = await self._post(pairing, "sync", values, SYNC_S, MOST_ANSWER)
        try:
            given = headers.get(signing.SIGNATURE, "")
            signing.check_answer(pairing.key, sent[signing.NONCE], body, given)
        except signing.Refused as error:
            raise UplinkError(str(error)) from None
        answer = _json(body)
        if answer is None:
            raise UplinkError(Words("Odoo's answer cannot be read."))
        return answer

    async def content(self, pairing: Pairing, job_id: str) -> bytes:
        """The bytes of a job. Raises UplinkError, NoContent, Revoked."""
        path = f"jobs/{quote(job_id, safe='')}/content"
        _sent, _headers, body = await self._post(pairing, path, {}, CONTENT_S, MOST_CONTENT)
        return body

    async def _post(
        self, pairing: Pairing, path: str, values: dict, limit_s: float, most: int
    ) -> tuple[dict[str, str], Mapping[str, str], bytes]:
        """Return the headers sent, those that came back, and the body."""
        url = f"{self._url}/ecom_hardware/1/{path}"
        body = json.dumps(values).encode()
        sent = signing.sign(pairing.key, "POST", urlsplit(url).path, body, self._clock())
        sent |= {signing.STATION: pairing.station, "Content-Type": "application/json"}
        if self._database:
            sent["X-Odoo-Database"] = self._database
        try:
            async with self._session.post(
                url,
                data=body,
                headers=sent,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=limit_s),
            ) as answer:
                content = await _read(answer, most)
                if answer.status != 200:
                    raise self._refused(answer.status, answer.headers, content)
                return sent, answer.headers, content
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UplinkError(
                Words("Odoo cannot be reached: {reason}.", reason=why(error))
            ) from None

    def _refused(self, status: int, headers: Mapping[str, str], body: bytes) -> UplinkError:
        values = _json(body) or {}
        code, text = values.get("error"), values.get("text")
        if status == 401 and code == "revoked":
            return Revoked(str(text or Words("Odoo has revoked this station.")))
        if status == 401 and code == "clock":
            return UplinkError(self._clocks(headers) or str(text))
        kind = NoContent if status in (404, 410) else UplinkError
        return kind(
            Words("Odoo refused ({status}): {text}", status=status, text=text or Words("no words"))
        )

    def _clocks(self, headers: Mapping[str, str]) -> str:
        """Whose clock is how wrong, by the time that Odoo's server writes on its answers."""
        try:
            theirs = parsedate_to_datetime(headers["Date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return ""
        ahead_s = self._clock() - theirs
        word = Words("ahead of") if ahead_s > 0 else Words("behind")
        return Words(
            "The clock of this station is {seconds:.0f} s {word} Odoo's: set both to the right"
            " time. Nothing is printed from Odoo until then.",
            seconds=abs(ahead_s),
            word=word,
        )


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The whole body. Raises UplinkError when it is larger than *most* bytes."""
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > most:
            raise NoContent(Words("Odoo's answer is larger than {most} bytes.", most=most))
    return bytes(content)


def _json(body: bytes) -> dict | None:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
