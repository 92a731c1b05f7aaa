"""The part of the file system that a cell sees (landlock): its file, its folder, libraries.

Linux' documentation: userspace-api/landlock.rst. A right that the kernel does not know yet is not
asked for; with a kernel before 5.13, or where landlock is switched off, nothing is restricted.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_GET_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_TRUNCATE = 1 << 14
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# Version of the interface → all rights on files that it knows, from the first bit on.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP = 0b11  # bind and connect, since version 4: with no rule, none is allowed
_SCOPES = 0b11  # abstract sockets and signals to processes outside, since version 6


def version() -> int:
    """Return the version of the kernel's interface, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, _syscall(_CREATE_RULESET, None, 0, _GET_VERSION))


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Leave the calling thread, and those that it starts, only these paths and what is below them.

    Executing is allowed nowhere. What is not there is left out. For ever. Returns False where the
    kernel cannot do it at all. Raises OSError where it can and does not.
    """
    known = version()
    if known == 0:
        return False
    handled = (1 << _RIGHTS.get(known, 16)) - 1
    attributes = struct.pack("=QQQ", handled, _TCP, _SCOPES)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _syscall(_CREATE_RULESET, attributes, size, 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock made no ruleset")
    try:
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        for path in writable:
            _allow(ruleset, path, _WRITE & handled)
        _enforce(ruleset)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if not path.is_dir():
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, place)
        if _syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) < 0:
            raise OSError(ctypes.get_errno(), "landlock refused a rule", str(path))
    finally:
        os.close(place)


def _enforce(ruleset: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    if _syscall(_RESTRICT_SELF, ruleset, 0) < 0:
        raise OSError(ctypes.get_errno(), "landlock was refused")


def _syscall(number: int, *arguments: object) -> int:
    # Whole registers: ctypes would pass an int as 32 bits and leave the rest to chance.
    wide = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *wide))
