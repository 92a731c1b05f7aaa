"""Plain grounds and marks whose every pixel is known."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from processing.operators.context import Context
from processing.operators.picture import Picture, Unfit


def plain(width: int = 400, height: int = 300, value: int = 128, depth: int = 8) -> Picture:
    kind, scale = (np.uint16, 257) if depth == 16 else (np.uint8, 1)
    return Picture.from_array(np.full((height, width, 3), value * scale, kind))


def see_through(width: int = 400, height: int = 300, depth: int = 8) -> Picture:
    """Green that nobody sees: alpha is 0 all over."""
    pixels = np.zeros((height, width, 4), np.uint16 if depth == 16 else np.uint8)
    pixels[:, :, 1] = 65535 if depth == 16 else 255
    return Picture.from_array(pixels)


@dataclass
class OneMark:
    """A library that holds one picture and a folder of files."""

    mark: Picture
    folder: Path = Path("/nonexistent")

    def picture(self, reference: str) -> Picture:
        return self.mark

    def file(self, reference: str) -> Path:
        path = self.folder / reference
        if not path.is_file():
            raise Unfit(f"There is no file “{reference}”.")
        return path


def holding(mark: Picture | None = None, folder: Path = Path("/nonexistent")) -> Context:
    return Context(library=OneMark(mark or plain(20, 10, 255), folder))


def changed(before: Picture, after: Picture) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of what differs; right and bottom exclusive."""
    rows, columns = np.nonzero((before.array() != after.array()).any(axis=2))
    assert len(rows), "something changed"
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return int(left), int(top), int(right), int(bottom)
