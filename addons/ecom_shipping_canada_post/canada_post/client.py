"""The only file that speaks HTTP: the classic services' login, time-outs, limits and retries.

Requests and answers are bytes here; what they mean is the business of the operation files. When
the carrier moves on to JSON and OAuth (facts 24), this file and the operations change, the contract
stays.
"""

import http.client
import ssl
import time
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from odoo.addons.ecom_shipping.carrier_contract import Message, Refused, Unavailable, Unreadable

from .call import Answer
from .texts import say

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
TOTAL_TIMEOUT_S = 60  # slow bytes: each in time, the whole too late
RETRY_PAUSES_S = (0.3, 1.0)
POOL_SIZE = 32

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DEFAULT_PORTS = {"https": 443, "http": 80}
_TEMPORARY = frozenset({502, 503, 504})
_CHUNK = 64 * 1024


class Transport:
    """Sends :class:`Call` values to one host. Threads may share it.

    :param endpoint: ``https://host[:port][/prefix]``; plain http only to this machine
    :param sleep: called with seconds between two attempts of a GET
    :param paces: :class:`Pace` by the carrier's groups of calls
    """

    def __init__(
        self,
        endpoint,
        user,
        password,
        language="en",
        timeouts=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S, TOTAL_TIMEOUT_S),
        sleep=time.sleep,
        paces=None,
    ):
        self._base = urlsplit(endpoint.rstrip("/"))
        self._language = language
        *self._timeouts, self._total = timeouts
        self._sleep = sleep
        self._paces = paces or {}
        self._session = requests.Session()
        # As bytes, so that accents go out in UTF-8.
        self._session.auth = HTTPBasicAuth(user.encode(), password.encode())
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        # A proxy of the environment has no business between us and this machine.
        self._session.trust_env = self._base.hostname not in _LOOPBACK
        self._session.headers.update(
            {
                "Accept-language": "fr-CA" if language.startswith("fr") else "en-CA",
                # No compression: the size limit then counts the bytes that we read.
                "Accept-Encoding": "identity",
                "User-Agent": "ecom-fulfilment",
            }
        )
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=POOL_SIZE, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(self, call):
        """The answer to ``call``, whatever its HTTP status. Only a GET is tried again.

        :raises Unavailable: no answer; ``sent`` is False when the request cannot have left
        :raises Unreadable: the answer is too large, or the link leads to another server
        :rtype: Answer
        """
        url = self._url(call.target)
        for pause in RETRY_PAUSES_S if call.method == "GET" else ():
            with suppress(Unavailable):
                answer = self._send_once(call, url)
                if answer.status not in _TEMPORARY:
                    return answer
            self._sleep(pause)
        return self._send_once(call, url)

    def _url(self, target):
        """``target`` on our host. A link's host must be ours; its login and fragment are dropped.

        :raises Unreadable: the link points elsewhere: our credentials stay here
        """
        base = self._base
        if base.scheme != "https" and base.hostname not in _LOOPBACK:
            text = say(self._language, "plain_http")
            raise Refused([Message("", text, "account.endpoint")])
        if target.startswith("/") and not target.startswith("//"):
            return f"{base.scheme}://{base.netloc}{base.path}{target}"
        try:
            link = urlsplit(target)
            is_ours = _origin(link) == _origin(base)
        except ValueError:
            is_ours = False
        if not is_ours:
            raise Unreadable(say(self._language, "foreign_link"), target.encode())
        query = f"?{link.query}" if link.query else ""
        return f"{base.scheme}://{base.netloc}{link.path}{query}"

    def _send_once(self, call, url):
        # The media type may come from a link: it must not break out of its header.
        if not (call.accept.isascii() and call.accept.isprintable()):
            raise Unreadable(say(self._language, "incomplete", expected="media-type"))
        headers = {"Accept": call.accept}
        if call.method == "POST":
            headers["Content-Type"] = call.accept  # the same in every operation (facts 3)
        if call.group in self._paces:
            self._paces[call.group].wait()
        deadline = time.monotonic() + self._total
        try:
            response = self._session.request(
                call.method,
                url,
                params=call.params,
                data=call.body or None,
                headers=headers,
                timeout=tuple(self._timeouts),
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as problem:
            raise self._unavailable(problem) from None
        try:
            body = self._read(response.raw, call.limit, deadline)
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError):
            raise Unavailable(say(self._language, "no_answer")) from None
        finally:
            response.close()
        return Answer(response.status_code, body, _seconds(response.headers.get("Retry-After")))

    def _read(self, raw, limit, deadline):
        """The whole body of a urllib3 response, read as the bytes come in.

        :raises Unreadable: more than ``limit`` bytes
        :raises OSError: slower than ``deadline``, or shorter than announced
        """
        # read() waits until a chunk is full, however slow the bytes; read1() gives what is there.
        # urllib3 has it since 2.1, its inner http.client response always had it.
        read = getattr(raw, "read1", None) or raw._fp.read1
        announced = raw.headers.get("Content-Length", "")
        chunks, size = [], 0
        while chunk := read(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise Unreadable(say(self._language, "too_large", limit=limit), chunks[0])
            if time.monotonic() > deadline:
                raise TimeoutError
        if announced.isdecimal() and size < int(announced) and raw.status not in (204, 304):
            raise ConnectionError
        raw.release_conn()
        return b"".join(chunks)

    def _unavailable(self, problem):
        """What trouble on the line means. The library's own text may hold a proxy's password."""
        if _has_not_left(problem):
            is_certificate = isinstance(problem, requests.exceptions.SSLError)
            key = "certificate" if is_certificate else "unreachable"
            return Unavailable(say(self._language, key), sent=False)
        return Unavailable(say(self._language, "no_answer"))


def _origin(parts):
    """Scheme, host and port; the port may raise ValueError."""
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _seconds(header):
    """Seconds of a Retry-After header; a date or nonsense counts as none."""
    return int(header) if header and header.isdecimal() and len(header) < 6 else None


def _has_not_left(problem):
    """Whether a failed request certainly did not reach the carrier: no connection was made."""
    if isinstance(problem, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    inner = problem.args[0] if problem.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(problem, requests.exceptions.SSLError):
        cause = reason.args[0] if getattr(reason, "args", ()) else reason
        return isinstance(cause, ssl.SSLCertVerificationError)
    never = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return isinstance(reason, never)
