"""How a cell ended, as an error with a sentence for the person whose file it was."""

from __future__ import annotations

import errno
import os
import signal
from typing import Any

from processing.errors import (
    InputError,
    ProcessingError,
    ProviderError,
    ResourceError,
    TransientError,
)
from processing.sandbox.bounds import Bounds

TOO_BIG = "Opening this file took more than {memory} of memory, the most that one file may take."
TOO_MUCH = "Opening this file took more than {memory} on disk, the most that one file may take."
TOO_LONG = "Opening this file took longer than {seconds} seconds, the most that one file may take."
CRASHED = "The program that opens such files crashed on this one: it is damaged or made to do harm."
FAILED = "This file cannot be read: it is damaged in a way that was not expected."
ENDED = "The process that opened this file was ended from outside, before it was done."
MOST_WORDS = 1_000

# What libraries write before they give up for want of memory.
_OUT_OF_MEMORY = (b"out of memory", b"failed to allocate", b"cannot allocate", b"bad_alloc")
_KINDS: dict[str, type[ProcessingError]] = {
    kind.category: kind for kind in (InputError, TransientError, ProviderError, ResourceError)
}


class Overstepped(InputError):
    """The file asked for more than one file may have: again would not help."""


class Ended(TransientError):
    """The cell was ended from outside: nothing is known of the file."""


class Crashed(InputError):
    """The file broke the program that opened it."""


def too_long(bounds: Bounds) -> Overstepped:
    return Overstepped(TOO_LONG.format(seconds=bounds.seconds))


def too_big(bounds: Bounds, detail: str = "") -> Overstepped:
    return Overstepped(TOO_BIG.format(memory=bounds.memory), detail=detail)


def told(answer: dict[str, Any], bounds: Bounds) -> Exception:
    """The error that a cell tells of. Its words are a stranger's: cut, and never trusted."""
    kind, detail = str(answer.get("error", "")), str(answer.get("detail", ""))[:MOST_WORDS]
    if kind == "memory":
        return too_big(bounds, detail)
    number = answer.get("number")
    if kind == "os" and isinstance(number, int):
        if number == errno.ENOMEM:
            return too_big(bounds, detail)
        if number == errno.EFBIG:
            return Overstepped(TOO_MUCH.format(memory=bounds.memory), detail=detail)
        return OSError(number, f"{os.strerror(number)} (while a file was being opened)")
    if kind in _KINDS:
        sentence = str(answer.get("sentence", ""))[:MOST_WORDS]
        return _KINDS[kind](sentence or FAILED, detail=detail)
    return Crashed(FAILED, detail=detail)


def died(status: int, said: bytes, bounds: Bounds) -> ProcessingError:
    """The error for a cell that ended without an answer, by its wait status and last words."""
    words = said.decode(errors="replace")[-MOST_WORDS:]
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    cause = signal.Signals(number).name if number else f"exit {os.waitstatus_to_exitcode(status)}"
    detail = f"{cause}\n{words}".strip()
    if number == signal.SIGXCPU:
        return too_long(bounds)
    if any(sign in said.lower() for sign in _OUT_OF_MEMORY):
        return too_big(bounds, detail)
    if number in (signal.SIGKILL, signal.SIGTERM):
        return Ended(ENDED, detail=detail)
    return Crashed(CRASHED, detail=detail)
