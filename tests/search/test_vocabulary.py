"""The vocabulary that Loupe brings, and what makes one invalid."""

from collections import Counter

import pytest

from processing.encoders.base import FACETS
from search.vocabulary import VocabularyError, load


def write(folder, name="a.toml", text=""):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_four_hundred_terms_over_every_facet():
    terms = load()
    assert len(terms) >= 400
    counts = Counter(term.facet for term in terms)
    assert set(counts) == set(FACETS)
    assert min(counts.values()) >= 25


def test_parents_come_before_their_children():
    seen = set()
    for term in load():
        assert term.parent is None or term.parent in seen
        seen.add(term.name)


def test_prompts_make_sentences():
    for term in load():
        texts = term.texts()
        assert len(texts) == len(term.prompts) * (1 + len(term.synonyms))
        assert all("{" not in text and text.strip() == text for text in texts)


def test_no_two_terms_are_hard_to_tell_apart():
    """Plurals and other endings of a name are no second term."""
    stems = Counter(term.name.lower().removesuffix("s") for term in load())
    assert [stem for stem, count in stems.items() if count > 1] == []


def test_a_file_is_read(tmp_path):
    folder = write(
        tmp_path,
        text="""
facet = "animal"
prompts = ["a photo of a {}"]
[terms]
kitten = { parent = "cat", prompts = ["a young {}"] }
cat = { synonyms = ["tabby"] }
""",
    )
    cat, kitten = load(folder)
    assert (cat.name, cat.facet, cat.parent) == ("cat", "animal", None)
    assert cat.texts() == ["a photo of a cat", "a photo of a tabby"]
    assert (kitten.parent, kitten.texts()) == ("cat", ["a young kitten"])


HEAD = 'facet = "animal"\nprompts = ["{}"]\n[terms]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('facet = "smell"\n[terms]\nrose = {}\n', "no facet is called 'smell'"),
        (HEAD + 'cat = { parent = "beast" }\n', "its parent 'beast'"),
        (HEAD + 'cat = { synonyms = ["Tom"] }\ntom = {}\n', "stands twice"),
        (HEAD + "cat = {}\nCat = {}\n", "stands twice"),
        (HEAD + 'cat = { synonyms = ["puss", "puss"] }\n', "stands twice"),
        (HEAD + 'a = { parent = "b" }\nb = { parent = "a" }\n', "own ancestors"),
        (HEAD + 'cat = { prompts = ["no place"] }\n', "prompts"),
        (HEAD + 'cat = { prompts = ["{} and {}"] }\n', "prompts"),
        (HEAD + 'cat = { colour = "red" }\n', "unknown field 'colour'"),
        (HEAD + "cat = {}\ncat = {}\n", "a.toml"),
        ('facet = "animal"\n[terms]\ncat = {}\n', "prompts"),
    ],
)
def test_contradictions_are_refused(tmp_path, text, message):
    with pytest.raises(VocabularyError, match=message):
        load(write(tmp_path, text=text))


def test_the_same_name_in_two_files_is_refused(tmp_path):
    write(tmp_path, "a.toml", HEAD + "turkey = {}\n")
    write(tmp_path, "b.toml", HEAD.replace("animal", "food") + "turkey = {}\n")
    with pytest.raises(VocabularyError, match="stands twice"):
        load(tmp_path)


def test_a_parent_of_another_facet_is_refused(tmp_path):
    write(tmp_path, "a.toml", HEAD + "fish = {}\n")
    write(tmp_path, "b.toml", HEAD.replace("animal", "food") + 'sushi = { parent = "fish" }\n')
    with pytest.raises(VocabularyError, match="no term of facet food"):
        load(tmp_path)
