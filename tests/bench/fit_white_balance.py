"""Fits processing/operators/light/white_balance.npz: `python -m tests.bench.fit_white_balance`.

Photographs of LOUPE_CORPORA (labelled and captioned; Kodak's are kept for judging) under lights of
known colour: from 2,500 to 22,000 K, beside the locus of black bodies and daylight too, more or
less exposed, half of them with burnt-out highlights that stayed white, as a camera's do. Extremely
randomised trees learn the chroma of the light from statistics of the picture; the figures printed
are of photographs that the trees they are judged by have not seen. ``--write`` keeps the result.
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import LogisticRegression

from processing.operators.light import forest
from processing.operators.light.chroma import chroma_of, light_of, statistics
from processing.operators.light.illuminant import degrees_between
from processing.operators.light.spaces import linear
from tests.bench import corpora
from tests.bench.lights import colourless, lit, random_light

EDGE, CASTS, FOLDS = 224, 16, 5
TREES, LEAF = 24, 10
SIZES = ((0.0, 0.1), (1, 4), (4, 8), (8, 14), (14, 22), (22, 45))  # degrees


@dataclass
class Cases:
    """Statistics (n, 44), chromas in units of SCALE (n, 2), lights (n, 3), and whose they are."""

    seen: NDArray
    chroma: NDArray
    light: NDArray
    photograph: NDArray


def photographs(place: Path) -> list[NDArray]:
    """Those that are fitted on, small, without black-and-white ones."""
    paths = [path for path, _ in corpora.labelled(place)] + corpora.captioned(place)
    found = []
    for path in paths:
        image = corpora.upright(path)
        image.thumbnail((EDGE, EDGE), Image.Resampling.BOX)
        found.append(np.asarray(image))
    return [one for one in found if not colourless(one)]


def cases(pictures: list[NDArray]) -> Cases:
    rng = np.random.default_rng(11)
    rows = []
    for number, pixels in enumerate(pictures):
        for cast in range(CASTS):
            light = random_light(rng) if cast > 1 else np.ones(3)
            exposed = rng.uniform(-0.5, 0.2) if cast else 0.0
            shown = lit(pixels, light, exposed, kept_white=bool(cast % 2))
            seen = statistics(linear(shown.reshape(-1, 3).astype(np.float32) / np.float32(255)))
            rows.append((seen, chroma_of(light) / forest.SCALE, light, number))
    return Cases(*(np.array(one) for one in zip(*rows, strict=True)))


def grown(some: Cases, chosen: NDArray) -> ExtraTreesRegressor:
    trees = ExtraTreesRegressor(
        TREES, min_samples_leaf=LEAF, max_features=0.5, random_state=3, n_jobs=1
    )
    return trees.fit(some.seen[chosen], some.chroma[chosen])


def held_out(some: Cases) -> NDArray:
    """What trees say that have not seen the photograph: (n, trees, 2)."""
    folds = np.random.default_rng(5).permutation(some.photograph.max() + 1) % FOLDS
    answers = np.zeros((len(some.seen), TREES, 2))
    for fold in range(FOLDS):
        asked = folds[some.photograph] == fold
        each = grown(some, ~asked).estimators_
        answers[asked] = np.stack([tree.predict(some.seen[asked]) for tree in each], axis=1)
    return answers


def degrees(chromas: NDArray, some: Cases) -> NDArray:
    pairs = zip(chromas * forest.SCALE, some.light, strict=True)
    return np.array([degrees_between(light_of(one), light) for one, light in pairs])


def confidence(answers: NDArray, some: Cases) -> NDArray:
    """Weights of the signs for "at least half of the cast goes"; casts too small to see do not."""
    before, after = degrees(np.zeros_like(some.chroma), some), degrees(answers.mean(axis=1), some)
    signs = np.array([forest.signs(one) for one in answers])
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500)
    return model.fit(signs, after < 0.5 * before).coef_[0]


def told(answers: NDArray, some: Cases, weights: NDArray) -> None:
    trusted = 1 / (1 + np.exp(-np.array([forest.signs(one) for one in answers]) @ weights))
    before = degrees(np.zeros_like(some.chroma), some)
    for name, amount in (("all of it", np.ones(len(trusted))), ("as sure", forest.part(trusted))):
        after = degrees(answers.mean(axis=1) * amount[:, None], some)
        print(f"{name}: mean {after.mean():.2f}, median {np.median(after):.2f} degrees")
        for low, high in SIZES:
            of = (before >= low) & (before < high)
            print(f"  {low:g} to {high:g}: {before[of].mean():5.2f} → {after[of].mean():5.2f}")
    right = degrees(answers.mean(axis=1), some) < 0.5 * before
    for low in np.arange(0, 1, 0.2):
        of = (trusted >= low) & (trusted < low + 0.2)
        print(f"confidence from {low:.1f}: {of.sum():5} pictures, {right[of].mean():.0%} halved")


def packed(trees: ExtraTreesRegressor, weights: NDArray) -> dict[str, NDArray]:
    """All trees in one table; children lie side by side (Forest)."""
    roots, feature, threshold, left, leaf = [], [], [], [], []
    for tree in (one.tree_ for one in trees.estimators_):
        start = len(feature)
        roots.append(start)
        order, place = [0], {0: 0}
        for node in order:
            if tree.children_left[node] >= 0:
                for child in (tree.children_left[node], tree.children_right[node]):
                    place[int(child)] = len(order)
                    order.append(int(child))
        for node in order:
            inner = tree.children_left[node] >= 0
            feature.append(max(0, tree.feature[node]))
            threshold.append(tree.threshold[node] if inner else 0.0)
            left.append(start + place[int(tree.children_left[node])] if inner else 0)
            leaf.append((0.0, 0.0) if inner else tree.value[node][:, 0])
    return {
        "roots": np.array(roots, np.int32),
        "feature": np.array(feature, np.uint8),
        "threshold": np.array(threshold, np.float16),
        "left": np.array(left, np.uint16),
        "leaf": np.array(leaf, np.float16),
        "weights": weights,
    }


def main() -> None:
    place = corpora.root()
    if place is None:
        sys.exit("LOUPE_CORPORA names no photographs")
    pictures = photographs(place)
    some = cases(pictures)
    print(f"{len(pictures)} photographs, {len(some.seen)} pictures of them")
    answers = held_out(some)
    weights = confidence(answers, some)
    told(answers, some, weights)
    if "--write" in sys.argv:
        table = packed(grown(some, np.ones(len(some.seen), bool)), weights)
        target = Path(forest.__file__).with_name("white_balance.npz")
        np.savez_compressed(target, **table)
        print(f"{target.name}: {len(table['feature'])} nodes, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
