"""What a look at a file tells: its size, its times, which one it is; and whether it is at rest."""

import fcntl
import os
import signal
import stat
import time
from dataclasses import dataclass

EMPTY_PATIENCE = 15  # an empty file waits so many times longer: its content may be to come
MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a regular file. Times in nanoseconds since the epoch."""

    size: int
    mtime: int
    ctime: int
    inode: int

    @classmethod
    def at(cls, found: os.stat_result) -> "Look":
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def signature(self, *, inodes: bool) -> str:
        """Return what the file is remembered by; `inodes` where they outlast a remount."""
        return f"{self.size}:{self.mtime}:{self.inode if inodes else 0}"


class Stillness:
    """Tells whether a file has come to rest: nothing about it changed for the settle time.

    On a local file system one look may be enough: the kernel writes the change time (ctime) by the
    same clock, and nobody can set it. Elsewhere, and where clocks were turned back, it takes two
    looks that far apart. Bounded: of more files than `MOST_REMEMBERED` only some are timed at once.
    """

    def __init__(self, settle_seconds: float, *, same_clock: bool) -> None:
        self.settle, self.same_clock = settle_seconds, same_clock
        self._first_seen: dict[str, tuple[Look, float]] = {}

    def wait(self, key: str, look: Look, times: int = 1) -> float:
        """Return how many seconds the file has to rest yet; 0.0 when it is still.

        It rests for `times` settle times.
        """
        need = self.settle * (EMPTY_PATIENCE if look.size == 0 else times)
        if self.same_clock:
            age = time.time() - look.ctime / 1e9
            if age >= 0:
                return max(0.0, need - age)
        return self._by_two_looks(key, look, need)

    def _by_two_looks(self, key: str, look: Look, need: float) -> float:
        now = time.monotonic()
        before = self._first_seen.get(key)
        if before is None or before[0] != look:
            if len(self._first_seen) < MOST_REMEMBERED or before is not None:
                self._first_seen[key] = (look, now)
            return need
        left = need - (now - before[1])
        if left <= 0:
            self.forget(key)
        return max(0.0, left)

    def forget(self, key: str) -> None:
        self._first_seen.pop(key, None)


def has_writer(descriptor: int) -> bool:
    """Whether somebody has the file open for writing, as far as the kernel tells (Linux).

    A read lease is granted only where nobody writes (fcntl(2), "Leases"). It needs the file to be
    ours or the right to lease others'; where it cannot be had for another reason, nothing is known
    and the answer is False. It is given back at once; a writer who comes in between is told by
    SIGURG, which does nothing, instead of SIGIO, which would end us.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def is_regular(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode)
