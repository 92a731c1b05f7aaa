"""A filter on system calls (seccomp-BPF), written by hand: no network, no other processes.

Linux' documentation: userspace-api/seccomp_filter.rst; the instructions are those of the classic
BSD packet filter (McCanne & Jacobson 1993). Refused calls answer EPERM, so that a library that
tries one goes on without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

from processing.sandbox.confine import syscalls

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_MODE_FILTER = 2
_CLONE_THREAD = 0x0001_0000

# AUDIT_ARCH_* (linux/audit.h) and the column of the tables in syscalls.py.
_ARCHITECTURES = {"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)}

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x54, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _ERRNO, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def supported() -> bool:
    """Whether there is a filter for this machine."""
    return sys.platform == "linux" and platform.machine() in _ARCHITECTURES


def program(machine: str, pid: int) -> bytes:
    """Return the filter for a process on a machine ("x86_64", "aarch64"), 8 bytes an instruction.

    Raises KeyError for another machine.
    """
    arch, column = _ARCHITECTURES[machine]
    refuse = _step(_RETURN, _ERRNO | errno.EPERM)
    unknown = _step(_RETURN, _ERRNO | errno.ENOSYS)
    allow = _step(_RETURN, _ALLOW)
    parts = [
        _step(_LOAD, _ARCH) + _step(_EQUAL, arch, 1, 0) + _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER) + _step(_GREATER, syscalls.NEWEST, 0, 1) + unknown,
    ]
    for unseen in syscalls.UNSEEN.values():
        parts.append(_step(_EQUAL, unseen[column], 0, 1) + unknown)
    for numbers in syscalls.REFUSED.values():
        number = numbers[column]
        if number is not None:
            parts.append(_step(_EQUAL, number, 0, 1) + refuse)
    for either, place in syscalls.OPENING.values():
        number = either[column]
        if number is not None:
            parts.append(_argument(number, place, _not_cutting(refuse, allow)))
    threads_only = _step(_ANY_BIT, _CLONE_THREAD, 1, 0) + refuse + allow
    parts.append(_argument(syscalls.CLONE[column], 0, threads_only))
    oneself_only = _step(_EQUAL, 0, 2, 0) + _step(_EQUAL, pid, 1, 0) + refuse + allow
    for both in syscalls.ABOUT_A_PROCESS.values():
        parts.append(_argument(both[column], 0, oneself_only))
    return b"".join(parts) + allow


def install() -> bool:
    """Put the calling thread, and those that it starts, under the filter; return whether it is.

    For ever: a filter cannot be taken off. False where there is none for this machine, or where
    the kernel refuses it.
    """
    if not supported():
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = program(platform.machine(), os.getpid())
    filter_ = _Program(len(code) // 8, code)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filter_), 0, 0) == 0


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _not_cutting(refuse: bytes, allow: bytes) -> bytes:
    """Refuse flags that empty a file without opening it for writing.

    Linux allows that, and landlock before its third version looks at the writing alone.
    """
    return (
        _step(_ANY_BIT, syscalls.O_TRUNC, 0, 4)
        + _step(_AND, syscalls.O_ACCMODE)
        + _step(_EQUAL, syscalls.O_WRONLY, 2, 0)
        + _step(_EQUAL, syscalls.O_RDWR, 1, 0)
        + refuse
        + allow
    )


def _argument(number: int, place: int, decision: bytes) -> bytes:
    """For one call: load the low half of an argument (from 0) and decide, which must return."""
    load = _step(_LOAD, _FIRST_ARGUMENT + 8 * place)
    return _step(_EQUAL, number, 0, len(load + decision) // 8) + load + decision
