"""Functions that tests run in a cell, where they do what a taken-over decoder would try."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processing.errors import InputError, ProviderError

_held: Any = None


@dataclass(frozen=True)
class Everything:
    """One of each kind that may come back."""

    text: str = "Grüße\ud800"
    number: int = 2**70
    share: float = 0.1
    yes: bool = True
    nothing: None = None
    data: bytes = b"\x00\xff"
    when: datetime = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    pair: tuple[int, str] = (1, "a")
    row: tuple[str, ...] = ("x", "y")
    many: dict[str, list[float]] = field(default_factory=lambda: {"a": [1.5]})
    by_number: dict[int, str] = field(default_factory=lambda: {7: "seven"})
    maybe: datetime | None = None
    loose: dict[str, Any] = field(default_factory=lambda: {"deep": [1, None, {"k": "v"}]})


def everything() -> Everything:
    return Everything()


def lie() -> Everything:
    return {"text": 5}  # type: ignore[return-value]


def elsewhere(out_dir: Path, target: str) -> Path:
    (out_dir / "made").write_text("x")
    return Path(target) if target else out_dir / "made"


def link(out_dir: Path) -> Path:
    (out_dir / "link").symlink_to("/etc/passwd")
    return out_dir / "link"


def crash() -> None:
    ctypes.string_at(1)


def abort_for_want_of_memory() -> None:
    os.write(2, b"GLib-ERROR: failed to allocate 99999 bytes")
    os.abort()


def allocate(mebibytes: int) -> int:
    return len(bytearray(mebibytes * 1024**2))


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def spin() -> None:
    while True:
        pass


def end_oneself(signal: int) -> None:
    os.kill(os.getpid(), signal)
    time.sleep(60)


def leave(code: int) -> None:
    os._exit(code)


def chatter() -> str:
    """Say more on stderr than anybody listens to."""
    for _ in range(3_000):
        try:
            os.write(2, b"x" * 4096)
        except BlockingIOError:
            time.sleep(0.001)
    return "done"


def large(size: int) -> str:
    return "x" * size


def many_large(out_dir: Path, number: int, mebibytes: int) -> None:
    for at in range(number):
        with (out_dir / f"{at}").open("wb") as file:
            file.truncate(mebibytes * 1024**2)


def fail(kind: str) -> None:
    raise {
        "input": InputError("It is torn.", detail="row 7"),
        "provider": ProviderError("The service is busy."),
        "os": FileNotFoundError(2, "gone", "/secret/place"),
        "value": ValueError("not expected"),
        "deep": RecursionError("too deep"),
        "exit": MemoryError(),
    }[kind]


def write(out_dir: Path, mebibytes: int) -> int:
    with (out_dir / "big").open("wb") as file:
        file.seek(mebibytes * 1024**2)
        file.write(b"x")
    return mebibytes


def read_bytes(path: Path, other: str = "") -> bytes:
    return Path(other or path).read_bytes()


def cut(path: Path, how: str) -> None:
    """Try to empty the file that one was given to read."""
    if how == "truncate":
        os.truncate(path, 0)
    elif how == "descriptor":
        os.ftruncate(os.open(path, os.O_RDONLY), 0)
    else:
        os.open(path, {"reading": os.O_RDONLY, "neither": os.O_ACCMODE}[how] | os.O_TRUNC)


def keep_open(out_dir: Path) -> Path:
    """Hold on to a result, to change it later."""
    global _held
    _held = (out_dir / "result").open("w+b", buffering=0)
    _held.write(b"harmless")
    return out_dir / "result"


def change_it() -> int:
    _held.seek(0)
    return int(_held.write(b"<script>"))


def overwrite(out_dir: Path, name: str) -> None:
    (out_dir / name).write_text("mine")


def litter(out_dir: Path) -> None:
    """Leave things behind for whoever comes next."""
    (out_dir / "folder" / "deeper").mkdir(parents=True)
    (out_dir / "folder" / "deeper" / "note").write_text("from the one before")


def look_around(path: Path) -> list[str]:
    """Everything in the room; the room itself cannot be listed, only what is for the cell."""
    given = Path(path).parent
    places = [given, given.with_name("made")]
    return sorted(found.name for place in places for found in place.rglob("*"))


def connect(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(b"hello")
    return "connected"


def run_program() -> int:
    return subprocess.run([sys.executable, "-c", "pass"], check=False).returncode


def signal_neighbour(pid: int) -> None:
    os.kill(pid, 9)


def lift_limit() -> None:
    import resource

    most = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def about_me() -> dict[str, Any]:
    """What a cell knows of where it runs."""
    return {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "environment": dict(os.environ),
        "descriptors": [n for n in range(256) if _open(n)],
        "modules": sorted(name for name in sys.modules if name.startswith("django")),
    }


def _open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
