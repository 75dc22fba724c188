"""Who may ask for what: tokens that Odoo mints, requests that prove them, answers that prove Odoo.

One secret per station (32 random bytes, hex), given at pairing, known to Odoo and the agent. The
browser never sees it: it gets a *token* (readable, signed, five minutes) and the token's own
*secret*, and signs each request with that secret. Nothing that is worth stealing goes over the wire.
Times are Unix seconds as float; clocks are passed in.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping

from .words import Words

TOKEN_LIFE_S = 300.0
SKEW_S = 60.0
TOKEN = "X-Ecom-Token"
STATION = "X-Ecom-Station"
TIME = "X-Ecom-Time"
NONCE = "X-Ecom-Nonce"
SIGNATURE = "X-Ecom-Signature"


class Refused(Exception):
    """The request is not to be believed. *code* is for programs, the text for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def new_key() -> str:
    """A station's secret: 32 random bytes in hex."""
    return secrets.token_hex(32)


def _mac(key_hex: str, text: str) -> str:
    # What comes off the wire may hold any byte; aiohttp hands such bytes on as surrogates.
    content = text.encode("utf-8", "surrogateescape")
    return hmac.new(bytes.fromhex(key_hex), content, hashlib.sha256).hexdigest()


def _same(given: str, right: str) -> bool:
    """Compare without telling by the time how much was right; *given* is anybody's text."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode())


def mint(key: str, claims: Mapping[str, object]) -> tuple[str, str]:
    """Return (token, its secret) for *claims*.

    Claims: ``station`` (uid), ``user`` (id), ``login``, ``origin`` (scheme://host[:port]),
    ``do`` (list of actions: read, print, drawer, scale, manage), ``exp`` (Unix seconds).
    """
    body = json.dumps(dict(claims), separators=(",", ":"), sort_keys=True).encode()
    part = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    token = f"{part}.{_mac(key, f'token.{part}')}"
    return token, token_secret(key, token)


def token_secret(key: str, token: str) -> str:
    """The secret that belongs to *token*; hex."""
    return _mac(key, f"secret.{token}")


def read_token(key: str, token: str, now: float) -> dict[str, object]:
    """Return the claims of *token*. Raises Refused (``token``, ``expired``)."""
    part, _dot, signature = token.partition(".")
    if not _same(signature, _mac(key, f"token.{part}")):
        raise Refused(
            "token", Words("This token was not made by the Odoo that this station is paired with.")
        )
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if claims["exp"] < now:
        raise Refused("expired", Words("The token has expired; ask Odoo for a new one."))
    return claims


def request_text(method: str, target: str, time_ms: str, nonce: str, body: bytes) -> str:
    """What is signed of a request. *target* is path and query as sent."""
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join(("ecom-request-1", method.upper(), target, time_ms, nonce, digest))


def sign(secret: str, method: str, target: str, body: bytes, now: float) -> dict[str, str]:
    """Return the headers that prove a request: time in ms, nonce, signature."""
    time_ms, nonce = str(int(now * 1000)), secrets.token_urlsafe(16)
    text = request_text(method, target, time_ms, nonce, body)
    return {TIME: time_ms, NONCE: nonce, SIGNATURE: _mac(secret, text)}


def verify(
    secret: str, method: str, target: str, headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Check a request against *secret*; return its nonce, which the caller must not accept twice.

    Raises Refused (``unsigned``, ``clock``, ``signature``).
    """
    time_ms, nonce, given = (headers.get(name, "") for name in (TIME, NONCE, SIGNATURE))
    # Unicode knows more digits than int() does, and int() reads no endless ones.
    is_time = time_ms.isascii() and time_ms.isdigit() and len(time_ms) < 17
    is_nonce = nonce.isascii() and 0 < len(nonce) <= 128
    if not (is_time and is_nonce and given):
        raise Refused("unsigned", Words("The request is not signed."))
    late_s = now - int(time_ms) / 1000
    if abs(late_s) > SKEW_S:
        raise Refused(
            "clock",
            Words(
                "The clocks differ by {late_s:.0f} s; set both to the right time (at most {skew_s:.0f} s are allowed).",
                late_s=abs(late_s),
                skew_s=SKEW_S,
            ),
        )
    text = request_text(method, target, time_ms, nonce, body)
    if not _same(given, _mac(secret, text)):
        raise Refused("signature", Words("The signature does not fit the request."))
    return nonce


def answer_signature(key: str, nonce: str, body: bytes) -> str:
    """What Odoo puts into ``X-Ecom-Signature`` of its answer to the request with *nonce*."""
    return _mac(key, "\n".join(("ecom-answer-1", nonce, hashlib.sha256(body).hexdigest())))


def check_answer(key: str, nonce: str, body: bytes, given: str) -> None:
    """Raise Refused (``answer``) unless *given* is Odoo's signature of its answer."""
    if not _same(given, answer_signature(key, nonce, body)):
        raise Refused("answer", Words("The answer was not signed by the Odoo that is paired here."))


def code_digest(code: str) -> str:
    """The digest of a pairing code as typed: case, spaces and dashes do not matter."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"ecom-pair-1.{plain}".encode()).hexdigest()
