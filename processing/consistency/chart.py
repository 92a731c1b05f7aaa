"""A small chart of scores over time, as shapes for an inline SVG: no script, no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 1000.0, 100.0  # units of the view box; a point is a unit high


@dataclass(frozen=True, slots=True)
class Chart:
    """``line`` and ``area`` are the points of a polyline and of a polygon below it; ``floor`` the
    height of a line, counted from above.
    """

    line: str
    area: str
    floor: float


def chart(moments: Sequence[datetime], values: Sequence[float], floor: float = 0.0) -> Chart | None:
    """Scores (0 to 100) where they were measured in time; None for fewer than two."""
    if len(values) < 2:
        return None
    begin = moments[0].timestamp()
    whole = max(1e-6, moments[-1].timestamp() - begin)
    points = [
        (WIDTH * (at.timestamp() - begin) / whole, HEIGHT - value)
        for at, value in zip(moments, values, strict=True)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Chart(line, f"0,{HEIGHT:.0f} {line} {WIDTH:.0f},{HEIGHT:.0f}", HEIGHT - floor)
