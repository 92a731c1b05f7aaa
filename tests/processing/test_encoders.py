"""The concept encoder on real photographs, and what every encoder promises."""

import subprocess
import sys

import numpy as np
import pytest
import skimage.data
from PIL import Image

from processing import encoders
from processing.encoders import DEFAULT_KEY, EncoderError, TermTexts
from processing.encoders.base import Encoder, centre, unit_rows
from processing.encoders.concept_space import chances_of, memberships, phrases, softmax, spread
from processing.encoders.fake import FakeEncoder
from processing.encoders.pixels import as_rgb

PHOTOS = ("chelsea", "astronaut", "coffee", "rocket", "stereo_motorcycle", "coins", "brick")


def photo(name: str) -> Image.Image:
    found = getattr(skimage.data, name)()
    return Image.fromarray(found[0] if isinstance(found, tuple) else found)


@pytest.fixture(scope="module")
def concepts(models_dir):
    return encoders.load(DEFAULT_KEY, models_dir)


@pytest.fixture(scope="module")
def seen(concepts):
    """Each photograph's embedding, by name."""
    return dict(zip(PHOTOS, concepts.encode_images([photo(n) for n in PHOTOS]), strict=True))


def ranking(concepts, seen, text):
    query = concepts.encode_texts([text])[0]
    return sorted(seen, key=lambda name: -float(seen[name].vector @ query))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a cat", "chelsea"),
        ("a sleepy kitten with whiskers", "chelsea"),
        ("a cup of coffee", "coffee"),
        ("espresso on a wooden table", "coffee"),
        ("a motorcycle parked in a garage", "stereo_motorcycle"),
        ("a rocket being launched into space", "rocket"),
        ("old coins", "coins"),
    ],
)
def test_finds_photographs_by_meaning(concepts, seen, text, name):
    assert ranking(concepts, seen, text)[0] == name


def test_an_astronaut_is_near_the_top(concepts, seen):
    """No class of the classifier is an astronaut: helmet and suit have to carry it."""
    assert "astronaut" in ranking(concepts, seen, "an astronaut")[:2]


def test_promises_of_the_interface(concepts, seen):
    assert isinstance(concepts, Encoder)
    for one in seen.values():
        assert one.vector.shape == (concepts.dimensions,)
        assert one.vector.dtype == np.float32
        assert np.linalg.norm(one.vector) == pytest.approx(1.0, abs=1e-5)
    texts = concepts.encode_texts(["a dog", "two people on a beach at sunset"])
    assert texts.shape == (2, concepts.dimensions)
    assert np.linalg.norm(texts, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert concepts.encode_texts([]).shape == (0, concepts.dimensions)


def test_concepts_explain_themselves(seen):
    names = [name for name, _ in seen["chelsea"].concepts]
    assert "Egyptian cat" in names
    weights = [weight for _, weight in seen["chelsea"].concepts]
    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight <= 1 for weight in weights)


def test_twice_is_the_same_and_order_does_not_matter(concepts, seen):
    again = concepts.encode_images([photo(name) for name in reversed(PHOTOS)])
    for name, one in zip(reversed(PHOTOS), again, strict=True):
        assert np.array_equal(one.vector, seen[name].vector)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "I;16", "F", "1"])
def test_pictures_of_any_mode(concepts, mode):
    grey = photo("chelsea").convert("L")
    if mode in {"I;16", "F"}:
        deep = np.asarray(grey, dtype=np.uint16) * 257
        picture = Image.fromarray(deep if mode == "I;16" else deep.astype(np.float32))
    else:
        picture = photo("chelsea").convert(mode)
    assert as_rgb(picture).mode == "RGB"
    vector = concepts.encode_images([picture])[0].vector
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (2000, 3), (3, 2000)])
def test_pictures_of_any_shape(concepts, size):
    vector = concepts.encode_images([Image.new("RGB", size, "teal")])[0].vector
    assert np.isfinite(vector).all()


def test_transparency_lies_on_white(concepts):
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert as_rgb(clear).getpixel((3, 3)) == (255, 255, 255)


def test_run_time_needs_neither_torch_nor_timm(models_dir):
    program = f"""
import sys
from pathlib import Path
from PIL import Image
from processing import encoders
one = encoders.load({DEFAULT_KEY!r}, Path({str(models_dir)!r}))
one.encode_images([Image.new("RGB", (300, 200), "red")])
one.encode_texts(["a red wall"])
heavy = {{"torch", "transformers", "timm", "torchvision", "open_clip", "django"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_evidence_is_the_probabilities_of_the_classes(concepts, seen):
    chances = concepts.evidence(np.stack([one.vector for one in seen.values()]))
    assert chances.sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    for row, one in zip(chances, seen.values(), strict=True):
        if one.concepts:
            assert row.max() == pytest.approx(one.concepts[0][1], abs=0.08)


def test_spread_survives_half_precision():
    chances = softmax(np.random.default_rng(0).normal(0, 3, (20, 1000)))
    vectors = spread(chances).astype(np.float16).astype(np.float32)
    assert np.abs(chances_of(vectors) - chances).max() < 0.1


def test_terms_belong_to_their_ancestors_and_not_to_their_rivals():
    terms = [
        TermTexts(("fruit",), "food"),
        TermTexts(("banana",), "food", 0),
        TermTexts(("pineapple",), "food", 0),
        TermTexts(("hat",), "object"),
    ]
    cosines = np.array([[0.4], [0.6], [0.9], [0.6]])
    fruit, banana, pineapple, hat = memberships(cosines, terms)[:, 0]
    assert fruit == pineapple > 0.9
    assert banana < 0.1
    assert hat > 0.6  # another facet is no rival


def test_a_cat_is_a_cat_and_a_mammal(concepts, seen):
    texts = ["a photo of a mammal", "a photo of a cat", "a photo of a dog", "a photo of a bird"]
    places = [None, 0, 0, None]
    terms = [TermTexts((t,), "animal", p) for t, p in zip(texts, places, strict=True)]
    raw = concepts.evidence(seen["chelsea"].vector[None]) @ concepts.term_weights(terms).T
    mammal, cat, dog, bird = raw[0]
    assert cat > 0.7
    assert mammal >= cat
    assert max(dog, bird) < 0.2


def test_phrases_fall_apart_at_prepositions():
    assert phrases("A woman in a kitchen holding a knife.") == ["a woman", "a kitchen", "a knife"]
    assert phrases("a cat") == []


def test_prior_is_a_covariance(concepts):
    prior = concepts.prior()
    assert prior.mean.shape == (concepts.dimensions,)
    assert np.allclose(prior.covariance, prior.covariance.T)
    assert np.trace(prior.covariance) > 0


def test_load_keeps_what_it_loaded(models_dir):
    assert encoders.load(DEFAULT_KEY, models_dir) is encoders.load(DEFAULT_KEY, models_dir)


def test_unknown_encoder_is_refused(models_dir):
    with pytest.raises(EncoderError, match="no encoder is called"):
        encoders.load("nonsense", models_dir)
    assert DEFAULT_KEY in encoders.available()


def test_threads_must_be_positive():
    with pytest.raises(ValueError, match="at least 1"):
        encoders.configure(0)


def test_fake_is_deterministic_and_keeps_likeness():
    red, dark_red, blue = (Image.new("RGB", (40, 40), c) for c in ("red", "#f00505", "blue"))
    one, two, three = (e.vector for e in FakeEncoder().encode_images([red, dark_red, blue]))
    assert one @ two > one @ three
    texts = FakeEncoder().encode_texts(["red wall", "red wall", "green field"])
    assert texts[0] @ texts[1] == pytest.approx(1.0, abs=1e-5)
    assert texts[0] @ texts[2] < 0.9
    assert isinstance(FakeEncoder(), Encoder)


def test_centring_takes_the_mean_away():
    vectors = unit_rows(np.random.default_rng(1).normal(size=(50, 8)) + 3.0)
    centred = centre(vectors, vectors.mean(axis=0))
    assert np.abs(centred.mean(axis=0)).max() < np.abs(vectors.mean(axis=0)).max() / 2
    assert np.linalg.norm(centred, axis=1) == pytest.approx(1.0, abs=1e-5)
