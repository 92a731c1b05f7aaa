"""Fits processing/vision/sky_weights.py: `python -m tests.bench.fit_sky [--write]`.

Photographs of LOUPE_CORPORA whose sky is drawn by hand in sky_truth.toml, and others without one.
The figures printed are of photographs that the weights they are judged by have not seen: overlap
(intersection over union) where there is a sky, the share wrongly taken for one where there is none,
and how well the confidence tells good from bad.
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression

from processing.vision import sky, sky_signs, sky_weights
from tests.bench import corpora

FOLDS, PIXELS = 6, 600
BAND = 0.05  # of the longer side: not counted around the line that was drawn


@dataclass
class Photograph:
    """Pixels, where the sky is (bool), and which pixels count (bool), of the small copy's size."""

    name: str
    rgb: NDArray
    sky: NDArray
    counted: NDArray


def photographs(place: Path) -> list[Photograph]:
    truth = tomllib.loads(Path(__file__).with_name("sky_truth.toml").read_text(encoding="utf-8"))
    found = [_with_sky(place, name, **drawn) for name, drawn in truth["sky"].items()]
    for folder, names in truth["none"].items():
        for name in names:
            rgb = _read(place, f"{folder}/{name}")
            empty = np.zeros(sky.look(rgb).first.shape, bool)
            found.append(Photograph(f"{folder}/{name}", rgb, empty, ~empty))
    return found


def _read(place: Path, name: str) -> NDArray:
    folder, start = name.split("/")
    start = start.zfill(12) if folder == "captions" else start
    image = corpora.upright(next((place / folder).glob(f"{start}*")))
    image.thumbnail((1024, 1024))
    return np.asarray(image)


def _with_sky(place: Path, name: str, line: list, open: list | tuple = ()) -> Photograph:
    rgb = _read(place, name)
    height, width = sky.look(rgb).first.shape
    points = np.array(line)
    ends = np.interp((np.arange(width) + 0.5) / width, points[:, 0], points[:, 1])
    above = (np.arange(height)[:, None] + 0.5) / height < ends[None, :]
    band = np.zeros((height, width), np.uint8)
    wide = max(3, round(BAND * max(height, width)))
    cv2.polylines(band, [(points * (width, height)).astype(np.int32)], False, 1, wide)
    counted = band == 0
    for left, top, right, bottom in open:
        rows = slice(int(top * height), int(np.ceil(bottom * height)))
        counted[rows, int(left * width) : int(np.ceil(right * width))] = False
    return Photograph(name, rgb, above, counted)


def pixels(one: Photograph, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Products of signs of some pixels, and whether they are sky."""
    seen = sky.look(one.rgb)
    chosen = rng.permutation(np.flatnonzero(one.counted))[:PIXELS]
    found = sky_signs.signs(seen.tiny).reshape(-1, sky_signs.COUNT)[chosen]
    return sky_signs.products(found), one.sky.ravel()[chosen]


def weighed(samples: list[tuple[NDArray, NDArray]]) -> tuple[tuple[float, ...], float]:
    given = np.concatenate([one for one, _ in samples])
    right = np.concatenate([one for _, one in samples])
    middle, spread = given.mean(axis=0), given.std(axis=0) + 1e-3
    model = LogisticRegression(C=0.003, max_iter=300).fit((given - middle) / spread, right)
    slopes = model.coef_[0] / spread
    return tuple(float(one) for one in slopes), float(model.intercept_[0] - middle @ slopes)


def judged(one: Photograph) -> tuple[float, NDArray | None]:
    """How right it is, 0..1, and the marks that the confidence goes by (None: no sky is seen)."""
    seen = sky.look(one.rgb)
    there = seen.likely > 0.5
    marks = sky.marks(seen) if there.mean() >= sky.LEAST else None
    if not one.sky.any():
        return 1.0 - float(there.mean()), marks
    both = (there & one.sky & one.counted).sum()
    return float(both / max(1, ((there | one.sky) & one.counted).sum())), marks


def sure(marks: Sequence[NDArray] | NDArray, right: Sequence[bool] | NDArray) -> tuple[float, ...]:
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500)
    return tuple(float(one) for one in model.fit(np.array(marks), right).coef_[0])


def use(found: tuple[tuple[float, ...], float]) -> None:
    sky_signs.WEIGHTS, sky_signs.BIAS = found


def good(one: Photograph, score: float) -> bool:
    """A sky that a retoucher would keep; on a picture without one none is."""
    return bool(one.sky.any()) and score >= 0.9


def crossed(
    taken: list[Photograph], samples: list[tuple[NDArray, NDArray]]
) -> tuple[NDArray, NDArray]:
    """Judges each by weights fitted without it, and prints; the marks of those with a sky seen."""
    folds = np.random.default_rng(0).permutation(len(taken)) % FOLDS
    scores, marks = np.zeros(len(taken)), [None] * len(taken)
    for fold in range(FOLDS):
        use(weighed([one for one, of in zip(samples, folds, strict=True) if of != fold]))
        for at in np.flatnonzero(folds == fold):
            scores[at], marks[at] = judged(taken[at])
    there = np.array([bool(one.sky.any()) for one in taken])
    over = scores[there]
    print(f"with a sky ({there.sum()}): overlap mean {over.mean():.3f}, median "
          f"{np.median(over):.3f}, at least 0.9: {(over >= 0.9).sum()}")  # fmt: skip
    wrong = sum(one is not None for one, is_sky in zip(marks, there, strict=True) if not is_sky)
    print(f"without one ({(~there).sum()}): {wrong} have some sky found in them")
    trusted(taken, scores, marks, folds)
    for one, score in sorted(zip(taken, scores, strict=True), key=lambda pair: pair[1])[:8]:
        print(f"  {one.name} {score:.2f}")
    seen = [at for at, one in enumerate(marks) if one is not None]
    return [
        np.array([marks[at] for at in seen]),
        np.array([good(taken[at], scores[at]) for at in seen]),
    ]


def trusted(taken: list[Photograph], scores: NDArray, marks: list, folds: NDArray) -> None:
    seen = np.array([at for at, one in enumerate(marks) if one is not None])
    told = np.zeros(len(seen))
    fine = np.array([good(taken[at], scores[at]) for at in seen])
    for fold in range(FOLDS):
        asked = folds[seen] == fold
        weights = sure([marks[at] for at in seen[~asked]], list(fine[~asked]))
        told[asked] = 1 / (1 + np.exp(-np.array([marks[at] for at in seen[asked]]) @ weights))
    right = np.array([scores[at] if taken[at].sky.any() else 0.0 for at in seen])
    print(f"confidence and overlap, {len(seen)} found: rank correlation "
          f"{spearmanr(told, right).statistic:.2f}")  # fmt: skip
    for low, high in ((0, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 1.01)):
        of = (told >= low) & (told < high)
        if of.any():
            print(f"  {low} to {high}: {of.sum()}, of which good {fine[of].mean():.0%}")


def rounded(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(one, 4) for one in numbers)


def main() -> None:
    place = corpora.root()
    if place is None:
        sys.exit("LOUPE_CORPORA names no photographs")
    cv2.setNumThreads(1)
    taken = photographs(place)
    rng = np.random.default_rng(1)
    samples = [pixels(one, rng) for one in taken]
    marks, right = crossed(taken, samples)
    slopes, bias = weighed(samples)
    head = '"""Fitted by `python -m tests.bench.fit_sky --write`, which says how well."""'
    found = {
        "WEIGHTS": rounded(slopes),
        "BIAS": round(bias, 4),
        "SURE": rounded(sure(marks, right)),
    }
    text = "\n".join([head, "", *(f"{name} = {one}" for name, one in found.items()), ""])
    print(text)
    if "--write" in sys.argv:
        Path(sky_weights.__file__).write_text(text, encoding="utf-8")
        print("run ruff format on it")


if __name__ == "__main__":
    main()
