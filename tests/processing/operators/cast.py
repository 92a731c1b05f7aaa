"""Who stands in for neural networks and for the library where a test is about something else."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from processing.operators.context import Context, Face, Mask
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.pictures import motif


class FakeNetworks:
    """The subject is the upright ellipse in the middle; its upper third is a face."""

    def mask(self, rgb: np.ndarray, network: str = "") -> Mask:
        height, width = rgb.shape[:2]
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        far = np.hypot((x / width - 0.5) / 0.25, (y / height - 0.5) / 0.4)
        alpha = np.clip((1.0 - far) * 12 + 0.5, 0, 1).astype(np.float32)
        return Mask(alpha, confidence=0.9, edge_quality=0.8, network=network or "fake")

    def faces(self, rgb: np.ndarray) -> Sequence[Face]:
        return [Face(0.4, 0.15, 0.2, 0.25, score=0.95)]

    def enlarge(self, rgb: np.ndarray, factor: int) -> np.ndarray:
        return rgb.repeat(factor, axis=0).repeat(factor, axis=1)


class FakeLibrary:
    """Every reference is the motif; files are those of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def picture(self, reference: str) -> Picture:
        return Picture.from_array(motif(96, 64))

    def file(self, reference: str) -> Path:
        path = self.folder / Path(reference).name
        if not path.is_file():
            raise Unfit(f"There is no file “{reference}”.")
        return path


def context(folder: Path) -> Context:
    """A context in which everything that operators ask for is there."""
    (folder / "warm.cube").write_text(
        "LUT_3D_SIZE 2\n"
        + "".join(f"{r} {g * 0.95} {b * 0.9}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    )
    rgb = motif()
    brackets = [np.clip(rgb * gain, 0, 255).astype(np.uint8) for gain in (0.4, 1.0, 2.2)]
    return Context(
        networks=FakeNetworks(),
        library=FakeLibrary(folder),
        facts={"category": "product"},
        companions=[Picture.from_array(one) for one in brackets],
    )
