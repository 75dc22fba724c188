"""TLS with the agent's own key and certificate, or with the merchant's files.

The own key is made on this machine, never leaves it (mode 0600), and is renewed with its
certificate before that ends (FACTS, sections 12 and 13.4: no shipped keys).
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..config import Agent, write_private
from ..words import Words
from . import names

# Key and certificate in one file: they never differ, whatever happens while they are renewed.
OWN_FILE = "tls.pem"
# Browsers refuse longer ones.
LIFE = timedelta(days=397)
RENEW = timedelta(days=30)


class TlsError(Exception):
    """The certificate cannot be used; the text says which file and why."""


class Certificate:
    """Key and certificate as the configuration wants them. *clock*: Unix seconds."""

    def __init__(self, agent: Agent, home: Path, clock: Callable[[], float]) -> None:
        self._agent, self._home, self._clock = agent, Path(home), clock

    @property
    def wanted(self) -> bool:
        """Tell whether the agent speaks TLS."""
        return self._agent.tls.mode != "off"

    def context(self) -> ssl.SSLContext | None:
        """What the listener needs; None without TLS. Raises TlsError."""
        if not self.wanted:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.load(context)
        return context

    def load(self, context: ssl.SSLContext) -> None:
        """Put the files, renewed if due, into *context*. Raises TlsError."""
        certificate, key = self._files()
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ValueError) as error:
            raise TlsError(
                Words(
                    "{certificate} with {key} cannot be used: {error}.",
                    certificate=certificate,
                    key=key,
                    error=error,
                )
            ) from None

    def _files(self) -> tuple[Path, Path]:
        if self._agent.tls.mode == "files":
            return Path(self._agent.tls.certificate), Path(self._agent.tls.key)
        own = self._home / OWN_FILE
        hosts, now = own_names(self._agent), datetime.fromtimestamp(self._clock(), UTC)
        if not still_good(own, hosts, now):
            write_private(self._home, OWN_FILE, make(hosts, now))
        return own, own


def _no_password() -> str:
    raise ValueError(Words("the key is protected by a password; the agent starts without a person"))


def own_names(agent: Agent) -> list[str]:
    """The names and addresses under which this machine may be called."""
    found = ["localhost", "127.0.0.1", "::1", *agent.hosts]
    address = names.address(agent.bind)
    if not address:
        found.append(agent.bind)
    elif not address.is_unspecified:
        found.append(str(address))
    else:
        found += [socket.gethostname().lower(), *_addresses()]
    return list(dict.fromkeys(name for name in found if name))


def _addresses() -> list[str]:
    """The address of this machine in its network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [probe.getsockname()[0]]


def still_good(path: Path, hosts: list[str], now: datetime) -> bool:
    """Tell whether the certificate holds for *hosts* and for the next weeks."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    soon_over = certificate.not_valid_after_utc - RENEW < now
    return not soon_over and set(map(_general_name, hosts)) <= set(held)


def make(hosts: list[str], now: datetime) -> bytes:
    """Return a new key and a certificate signed by it, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ecom-proxy")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is a little late must not call it not yet valid.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(list(map(_general_name, hosts))), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
