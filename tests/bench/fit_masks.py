"""Fits the weights of processing/vision/confidence.py: `python -m tests.bench.fit_masks`.

A logistic model of "the intersection over union is at least 0.9", with little freedom, on pictures
whose truth is known; it prints what to write there. The photographs that they are made of are not
among those that bench_masks.py judges it by.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

from processing import weights
from processing.vision.saliency import KINDS, Saliency
from tests.bench import corpora
from tests.bench.composites import composites
from tests.bench.masks import Judged, judge

PICTURES, SEED = 160, 3  # an odd seed: the other half of the photographs
GOOD = 0.9


def fit(judged: list[Judged], strength: float = 0.03) -> tuple[dict[str, float], float]:
    """Weight by sign, and the bias. ``strength`` is the inverse of what large weights cost."""
    names = list(judged[0].signs)
    signs = np.array([[one.signs[name] for name in names] for one in judged])
    good = np.array([one.iou >= GOOD for one in judged])
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-3
    model = LogisticRegression(C=strength).fit((signs - middle) / spread, good)
    slopes = model.coef_[0] / spread
    found = {name: round(float(one), 3) for name, one in zip(names, slopes, strict=True)}
    return found, round(float(model.intercept_[0] - middle @ slopes), 3)


def main() -> None:
    cv2.setNumThreads(1)
    path = weights.paths("u2netp", corpora.models_dir())[KINDS["u2netp"].file]
    network = Saliency(KINDS["u2netp"], Path(path))
    found, bias = fit([judge(one, network) for one in composites(PICTURES, SEED)])
    print("WEIGHTS: dict[str, float] = {")
    for name, weight in found.items():
        print(f'    "{name}": {weight},')
    print(f"}}\nBIAS = {bias}")


if __name__ == "__main__":
    main()
