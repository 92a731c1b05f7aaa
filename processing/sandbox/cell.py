"""A process in which strangers' files are opened: shut oneself in, then take requests and answer.

A cell is forked by the zygote and serves one process of ours. It ends when nobody listens any more.
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
from typing import Any

from processing.errors import ProcessingError
from processing.sandbox import frames, plain
from processing.sandbox.allowed import resolve
from processing.sandbox.confine import ceilings, shut_in
from processing.sandbox.request import Request

_PR_SET_PDEATHSIG = 1
_MOST_SAID = 4_000


def serve(work: int, parent: int) -> None:
    """Answer requests that come through the socket ``work``; does not return."""
    code, settled = frames.NOT_SETTLED, False
    try:
        _die_with(parent)
        while True:
            request: Request = pickle.loads(frames.read(work))  # noqa: S301 - ours sent it
            resolve(request.name)
            if not settled:
                _settle(request)
                code, settled = 1, True
            ceilings.start_clock(request.bounds.seconds)
            frames.write(work, _answer(request))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        code = 0  # nobody wants an answer any more
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
    """Close the door: what is needed is imported, and all that is left is this cell's room."""
    tempfile.tempdir = os.environ["TMPDIR"] = str(request.made)
    shut_in(request.bounds, request.given, request.made)


def _answer(request: Request) -> bytes:
    """The result, or what went wrong, as JSON."""
    try:
        result = resolve(request.name)(*request.arguments, **request.named)
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
