"""Switching models: beside the old one, in one step, with search up all the time."""

import json
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from processing.encoders.fake import FakeEncoder
from processing.errors import TransientError
from search import active, index, switching
from search.language import parse
from search.models import Embedding, EmbeddingModel
from search.ranking import search


class OtherFake(FakeEncoder):
    """Another model: another key and width."""

    key = "other-v1"
    dimensions = 32


@pytest.fixture
def encoders(monkeypatch):
    made = {"fake-v1": FakeEncoder(), "other-v1": OtherFake()}
    monkeypatch.setattr(active, "load", lambda name: made[active.full_key(name)])
    return made


@pytest.fixture
def library(asset_factory, preview, encoders, model):
    from search.embedding import embed

    versions = []
    for colour in ("red", "green", "blue", "yellow", "white"):
        version = asset_factory(colour).current_version
        preview(version, colour)
        versions.append(version)
    embed(model, versions)
    return versions


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%hnsw%%'")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_the_first_model_has_its_index(model):
    assert index.exists(model)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index.name(model)])
        (definition,) = cursor.fetchone()
    assert f"halfvec({model.dimensions})" in definition
    assert f"model_id = {model.pk}" in definition


@pytest.mark.django_db
def test_use_switches_and_keeps_the_old_rows(library, model):
    seen = []
    other, unreadable = switching.use("other-v1", tell=lambda done, of: seen.append((done, of)))
    assert unreadable == []
    assert seen[-1] == (5, 5)
    model.refresh_from_db()
    assert (other.state, model.state) == ("active", "retired")
    assert active.active().pk == other.pk
    assert other.embeddings.count() == model.embeddings.count() == 5
    assert index.exists(other)
    assert other.judged_to == 0
    assert search(parse("anything"), None, limit=5).hits


@pytest.mark.django_db
def test_switching_back_embeds_nothing_again(library, model, encoders, monkeypatch):
    switching.use("other-v1")

    def refuse(pictures):
        raise AssertionError("it was embedded already")

    monkeypatch.setattr(encoders["fake-v1"], "encode_images", refuse, raising=False)
    again, _ = switching.use("fake-v1")
    assert again.pk == model.pk
    assert again.state == "active"


@pytest.mark.django_db
def test_an_interrupted_switch_goes_on(library, model, encoders, monkeypatch):
    monkeypatch.setattr(switching, "BATCH", 2)
    real, calls = encoders["other-v1"].encode_images, []

    def die_later(pictures):
        calls.append(len(pictures))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(pictures)

    monkeypatch.setattr(encoders["other-v1"], "encode_images", die_later, raising=False)
    with pytest.raises(KeyboardInterrupt):
        switching.use("other-v1")
    assert active.active(fresh=True).pk == model.pk
    assert Embedding.objects.filter(model__key="other-v1").count() == 2
    other, _ = switching.use("other-v1")
    assert other.state == "active"
    assert sum(calls[2:]) == 3


@pytest.mark.django_db
def test_what_cannot_be_read_is_told_and_stops_nobody(library, model, monkeypatch):
    real = switching.embed

    def refuse_one(chosen, versions):
        if library[1] in versions:
            raise TransientError("It is missing.")
        real(chosen, versions)

    monkeypatch.setattr(switching, "embed", refuse_one)
    other, unreadable = switching.use("other-v1")
    assert unreadable == [library[1].pk]
    assert other.embeddings.count() == 4


@pytest.mark.django_db
def test_removing_takes_rows_and_index(library, model):
    switching.use("other-v1")
    with pytest.raises(switching.NotPossible, match="switch to another"):
        switching.remove("other-v1")
    name = index.name(model)
    assert name in indexes()
    assert switching.remove("fake-v1") == 5
    assert name not in indexes()
    assert not EmbeddingModel.objects.filter(key="fake-v1").exists()


@pytest.mark.django_db
def test_the_command_answers_in_json(library, capsys):
    call_command("models", "use", "other-v1", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"active": "other-v1", "embeddings": 5, "unreadable": []}


@pytest.mark.django_db(transaction=True)
def test_search_is_up_throughout(library, model):
    """Searches go on in another thread, on its own connection, while the model is switched."""
    stop, failures, answers = threading.Event(), [], []

    def keep_searching():
        try:
            while not stop.is_set():
                active.forget()
                page = search(parse("red"), None, limit=5)
                answers.append(len(page.hits))
                if page.problems:
                    failures.append(page.problems)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            failures.append(error)
        finally:
            connection.close()

    searching = threading.Thread(target=keep_searching)
    searching.start()
    try:
        for name in ("other-v1", "fake-v1", "other-v1"):
            switching.use(name)
    finally:
        stop.set()
        searching.join()
    assert failures == []
    assert answers
    assert set(answers) == {5}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [switching.use, switching.remove])
def test_only_one_switch_at_a_time(library, change):
    refused = []

    def second():
        try:
            change("other-v1")
        except switching.NotPossible as problem:
            refused.append(str(problem))
        finally:
            connection.close()

    with switching.only_one():
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert refused == ["Another switch of models is going on; wait for it to end."]
