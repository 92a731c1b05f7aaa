"""Pictures whose true masks are known: drawn products, and cut-outs, on all kinds of backgrounds.

A cut-out need not be a good one: whatever its outline, laid on another background it is the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from tests.bench import corpora

EDGE = 512
Rgb = NDArray[np.uint8]
Floats = NDArray[np.float32]
_FINE = 4  # shapes are drawn this much larger, so that their edges are smooth


@dataclass(frozen=True)
class Composite:
    """``rgb`` uint8 512 × 512 × 3, its true ``alpha`` float32 0..1, and what it is."""

    rgb: Rgb
    alpha: Floats
    kind: str
    background: str


@dataclass(frozen=True)
class Subject:
    colours: Floats  # 0..1, 512 × 512 × 3
    alpha: Floats
    kind: str


def composites(count: int, seed: int) -> Iterator[Composite]:
    """So many pictures, always the same ones. Another parity of the seed has other photographs."""
    rng = np.random.default_rng(seed)
    photos, half = _photographs(), seed % 2
    for number in range(count):
        subject = _subject(rng, photos, number, half)
        name, behind = _background(rng, photos[half::2])
        subject = _placed(subject, rng)
        yield _laid(subject, behind, name, rng)


def _photographs() -> list[Rgb]:
    place = corpora.root()
    found = [skimage.data.coffee(), skimage.data.chelsea(), skimage.data.rocket()]
    found += [skimage.data.immunohistochemistry(), skimage.data.retina()]
    if place is not None:
        paths = [path for path, _ in corpora.labelled(place)][:120]
        found += [np.asarray(corpora.upright(path)) for path in paths]
    return found


def _square(rgb: Rgb, edge: int = EDGE) -> Rgb:
    side = min(rgb.shape[:2])
    top, left = ((length - side) // 2 for length in rgb.shape[:2])
    cut = np.ascontiguousarray(rgb[top : top + side, left : left + side])
    return cv2.resize(cut, (edge, edge), interpolation=cv2.INTER_AREA)


def _subject(rng: np.random.Generator, photos: list[Rgb], number: int, half: int) -> Subject:
    if number % 8 == 7:
        return _cut_out(skimage.data.astronaut(), (60, 5, 400, 505), "portrait")
    if number % 2 and len(photos) > 20:
        photo = photos[5:][half::2][int(rng.integers(len(photos[5:][half::2])))]
        return _cut_out(photo, (60, 60, 392, 392), "cut-out")
    shape = SHAPES[int(rng.integers(len(SHAPES)))]
    return shape(rng)


def _cut_out(photo: Rgb, box: tuple[int, int, int, int], kind: str) -> Subject:
    """What GrabCut (Rother et al. 2004) finds within a box; its largest part."""
    square = _square(photo)
    mask = np.zeros((EDGE, EDGE), np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(square, mask, box, *models, 3, cv2.GC_INIT_WITH_RECT)
    inside = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    inside = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inside)
    if len(stats) > 1:
        inside = (labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))).astype(np.uint8)
    if inside.mean() < 0.04:
        cv2.ellipse(inside, (256, 256), (110, 160), 0, 0, 360, 1, -1)
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.2)
    return Subject(square.astype(np.float32) / 255, alpha, kind)


def _drawn(draw: Callable[[Rgb, Callable], None], rng: np.random.Generator, kind: str) -> Subject:
    """A shape drawn white on black, lit from one side, in a colour with some grain."""
    canvas = np.zeros((EDGE * _FINE, EDGE * _FINE), np.uint8)

    def at(*points: float) -> tuple[int, ...]:
        return tuple(round(one * EDGE * _FINE) for one in points)

    draw(canvas, at)
    alpha = cv2.resize(canvas, (EDGE, EDGE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    colour = rng.uniform(0.1, 0.95, 3)
    across = np.linspace(rng.uniform(0.5, 0.9), rng.uniform(0.9, 1.3), EDGE)
    grain = cv2.GaussianBlur(rng.normal(0, 0.12, (EDGE, EDGE)), (0, 0), rng.uniform(1, 6))
    light = across[None, :] + grain
    y, x = np.mgrid[0:EDGE, 0:EDGE] / EDGE
    light = light + 0.35 * np.exp(-((x - 0.42) ** 2 / 0.004 + (y - 0.4) ** 2 / 0.05))
    stripe = (np.abs(y - 0.55) < 0.06)[..., None] * (rng.uniform(0, 1, 3) - colour) * 0.7
    return Subject(np.clip((colour + stripe) * light[..., None], 0, 1).astype("f4"), alpha, kind)


def _bottle(rng: np.random.Generator) -> Subject:
    wide = rng.uniform(0.09, 0.18)

    def draw(canvas: Rgb, at: Callable) -> None:
        cv2.rectangle(canvas, at(0.5 - wide, 0.38), at(0.5 + wide, 0.86), 255, -1)
        cv2.ellipse(canvas, at(0.5, 0.38), at(wide, 0.1), 0, 180, 360, 255, -1)
        cv2.rectangle(canvas, at(0.5 - wide / 3, 0.14), at(0.5 + wide / 3, 0.36), 255, -1)
        cv2.ellipse(canvas, at(0.5, 0.86), at(wide, 0.03), 0, 0, 180, 255, -1)

    return _drawn(draw, rng, "bottle")


def _mug(rng: np.random.Generator) -> Subject:
    def draw(canvas: Rgb, at: Callable) -> None:
        cv2.ellipse(canvas, at(0.68, 0.52), at(0.13, 0.15), 0, 0, 360, 255, *at(0.045))
        cv2.rectangle(canvas, at(0.3, 0.3), at(0.66, 0.72), 255, -1)
        cv2.ellipse(canvas, at(0.48, 0.72), at(0.18, 0.05), 0, 0, 180, 255, -1)
        cv2.ellipse(canvas, at(0.48, 0.3), at(0.18, 0.05), 0, 180, 360, 255, -1)

    return _drawn(draw, rng, "mug")


def _furry(rng: np.random.Generator) -> Subject:
    """A ball with some hundred hairs."""

    def draw(canvas: Rgb, at: Callable) -> None:
        cv2.ellipse(canvas, at(0.5, 0.5), at(0.2, 0.24), 0, 0, 360, 255, -1)
        for turn in rng.uniform(0, 2 * np.pi, 260):
            reach, bend = rng.uniform(0.03, 0.11), rng.normal(0, 0.25)
            root = (0.5 + 0.19 * np.cos(turn), 0.5 + 0.23 * np.sin(turn))
            tip = (root[0] + reach * np.cos(turn + bend), root[1] + reach * np.sin(turn + bend))
            cv2.line(canvas, at(*root), at(*tip), 255, int(rng.integers(2, 7)), cv2.LINE_AA)

    return _drawn(draw, rng, "furry")


def _ring(rng: np.random.Generator) -> Subject:
    def draw(canvas: Rgb, at: Callable) -> None:
        cv2.ellipse(
            canvas, at(0.5, 0.5), at(0.26, 0.22), 0, 0, 360, 255, *at(rng.uniform(0.02, 0.1))
        )

    return _drawn(draw, rng, "ring")


def _shoe(rng: np.random.Generator) -> Subject:
    def draw(canvas: Rgb, at: Callable) -> None:
        outline = [(0.2, 0.4), (0.36, 0.36), (0.5, 0.5), (0.75, 0.57), (0.82, 0.66), (0.2, 0.67)]
        cv2.fillPoly(canvas, [np.array([at(*one) for one in outline])], 255)
        cv2.rectangle(canvas, at(0.19, 0.67), at(0.83, 0.71), 255, -1)

    return _drawn(draw, rng, "shoe")


def _word(rng: np.random.Generator) -> Subject:
    def draw(canvas: Rgb, at: Callable) -> None:
        text = "".join(rng.choice(list("ABDEGKMRSX"), 4))
        cv2.putText(canvas, text, at(0.17, 0.6), cv2.FONT_HERSHEY_DUPLEX, 24, 255, 110, cv2.LINE_AA)

    return _drawn(draw, rng, "word")


def _person(rng: np.random.Generator) -> Subject:
    """Head, hair, neck and shoulders, drawn."""

    def draw(canvas: Rgb, at: Callable) -> None:
        cv2.ellipse(canvas, at(0.5, 0.36), at(0.12, 0.16), 0, 0, 360, 255, -1)
        cv2.rectangle(canvas, at(0.45, 0.45), at(0.55, 0.66), 255, -1)
        cv2.ellipse(canvas, at(0.5, 0.95), at(0.33, 0.33), 0, 180, 360, 255, -1)
        for turn in rng.uniform(-np.pi, 0, 120):
            root = (0.5 + 0.12 * np.cos(turn), 0.34 + 0.15 * np.sin(turn))
            tip = (
                root[0] + 0.05 * np.cos(turn) + rng.normal(0, 0.02),
                root[1] + 0.03 * np.sin(turn),
            )
            cv2.line(canvas, at(*root), at(*tip), 255, 6, cv2.LINE_AA)

    return _drawn(draw, rng, "portrait")


SHAPES = (_bottle, _mug, _furry, _ring, _shoe, _word, _person)


def _background(rng: np.random.Generator, photos: list[Rgb]) -> tuple[str, Floats]:
    kind = int(rng.integers(4))
    if kind == 0:
        top, bottom = rng.uniform(0.55, 1, 2)
        ramp = np.linspace(top, bottom, EDGE)[:, None, None] * np.ones((1, EDGE, 3))
        return "studio", (ramp * rng.uniform(0.85, 1, 3)).clip(0, 1).astype(np.float32)
    photo = _square(photos[int(rng.integers(len(photos)))]).astype(np.float32) / 255
    if kind == 1:
        return "photograph", photo
    if kind == 2:
        return "blurred", cv2.GaussianBlur(photo, (0, 0), rng.uniform(4, 14))
    cells = rng.uniform(-1, 1, (int(rng.integers(8, 90)),) * 2).astype(np.float32)
    texture = cv2.resize(cells, (EDGE, EDGE), interpolation=cv2.INTER_CUBIC)
    tint = rng.uniform(0.3, 0.8, 3) + 0.25 * texture[:, :, None] * rng.uniform(0.4, 1, 3)
    return "texture", np.clip(tint, 0, 1).astype(np.float32)


def _placed(subject: Subject, rng: np.random.Generator) -> Subject:
    """Somewhere, turned a little, smaller or larger."""
    scale, turn = float(rng.uniform(0.35, 1.25)), float(rng.normal(0, 8))
    move = cv2.getRotationMatrix2D((EDGE / 2, EDGE / 2), turn, scale)
    move[:, 2] += rng.uniform(-0.15, 0.15, 2) * EDGE
    warp = {"dsize": (EDGE, EDGE), "flags": cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR}
    alpha = cv2.warpAffine(subject.alpha, move, **warp)
    colours = cv2.warpAffine(subject.colours, move, **warp, borderMode=cv2.BORDER_REFLECT)
    return Subject(colours, alpha, subject.kind)


def _laid(subject: Subject, behind: Floats, name: str, rng: np.random.Generator) -> Composite:
    """On the background, in half the cases hard to tell from it; then coded as JPEG."""
    colours = subject.colours
    if rng.random() < 0.5:
        colours = colours + np.float32(rng.uniform(0.2, 0.85)) * (
            behind.mean((0, 1)) - colours.mean((0, 1))
        )
    alpha = subject.alpha[:, :, None]
    mixed = alpha * np.clip(colours, 0, 1) + (1 - alpha) * behind
    mixed = mixed + rng.normal(0, rng.uniform(0.002, 0.02), mixed.shape)
    coded = cv2.imencode(
        ".jpg", np.rint(np.clip(mixed, 0, 1) * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 88]
    )[1]
    return Composite(cv2.imdecode(coded, cv2.IMREAD_COLOR), subject.alpha, subject.kind, name)
