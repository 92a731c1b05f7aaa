"""Shutting a process in before it opens a stranger's file.

Each part is best effort, because kernels differ: what works here is measured by
``processing.sandbox.probe`` and told by ``manage.py doctor``.
"""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from pathlib import Path

from processing.sandbox.bounds import Bounds
from processing.sandbox.confine import ceilings, landlock, privileges, seccomp

# Our own code, and not what lies beside it: the home of an installation may.
_ROOMS = [Path(__file__).resolve().parents[3] / room for room in ("dam", "processing")]

# What decoders and the interpreter read besides: libraries, fonts, how many processors there are.
_SYSTEM = tuple(
    Path(name)
    for name in (
        "/usr",
        "/lib",
        "/lib64",
        "/etc/fonts",
        "/etc/ld.so.cache",
        "/etc/localtime",
        "/dev/urandom",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/sys/devices/system/cpu/online",
    )
)
_NOTHING = Path("/dev/null")


def shut_in(bounds: Bounds, given: Path, made: Path) -> None:
    """Bound the calling process, which must have one thread, to two folders. For ever.

    It may read ``given`` and write ``made``; of the rest of the file system it sees libraries and
    fonts.
    """
    privileges.drop()
    ceilings.apply(bounds)
    landlock.restrict([*libraries(), given], [made, _NOTHING])
    seccomp.install()


@functools.cache
def libraries() -> list[Path]:
    """The folders from which this interpreter imports, and what libraries read.

    Looked up once, by the zygote.
    """
    installed = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    base = Path(sys.base_prefix)
    roots = [base / "lib"] if base != Path(base.anchor) else []
    unique = dict.fromkeys([*_SYSTEM, *installed, *roots, *_ROOMS])
    return [path for path in unique if os.path.exists(path)]
