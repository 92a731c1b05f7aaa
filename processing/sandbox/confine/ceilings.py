"""What a cell may use up: memory, processor time, bytes written, open files (setrlimit)."""

from __future__ import annotations

import resource
import sys

from processing.sandbox.bounds import Bounds

_MIB = 1024**2
_MAPPED_FILES_MIB = 1024  # libraries


def apply(bounds: Bounds) -> None:
    """Bound this process; soft and hard alike, so that it cannot take anything back.

    RLIMIT_DATA counts private memory, which is what decoders allocate (Linux ≥ 4.7). RLIMIT_AS
    counts everything mapped, the file itself among it, and stops what is shared instead.
    """
    _limit(resource.RLIMIT_DATA, bounds.memory_mib * _MIB)
    if sys.platform == "linux":
        mapped = bounds.memory_mib + bounds.file_mib + _MAPPED_FILES_MIB
        _limit(resource.RLIMIT_AS, mapped * _MIB)
    _limit(resource.RLIMIT_FSIZE, bounds.memory_mib * _MIB)
    _limit(resource.RLIMIT_NOFILE, bounds.open_files)
    _limit(resource.RLIMIT_CORE, 0)


def start_clock(seconds: int) -> None:
    """Give this process so much more processor time, then SIGXCPU.

    It is renewed with each call. The clock on the wall is watched by the side that asks.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or end <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (end, hard))


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))
