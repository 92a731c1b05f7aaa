"""One call in a process of its own: take the request, shut oneself in, answer, end.

A cell is forked by the zygote, serves one call and is gone. So whatever a file does to the process
that opens it ends with that file.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import resource
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass
from typing import Any

from processing.errors import ProcessingError
from processing.sandbox import frames, plain
from processing.sandbox.allowed import Call, resolve
from processing.sandbox.bounds import Bounds
from processing.sandbox.confine import shut_in

_PR_SET_PDEATHSIG = 1
_MOST_SAID = 4_000


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it travels into a cell. It comes from our own process and is trusted."""

    name: str
    call: Call
    bounds: Bounds


def serve(work: int, parent: int) -> None:
    """Answer the one request that comes through the socket ``work``; does not return."""
    code = 1
    try:
        _die_with(parent)
        request: Request = pickle.loads(frames.read(work))  # noqa: S301 - our own process sent it
        _settle(request)
        frames.write(work, _answer(request))
        code = 0
    except (EOFError, BrokenPipeError):
        code = 0  # nobody wants the answer any more
    except Exception:  # noqa: BLE001 - the edge of the process: our own side logs it
        traceback.print_exc()
    finally:
        os._exit(code)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)  # it died before we could ask to be told


def _settle(request: Request) -> None:
    """Import what is to be called while that is possible, then shut the door."""
    resolve(request.name)
    if request.call.writes:
        folder = str(request.call.writes[0])
        tempfile.tempdir = folder
        os.environ["TMPDIR"] = folder
    shut_in(request.bounds, request.call.reads, request.call.writes)


def _answer(request: Request) -> bytes:
    """The result, or what went wrong, as JSON."""
    try:
        result = resolve(request.name)(*request.call.arguments, **request.call.named)
        told: dict[str, Any] = {"result": plain.flatten(result)}
    except ProcessingError as error:
        told = {"error": error.category, "sentence": error.sentence, "detail": error.detail}
    except MemoryError:
        told = {"error": "memory", "sentence": "", "detail": _trace()}
    except OSError as error:
        told = {"error": "os", "number": error.errno or 0, "detail": _trace(), "sentence": ""}
    except Exception:  # noqa: BLE001 - the edge of the process: every failure is told
        told = {"error": "unexpected", "sentence": "", "detail": _trace()}
    used = resource.getrusage(resource.RUSAGE_SELF)
    told |= {"peak": used.ru_maxrss, "seconds": used.ru_utime + used.ru_stime}
    return json.dumps(told).encode("ascii")


def _trace() -> str:
    return traceback.format_exc()[-_MOST_SAID:]
