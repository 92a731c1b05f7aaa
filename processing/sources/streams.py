"""A stream that makes sure, at its end, that what it read is what was looked at."""

import io
from collections.abc import Callable
from typing import BinaryIO


class Checked(io.RawIOBase):
    """Reads another stream and calls `unchanged` at its end, which raises if it was changed.

    So a file that grows while it is being read is noticed before anything of it is kept.
    """

    def __init__(self, stream: BinaryIO, unchanged: Callable[[], None]) -> None:
        self._stream, self._unchanged = stream, unchanged

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        if not data:
            self._unchanged()
        return data
