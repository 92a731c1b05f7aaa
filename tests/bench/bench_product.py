"""100 megapixels through the recipe “marketplace-main”: memory, and time beside its steps alone.

A JPEG of 8 bits and a TIFF of 16, by the way that `manage.py render FILE` takes: decoded in a cell,
run, encoded and checked. Memory is that of all processes, mapped files included, and what the
steps cost one by one is measured in the same process afterwards: decoding outside of a cell, each
step on its input in memory, the encoding, the checks. The bar is for processor seconds, cells
included: on a machine that does other things too, the clock tells little.

`python -m tests.bench.bench_product [jpeg | tiff]`
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.own_home import prepare

RECIPE = "marketplace-main"
BAR = 1.3  # of the sum of its steps
KINDS = {"jpeg": 8, "tiff": 16}


def main() -> None:
    home = prepare("product")
    try:
        failed = [kind for kind in sys.argv[1:] or KINDS if not measured(kind)]
    finally:
        shutil.rmtree(home)
    if failed:
        raise SystemExit(f"over the bar: {', '.join(failed)}")


def measured(kind: str) -> bool:
    """Print one picture's figures; whether they are within the bars."""
    from tests.bench import large

    with tempfile.TemporaryDirectory(prefix="loupe-product-") as place:
        folder = Path(place)
        raw, path = folder / "raw", folder / f"product.{kind}"
        large.written(raw, large.product(), KINDS[kind])
        getattr(large, kind)(path, raw)
        raw.unlink()
        whole, _ = timed(lambda: _rendered(path, folder))
        with large.watched(large.tree_memory) as peak:  # watching takes time of its own
            _rendered(path, folder)
        steps = _alone(path, folder)
    total = Spent(*(sum(one) for one in zip(*steps.values(), strict=True)))
    print(f"{kind}: {peak.whole:.0f} MiB at most ({peak.own:.0f} own, {peak.files:.0f} of files)")
    for name, spent in {**steps, "all of it alone": total, "through the recipe": whole}.items():
        print(f"  {name:20}{spent.processor:8.1f} s of processors{spent.clock:8.1f} s by the clock")
    times = whole.processor / total.processor
    print(f"  {times:.2f} times the sum of its steps; bar {BAR}", flush=True)
    return peak.whole <= large.BAR_MIB and times <= BAR


class Spent(NamedTuple):
    """Seconds of processors, those of cells among them, and by the clock."""

    processor: float
    clock: float


def timed(work: Callable[[], Any]) -> tuple[Spent, Any]:
    before, begun = _processor(), time.perf_counter()
    done = work()
    return Spent(_processor() - before, time.perf_counter() - begun), done


def _processor() -> float:
    from processing import sandbox

    return time.process_time() + sandbox.usage().seconds


def _rendered(path: Path, folder: Path) -> Any:
    from dam.actions.people import system_user
    from processing.recipes.shipped import recipe
    from processing.rendering.files import render_file

    (made,) = render_file(path, recipe(RECIPE), user=system_user(), room=folder)
    return made


def _alone(path: Path, folder: Path) -> dict[str, Spent]:
    """Seconds of each part by itself."""
    from processing import networks
    from processing.engine.checking import verdicts
    from processing.engine.running import applies, run
    from processing.operators.context import Context
    from processing.operators.picture import Picture
    from processing.pixels import load_working
    from processing.recipes.shipped import recipe as shipped

    recipe = shipped(RECIPE)
    context = Context(networks=networks.shared(), facts={"noise": 0.0, "category": "product"})
    found: dict[str, Spent] = {}
    found["decoding"], image = timed(lambda: load_working(path))
    source = picture = Picture(image)
    for step in recipe.steps:
        if applies(step, context):
            work = partial(step.operator.run, picture, context)
            found[step.operator.operator], outcome = timed(work)
            picture = outcome.picture
    bare = replace(recipe, steps=())
    found["encoding"], made = timed(lambda: next(run(bare, picture, context)))
    found["checks"], _ = timed(lambda: verdicts(made, source, folder))
    return found


if __name__ == "__main__":
    main()
