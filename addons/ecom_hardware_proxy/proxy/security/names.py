"""Which Host and Origin headers are believed: exact names, no pattern, no wildcard.

The Host header is what tells a rebound DNS name from the real one: the attacker's page can make
its own name point at this machine, but the browser still sends that name (FACTS, section 13.3).
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """The origin of *url* as browsers write it, empty for what has none.

    >>> origin_of("https://Shop.example.com:443/odoo")
    'https://shop.example.com'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port in (None, PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address in *text*; an IPv4 address in IPv6 clothes comes out as IPv4."""
    try:
        found = ipaddress.ip_address((text or "").strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_loopback(text: str | None) -> bool:
    """Tell whether *text* is an address of this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("::")
    (True, True, True, False)
    """
    found = address(text)
    return text == "localhost" or bool(found and found.is_loopback)


def is_listed(peer: str | None, listed: Iterable[str]) -> bool:
    """Tell whether the address *peer* is one of *listed* (addresses, or networks as 10.0.0.0/24)."""
    found = address(peer)
    if not found:
        return False
    for entry in listed:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            continue
        if found.version == network.version and found in network:
            return True
    return False


def split_host(header: str) -> tuple[str, int | None]:
    """Name and port of a Host header; name empty when it is none.

    >>> split_host("[::1]:8470"), split_host("till-2"), split_host("a:b")
    (('::1', 8470), ('till-2', None), ('', None))
    """
    try:
        parts = urlsplit(f"//{header}")
        port = parts.port
    except ValueError:
        return "", None
    # Anything but name and port is not a Host header.
    if not parts.hostname or parts.netloc != header or "@" in header:
        return "", None
    return parts.hostname, port


def host_allowed(
    header: str, names: Iterable[str], local_address: str, port: int, scheme: str
) -> bool:
    """Tell whether a Host *header* names this agent.

    *names* are those of the configuration; an address is right when the connection came in on it
    (*local_address*), for an address cannot be rebound. The port must be the agent's own.
    """
    name, given = split_host(header)
    if not name or (PORTS[scheme] if given is None else given) != port:
        return False
    if found := address(name):
        return found == address(local_address)
    if name == "localhost":
        return is_loopback(local_address)
    return name in names
