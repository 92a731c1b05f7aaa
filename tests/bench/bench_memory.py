"""Every operator on 100 megapixels of 8 and of 16 bits: memory at its peak, and seconds.

Each runs in a process of its own, on a picture that is mapped from a file as the engine has it.
“own” is what the process itself takes, its libraries and networks included; “files” what it has
mapped, the input above all, which the system may drop. The bar is for both together. The networks
that find subjects and faces are the real ones.

`python -m tests.bench.bench_memory [OPERATOR ...]`
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processing.operators import catalogue
from processing.operators.context import Context, Face, Mask
from processing.operators.picture import Picture, Unfit
from processing.vision.networks import LocalNetworks
from tests.bench import corpora, large
from tests.processing.operators.background.test_sky import house
from tests.processing.operators.cast import context

# Parameters besides those of the operator's own example: what costs more than that.
MORE: dict[str, list[dict[str, Any]]] = {
    "place": [{"width": 2000, "height": 2000, "fill": 0.85}],
    "replace-background": [{"colour": "#ffffff"}, {"picture": "other", "blur": 0.3}],
    "sky": [{"picture": "other"}],
    "rotate": [{"degrees": 90}],
    "shadow": [{"kind": "both"}],
}
SKY = ("sky", "twilight")  # what wants a house below a sky


class Surely:
    """The real networks; a face is there in any case, so that retouching has something to do."""

    def __init__(self) -> None:
        self._networks = LocalNetworks(corpora.models_dir())

    def mask(self, rgb: NDArray, network: str = "") -> Mask:
        return self._networks.mask(rgb, network)

    def faces(self, rgb: NDArray) -> Sequence[Face]:
        return [*self._networks.faces(rgb), Face(0.4, 0.2, 0.2, 0.4, score=0.9)][:1]

    def enlarge(self, rgb: NDArray, factor: int) -> NDArray:
        return self._networks.enlarge(rgb, factor)


class Shelf:
    """Every picture is the large one."""

    def __init__(self, picture: Picture, files: Path) -> None:
        self._picture, self._files = picture, files

    def picture(self, reference: str) -> Picture:
        return self._picture

    def file(self, reference: str) -> Path:
        return self._files / Path(reference).name


def measure(name: str, parameters: dict[str, Any], depth: int, folder: Path) -> str:
    """A line of the table, made in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (name, parameters, depth, folder))


def _measured(name: str, parameters: dict[str, Any], depth: int, folder: Path) -> str:
    scene = "house" if name in SKY else "product"
    picture = large.mapped(folder / f"{scene}-{depth}", depth)
    other = large.mapped(folder / f"house-{depth}", depth)
    ready = replace(
        context(folder), networks=Surely(), library=Shelf(other, folder), companions=(other,)
    )
    operator = catalogue.operator(name)(**parameters)
    begun = time.perf_counter()
    with large.watched() as peak:
        try:
            refused = _kept(operator, picture, ready)
        except Unfit as error:
            refused = str(error)
    return _line(peak, time.perf_counter() - begun, refused)


def _kept(operator: Any, picture: Picture, ready: Context) -> str:
    """Run it, with the result in memory as the engine has it."""
    outcome = operator.run(picture, ready)
    assert outcome.picture.depth == picture.depth
    return ""


def _line(peak: large.Peak, seconds: float, refused: str) -> str:
    over = "  over the bar" if peak.whole > large.BAR_MIB else ""
    return (
        f"{peak.own:9.0f}{peak.files:9.0f}{peak.whole:9.0f}{seconds:9.1f}"
        f"{over}{'  refuses: ' + refused[:60] if refused else ''}"
    )


def cases(names: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Operators by name with the parameters they are measured with."""
    known = catalogue.operators()
    chosen = names or sorted(known)
    return [
        (name, dict(parameters))
        for name in chosen
        for parameters in [known[name].example, *MORE.get(name, [])]
    ]


def main() -> None:
    over = False
    print(f"{'operator':22}{'bits':>5}{'own MiB':>9}{'files':>9}{'both':>9}{'seconds':>9}")
    with tempfile.TemporaryDirectory(prefix="loupe-memory-") as place:
        folder = Path(place)
        context(folder)  # writes the files that examples name
        for depth in (8, 16):
            large.written(folder / f"product-{depth}", large.product(), depth)
            large.written(folder / f"house-{depth}", house(960, 667)[0], depth)
        for name, parameters in cases(sys.argv[1:]):
            for depth in (8, 16):
                line = measure(name, parameters, depth, folder)
                over = over or "over the bar" in line
                print(f"{name:22}{depth:5}{line}", flush=True)
    if over:
        raise SystemExit(f"more than {large.BAR_MIB} MiB")


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
