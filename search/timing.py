"""How long an answer took, and how much of that the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(slots=True)
class Clock:
    """Milliseconds since the block began, and those of them spent in queries so far."""

    begun: float
    db_ms: float = 0.0

    @property
    def took_ms(self) -> float:
        return (time.perf_counter() - self.begun) * 1000


@contextmanager
def clock() -> Iterator[Clock]:
    """Time a block; queries are those of this thread's default connection."""
    ticking = Clock(time.perf_counter())

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            ticking.db_ms += (time.perf_counter() - begun) * 1000

    with connection.execute_wrapper(watch):
        yield ticking
