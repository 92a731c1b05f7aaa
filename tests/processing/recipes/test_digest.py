"""The digest: the same for the same work, another for any other."""

import json

import pytest

from processing.recipes.reading import read
from tests.processing.recipes.cast import KNOWN, Shade, recipe

ONE = """recipe: one
title: One
steps:
  - shade: {strength: 0.5}
    if: category == product
outputs:
  a: {export: plain}
  b: {export: plain, steps: [shade]}
"""


@pytest.mark.parametrize(
    "same",
    [
        ONE.replace("title: One", "title: Two\ndescription: Words"),
        ONE.replace("recipe: one", "recipe: two"),
        ONE.replace("{strength: 0.5}", "{mode: soft}"),
        ONE.replace("category == product", "( category=='Product' )"),
        ONE.replace("    if:", "    label: Words\n    if:"),
        ONE.replace("steps:\n", "checks: [blank]\nsteps:\n", 1),
        ONE.replace("title: One", "variables: {s: 0.5}").replace("0.5}\n    if", "$s}\n    if"),
        "recipe: one\noutputs:\n"
        "  b: {export: {format: plain, quality: 80}, steps: [{shade: {}}]}\n  a: {export: plain}\n"
        "steps:\n  - {if: category == product, shade: {}}\n",
    ],
)
def test_words_do_not_count(same: str):
    assert same != ONE
    assert recipe(same).digest() == recipe(ONE).digest()


@pytest.mark.parametrize(
    "other",
    [
        ONE.replace("0.5", "0.6"),
        ONE.replace("product", "portrait"),
        ONE.replace("    if: category == product\n", ""),
        ONE.replace("steps:\n", "steps:\n  - shade\n", 1),
        ONE.replace("title: One", "colours: srgb\ninclude: []").replace("a: {exp", "c: {exp"),
        ONE.replace("a: {export: plain}", "a: {export: {format: plain, quality: 70}}"),
        ONE.replace(", steps: [shade]", ""),
    ],
)
def test_what_decides_pixels_counts(other: str):
    assert recipe(other).digest() != recipe(ONE).digest()


def test_an_operators_version_counts(monkeypatch: pytest.MonkeyPatch):
    before = recipe(ONE)
    digest = before.digest()
    monkeypatch.setattr(Shade, "version", 2)
    assert before.digest() != digest


def test_another_outputs_change_leaves_an_outputs_digest():
    other = recipe(ONE.replace(", steps: [shade]", ""))
    assert recipe(ONE).digest_for("a") == other.digest_for("a")
    assert recipe(ONE).digest_for("b") != other.digest_for("b")
    assert recipe(ONE).digest_for("a") != recipe(ONE.replace("0.5", "0.4")).digest_for("a")


def test_it_is_plain_json_and_does_not_change_by_itself():
    told = recipe(ONE).canonical()
    assert json.loads(json.dumps(told)) == told
    assert read(ONE, known=KNOWN).digest() == read(ONE, known=KNOWN).digest()
