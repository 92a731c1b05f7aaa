"""Masks beside their truth: overlap and edge by kind of picture, and what the confidence is worth.

Drawn products, portraits and cut-outs on plain, blurred, textured and photographed backgrounds,
half of them hard to tell from these; with more photographs where LOUPE_CORPORA names them. None of
these photographs was seen when the confidence was fitted (fit_masks.py).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from scipy.stats import spearmanr

from processing import weights
from processing.vision.confidence import confidence
from processing.vision.saliency import KINDS, Saliency
from tests.bench import corpora
from tests.bench.composites import composites
from tests.bench.masks import Judged, judge

PICTURES, SEED = 100, 4
BAR = 0.5  # rank correlation of confidence and error


def main() -> None:
    cv2.setNumThreads(1)
    reached = True
    for name, kind in KINDS.items():
        path = weights.paths(name, corpora.models_dir())[kind.file]
        network = Saliency(kind, Path(path))
        judged = [judge(one, network) for one in composites(PICTURES, SEED)]
        print(f"{name}: {len(judged)} pictures of 512 x 512, mean and median")
        _table(judged)
        reached = _confidence(judged) and reached
    if not reached:
        raise SystemExit(f"the confidence predicts the error by less than {BAR}")


def _table(judged: list[Judged]) -> None:
    print(f"{'':24} {'n':>4} {'IoU, one look':>15} {'IoU':>15} {'edge, one look':>15} {'edge':>8}")
    groups = {"all": judged}
    for what in ("kind", "background"):
        for name in sorted({getattr(one, what) for one in judged}):
            groups[f"{what} {name}"] = [one for one in judged if getattr(one, what) == name]
    for name, ones in groups.items():
        print(
            f"{name:24} {len(ones):4}"
            f" {_both([one.coarse for one in ones]):>15} {_both([one.iou for one in ones]):>15}"
            f" {np.mean([one.coarse_edge for one in ones]):15.3f}"
            f" {np.mean([one.edge for one in ones]):8.3f}"
        )


def _both(values: list[float]) -> str:
    return f"{np.mean(values):.3f} / {np.median(values):.3f}"


def _confidence(judged: list[Judged]) -> bool:
    told = np.array([confidence(one.signs) for one in judged])
    error = np.array([1 - one.iou for one in judged])
    rank = -spearmanr(told, error).statistic
    edge = -spearmanr(told, [one.edge for one in judged]).statistic
    print(f"confidence against error: rank correlation {rank:.3f} (edge: {edge:.3f}); bar {BAR}")
    for low, high in ((0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.01)):
        chosen = (told >= low) & (told < high)
        if chosen.any():
            good = float((error[chosen] <= 0.1).mean())
            print(f"  {low:.2f} to {min(high, 1):.2f}: {chosen.sum():3} pictures, {good:.0%} good")
    return bool(rank >= BAR)


if __name__ == "__main__":
    main()
