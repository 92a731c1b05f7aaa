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

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
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
        # glibc tries clone3 first; its arguments are out of a filter's sight.
        _step(_EQUAL, syscalls.CLONE3[column], 0, 1) + unknown,
    ]
    for numbers in syscalls.REFUSED.values():
        number = numbers[column]
        if number is not None:
            parts.append(_step(_EQUAL, number, 0, 1) + refuse)
    threads_only = _step(_ANY_BIT, _CLONE_THREAD, 1, 0) + refuse + allow
    parts.append(_first_argument(syscalls.CLONE[column], threads_only))
    oneself_only = _step(_EQUAL, 0, 2, 0) + _step(_EQUAL, pid, 1, 0) + refuse + allow
    for both in syscalls.ABOUT_A_PROCESS.values():
        parts.append(_first_argument(both[column], oneself_only))
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


def _first_argument(number: int, decision: bytes) -> bytes:
    """For one call: load the low half of its first argument and decide, which must return."""
    load = _step(_LOAD, _FIRST_ARGUMENT)
    return _step(_EQUAL, number, 0, len(load + decision) // 8) + load + decision
