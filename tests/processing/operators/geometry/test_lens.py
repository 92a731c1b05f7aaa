"""Lens: bent lines are straight afterwards, and there are no empty corners."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.geometry.lens import Lens
from processing.operators.geometry.warp import warped
from processing.operators.picture import Picture
from tests.processing.operators import pictures
from tests.processing.operators.geometry.helping import is_marked, run, size, with_focus

WIDTH, HEIGHT = 640, 480


def bent_grid(k1: float, k2: float) -> Picture:
    """White lines on grey as a lens with these coefficients draws them: at the bent radius."""
    radius = np.linspace(0, 1.6, 4000)
    bent = radius * (1 + k1 * radius**2 + k2 * radius**4)
    far = int(bent.argmax()) if (np.diff(bent) <= 0).any() else len(bent)

    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    across, down = x - WIDTH / 2, y - HEIGHT / 2
    seen = np.hypot(across, down) / np.hypot(WIDTH / 2, HEIGHT / 2)
    share = np.interp(seen, bent[:far], radius[:far]) / np.maximum(seen, 1e-9)
    near = [np.abs((one * share + 30) % 60 - 30) for one in (across, down)]
    lines = np.clip(3.0 - np.minimum(*near), 0, 1)
    grey = (90 + 150 * lines).astype(np.uint8)
    return Picture.from_array(np.repeat(grey[:, :, None], 3, axis=2))


def crookedness(picture: Picture) -> float:
    """How far, in pixels, the line second from the left edge is from a straight one."""
    grey = picture.array()[:, :, 0].astype(float)
    places, rows = [], []
    middle = grey[HEIGHT // 2 - 15]
    start = int(np.flatnonzero(middle[20:] > 200)[0]) + 20
    for row in range(HEIGHT // 2 - 15, HEIGHT - 10):
        window = grey[row, start - 5 : start + 6]
        if window.min() > 200:
            continue  # where it is crossed
        weights = np.clip(window - 120, 0, None)
        if weights.sum() == 0:
            break
        at = start - 5 + float((weights * np.arange(len(weights))).sum() / weights.sum())
        start = min(max(round(at), 5), WIDTH - 6)
        places.append(at)
        rows.append(row)
    assert len(rows) > 100
    line = np.polyfit(rows, places, 1)
    return float(np.abs(np.polyval(line, rows) - places).max())


@pytest.mark.parametrize(("k1", "k2"), [(-0.12, 0.0), (-0.2, 0.04), (0.1, 0.0), (0.05, 0.03)])
def test_bent_lines_are_straight_afterwards(k1, k2):
    bent = bent_grid(k1, k2)
    assert crookedness(bent) > 1
    made = run(Lens(k1=k1, k2=k2), bent).picture
    assert size(made) == (WIDTH, HEIGHT)
    assert crookedness(made) < 0.6


@pytest.mark.parametrize("k1", [-0.2, -0.05, 0.1, 0.6])
@pytest.mark.parametrize("shape", [(400, 300), (300, 400), (500, 40), (1, 1), (1, 60)])
def test_no_corner_is_empty_and_nothing_is_given_away(k1, shape):
    picture = Picture.from_array(np.full((shape[1], shape[0], 3), 50, np.uint8))
    lens = Lens(k1=k1)
    zoom = lens._zoom(picture)
    width, height = shape
    corner = np.hypot(width, height)
    along = np.linspace(-1, 1, 999)
    edge = np.concatenate([np.column_stack([along**0, along]), np.column_stack([along, along**0])])
    plane = edge * zoom * (width / corner, height / corner)
    fetched = np.abs(plane * lens._bent((plane**2).sum(axis=1))[:, None])
    reach = fetched / (width / corner, height / corner)
    assert reach.max() <= 1 + 1e-6, "all of the frame has pixels"
    assert reach.max() > 0.999, "and somewhere it reaches the edge"


def test_the_focus_moves_along():
    for k1 in (-0.15, 0.1):
        picture = with_focus(pictures.motif(), 120, 85)
        assert is_marked(run(Lens(k1=k1), picture).picture)


@pytest.mark.parametrize("k1", [-0.1, -0.04, 0.1])
def test_what_bent_the_lines_is_found(k1):
    outcome = run(Lens(automatic=True), bent_grid(k1, 0.0))
    assert outcome.measures["changed"] is True
    assert outcome.measures["k1"] == pytest.approx(k1, abs=0.012)
    assert outcome.confidence > 0.6
    assert crookedness(outcome.picture) < 0.8


def test_straight_lines_and_no_lines_stay():
    flat = Picture.from_array(np.full((HEIGHT, WIDTH, 3), 120, np.uint8))
    noise = np.random.default_rng(4).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    for picture in (bent_grid(0.0, 0.0), flat, Picture.from_array(noise)):
        outcome = run(Lens(automatic=True), picture)
        assert outcome.measures["changed"] is False
        assert np.array_equal(outcome.picture.array(), picture.array())
    assert run(Lens(automatic=True), flat).confidence == 0.0


@pytest.mark.parametrize(
    "given", [{}, {"automatic": True, "k1": 0.1}, {"k1": -0.9}, {"k1": 0.2, "k2": -0.9}]
)
def test_what_bends_nothing_or_folds_is_refused(given):
    with pytest.raises(ValidationError):
        Lens(**given)


def test_fetching_from_where_it_is_changes_nothing():
    for make in (pictures.rgb, pictures.rgba, pictures.wide, pictures.press):
        picture = make()
        same = warped(picture, picture.width, picture.height, lambda x, y: (x, y))
        made = picture.with_array(same).array()
        if picture.has_alpha:
            shown = picture.array()[:, :, 3] > 0
            assert np.array_equal(made[shown], picture.array()[shown])
        else:
            assert np.array_equal(made, picture.array())


def test_tiles_do_not_show():
    """A picture of several tiles is fetched as if it were in one."""
    chance = np.random.default_rng(0)
    pixels = chance.integers(0, 256, (1100, 1200, 3)).astype(np.uint8)
    picture = Picture.from_array(pixels)
    made = warped(picture, 1200, 1100, lambda x, y: (x + 3, y - 2))
    assert np.array_equal(made[2:, :-3], pixels[:-2, 3:])
