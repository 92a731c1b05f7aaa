"""Embedding, tagging, and bringing the library up to date as it grows."""

import numpy as np
import pytest

from dam.models import TagAssignment, Term, Version
from processing import queue
from processing.encoders import EncoderError, unit_rows
from processing.encoders.fake import FakeEncoder
from processing.models import Job
from search import active, judging, moments, scoring, steps, terms
from search.models import Embedding, EmbeddingModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def looked_at(asset_factory, preview, model):
    """Make assets with previews of these colours, embedded and not yet tagged."""

    def make(*colours):
        assets = []
        for colour in colours:
            asset = asset_factory(colour)
            preview(asset.current_version, colour)
            steps.embed([asset.current_version])
            assets.append(asset)
        return assets

    return make


@pytest.fixture
def sure(monkeypatch):
    """Let judging say what a test wants: {term name: confidence}."""

    def say(**confidences):
        def judge(vector, state, drop=0.35, per_facet=5):
            places = {pk: at for at, pk in enumerate(judging.vocabulary_for_test.ids)}
            wanted = {Term.objects.get(name=name).pk: c for name, c in confidences.items()}
            return [
                scoring.TermScore(places[pk], 0.5, 3.0, confidence)
                for pk, confidence in wanted.items()
                if confidence >= drop
            ]

        real = judging.judge_of

        def judge_of(model):
            made = real(model)
            judging.vocabulary_for_test = made.vocabulary
            return made

        monkeypatch.setattr(judging, "judge_of", judge_of)
        monkeypatch.setattr(judging, "vocabulary_for_test", None, raising=False)
        monkeypatch.setattr(scoring, "judge", judge)

    return say


def test_a_picture_goes_all_the_way(ingest, run_jobs):
    outcome = ingest()
    run_jobs()
    row = Embedding.objects.get(version=outcome.version)
    assert row.model == active.active()
    assert np.linalg.norm(row.vector) == pytest.approx(1, abs=1e-3)
    done = Job.objects.filter(version=outcome.version, state=Job.State.DONE)
    assert {"embed", "tag"} <= set(done.values_list("step", flat=True))


def test_embedding_again_changes_nothing(looked_at):
    (asset,) = looked_at("red")
    before = Embedding.objects.get()
    steps.embed([asset.current_version])
    after = Embedding.objects.get()
    assert (after.pk, after.raw, after.vector) == (before.pk, before.raw, before.vector)


def test_a_batch_embeds_each_version_with_its_own_picture(asset_factory, preview, model):
    versions = []
    for colour in ("red", "green", "blue", "white", "black"):
        version = asset_factory(colour).current_version
        preview(version, colour)
        versions.append(version)
    steps.embed(versions)
    together = dict(Embedding.objects.values_list("version", "raw"))
    for version in versions:
        steps.embed([version])
    assert dict(Embedding.objects.values_list("version", "raw")) == together


def test_a_switch_in_the_middle_of_embedding_is_noticed(asset_factory, preview, model, monkeypatch):
    version = asset_factory().current_version
    preview(version)
    real = steps.embed_versions

    def switch_then_embed(chosen, versions):
        real(chosen, versions)
        if chosen.key == "fake-v1":
            EmbeddingModel.objects.update(state="retired")
            EmbeddingModel.objects.create(key="fake-v2", dimensions=64, state="active")

    monkeypatch.setattr(steps, "embed_versions", switch_then_embed)
    encoder = FakeEncoder()
    monkeypatch.setattr(active, "load", lambda name: encoder)
    steps.embed([version])
    keys = set(Embedding.objects.values_list("model__key", flat=True))
    assert keys == {"fake-v1", "fake-v2"}


def test_bands_of_the_brand_decide(looked_at, sure, term):
    for name in ("zebra", "yak", "xerus"):
        term(name, facet="animal")
    sure(zebra=0.9, yak=0.5, xerus=0.1)
    (asset,) = looked_at("red")
    steps.tag([asset.current_version])
    said = {tag.term.name: (tag.state, tag.source) for tag in asset.tags.all()}
    assert said == {"zebra": ("accepted", "model"), "yak": ("suggested", "model")}
    tag = asset.tags.get(term__name="zebra")
    assert (tag.model, tag.confidence, tag.version) == ("fake-v1", 0.9, asset.current_version)
    assert tag.decided_by is None


def test_people_have_the_last_word(looked_at, sure, term, tag):
    (asset,) = looked_at("red")
    rejected = tag(asset, term("zebra", facet="animal"), state="rejected")
    human = tag(asset, term("harbour", facet="scene"))
    sure(zebra=0.99)
    for _ in range(2):
        steps.tag([asset.current_version])
    assert set(asset.tags.values_list("pk", "state")) == {
        (rejected.pk, "rejected"),
        (human.pk, "accepted"),
    }


def test_what_a_model_no_longer_says_goes(looked_at, sure, term):
    term("zebra", facet="animal")
    (asset,) = looked_at("red")
    sure(zebra=0.9)
    steps.tag([asset.current_version])
    sure()
    steps.tag([asset.current_version])
    assert not asset.tags.exists()


def test_growth_asks_for_bringing_up_to_date(looked_at, monkeypatch):
    monkeypatch.setattr(steps, "FIRST", 3)
    looked_at("red", "green")
    assert not Job.objects.filter(step="recentre").exists()
    looked_at("blue")
    assert Job.objects.filter(step="recentre", state="queued").count() == 1


def test_growth_is_not_counted_for_each_picture(looked_at, monkeypatch):
    counted = []
    monkeypatch.setattr(steps, "FIRST", 40)
    monkeypatch.setattr(steps, "_count", lambda model: counted.append(model) or len(made))
    made = []
    for number in range(24):
        made += looked_at(f"rgb({number}, 0, 0)")
    assert 1 < len(counted) < 12
    assert not Job.objects.filter(step="recentre").exists()


def test_idle_settles(looked_at, run_jobs):
    looked_at("red", "green")
    assert steps.idle()
    run_jobs()
    model = active.active(fresh=True)
    assert (model.moments_count, model.judged_to) == (2, None)
    assert not steps.idle()
    # A twentieth more is not worth the work yet; one more of two is.
    looked_at("blue")
    assert steps.idle()


def test_idle_does_not_try_again_at_once_after_a_failure(looked_at, run_jobs, monkeypatch):
    looked_at("red")

    def fail(model):
        raise ArithmeticError("no moments today")

    monkeypatch.setattr(moments, "take", fail)
    assert steps.idle()
    run_jobs()
    assert Job.objects.get(step="recentre").state == "failed"
    assert not steps.idle()


def test_idle_embeds_what_only_an_older_model_has_seen(ingest, run_jobs, monkeypatch):
    outcome = ingest()
    run_jobs()
    Embedding.objects.all().delete()
    assert steps.idle()
    run_jobs()
    assert Embedding.objects.filter(version=outcome.version).exists()


class CentredFake(FakeEncoder):
    key = "fake-centred"
    centred = True


@pytest.fixture
def centred(monkeypatch, db):
    encoder = CentredFake()
    monkeypatch.setattr(active, "load", lambda name: encoder)
    return encoder


def test_vectors_are_centred_on_the_whole_library(centred, looked_at):
    looked_at("red", "green", "blue", "yellow")
    steps.recentre([])
    rows = list(Embedding.objects.order_by("pk"))
    raw = np.array([row.raw for row in rows])
    wanted = unit_rows(raw - raw.mean(axis=0))
    assert np.allclose([row.vector for row in rows], wanted, atol=2e-3)
    # What comes later is centred on the same mean, and searched in the same space.
    (late,) = looked_at("black")
    row = Embedding.objects.get(version=late.current_version)
    assert np.allclose(row.vector, unit_rows((row.raw - raw.mean(axis=0))[None])[0], atol=2e-3)


def test_judging_anew_routes_what_changed_and_nobody_decided(
    looked_at, sure, term, owner, monkeypatch
):
    term("zebra", facet="animal")
    changed, decided, same = looked_at("red", "green", "blue")
    sure()
    steps.recentre([])
    Job.objects.all().delete()
    Version.objects.filter(pk=decided.current_version_id).update(state_by=owner)
    real = scoring.judge
    sure(zebra=0.9)
    say = scoring.judge
    blue = Embedding.objects.get(version=same.current_version).raw
    monkeypatch.setattr(
        scoring,
        "judge",
        lambda vector, state, **more: (
            [] if np.allclose(vector, blue, atol=1e-3) else say(vector, state, **more)
        ),
    )
    assert real is not scoring.judge
    steps.rejudge()
    steps.recentre([])
    routed = Job.objects.filter(step="route").values_list("version", flat=True)
    assert list(routed) == [changed.current_version_id]
    assert TagAssignment.objects.filter(term__name="zebra").count() == 2


def test_judging_goes_on_where_it_stopped(looked_at, sure, term, monkeypatch):
    term("zebra", facet="animal")
    sure(zebra=0.9)
    looked_at("red", "green", "blue")
    monkeypatch.setattr(steps, "BATCH", 1)
    monkeypatch.setattr(steps, "BUDGET", -1.0)
    steps.recentre([])
    model = active.active(fresh=True)
    assert model.judged_to == 0
    assert steps.idle()
    for _ in range(10):
        if model.judged_to is None:
            break
        steps._judge_some(model)
    assert model.judged_to is None
    assert TagAssignment.objects.filter(term__name="zebra").count() == 3


def test_moments_survive_their_packing(fake_encoder):
    rows = np.random.default_rng(2).normal(size=(40, 64))
    now = moments.Taken(scoring.LibraryMoments.of(rows), rows.mean(axis=0))
    again = moments.unpack(moments.pack(now))
    assert again.evidence.count == 40
    assert np.allclose(again.evidence.mean, now.evidence.mean, atol=1e-6)
    assert np.allclose(again.evidence.scatter, now.evidence.scatter, atol=1e-3)
    assert np.allclose(again.mean, now.mean, atol=1e-6)


def test_the_vocabulary_is_brought_once_and_edits_are_kept(db):
    assert Term.objects.filter(facet="animal").count() > 30
    gone, renamed = Term.objects.filter(facet="animal", children=None)[:2]
    gone.delete()
    Term.objects.filter(pk=renamed.pk).update(name="renamed by an admin", prompts=["a {}"])
    assert terms.sync_terms() == 0
    assert not Term.objects.filter(name=gone.name).exists()
    assert Term.objects.get(pk=renamed.pk).prompts == ["a {}"]


def test_what_an_admin_edits_is_what_is_read(fake_encoder, term):
    broad = term("aardvark kind", facet="animal")
    narrow = term("aardvark", facet="animal", parent=broad, synonyms=["ant bear"])
    before = terms.vocabulary_for(fake_encoder)
    at = before.ids.index(narrow.pk)
    assert before.texts[at].parent == before.ids.index(broad.pk)
    assert any("ant bear" in text for text in before.texts[at].texts)
    weights = terms.term_weights(fake_encoder, before)
    assert np.allclose(terms.term_weights(fake_encoder, before), weights)
    Term.objects.filter(pk=narrow.pk).update(prompts=["the snout of {}"])
    after = terms.vocabulary_for(fake_encoder)
    assert after.texts[at].texts == ("the snout of aardvark", "the snout of ant bear")
    changed = terms.term_weights(fake_encoder, after)
    assert not np.allclose(changed[at], weights[at])
    Term.objects.filter(pk=narrow.pk).update(active=False)
    assert narrow.pk not in terms.vocabulary_for(fake_encoder).ids


def test_broader_terms_stand_before_narrower_ones(fake_encoder, term):
    low = term("low term")
    top = term("top term")
    Term.objects.filter(pk=low.pk).update(parent=top)
    found = terms.vocabulary_for(fake_encoder)
    for at, one in enumerate(found.texts):
        assert one.parent is None or one.parent < at


def test_a_changed_vocabulary_is_judged_by(looked_at, run_jobs, model):
    from dam.signals import vocabulary_changed

    looked_at("red")
    steps.recentre([])
    vocabulary_changed.send(Term, terms=[])
    assert queue.unfinished() >= 1
    assert active.active(fresh=True).judged_to == 0


def test_the_first_model_is_that_of_the_settings(db, settings):
    assert active.active().key == "fake-v1"
    assert active.active(fresh=True).state == "active"
    assert EmbeddingModel.objects.count() == 1


def test_an_unknown_encoder_is_named(db, settings):
    settings.LOUPE_ENCODER = "nonsense"
    with pytest.raises(EncoderError, match="nonsense"):
        active.active()
