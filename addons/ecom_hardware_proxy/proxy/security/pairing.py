"""Pairing with Odoo by a one-time code shown here, and the secrets that are kept at home.

The agent asks, never the other way round: it hands Odoo the digests of a code and of a poll
secret, a manager types the code into Odoo within ten minutes, and the next poll brings the
station's key. The code never goes over the wire, the poll secret only to the paired Odoo.
"""

import asyncio
import contextlib
import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from .. import API, VERSION, signing
from ..config import PAIRING_FILE, ConfigError, Pairing, load_pairing, write_private
from ..home import POS_KEY_FILE
from ..links.reasons import why
from ..words import Words
from . import names

# No letter that is read as another one.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE_LIFE_S = 600.0
POLL_S = 2.0
ANSWER_S = 20.0
MOST_ANSWER = 1024 * 1024
# "https://192.168.100.200:8470/k/" and this fit the 45 characters of the point of sale's field.
POS_KEY_LENGTH = 14
POS_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class PairingFailed(Exception):
    """No pairing came of it; the text says why and what to do."""


class Unreachable(PairingFailed):
    """Odoo did not answer; asking again may help."""


@dataclass(frozen=True)
class Code:
    """A pairing code and the secret that fetches what Odoo decides."""

    shown: str
    poll_secret: str

    @property
    def poll_digest(self) -> str:
        """What Odoo is told of the poll secret."""
        return hashlib.sha256(self.poll_secret.encode()).hexdigest()


def new_code() -> Code:
    """A code of eight letters and digits in two groups (40 bits), good for ten minutes."""
    plain = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return Code(f"{plain[:4]}-{plain[4:]}", secrets.token_urlsafe(32))


def check_url(url: str, insecure: bool = False) -> str:
    """Return the address of an Odoo without its path's end. Raises PairingFailed.

    Without TLS anybody on the way could read the station's key: only this machine is exempt.
    """
    url = url.rstrip("/")
    origin = names.origin_of(url)
    # What has no origin may not even be split.
    parts = urlsplit(url if origin else "")
    if not origin or parts.username or parts.query or parts.fragment:
        raise PairingFailed(Words("{url} is no address such as https://shop.example.com.", url=url))
    if parts.scheme == "http" and not names.is_loopback(parts.hostname) and not insecure:
        raise PairingFailed(
            Words(
                "{url} is not encrypted, so the station's key could be read on the way. Use"
                " https, or --insecure if you know that nobody else is on this network.",
                url=url,
            )
        )
    return url


class PairingClient:
    """The two questions of pairing. *url* has passed `check_url`."""

    def __init__(self, url: str, session: aiohttp.ClientSession, database: str = "") -> None:
        self._url, self._session, self._database = url, session, database

    async def start(self, code: Code, name: str, address: str) -> float:
        """Tell Odoo the digests; return for how many seconds it waits. Raises PairingFailed."""
        agent = {"name": name, "version": VERSION, "api": API, "address": address}
        answer = await self._ask(
            "start",
            {
                "code_sha256": signing.code_digest(code.shown),
                "poll_sha256": code.poll_digest,
                "agent": agent,
            },
        )
        try:
            return float(answer.get("expires_in", CODE_LIFE_S))
        except (TypeError, ValueError):
            return CODE_LIFE_S

    async def poll(self, code: Code) -> Pairing | None:
        """What pairing brought, None while nobody typed the code. Raises PairingFailed."""
        answer = await self._ask("poll", {"poll_secret": code.poll_secret})
        if answer.get("state") == "expired":
            raise PairingFailed(Words("The code has expired; run ecom-proxy pair again."))
        if answer.get("state") != "paired":
            return None
        return read_pairing(answer)

    async def _ask(self, question: str, values: dict) -> dict:
        url = f"{self._url}/ecom_hardware/1/pair/{question}"
        headers = {"X-Odoo-Database": self._database} if self._database else {}
        try:
            async with self._session.post(
                url,
                json=values,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=ANSWER_S),
            ) as answer:
                # read() alone gives what has come so far, which may be the first half.
                body = bytearray()
                while part := await answer.content.read(MOST_ANSWER - len(body)):
                    body += part
                return _read_answer(answer.status, bytes(body))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(
                Words("{url} cannot be reached: {reason}.", url=self._url, reason=why(error))
            ) from None


def _read_answer(status: int, body: bytes) -> dict:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict) and status == 200:
        return values
    # Odoo is busy, or being restarted: that passes.
    kind = Unreachable if status == 429 or status >= 500 else PairingFailed
    if isinstance(values, dict) and values.get("text"):
        raise kind(str(values["text"]))
    raise kind(
        Words(
            "Odoo answered {status} without words: is E-commerce Hardware Proxy installed"
            " there, and is the address right?",
            status=status,
        )
    )


def read_pairing(answer: dict) -> Pairing:
    """What Odoo hands over once. Raises PairingFailed."""
    try:
        if len(bytes.fromhex(answer["key"])) < 16:
            raise ValueError
        origins = tuple(filter(None, map(names.origin_of, answer["origins"])))
        return Pairing(str(answer["station"]), answer["key"], str(answer["name"]), origins)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PairingFailed(
            Words("Odoo's answer cannot be read: is it newer than this agent?")
        ) from None


async def wait_for_pairing(
    client: PairingClient,
    code: Code,
    expires_in: float,
    poll_s: float = POLL_S,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Pairing:
    """Poll until somebody typed the code. Raises PairingFailed.

    A poll that finds nobody is tried again: the code is good for its ten minutes.
    """
    until = time.monotonic() + expires_in
    while time.monotonic() < until:
        with contextlib.suppress(Unreachable):
            if pairing := await client.poll(code):
                return pairing
        await sleep(poll_s)
    raise PairingFailed(Words("The code has expired; run ecom-proxy pair again."))


class SecretFile:
    """A file at home that another process may change; *load* is called again when it did."""

    def __init__(self, path: Path, load: Callable[[], object]) -> None:
        self._path, self._load = Path(path), load
        self._stamp: tuple[int, ...] | None = ()
        self._value: object = None

    def __call__(self) -> object:
        """The newest content; None without the file, and when it cannot be read."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._value = self._load() if stamp else None
            except (ConfigError, OSError):
                # A damaged secret opens no door.
                self._value = None
        return self._value


def pairing_file(home: Path) -> Callable[[], Pairing | None]:
    """What pairing brought, as it is now."""
    return SecretFile(Path(home) / PAIRING_FILE, lambda: load_pairing(home))


def pos_key_file(home: Path) -> Callable[[], str | None]:
    """The key of the point of sale, as it is now."""
    path = Path(home) / POS_KEY_FILE
    return SecretFile(path, lambda: path.read_text(encoding="ascii").strip() or None)


def new_pos_key(home: Path) -> str:
    """Make and keep a key for the point of sale; the former one is worth nothing from now on."""
    key = "".join(secrets.choice(POS_ALPHABET) for _ in range(POS_KEY_LENGTH))
    write_private(home, POS_KEY_FILE, key.encode())
    return key


def drop_pos_key(home: Path) -> None:
    """No key opens the point of sale's routes any more."""
    (Path(home) / POS_KEY_FILE).unlink(missing_ok=True)
