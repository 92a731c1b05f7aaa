"""Checks after processing: false alarms on good pictures, and faults that they find.

Photographs of LOUPE_CORPORA (else scikit-image's) through shipped recipes; each output is looked at
by every check with its defaults, or with what the recipe says. Then each fault of
tests/bench/faults.py is put into each output. A fault that changes nothing there (a rim where there
is no plain background) is not counted. `upscaled` sees no steps of the recipe: what is small is
really enlarged.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from processing.engine.checking import looked_at
from processing.engine.errors import StepFailed
from processing.engine.running import run
from processing.operators.context import Context
from processing.operators.picture import Picture
from processing.pixels import load_working
from processing.postchecks.base import Made, Verdict
from processing.postchecks.catalogue import check
from processing.recipes import shipped
from processing.vision.networks import LocalNetworks
from tests.bench import corpora
from tests.bench.faults import FAULTS

PRODUCTS = ("vase", "teddy", "beer_bottle", "table_lamp", "Loafer", "mailbag", "running_shoe")
KODAK = (1, 4, 7, 13, 15, 20, 23)
SETS: dict[str, str] = {
    "marketplace-main": "products",
    "social-square": "photographs",
    "portrait": "photographs",
    "real-estate": "photographs",
    "event": "photographs",
}
# What the recipes themselves do not say, so that each check has something to hold against.
ASKED = {
    "size": lambda made: {"width": made.encoded.width, "height": made.encoded.height},
    "format": lambda made: {"any_of": [made.encoded.media.names[0]]},
    "bytes": lambda made: {"most": len(made.encoded.data) + 200},
}
PLAIN_ONLY = ("background", "fill")  # of use where a recipe asks for a plain ground
MOST_FALSE, LEAST_FOUND = 0.05, 0.85


@dataclass(frozen=True, slots=True)
class Output:
    """One good output, and what its recipe says of its checks."""

    recipe: str
    made: Made
    said: dict[str, dict]


def sources() -> dict[str, list[Picture]]:
    place = corpora.root()
    if place is None:
        few = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket()]
        pictures = [Picture.from_array(np.ascontiguousarray(one)) for one in few]
        return {"products": pictures[1:2], "photographs": pictures}
    named = [next((place / "labelled").glob(f"*_{name}.JPEG")) for name in PRODUCTS]
    kodak = [place / "kodak" / f"{number:02}.png" for number in KODAK]
    web = sorted((place / "captions").glob("*.jpg"))[:5]
    return {
        "products": [_picture(path) for path in named],
        "photographs": [_picture(path) for path in (*kodak, *web)],
    }


def _picture(path: Path) -> Picture:
    return Picture.of(load_working(path))


def outputs(room: Path) -> Iterator[Output]:
    """Each recipe's first output of each of its pictures."""
    pictures = sources()
    context = Context(networks=LocalNetworks(corpora.models_dir()), facts={"noise": 1.0})
    for name, kind in SETS.items():
        recipe = shipped.recipe(name)
        for picture in pictures[kind]:
            try:
                one = next(run(recipe, picture, context, outputs=recipe.outputs[:1]))
            except StepFailed:  # no subject, in words: not a matter of checks
                continue
            said = {asked.name: dict(asked.parameters) for asked in one.output.checks}
            yield Output(name, looked_at(one, picture, room), said)


def verdict(name: str, output: Output, made: Made) -> Verdict:
    told = output.said.get(name) or (ASKED[name](output.made) if name in ASKED else {})
    return check(name)(**told).look(made)


def natural(made: Made) -> Made:
    """Without the enlarging of pictures that really are small."""
    return replace(made, steps=[one for one in made.steps if "scale" not in one.measures])


def main() -> int:
    cv2.setNumThreads(1)
    false, found, values = defaultdict(list), defaultdict(list), defaultdict(list)
    with tempfile.TemporaryDirectory() as room:
        for output in outputs(Path(room)):
            good = natural(output.made)
            for name, faults in FAULTS.items():
                if name in PLAIN_ONLY and name not in output.said:
                    continue
                seen = verdict(name, output, good)
                false[name].append(not seen.passed)
                if isinstance(seen.value, float):
                    values[name].append(seen.value)
                for fault in faults.values():
                    bad = fault(good)
                    if bad is not None:
                        found[name].append(not verdict(name, output, bad).passed)
    return _told(false, found, values)


def _told(
    false: dict[str, list[bool]], found: dict[str, list[bool]], values: dict[str, list[float]]
) -> int:
    failed = False
    print("check            good  false alarms   values            faults  found")
    for name, alarms in false.items():
        wrong, right = np.mean(alarms), np.mean(found[name])
        failed |= bool(wrong > MOST_FALSE or right < LEAST_FOUND)
        told = values[name] and f"{min(values[name]):.2f} to {max(values[name]):.2f}"
        print(
            f"{name:15} {len(alarms):5} {wrong:12.1%}   {told or '–':16} {len(found[name]):7}"
            f" {right:7.1%}"
        )
    print("missed a bar" if failed else "all bars met")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
