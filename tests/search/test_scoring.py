"""Moments, confidences and judging: exact where they must be, monotone where they should."""

import numpy as np
import pytest

from processing.encoders import Prior, TermTexts
from processing.encoders.base import unit_rows
from processing.encoders.fake import FakeEncoder
from search.scoring import (
    COLD_START,
    LibraryMoments,
    Logistic,
    cold_start,
    confidence,
    judge,
    model_state,
    scores,
    term_texts,
)
from search.vocabulary import TermEntry

DIMENSIONS = FakeEncoder.dimensions


@pytest.fixture
def evidence():
    return unit_rows(np.random.default_rng(0).normal(size=(300, DIMENSIONS)) + 0.4)


@pytest.fixture
def state(evidence):
    terms = [TermTexts((word,), facet) for word, facet in TERMS]
    moments = LibraryMoments.of(evidence).shrunk(FakeEncoder().prior())
    return model_state(FakeEncoder(), terms, moments)


TERMS = [("dog", "animal"), ("cat", "animal"), ("horse", "animal"), ("beach", "scene")]


def test_moments_are_those_of_numpy(evidence):
    moments = LibraryMoments.of(evidence)
    assert moments.count == 300
    assert np.allclose(moments.mean, evidence.mean(axis=0))
    assert np.allclose(moments.scatter / 300, np.cov(evidence.T, bias=True))


@pytest.mark.parametrize("cuts", [(1,), (150,), (1, 2, 299), (100, 100)])
def test_batches_merge_to_the_whole(evidence, cuts):
    merged = LibraryMoments.of(evidence[:0])
    for part in np.split(evidence, cuts):
        merged = merged.updated(part)
    whole = LibraryMoments.of(evidence)
    assert merged.count == whole.count
    assert np.allclose(merged.mean, whole.mean)
    assert np.allclose(merged.scatter, whole.scatter)


def test_merging_nothing_changes_nothing(evidence):
    empty, whole = LibraryMoments.of(evidence[:0]), LibraryMoments.of(evidence)
    assert np.allclose(whole.merged(empty).scatter, whole.scatter)
    assert np.allclose(empty.merged(whole).mean, whole.mean)
    assert empty.merged(empty).count == 0


def test_shrinking_is_pooling_with_as_many_pictures_of_the_prior(evidence):
    """A prior of strength n is what n further pictures with its moments would do."""
    first, second = evidence[:200], evidence[200:]
    prior = Prior(second.mean(axis=0), np.cov(second.T, bias=True), strength=100)
    mean, covariance = LibraryMoments.of(first).shrunk(prior)
    assert np.allclose(mean, evidence.mean(axis=0))
    assert np.allclose(covariance, np.cov(evidence.T, bias=True))


def test_an_empty_library_is_the_prior(evidence):
    prior = FakeEncoder().prior()
    mean, covariance = LibraryMoments.of(evidence[:0]).shrunk(prior)
    assert np.allclose(mean, prior.mean)
    assert np.allclose(covariance, prior.covariance)


def test_z_has_mean_zero_and_deviation_one_over_the_library(evidence):
    """The moments of raw scores follow exactly from those of the evidence."""
    whole = LibraryMoments.of(evidence)
    moments = (whole.mean, whole.scatter / whole.count)
    terms = [TermTexts((word,), facet) for word, facet in TERMS]
    _, z, _ = scores(evidence, model_state(FakeEncoder(), terms, moments))
    assert np.allclose(z.mean(axis=0), 0.0, atol=1e-6)
    assert np.allclose(z.std(axis=0), 1.0, atol=1e-6)


def test_z_is_not_fooled_by_a_term_that_everything_resembles(evidence):
    """Two terms score the same raw; the one that usually scores low is the surer."""
    usual, rare = np.array([[3.0, 9.0]]), np.array([[0.4, 0.4]])
    low, high = confidence(usual, rare, ["x", "x"], Logistic(-4.0, 0.0, 2.0))[0]
    assert high > low


@pytest.mark.parametrize("logistic", COLD_START.values())
def test_confidence_rises_with_z_and_stays_within_bounds(logistic):
    z = np.linspace(-5, 30, 50)
    sure = confidence(z[:, None], np.full((50, 1), 0.3), ["animal"], logistic)[:, 0]
    assert (np.diff(sure) >= 0).all()
    assert sure.min() >= 0
    assert sure.max() <= 1
    assert sure[-1] > sure[0]


def test_confidence_rises_with_the_raw_probability():
    raw = np.linspace(0, 1, 50)[:, None]
    sure = confidence(np.ones_like(raw), raw, ["animal"], COLD_START["concepts"])[:, 0]
    assert (np.diff(sure) >= 0).all()
    assert sure[0] < 0.01
    assert sure[-1] > 0.95


def test_cosines_start_cautious():
    """Chance alone suggests one of 600 terms in ten pictures at most, and accepts hardly any."""
    z = np.random.default_rng(2).normal(size=(2_000, 600))
    sure = confidence(z, np.zeros_like(z), ["object"] * 600, COLD_START["cosines"])
    assert (sure >= 0.35).sum(axis=1).mean() < 0.1
    assert (sure >= 0.80).sum() <= 2


def test_each_encoder_has_its_constants():
    assert cold_start("concepts-lite0-minilm-v1") is COLD_START["concepts"]
    assert cold_start("openclip:ViT-B-32:laion2b_s34b_b79k") is COLD_START["cosines"]


def test_judging_finds_the_term_that_a_picture_is(state):
    vector = FakeEncoder().encode_texts(["dog"])[0]
    found = judge(vector, state)
    assert [TERMS[one.term_index][0] for one in found] == ["dog"]
    assert found[0].raw == pytest.approx(1.0, abs=1e-5)
    assert found[0].z > 3
    assert found[0].confidence > 0.8


def test_judging_is_bounded_by_facet_and_by_drop(state):
    vector = unit_rows(FakeEncoder().encode_texts(["dog", "cat", "horse", "beach"]).sum(axis=0))
    everything = judge(vector, state, drop=0.0, per_facet=2)
    facets = [TERMS[one.term_index][1] for one in everything]
    assert facets.count("animal") == 2
    assert facets.count("scene") == 1
    order = [one.confidence for one in everything]
    assert order == sorted(order, reverse=True)
    assert judge(vector, state, drop=1.0) == []


def test_silent_on_facets_that_the_encoder_cannot_judge(evidence):
    encoder = FakeEncoder(facets=["scene"])
    terms = [TermTexts((word,), facet) for word, facet in TERMS]
    moments = LibraryMoments.of(evidence).shrunk(encoder.prior())
    state = model_state(encoder, terms, moments)
    assert judge(encoder.encode_texts(["dog"])[0], state) == []
    found = judge(encoder.encode_texts(["beach"])[0], state)
    assert [TERMS[one.term_index][0] for one in found] == ["beach"]


def test_a_library_of_one_picture_is_no_division_by_nothing(evidence):
    terms = [TermTexts(("dog",), "animal")]
    bare = Prior(np.zeros(DIMENSIONS), np.zeros((DIMENSIONS, DIMENSIONS)), strength=1.0)
    moments = LibraryMoments.of(evidence[:1]).shrunk(bare)
    _, z, sure = scores(evidence[:1], model_state(FakeEncoder(), terms, moments))
    assert np.isfinite(z).all()
    assert np.isfinite(sure).all()


def test_entries_become_terms_with_places_for_parents():
    entries = [
        TermEntry("mammal", "animal"),
        TermEntry("dog", "animal", "mammal", ("puppy",), ("a {}",)),
        TermEntry("sofa", "object", "furniture"),
    ]
    mammal, dog, sofa = term_texts(entries)
    assert (mammal.parent, dog.parent, sofa.parent) == (None, 0, None)
    assert dog.texts == ("a dog", "a puppy")
