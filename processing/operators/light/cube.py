"""Colour tables in .cube files: reading them, and looking colours up.

The format: Adobe, "Cube LUT Specification 1.0", 2013; one- or three-dimensional, red changing
fastest. Tetrahedral interpolation: K. Kanamori, H. Kotera, "Color correction technique for hard
copies by 4-neighbors interpolation method", 1992; exact on the grey axis of a neutral table, which
trilinear interpolation is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processing.operators.picture import Floats, Unfit

MOST_BYTES = 64 * 1024**2
_LARGEST = {"LUT_1D_SIZE": 65_536, "LUT_3D_SIZE": 129}
_DOMAINS = ("DOMAIN_MIN", "DOMAIN_MAX")
_RANGES = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")


@dataclass(frozen=True, slots=True)
class Cube:
    """A colour table. ``values``: (size, 3) or (size, size, size, 3) by blue, green and red; the
    input from ``low`` to ``high`` (three each) is spread over it."""

    values: Floats
    low: Floats
    high: Floats

    @property
    def size(self) -> int:
        return int(self.values.shape[0])

    def looked_up(self, colours: Floats) -> Floats:
        """Colours (n, 3) through the table; what is beyond its domain is held at its edge."""
        share = np.clip((colours - self.low) / (self.high - self.low), 0.0, 1.0)
        place = (share * np.float32(self.size - 1)).astype(np.float32)
        return self._line(place) if self.values.ndim == 2 else self._tetrahedra(place)

    def _line(self, place: Floats) -> Floats:
        steps = np.arange(self.size)
        channels = [np.interp(place[:, c], steps, self.values[:, c]) for c in range(3)]
        return np.stack(channels, axis=1).astype(np.float32)

    def _tetrahedra(self, place: Floats) -> Floats:
        """From the corner below, one step along each axis: the largest remainder first."""
        corner = np.minimum(place.astype(np.int64), self.size - 2)
        rest = place - corner
        strides = np.array([1, self.size, self.size**2])
        flat = self.values.reshape(-1, 3)
        order = np.argsort(-rest, axis=1, kind="stable")
        rest = np.take_along_axis(rest, order, axis=1)
        at = corner @ strides
        result = flat[at] * (1.0 - rest[:, :1])
        for step in range(3):
            at = at + strides[order[:, step]]
            following = rest[:, step + 1 : step + 2] if step < 2 else np.float32(0.0)
            result += flat[at] * (rest[:, step : step + 1] - following)
        return result


def read_cube(data: bytes) -> Cube:
    """A table from a .cube file's bytes. Raises Unfit with the line and what is wrong with it."""
    if len(data) > MOST_BYTES:
        raise Unfit(f"The colour table has more than {MOST_BYTES // 1024**2} MB.")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Unfit("The colour table is not text: a .cube file is needed.") from None
    told: dict[str, list[float]] = {}
    rows: list[str] = []
    numbers: list[int] = []
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line[0].isdigit() or line[0] in "+-.":
            rows.append(line)
            numbers.append(number)
        else:
            _keyword(line, number, told)
    return _cube(told, rows, numbers)


def _keyword(line: str, number: int, told: dict[str, list[float]]) -> None:
    name, *words = line.split()
    name = name.upper()
    if name == "TITLE":
        return
    known = {
        **dict.fromkeys(_LARGEST, 1),
        **dict.fromkeys(_DOMAINS, 3),
        **dict.fromkeys(_RANGES, 2),
    }
    if name not in known:
        raise _wrong(number, f"“{name[:40]}” is no keyword of a .cube file")
    if name in told:
        raise _wrong(number, f"{name} comes twice")
    if len(words) != known[name]:
        raise _wrong(number, f"{name} takes {known[name]} numbers, not {len(words)}")
    told[name] = _numbers(words, number)
    if name in _LARGEST and not (
        2 <= told[name][0] <= _LARGEST[name] and told[name][0].is_integer()
    ):
        raise _wrong(number, f"{name} is a whole number from 2 to {_LARGEST[name]}")


def _numbers(words: list[str], number: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        raise _wrong(number, f"“{' '.join(words)[:40]}” are not numbers") from None
    if not np.isfinite(values).all():
        raise _wrong(number, "numbers have to be finite")
    return values


def _cube(told: dict[str, list[float]], rows: list[str], numbers: list[int]) -> Cube:
    sizes = [name for name in _LARGEST if name in told]
    if len(sizes) != 1:
        both = (
            "both LUT_1D_SIZE and LUT_3D_SIZE" if sizes else "neither LUT_1D_SIZE nor LUT_3D_SIZE"
        )
        raise Unfit(f"The colour table has {both}: one of them is needed.")
    size, solid = int(told[sizes[0]][0]), sizes[0] == "LUT_3D_SIZE"
    wanted = size**3 if solid else size
    if len(rows) != wanted:
        where = f"; the first too many is in line {numbers[wanted]}" if len(rows) > wanted else ""
        raise Unfit(f"The colour table needs {wanted:,} rows and has {len(rows):,}{where}.")
    low, high = _domain(told)
    values = _values(rows, numbers)
    return Cube(values.reshape(size, size, size, 3) if solid else values, low, high)


def _domain(told: dict[str, list[float]]) -> tuple[Floats, Floats]:
    low, high = told.get("DOMAIN_MIN", [0.0] * 3), told.get("DOMAIN_MAX", [1.0] * 3)
    for name in _RANGES:
        if name in told:
            low, high = [told[name][0]] * 3, [told[name][1]] * 3
    if any(not 1e-6 <= b - a <= 1e6 for a, b in zip(low, high, strict=True)):
        raise Unfit("The colour table's domain has to go from a lower to a higher number.")
    return np.array(low, np.float32), np.array(high, np.float32)


def _values(rows: list[str], numbers: list[int]) -> Floats:
    """All rows at once; where that fails, one by one, to find the line."""
    try:
        flat = np.array(" ".join(rows).split(), dtype=np.float32)
        fine = len(flat) == 3 * len(rows) and bool(np.isfinite(flat).all())
    except ValueError:
        fine = False
    if fine and all(row.count(" ") + row.count("\t") >= 2 for row in rows):
        return np.clip(flat.reshape(-1, 3), -100.0, 100.0)
    for row, number in zip(rows, numbers, strict=True):
        words = row.split()
        if len(words) != 3:
            raise _wrong(number, f"a row has three numbers, not {len(words)}")
        _numbers(words, number)
    return np.array([row.split() for row in rows], dtype=np.float32)


def _wrong(number: int, what: str) -> Unfit:
    return Unfit(f"Line {number} of the colour table: {what}.")
