"""Looks at what a recipe made before anybody else does: the file is decoded again, and checked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processing.engine.running import Made
from processing.operators.picture import Picture
from processing.pixels import load_srgb
from processing.postchecks import base
from processing.postchecks.catalogue import check
from processing.recipes.model import Check

# Blocks of compression are found only where pixels are not resized; what is larger than this (a
# side, in pixels) is looked at in small, so that a check takes bounded memory.
WHOLE = 6000
SOURCE_EDGE = 1024


def checked(made: Iterable[Made], source: Picture, room: Path) -> Iterator[Made]:
    """Each output with the verdicts of its checks (see `verdicts`)."""
    for one in made:
        yield replace(one, verdicts=verdicts(one, source, room))


def verdicts(made: Made, source: Picture, room: Path) -> tuple[base.Verdict, ...]:
    """What an output's checks say of it, in their order; nothing where it has none.

    ``source`` is the picture that the recipe was run on. The output is our own bytes: it is decoded
    here and in no cell, from a file in the folder ``room`` meanwhile.
    """
    asked = made.output.checks
    if not asked:
        return ()
    looked = looked_at(made, source, room)
    return tuple(_verdict(one, looked) for one in asked)


def looked_at(made: Made, source: Picture, room: Path) -> base.Made:
    """An output as checks see it: decoded again, beside its input, with what its steps measured."""
    return base.Made(
        encoded=made.encoded,
        pixels=_shown(made, room),
        source=_eight_bits(source.proxy(SOURCE_EDGE)),
        steps=[base.StepTaken(one.operator, one.measures) for one in made.records],
    )


def failed(found: Sequence[base.Verdict]) -> list[base.Verdict]:
    """Those that did not pass."""
    return [one for one in found if not one.passed]


def _verdict(asked: Check, made: base.Made) -> base.Verdict:
    return check(asked.name)(**asked.parameters).look(made)


def _shown(made: Made, room: Path) -> NDArray[np.uint8]:
    with tempfile.TemporaryDirectory(dir=room, prefix="checked-") as folder:
        path = Path(folder) / f"made.{made.encoded.media.extension}"
        path.write_bytes(made.encoded.data)
        return np.asarray(load_srgb(path, WHOLE).numpy(), np.uint8)


def _eight_bits(picture: Picture) -> NDArray[np.uint8]:
    pixels = picture.array()
    if pixels.dtype == np.uint8:
        return pixels
    return np.asarray((pixels.astype(np.uint32) + 128) // 257, np.uint8)
