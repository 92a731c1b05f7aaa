"""A connection that breaks: a proxy on loopback that cuts or holds what passes through it."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

CHUNK = 16 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends a reset


class CuttingProxy:
    """Passes TCP connections on to a server, up to what it is told.

    `cut_after`: each connection is reset once that many bytes came from the client; None for none.
    `hold_after`: nothing more of the client is passed on after so many bytes, until `release()`.
    """

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.cut_after: int | None = None
        self.hold_after: int | None = None
        self.cuts = 0
        self.passed = 0  # bytes from clients, all connections together
        self._go_on = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        # Small, so that a client does not take for sent what only lies in buffers.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def release(self) -> None:
        self.hold_after = None
        self._go_on.set()

    def close(self) -> None:
        self.release()
        self._listener.close()
        for one in self._open:
            _shut(one)  # wakes the thread that reads from it; closing alone does not
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self.target)
            except OSError:  # the listener was closed, or the server is not there
                if self._listener.fileno() < 0:
                    return
                client.close()
                continue
            self._open += [client, server]
            for act in (self._upwards, self._downwards):
                threading.Thread(target=act, args=(client, server), daemon=True).start()

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        sent = 0
        with contextlib.suppress(OSError):
            while data := client.recv(CHUNK):
                if self.hold_after is not None and sent + len(data) > self.hold_after:
                    self._go_on.wait()
                if self.cut_after is not None and sent + len(data) > self.cut_after:
                    server.sendall(data[: self.cut_after - sent])
                    self.passed += self.cut_after - sent
                    self._cut(client, server)
                    return
                server.sendall(data)
                sent += len(data)
                self.passed += len(data)
        _shut(server)

    def _cut(self, client: socket.socket, server: socket.socket) -> None:
        self.cuts += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        # The other thread still reads from it: without this the reset waits for that.
        _shut(client)
        client.close()
        _shut(server)

    def _downwards(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(CHUNK):
                client.sendall(data)
        _shut(client)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def cutting(host: str, port: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
