"""Connections that die without a word are noticed: what is accepted keeps itself alive."""

import socket
import sys

import pytest

from dam import sockets


@pytest.mark.skipif(sys.platform != "linux", reason="options that only Linux hands on")
def test_accepted_connections_inherit_the_watch():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert sockets.watch_connections() >= 1
        with socket.create_connection(listener.getsockname()) as client:
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                idle = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
                assert idle == sockets.IDLE_SECONDS
            assert not client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
