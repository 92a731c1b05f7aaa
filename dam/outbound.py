"""The way out: requests to addresses that somebody named, never to where they must not go.

Whoever may name an address (of a sign-in provider, a bucket, a web hook) could name one that only
this machine reaches: a database, a router, a cloud's metadata service (server-side request forgery,
CWE-918). So each connection resolves its host itself, looks at every address that it got, and
connects to one that it looked at: a name that resolves differently a moment later gains nothing. A
redirect is a connection like any other. Hosts of `LOUPE_OUTBOUND_HOSTS` may be anywhere.
"""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

TIMEOUT = (5.0, 30.0)  # seconds to connect, and between two pieces of an answer
MOST_REDIRECTS = 5
# IPv6 that carries an IPv4 address in its last bits: RFC 6052 and RFC 8215 (NAT64), RFC 4291 §2.5.5
# (IPv4-compatible), RFC 2765 (IPv4-translated).
_CARRYING = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")
)
# Not for the public, though no registry says so: RFC 3879, and what Azure's machines ask.
_PRIVATE = tuple(ipaddress.ip_network(text) for text in ("fec0::/10", "168.63.129.16/32"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenAddress(requests.RequestException):
    """The host lies where requests may not go; the message says what an admin can do."""


class _Forbidden(Exception):
    """The same inside urllib3, which would try again or rename whatever is an OSError."""


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet, by IANA's special-purpose registries.

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64 …) is judged by itself.
    """
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    reserved = any(address in network for network in _PRIVATE)
    return address.is_global and not address.is_multicast and not reserved


def _inner(address: Address) -> Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in _CARRYING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def _allowed(host: str) -> bool:
    return host.rstrip(".").lower() in {name.lower() for name in settings.LOUPE_OUTBOUND_HOSTS}


def _looked_at(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises _Forbidden if one of them is not public.

    One is enough: a name that has both kinds is made to be mistaken.
    """
    bare = host.strip("[]")
    found = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_how, place in found))
    if not _allowed(bare) and not all(_is_public_text(address) for address in addresses):
        raise _Forbidden(
            f"{bare} is not on the public internet, and Loupe sends nothing there. If it should,"
            " an admin of the server adds the host to LOUPE_OUTBOUND_HOSTS."
        )
    return addresses


def _is_public_text(address: str) -> bool:
    return is_public(ipaddress.ip_address(address.partition("%")[0]))


class _Guarded:
    """Mixed into a connection of urllib3: connects only to addresses that were looked at."""

    def _new_conn(self: Any) -> socket.socket:
        named = self._dns_host
        try:
            addresses = _looked_at(named, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        try:
            return self._first(addresses)
        finally:
            self._dns_host = named  # certificates are checked against the name

    def _first(self: Any, addresses: Sequence[str]) -> socket.socket:
        problem: Exception | None = None
        for address in addresses:
            self._dns_host = address
            try:
                return super()._new_conn()  # type: ignore[misc]
            except (NewConnectionError, ConnectTimeoutError) as error:
                problem = error
        raise problem or NewConnectionError(self, "The host has no address.")


def guarded(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """Return a kind of connection pool whose connections go only where Loupe may go."""
    connection = type(f"Guarded{pool.ConnectionCls.__name__}", (_Guarded, pool.ConnectionCls), {})
    return type(f"Guarded{pool.__name__}", (pool,), {"ConnectionCls": connection})


_POOLS = {"http": guarded(HTTPConnectionPool), "https": guarded(HTTPSConnectionPool)}


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]
        options["timeout"] = options.get("timeout") or TIMEOUT
        try:
            return super().send(request, **options)
        except _Forbidden as error:
            raise ForbiddenAddress(str(error), request=request) from error


def session() -> requests.Session:
    """Return a session that goes only where Loupe may go, with time limits.

    Proxies from the environment are not used: behind one, nobody would look at the address.
    """
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = MOST_REDIRECTS
    adapter = _GuardedAdapter()
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made
