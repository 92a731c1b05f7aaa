"""Colour and light: how much of a known error each correction removes, and what operators cost.

    python -m tests.bench.bench_light [MEGAPIXELS]

Casts of known size are put on real photographs: scikit-image's, and Kodak's with LOUPE_CORPORA.
Errors are mean ΔE2000 to the untouched photograph, for exposure EV of the mean luminance. A white
balance without a point cannot quite know a photograph's own colours from a cast: it is told by its
size, and for rules also how far the scene, under any light, is from the same scene corrected.
Operators are timed on a picture of 24 megapixels, if no other number is given.
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from processing.operators.context import Context
from processing.operators.light import OPERATORS
from processing.operators.light.card_finding import found_card
from processing.operators.light.colour_card import ColourCard
from processing.operators.light.exposure import Exposure
from processing.operators.light.match import Match
from processing.operators.light.sample import sample
from processing.operators.light.white_balance import WhiteBalance
from processing.operators.picture import Picture
from tests.bench import corpora
from tests.bench.lights import lit, random_light
from tests.processing.operators.cast import context
from tests.processing.operators.light.cards import noisy, with_card
from tests.processing.operators.light.photographs import (
    LIGHTS,
    NAMES,
    difference,
    lit_by,
    photograph,
    stops_apart,
)

MEGAPIXELS = float(sys.argv[1]) if len(sys.argv) > 1 else 24.0
WHITE = (1.0, 1.0, 1.0)
CASTS = 8  # of each photograph


def photographs() -> list[np.ndarray]:
    """Small copies of all photographs that there are."""
    found = [photograph(name) for name in NAMES]
    place = corpora.root()
    for path in sorted((place / "kodak").glob("*.png")) if place else []:
        image = corpora.upright(path)
        image.thumbnail((320, 320))
        found.append(np.asarray(image))
    return found


class One:
    """A library with one picture, the reference."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels

    def picture(self, reference: str) -> Picture:
        return Picture.from_array(self.pixels)


def told(name: str, before: Sequence[float], after: Sequence[float], unit: str = "ΔE2000") -> None:
    was, now = np.mean(before), np.mean(after)
    print(f"{name:44} {was:6.2f} → {now:5.2f} {unit}, {1 - now / was:5.0%} removed", flush=True)


def exposure(scenes: list[np.ndarray]) -> None:
    stops, colours = ([], []), ([], [])
    for scene in scenes:
        target = float(sample(Picture.from_array(scene)).luminance.mean())
        for ev in (-1.5, -0.7, 0.7):
            wrong = lit_by(scene, WHITE, ev)
            made = Exposure(target=target).run(Picture.from_array(wrong), Context()).picture
            for pair, measure in ((stops, stops_apart), (colours, difference)):
                pair[0].append(measure(wrong, scene))
                pair[1].append(measure(made, scene))
    told("exposure, to the photograph's level", *stops, unit="EV")
    told("exposure, to the photograph", *colours)


def white_balance(scenes: list[np.ndarray]) -> None:
    def balanced(pixels: np.ndarray, **parameters) -> Picture:
        chosen = WhiteBalance(limit=4, **parameters)
        return chosen.run(Picture.from_array(pixels), Context()).picture

    for method in ("grey-world", "white-patch", "shades-of-grey"):
        before, after, alike = [], [], []
        for scene in scenes:
            plain = balanced(scene, method=method)
            for light in LIGHTS.values():
                cast = lit_by(scene, light)
                made = balanced(cast, method=method)
                before.append(difference(cast, scene))
                after.append(difference(made, scene))
                alike.append(difference(made, plain))
        told(f"white balance, {method}, to the photograph", before, after)
        told(f"white balance, {method}, to itself", before, alike)
    learned_balance(scenes)
    before, after = [], []
    for scene in scenes:
        carded = scene.copy()
        carded[20:50, 20:50] = 128
        for light in LIGHTS.values():
            cast = lit_by(carded, light)
            point = (35 / scene.shape[1], 35 / scene.shape[0])
            before.append(difference(cast, carded))
            after.append(difference(balanced(cast, method="picked", point=point), carded))
    told("white balance, a grey is picked", before, after)


def learned_balance(scenes: list[np.ndarray]) -> None:
    """By size of the cast: the learned light, on photographs that it was not fitted on."""
    rng = np.random.default_rng(3)
    rows = []
    for scene in scenes:
        for light in [np.ones(3), *(random_light(rng) for _ in range(CASTS))]:
            cast = lit(scene, light)
            made = WhiteBalance(limit=4).run(Picture.from_array(cast), Context())
            certainty = made.measures["certainty"]
            rows.append((difference(cast, scene), difference(made.picture, scene), certainty))
    before, after, sure = np.array(rows).T
    for low, high in itertools.pairwise((0, 0.01, 3, 6, 9, 12, 16, 30)):
        of = (before >= low) & (before < high)
        if low:
            told(f"learned, casts of {low:g} to {high:g} ({of.sum()})", before[of], after[of])
        elif of.any():
            left = np.median(after[of])
            print(f"learned, no cast: {after[of].mean():.2f} ΔE2000 put on, median {left:.2f}")
    cast = before > 1
    gone = 1 - after[cast] / before[cast]
    print(f"confidence and share removed: rank {spearmanr(sure[cast], gone).statistic:.2f}")
    for low, high in ((0, 0.3), (0.3, 0.7), (0.7, 1.01)):
        of = cast & (sure >= low) & (sure < high)
        told(f"learned, confidence {low:g} to {high:g} ({of.sum()})", before[of], after[of])


def matching(scenes: list[np.ndarray]) -> None:
    before, after = [], []
    for scene in scenes:
        for light in LIGHTS.values():
            cast = lit_by(scene, light, ev=-0.5)
            library = Context(library=One(scene))
            made = Match(reference="asset:1").run(Picture.from_array(cast), library).picture
            before.append(difference(cast, scene))
            after.append(difference(made, scene))
    told("match, to the photograph", before, after)


def cards(scenes: list[np.ndarray]) -> None:
    """Cards rendered into photographs: how many are found, and what the correction leaves."""
    count = found = theirs = 0
    before, after = [], {"matrix": [], "root-polynomial": []}
    for number, small in enumerate(scenes[:12]):
        scene = np.asarray(Image.fromarray(small).resize((1000, 750), Image.Resampling.LANCZOS))
        for at, (width, degrees) in enumerate(
            (w, d) for w in (0.2, 0.4, 0.6) for d in (0, 7, -20, 45, 90, 180)
        ):
            skew = 0.05 * (at % 2)
            carded = with_card(scene, width=width, degrees=degrees, skew=skew, seed=at)
            light = list(LIGHTS.values())[(at + number) % len(LIGHTS)]
            clean = lit_by(carded, light, ev=-0.3)
            cast = noisy(clean, 4.0, at)
            count += 1
            found += found_card(cast) is not None
            detector = cv2.mcc.CCheckerDetector.create()
            theirs += detector.process(np.ascontiguousarray(cast[:, :, ::-1]), 1)
            if at % 6 == 1:
                # The card is read through the noise; noise itself is not the correction's matter.
                shoot = Context(library=One(cast))
                before.append(difference(clean, carded))
                for fit, errors in after.items():
                    corrected = ColourCard(fit=fit, card="asset:1")
                    made = corrected.run(Picture.from_array(clean), shoot).picture
                    errors.append(difference(made, carded))
    wrong = sum(found_card(scene) is not None for scene in scenes)
    print(f"cards found: {found} of {count} (cv2.mcc: {theirs}); in {len(scenes)} without: {wrong}")
    for fit, errors in after.items():
        told(f"colour card, {fit}", before, errors)


def costs(scenes: list[np.ndarray]) -> None:
    """Seconds and peak memory of each operator on a large picture with its noise."""
    height = round((MEGAPIXELS * 1e6 / 1.5) ** 0.5)
    size = (round(height * 1.5), height)
    source = np.asarray(Image.fromarray(scenes[-1]).resize(size, Image.Resampling.LANCZOS))
    grain = np.random.default_rng(1).integers(-6, 7, source.shape, dtype=np.int8)
    pixels = np.clip(source.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    del source, grain
    picture = Picture.from_array(pixels)
    with tempfile.TemporaryDirectory() as folder:
        given = context(Path(folder))
        brackets = [Picture.from_array(cv2.convertScaleAbs(pixels, alpha=g)) for g in (0.4, 2.2)]
        ready = Context(given.networks, given.library, given.facts, brackets)
        for kind in OPERATORS:
            operator = kind(**kind.example)
            seconds = timed(lambda chosen=operator: chosen.run(picture, ready))
            print(f"{kind.operator:15} {seconds:6.2f} s, peak {peak():.2f} GB so far", flush=True)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> None:
    scenes = photographs()
    print(f"{len(scenes)} photographs, lights: {', '.join(LIGHTS)}")
    exposure(scenes)
    white_balance(scenes)
    matching(scenes)
    cards(scenes)
    print(f"on {MEGAPIXELS:g} megapixels, 8 bits:")
    costs(scenes)


if __name__ == "__main__":
    main()
