"""The commands: what they print for machines, and how they fail."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from processing.encoders import ImageEmbedding
from processing.errors import TransientError

pytestmark = pytest.mark.django_db


def run(*args):
    out = io.StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


@pytest.fixture
def boat(asset_factory, mean):
    for number in range(5):
        mean(asset_factory(f"Other {number}"), f"thing{number}")
    return mean(
        asset_factory("Boat", file_name="IMG_0042.JPG"), "red boat", concepts=[("yawl", 0.6)]
    )


def test_search_answers_in_json(boat):
    answer = json.loads(run("search", "red boat", "--limit", "2", "--json"))
    assert answer["query"] == "red boat"
    assert len(answer["hits"]) == 2
    first = answer["hits"][0]
    assert set(first) == {"asset", "file", "score", "why"}
    assert (first["asset"], first["file"]) == (boat.pk, "IMG_0042.JPG")
    assert 0 < first["score"] <= 1
    assert "looks like: yawl" in first["why"]


def test_search_tells_people(boat):
    told = run("search", "red boat", "--limit", "1")
    assert "IMG_0042.JPG" in told
    assert "yawl" in told


def test_a_line_a_query_from_standard_input(boat, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("red boat\n\nthing3\ntype:exe\n"))
    answers = [json.loads(line) for line in run("search", "--stdin", "--limit", "1").splitlines()]
    assert [answer["query"] for answer in answers] == ["red boat", "thing3", "type:exe"]
    assert answers[0]["hits"][0]["asset"] == boat.pk
    assert "exe" in answers[2]["problems"][0]


@pytest.mark.parametrize(
    "args",
    [
        ("search",),
        ("search", ""),
        ("search", "  "),
        ("search", "x", "--limit", "0"),
        ("search", "x", "--limit", "many"),
        ("search", "x", "--stdin"),
        ("similar", "987654"),
        ("similar", "no/such/file.jpg"),
        ("similar", "9" * 5_000),
        ("similar", "1", "--limit", "-1"),
        ("tags", "987654"),
        ("tags", "x"),
        ("models", "use", "nonsense"),
        ("models", "fetch", "nonsense"),
        ("models", "remove", "fake-v1"),
        ("models", "remove", "nonsense"),
    ],
)
def test_bad_input_fails_with_a_sentence(args, model):
    with pytest.raises((CommandError, SystemExit)) as caught:
        run(*args)
    if caught.type is CommandError:
        assert str(caught.value)
    else:
        assert caught.value.code not in {0, None}


def test_similar_to_an_asset_and_to_a_file(asset_factory, preview, model, tmp_path):
    from PIL import Image

    from search.embedding import embed

    for colour in ("red", "crimson", "green"):
        asset = asset_factory(colour)
        preview(asset.current_version, colour)
        embed(model, [asset.current_version])
    green = asset
    answer = json.loads(run("similar", str(green.pk), "--json"))
    assert green.pk not in [hit["asset"] for hit in answer["hits"]]
    path = tmp_path / "asked.png"
    Image.new("RGB", (90, 90), "green").save(path)
    answer = json.loads(run("similar", str(path), "--limit", "1", "--json"))
    assert [hit["asset"] for hit in answer["hits"]] == [green.pk]


def test_similar_to_what_is_no_picture(tmp_path, model):
    path = tmp_path / "x.jpg"
    path.write_bytes(b"GIF89a nothing of the kind")
    with pytest.raises(CommandError, match=r"x\.jpg"):
        run("similar", str(path))


def test_tags_in_json(boat, tag, term):
    tag(boat, term("dinghy"))
    tag(boat, term("harbour", facet="scene"), state="suggested", by=None, confidence=0.6)
    rows = json.loads(run("tags", str(boat.pk), "--json"))
    by_term = {row["term"]: row for row in rows}
    assert by_term["dinghy"]["source"] == "human"
    assert by_term["harbour"] == {
        "term": "harbour",
        "facet": "scene",
        "source": "model",
        "model": "",
        "score": None,
        "confidence": 0.6,
        "state": "suggested",
    }


def test_models_are_listed(model, boat):
    rows = {row["name"]: row for row in json.loads(run("models", "list", "--json"))}
    assert rows["fake-v1"]["state"] == "active"
    assert rows["fake-v1"]["embeddings"] == 6
    concepts = rows["concepts-lite0-minilm-v1"]
    assert concepts["task"] == "image-text"
    assert concepts["licence"] == "Apache-2.0"
    assert isinstance(concepts["present"], bool)


def test_evaluation_counts_ranks(boat, tmp_path, model, fake_encoder):
    from search.embedding import write
    from search.evaluation import evaluate, read_questions

    path = tmp_path / "captions.jsonl"
    path.write_text(
        '{"query": "red boat", "relevant": ["IMG_0042.JPG"]}\n'
        '{"query": "red boat", "relevant": ["nobody.jpg"]}\n'
    )
    write(
        model,
        [boat.current_version_id],
        [ImageEmbedding(fake_encoder.encode_texts(["red boat"])[0])],
    )
    quality = evaluate(read_questions(path))
    assert quality.questions == 2
    assert quality.recall == {1: 0.5, 5: 0.5, 10: 0.5}
    assert quality.reciprocal_rank == 0.5
    path.write_text('{"query": "red boat"}\n')
    with pytest.raises(ValueError, match="line 1"):
        read_questions(path)


def test_weights_that_cannot_be_had_are_an_error_in_words(db, monkeypatch):
    def nowhere():
        raise TransientError("The model x cannot be had now.")

    monkeypatch.setattr("search.management.commands.search.fetch", nowhere)
    with pytest.raises(CommandError, match="cannot be had"):
        call_command("search", "boat")


@pytest.mark.parametrize(
    "text", ["the", "???", '"the"', "'", "\\", "()", "& | !", ":*", "a\0b", "x" * 10_000]
)
def test_no_text_is_too_odd(boat, text):
    answer = json.loads(run("search", text, "--json"))
    assert answer["query"] == text
    assert len(answer["hits"]) <= 6
