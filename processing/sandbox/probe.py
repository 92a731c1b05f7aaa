"""Is a cell really shut in? Each protection is tried, not believed."""

from __future__ import annotations

import os
import resource
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Protections:
    """What holds in a cell of this machine: True where an attempt to break it was refused."""

    memory: bool
    network: bool
    programs: bool
    files: bool
    writing: bool
    neighbours: bool
    threads: bool  # still possible: decoders need them


def measure(path: Path | str) -> Protections:
    """Try to do what a cell must not; ``path`` is a file that it was given.

    Meant to be called through ``sandbox.call``: anywhere else it tells of that place.
    """
    Path(path).read_bytes()
    return Protections(
        memory=resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY,
        network=_refused(lambda: socket.socket(socket.AF_INET).close()),
        programs=_refused(_another_process),
        files=_refused(lambda: os.close(os.open("/etc/passwd", os.O_RDONLY))),
        writing=_refused(lambda: _write_beside(Path(path))),
        neighbours=_refused(lambda: os.kill(os.getppid(), 0)),
        threads=_thread_runs(),
    )


def _refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _another_process() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _write_beside(path: Path) -> None:
    trial = path.with_name(f".{path.name}.{os.getpid()}.probe")
    trial.touch()
    trial.unlink()


def _thread_runs() -> bool:
    ran = threading.Event()
    thread = threading.Thread(target=ran.set)
    thread.start()
    thread.join()
    return ran.is_set()
