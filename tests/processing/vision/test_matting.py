"""Masks without a network: edges found, carried to the full size, judged by their signs."""

import cv2
import numpy as np
import pytest

from processing.vision import confidence, guided, looking, matting


def disc(edge: int, radius: float = 0.3) -> np.ndarray:
    y, x = np.mgrid[0:edge, 0:edge].astype(np.float32) / edge - 0.5
    return np.clip((radius - np.hypot(x, y)) * edge + 0.5, 0, 1).astype(np.float32)


def laid(alpha: np.ndarray) -> np.ndarray:
    red, blue = np.array([200, 40, 50]), np.array([60, 90, 180])
    mixed = alpha[:, :, None] * red + (1 - alpha[:, :, None]) * blue
    return np.rint(mixed).astype(np.uint8)


def coarse_of(alpha: np.ndarray) -> np.ndarray:
    """As a network sees it: a few cells, some of them off."""
    cells = cv2.resize(alpha, (128, 128), interpolation=cv2.INTER_AREA)
    moved = np.roll(cells, 1, axis=1)
    return cv2.resize(moved, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)


def test_the_matte_is_nearer_to_the_truth_than_the_coarse_map():
    truth = disc(400)
    coarse = coarse_of(truth)
    found = matting.matte(laid(truth), coarse).alpha
    before, after = np.abs(coarse - truth).mean(), np.abs(found - truth).mean()
    assert after < before / 2


def test_a_small_copy_serves_the_large_picture():
    truth = disc(1600)
    large = laid(truth)
    guide = cv2.resize(large, (400, 400), interpolation=cv2.INTER_AREA)
    found = matting.matte(guide, cv2.resize(coarse_of(truth), (400, 400)))
    alpha = matting.at_full_size(large, found)
    assert alpha.shape == (1600, 1600)
    assert alpha.dtype == np.float32
    assert looking.overlap(alpha, truth) > 0.98
    plain = cv2.resize(found.alpha, (1600, 1600))
    assert np.abs(alpha - truth).mean() < np.abs(plain - truth).mean(), "the guide sharpens"


def test_strips_make_no_seam(monkeypatch):
    truth = disc(600)
    found = matting.matte(laid(disc(150)), coarse_of(disc(150)))
    whole = matting.at_full_size(laid(truth), found)
    monkeypatch.setattr(guided, "_STRIP_BYTES", 600 * 10 * 4 * 7)
    assert np.abs(matting.at_full_size(laid(truth), found) - whole).max() < 1e-3


def test_enlarged_rows_are_those_of_the_whole():
    small = np.random.default_rng(0).random((30, 20)).astype(np.float32)
    whole = cv2.resize(small, (80, 90), interpolation=cv2.INTER_LINEAR)
    part = guided.enlarged_rows(small, slice(31, 57), 80, 90)
    assert np.abs(part - whole[31:57]).max() < 0.02


def test_looks_that_agree_say_so():
    truth = disc(300, 0.2)

    def network(rgb):
        return cv2.resize((rgb[:, :, 0] > 120).astype(np.float32), (64, 64))

    looks = looking.look(laid(truth), network)
    assert looks.mirrored > 0.9
    assert looks.nearer > 0.8
    assert looking.overlap(looks.coarse, truth) > 0.85


def test_looks_that_disagree_are_not_mixed_and_the_picture_decides():
    truth = disc(300, 0.3)
    other = np.zeros((64, 64), np.float32)
    other[4:24, 30:60] = 1  # where the picture has no edge
    answers = [cv2.resize(truth, (64, 64)), other]
    looks = looking.look(laid(truth), lambda rgb: answers.pop(0) if answers else other)
    assert looks.mirrored < 0.3
    assert looking.overlap(looks.coarse, truth) > 0.9
    answers = [other, cv2.resize(truth, (64, 64))]
    looks = looking.look(laid(truth), lambda rgb: answers.pop(0) if answers else other)
    assert looking.overlap(looks.coarse, truth) > 0.9, "whichever of the two it is"


def test_a_nearer_look_that_sees_another_subject_is_not_taken():
    truth = disc(300, 0.2)

    def network(rgb):
        found = cv2.resize(disc(300, 0.2), (64, 64))
        return found if rgb.shape[0] == 300 else np.eye(64, dtype=np.float32)

    looks = looking.look(laid(truth), network)
    assert 0 < looks.nearer < 0.5
    assert looking.overlap(looks.coarse, truth) > 0.9


def test_a_network_that_only_looks_left_is_found_out():
    def network(rgb):
        found = np.zeros((64, 64), np.float32)
        found[:, :20] = 1
        return found

    assert looking.look(laid(disc(128)), network).mirrored == 0.0


def test_nothing_found_is_no_error():
    looks = looking.look(laid(disc(128)), lambda rgb: np.zeros((64, 64), np.float32))
    found = matting.matte(laid(disc(128)), looks.coarse)
    assert found.alpha.max() == 0
    seen = confidence.signs(laid(disc(128)), looks, found)
    assert seen["edge"] == 0
    assert confidence.confidence(seen) < 0.5


def test_an_edge_in_the_picture_is_better_than_one_in_nothing():
    truth = disc(256)
    there = confidence.edge_quality(laid(truth), truth)
    nowhere = confidence.edge_quality(np.full((256, 256, 3), 128, np.uint8), truth)
    ragged = cv2.GaussianBlur(truth, (0, 0), 12)
    assert there > 0.9
    assert nowhere < 0.1
    assert confidence.edge_quality(laid(truth), ragged) < there / 2


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 3)])
def test_odd_shapes(shape):
    rgb = np.zeros((*shape, 3), np.uint8)
    found = matting.matte(rgb, np.ones(shape, np.float32))
    assert matting.at_full_size(rgb, found).shape == shape
