"""Messages between the one who asks, the zygote and its cells.

What a cell is asked and answers is four bytes of length, then as many bytes.
"""

from __future__ import annotations

import os
import struct

READY = b"ready"  # from a zygote that can fork
DESCRIPTORS = 3  # to it, for each cell: the work, how it ended, what was said on stderr
ENDING = struct.Struct("=iqd")  # from it: wait status, most memory in KiB, processor seconds
NOT_SETTLED = 3  # exit code of a cell that failed before it was shut in: it opened no file
_LENGTH = struct.Struct("=I")


def frame(data: bytes) -> bytes:
    """A message as it goes over the wire."""
    return _LENGTH.pack(len(data)) + data


def unframe(received: bytes | bytearray, most: int) -> bytes | None:
    """The message that has arrived, None while it is not whole.

    Raises ValueError for one that is longer than ``most`` bytes or has more behind it.
    """
    if len(received) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(received)
    if length > most or len(received) > _LENGTH.size + length:
        raise ValueError(f"a message of {length:,} bytes where {most:,} were allowed")
    if len(received) < _LENGTH.size + length:
        return None
    return bytes(received[_LENGTH.size :])


def read(descriptor: int) -> bytes:
    """Wait for one message. Raises EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(descriptor, _LENGTH.size))
    return _exactly(descriptor, length)


def write(descriptor: int, data: bytes) -> None:
    """Send one message with plain writes: a cell may use no call of the network's."""
    rest = memoryview(frame(data))
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _exactly(descriptor: int, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = os.read(descriptor, min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError("the other side closed the connection")
        parts += part
    return bytes(parts)
