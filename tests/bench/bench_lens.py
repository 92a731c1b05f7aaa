"""Lens distortion found by lines: `python -m tests.bench.bench_lens`.

Photographs of rooms, buildings and other things (LOUPE_CORPORA) are bent by known amounts; what is
found is compared with what straightens them. A photograph may be bent already: what is found in it
as it is counts to its truth where that is sure.
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import sys

import numpy as np

from processing.operators.geometry.plumb import bend_of
from processing.operators.geometry.warp import warped
from processing.operators.picture import Picture
from tests.bench import corpora

KODAK = ("01", "02", "08", "19", "22", "24")
CAPTIONS = (211891, 89232, 379349, 215657, 408805, 232357, 252639, 187334, 177977, 493652, 535506)
BENT = (-0.1, -0.06, 0.06, 0.1)
SURE = 0.4  # what the operator goes by, if nothing else is said


def bent(picture: Picture, k1: float) -> Picture:
    """As a lens of this k1 would have drawn it: each point comes from its straightened radius."""
    middle = np.array([picture.width, picture.height]) / 2
    corner = float(np.hypot(*middle))
    radius = np.linspace(0, 1.5, 4000)
    seen = radius * (1 + k1 * radius**2)
    # The whole frame must have pixels: it is the corners' straight radius that sets the scale.
    scale = max(1.0, float(np.interp(1.0, seen, radius)))

    def back(x, y):
        across, down = x - middle[0], y - middle[1]
        far = np.hypot(across, down) / corner
        share = np.interp(far, seen, radius) / np.maximum(far, 1e-9) / scale
        return middle[0] + across * share, middle[1] + down * share

    return picture.with_array(warped(picture, picture.width, picture.height, back))


def main() -> None:
    place = corpora.root()
    if place is None:
        sys.exit("LOUPE_CORPORA names no photographs")
    paths = [place / "kodak" / f"{one}.png" for one in KODAK]
    paths += [place / "captions" / f"{one:012}.jpg" for one in CAPTIONS]
    before, after, still = [], [], 0
    for path in paths:
        picture = Picture.from_array(np.asarray(corpora.upright(path)))
        own = bend_of(picture)
        still += own.confidence < SURE or abs(own.k1) < 0.008
        base = own.k1 if own.confidence >= SURE else 0.0
        row = [f"{path.stem[-6:]:8} as it is {own.k1:+.3f} ({own.confidence:.2f})"]
        for k1 in BENT:
            found = bend_of(bent(picture, k1))
            row.append(f"{k1:+.2f}: {found.k1:+.3f} ({found.confidence:.2f})")
            if found.confidence >= SURE:
                before.append(abs(k1 + base))
                after.append(abs(found.k1 - k1 - base))
        print("  ".join(row), flush=True)
    print(f"{len(paths)} photographs, {still} left as they are; bent ones: {len(before)} of "
          f"{len(paths) * len(BENT)} are sure, of k1 {1 - np.mean(after) / np.mean(before):.0%} "
          f"goes, left {np.mean(after):.3f}, median {np.median(after):.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
