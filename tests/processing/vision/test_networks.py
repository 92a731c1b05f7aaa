"""The real networks on real pictures, and what is said where they are missing."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
import skimage.data

from processing import networks as configured
from processing.errors import TransientError
from processing.operators.picture import Unfit
from processing.vision import looking
from processing.vision.networks import LocalNetworks
from tests.bench.composites import EDGE, composites


@pytest.fixture
def product():
    """A drawn product on a studio's background, and its true mask."""
    return next(one for one in composites(20, 2) if one.background == "studio")


def test_the_subject_is_found(networks, product):
    assert product.rgb.shape == (EDGE, EDGE, 3)
    found = networks.mask(product.rgb)
    assert looking.overlap(found.alpha, product.alpha) > 0.9
    assert found.confidence > 0.5
    assert found.network == "u2netp"
    noise = np.random.default_rng(0).integers(90, 160, (300, 300, 3), dtype=np.uint8)
    assert networks.mask(noise).confidence < min(0.5, found.confidence)


def test_masks_are_as_large_as_their_picture_and_always_the_same(networks, product):
    large = cv2.resize(product.rgb, (1500, 1100))
    found = networks.mask(large)
    assert found.alpha.shape == (1100, 1500)
    assert np.array_equal(networks.mask(large).alpha, found.alpha)
    assert looking.overlap(found.alpha, cv2.resize(product.alpha, (1500, 1100))) > 0.85


def test_a_face_and_its_landmarks(networks):
    (face,) = networks.faces(skimage.data.astronaut())
    assert face.score > 0.8
    # Seen by eye: the face reaches from about (0.36, 0.12) to (0.52, 0.34) of the picture.
    assert face.left == pytest.approx(0.36, abs=0.03)
    assert face.top == pytest.approx(0.12, abs=0.03)
    assert face.width == pytest.approx(0.17, abs=0.04)
    (left_eye, right_eye, nose, *_) = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert nose[1] > left_eye[1]
    assert networks.faces(skimage.data.coffee()) == []


def test_enlarging_keeps_the_picture_and_sharpens_it(networks):
    truth = np.ascontiguousarray(skimage.data.astronaut()[60:260, 150:350])
    low = cv2.resize(truth, (100, 100), interpolation=cv2.INTER_AREA)
    made = networks.enlarge(low, 2)
    assert made.shape == truth.shape
    again = cv2.resize(made, (100, 100), interpolation=cv2.INTER_AREA)
    assert np.abs(again.astype(int) - low).mean() < 6

    def sharpness(rgb):
        return cv2.Laplacian(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.CV_32F).std()

    plain = cv2.resize(low, (200, 200), interpolation=cv2.INTER_LANCZOS4)
    assert sharpness(made) > 1.1 * sharpness(plain)


def test_threads_share_one_loaded_network(networks):
    picture = skimage.data.astronaut()
    fresh = LocalNetworks(networks._models_dir)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: fresh.faces(picture), range(3)))
    assert found[0] == found[1] == found[2]
    assert list(fresh._loaded) == ["centerface"]


def test_missing_weights_are_told_with_what_to_do(tmp_path):
    with pytest.raises(Unfit, match=r"“u2netp” is not here: run `manage\.py models fetch u2netp`"):
        LocalNetworks(tmp_path).mask(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(Unfit, match="“clever” finds no subjects: u2netp can"):
        LocalNetworks(tmp_path).mask(np.zeros((8, 8, 3), np.uint8), "clever")


def test_a_process_has_one_set_as_settings_say(settings, tmp_path, monkeypatch):
    settings.MODELS_DIR = tmp_path
    assert configured.shared() is configured.shared()
    assert configured.wanted() == ["u2netp", "centerface", "realesr-animevideov3"]
    monkeypatch.setattr(configured.weights, "ensure", _refused)
    with pytest.raises(TransientError, match="u2netp cannot be had now: no network"):
        configured.fetch()


def _refused(name, folder):
    raise configured.weights.WeightsError("no network")
