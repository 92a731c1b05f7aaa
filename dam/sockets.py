"""Connections whose other end is gone without a word: the kernel notices, and ends them.

And those whose other end is too slow: the kernel knows how much came and went on each of them.
"""

import contextlib
import os
import socket
import stat
import struct
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass

IDLE_SECONDS, EVERY_SECONDS, TRIES = 20, 5, 4
UNANSWERED_MILLISECONDS = 40_000
# tcpi_bytes_acked and tcpi_bytes_received of the kernel's struct tcp_info (linux/tcp.h)
ACKED_AND_RECEIVED = struct.Struct("=120xQQ")
Peer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Traffic:
    """The bytes of a connection: those of ours that came through, and those that it sent us."""

    acknowledged: int
    received: int


def watch_connections() -> int:
    """Switch keep-alive on for what this process listens on; return on how many sockets.

    Connections inherit it from the socket that accepts them (Linux, tcp(7)). A telephone that left
    the network is noticed within 40 seconds, instead of never, and frees its thread.
    """
    if sys.platform != "linux":
        return 0
    return sum(_watch(one) for one in _sockets())


def _watch(one: socket.socket) -> bool:
    with one:
        if not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return False
        if one.family not in {socket.AF_INET, socket.AF_INET6}:
            return False
        one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_SECONDS)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, EVERY_SECONDS)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, TRIES)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MILLISECONDS)
    return True


def connections(port: int, *, address: str) -> dict[Peer, Traffic]:
    """Return the connections that this process has accepted on a port from an address.

    An empty dictionary where the kernel does not tell (other systems than Linux).
    """
    if sys.platform != "linux":
        return {}
    found: dict[Peer, Traffic] = {}
    for one in _sockets():
        with one, contextlib.suppress(OSError):  # closed meanwhile, or not connected
            if _is_from(one, port, address):
                told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, ACKED_AND_RECEIVED.size)
                found[one.getpeername()[:2]] = Traffic(*ACKED_AND_RECEIVED.unpack(told))
    return found


def hang_up(port: int, peers: Container[Peer], *, address: str) -> int:
    """Read no more from connections, so that whoever waits for them goes on; return from how many.

    An answer can still be sent.
    """
    ended = 0
    for one in _sockets():
        with one, contextlib.suppress(OSError):
            if _is_from(one, port, address) and one.getpeername()[:2] in peers:
                one.shutdown(socket.SHUT_RD)
                ended += 1
    return ended


def _is_from(one: socket.socket, port: int, address: str) -> bool:
    if one.family not in {socket.AF_INET, socket.AF_INET6} or one.type != socket.SOCK_STREAM:
        return False
    # By the port it is one that came to us: those that we opened, to a database, have another.
    return one.getsockname()[1] == port and one.getpeername()[0] == address


def _sockets() -> Iterator[socket.socket]:
    for name in os.listdir("/proc/self/fd"):
        one = _socket(int(name))
        if one is not None:
            yield one


def _socket(descriptor: int) -> socket.socket | None:
    """Return a socket of its own for a descriptor; None where it is none, or closed meanwhile."""
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return socket.socket(fileno=os.dup(descriptor))
    return None
