"""From a file to pixels: decoded in a cell, handed over as numbers, and so safe to work on."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from processing import sandbox
from processing.icc import read_profile
from processing.operators.picture import Picture
from processing.pixels import load_working
from processing.sandbox.endings import CRASHED

_PIXELS = "pixels.raw"
_ROWS = 256  # written at once
_KINDS = {8: np.uint8, 16: np.uint16}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels in a file: rows of samples without padding, 3 bands or 4 with alpha, in the machine's
    byte order. ``profile`` says what they mean: an ICC profile, or none for sRGB.
    """

    path: Path
    width: int
    height: int
    bands: int
    depth: int
    profile: bytes


def decode(
    path: Path | str, out_dir: Path | str, longest_edge: int | None, own_colours: bool
) -> Decoded:
    """Decode a picture, upright, into ``out_dir``; called in a cell. See `load_working`.

    Raises InputError.
    """
    image = load_working(path, longest_edge, own_colours=own_colours)
    target = Path(out_dir) / _PIXELS
    shown = Picture(image)
    with target.open("wb") as file:
        # Not all at once: that would be one copy more of a large picture.
        for start in range(0, shown.height, _ROWS):
            shown.rows(start, _ROWS).tofile(file)
    profile = b"" if shown.is_srgb else shown.profile
    return Decoded(target, shown.width, shown.height, image.bands, shown.depth, profile)


@contextmanager
def decoded(
    path: Path, room: Path, *, longest_edge: int | None = None, own_colours: bool = False
) -> Iterator[Picture]:
    """Lend the pixels of a stranger's file, decoded in a cell, while the block runs.

    ``room`` is a folder for the pixels meanwhile: as many bytes as they have. Raises InputError,
    and TransientError where no cell can be had.
    """
    with tempfile.TemporaryDirectory(dir=room, prefix="pixels-") as folder:
        told = sandbox.call(decode, path, folder, longest_edge, own_colours)
        yield _mapped(told)


def _mapped(told: Decoded) -> Picture:
    """The pixels, mapped and not copied. What a cell says is checked: it may be taken over."""
    kind = _KINDS.get(told.depth)
    if kind is None or told.bands not in (3, 4) or min(told.width, told.height) < 1:
        raise sandbox.Crashed(CRASHED, detail="pixels of no known kind")
    samples = told.width * told.height * told.bands
    if told.path.stat().st_size != samples * np.dtype(kind).itemsize:
        raise sandbox.Crashed(CRASHED, detail="not as many pixels as it said")
    if told.profile and getattr(read_profile(told.profile), "kind", "") != "RGB":
        raise sandbox.Crashed(CRASHED, detail="a profile that is none")
    with told.path.open("rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    pixels = np.frombuffer(mapping, kind).reshape(told.height, told.width, told.bands)
    return replace(Picture.from_array(pixels, profile=told.profile or None), mapped=mapping)
