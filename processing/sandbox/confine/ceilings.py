"""What a cell may use up: memory, processor time, bytes written, open files (setrlimit)."""

from __future__ import annotations

import resource
import sys

from processing.sandbox.bounds import Bounds

_MAPPED_FILES = 1024**3  # beyond the memory of one's own: libraries and the file itself


def apply(bounds: Bounds, file_bytes: int) -> None:
    """Bound this process; soft and hard alike, so that it cannot take anything back.

    RLIMIT_DATA counts private memory, which is what decoders allocate (Linux ≥ 4.7). RLIMIT_AS
    counts everything mapped, ``file_bytes`` of input among it, and stops what is shared instead.
    """
    memory = bounds.memory_mib * 1024**2
    _limit(resource.RLIMIT_DATA, memory)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, memory + file_bytes + _MAPPED_FILES)
    _limit(resource.RLIMIT_CPU, bounds.seconds)
    _limit(resource.RLIMIT_FSIZE, memory)
    _limit(resource.RLIMIT_NOFILE, bounds.open_files)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))
