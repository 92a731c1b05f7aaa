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


def keep(version: Version, rgb: NDArray[np.uint8]) -> VersionLook:
    """Measure a version by the pixels of its preview (uint8, height × width × 3), and keep it."""
    size = version.width or rgb.shape[1], version.height or rgb.shape[0]
    figures = figures_of(look_at(rgb, *size))
    row, _ = VersionLook.objects.update_or_create(
        version=version, defaults={**figures, "look_version": LOOK_VERSION}
    )
    return row


def run(versions: Sequence[Version]) -> None:
    """The step for versions that came before looks were measured, or by an earlier measure."""
    for version in versions:
        keep(version, pixels(version))
