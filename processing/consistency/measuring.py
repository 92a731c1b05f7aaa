"""The looks of versions: measured once, from the preview, and kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dam.models import Version
from processing.consistency.looks import LOOK_VERSION, look_at
from processing.consistency.scoring import figures_of
from processing.models import VersionLook
from processing.pictures import pixels

STEP = "look"


def run(versions: Sequence[Version]) -> None:
    """The step for versions of sets that were not measured, or by an earlier measure.

    Asked for by a set's run, and not when a picture comes in: most belong to no set, and a look
    takes as long as a third of all else that is done to a picture.
    """
    for version in versions:
        _keep(version, pixels(version))


def _keep(version: Version, rgb: NDArray[np.uint8]) -> None:
    """Measure a version by the pixels of its preview (uint8, height × width × 3), and keep it."""
    size = version.width or rgb.shape[1], version.height or rgb.shape[0]
    figures = figures_of(look_at(rgb, *size))
    VersionLook.objects.update_or_create(
        version=version, defaults={**figures, "look_version": LOOK_VERSION}
    )
