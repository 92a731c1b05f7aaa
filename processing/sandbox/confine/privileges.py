"""What root may do and a cell may not: capabilities are dropped, for good.

The account stays the same, because originals belong to it and are closed to others. But without
capabilities root is an account like any other: it opens only its own files.
"""

from __future__ import annotations

import ctypes
import struct
import sys

_PR_CAPBSET_DROP = 24
_VERSION_3 = 0x2008_0522
_LAST = 63


def drop() -> bool:
    """Give up every capability of this process; return whether it is done (Linux only)."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(_LAST + 1):
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # beyond the last that this kernel knows, or we have none to drop
    none = struct.pack("=6I", *(0,) * 6)
    return libc.capset(struct.pack("=Ii", _VERSION_3, 0), none) == 0
