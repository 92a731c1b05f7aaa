"""Changes that a form makes to a text: just there, comments and spelling kept, or not at all."""

import pytest

from processing.recipes.editing import acts
from processing.recipes.editing.acts import CannotEdit
from processing.recipes.editing.spans import plain
from processing.recipes.shipped import texts

TEXT = """# Ours.
recipe: shop   # the name
variables: {size: 800}
steps:
  # First of all
  - resize: {width: $size, height: 10}  # small

  - sharpen
  # Why this one
  - denoise:
      strength: 0.5  # half
    if: noise > 3
outputs:
  main:
    export: jpeg
  small:
    steps: [{resize: {width: 1}}, sharpen]
    export: {format: webp, quality: 70}
checks:
  - blank
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("steps", 0, "resize", "width"), 40, "width: $size", "width: 40"),
        (("steps", 0, "resize", "height"), "$size", "height: 10", "height: $size"),
        (("steps", 0, "resize", "mode"), "outside", "height: 10}", "height: 10, mode: outside}"),
        (("steps", 1, "sharpen", "amount"), 0.3, "- sharpen\n", "- sharpen: {amount: 0.3}\n"),
        (("steps", 1, "if"), "noise > 1", "- sharpen\n", "- sharpen:\n    if: noise > 1\n"),
        (("steps", 2, "denoise", "strength"), 1, "strength: 0.5", "strength: 1"),
        (("steps", 2, "denoise", "colour"), 1, "# half\n", "# half\n      colour: 1\n"),
        (("steps", 2, "label"), "A: b", "if: noise > 3\n", 'if: noise > 3\n    label: "A: b"\n'),
        (("title",), "Shop", "variables", "title: Shop\nvariables"),
        (("title",), "no", "variables", "title: no\nvariables"),
        (("title",), "true", "variables", 'title: "true"\nvariables'),
        (("description",), "a\nb\n", "variables", "description: |\n  a\n  b\nvariables"),
        (("variables", "fill"), 0.85, "size: 800", "size: 800, fill: 0.85"),
        (("outputs", "main", "export", "quality"), 80, "jpeg", "{format: jpeg, quality: 80}"),
        (("outputs", "small", "export", "quality"), 1, "quality: 70", "quality: 1"),
        (
            ("outputs", "main", "steps"),
            ["sharpen"],
            "export: jpeg\n",
            "export: jpeg\n    steps:\n      - sharpen\n",
        ),
        (
            ("outputs", "tiny"),
            {"export": "png"},
            "quality: 70}\n",
            "quality: 70}\n  tiny:\n    export: png\n",
        ),
        (("outputs", "small", "steps", 1, "if"), "x", ", sharpen]", ", {sharpen: null, if: x}]"),
        (("checks", 0, "blank", "most"), 1, "- blank", "- blank: {most: 1}"),
    ],
)
def test_a_value_is_put_where_it_belongs(path, value, old, new):
    assert TEXT.count(old) == 1
    assert acts.put(TEXT, path, value) == TEXT.replace(old, new)


@pytest.mark.parametrize(
    ("path", "gone", "left"),
    [
        (("steps", 0, "resize", "width"), "width: $size, ", ""),
        (("steps", 0, "resize", "height"), ", height: 10", ""),
        (("steps", 2, "if"), "    if: noise > 3\n", ""),
        (("steps", 2, "denoise", "strength"), "      strength: 0.5  # half\n", ""),
        (("steps", 1), "  - sharpen\n", ""),
        (("steps", 2), TEXT[TEXT.index("  # Why") : TEXT.index("outputs")], ""),
        (("outputs", "main"), "  main:\n    export: jpeg\n", ""),
        (("outputs", "small", "steps", 0), "{resize: {width: 1}}, ", ""),
        (("outputs", "small", "steps", 1), ", sharpen]", "]"),
        (("variables", "size"), "variables: {size: 800}\n", ""),
        (("checks", 0), "checks:\n  - blank\n", ""),
    ],
)
def test_what_is_dropped_is_gone_and_nothing_else(path, gone, left):
    assert TEXT.count(gone) == 1
    assert acts.drop(TEXT, path) == TEXT.replace(gone, left)


def test_steps_move_with_the_comments_above_them():
    moved = acts.move(TEXT, ("steps", 2), 0)
    assert moved.index("# Why this one") < moved.index("- denoise") < moved.index("# First of all")
    assert plain(moved)["steps"][0] == {"denoise": {"strength": 0.5}, "if": "noise > 3"}
    assert sorted(moved) == sorted(TEXT)
    assert acts.move(moved, ("steps", 0), 2).split() == TEXT.split()
    within = acts.move(TEXT, ("outputs", "small", "steps", 0), 1)
    assert "steps: [sharpen, {resize: {width: 1}}]" in within
    with pytest.raises(CannotEdit, match="no such place"):
        acts.move(TEXT, ("steps", 0), 3)


def test_steps_are_added_anywhere():
    first = acts.insert(TEXT, ("steps",), {"crop": {"aspect": "4:5"}}, 0)
    assert 'steps:\n  - crop: {aspect: "4:5"}\n  # First of all\n  - resize' in first
    last = acts.insert(TEXT, ("steps",), "vignette")
    assert "    if: noise > 3\n  - vignette\noutputs" in last
    assert "sharpen, vignette]" in acts.insert(TEXT, ("outputs", "small", "steps"), "vignette")
    for none in ("recipe: a\n", "recipe: a\nsteps:\n", "recipe: a\nsteps: []\n", "recipe: a"):
        assert plain(acts.insert(none, ("steps",), "sharpen"))["steps"] == ["sharpen"]
    assert acts.insert("recipe: a\nsteps:\n", ("steps",), "b") == "recipe: a\nsteps:\n  - b\n"
    assert acts.insert("recipe: a\nsteps:\n  - b", ("steps",), "c").endswith("  - b\n  - c")


def test_outputs_are_renamed_in_their_place():
    assert acts.rename(TEXT, ("outputs", "main"), "big") == TEXT.replace("main:", "big:")
    with pytest.raises(CannotEdit, match="There is a “small” already"):
        acts.rename(TEXT, ("outputs", "main"), "small")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("recipe: a\nsteps:\n  - resize: &same {width: 1}\n  - cover: *same\n", (1, "cover")),
        ("recipe: a\nsteps:\n  - resize: &same {width: 1}\n  - cover: *same\n", (0, "resize")),
        ("recipe: a\nsteps:\n  - resize: {width: 1, width: 2}\n", (0, "resize")),
    ],
)
def test_what_cannot_be_done_without_harm_is_not_done(text, path):
    with pytest.raises(CannotEdit, match="change it in the text"):
        acts.put(text, ("steps", *path, "width"), 7)


@pytest.mark.parametrize("name", sorted(texts()))
def test_every_shipped_recipe_survives_every_kind_of_change(name):
    text = texts()[name]
    before = plain(text)
    for place, _ in enumerate(before.get("steps") or ()):
        labelled = acts.put(text, ("steps", place, "label"), "My: label")
        assert acts.drop(labelled, ("steps", place, "label")).split() == text.split() or isinstance(
            before["steps"][place], str
        )
        without = acts.drop(text, ("steps", place))
        assert len(plain(without).get("steps") or ()) == len(before["steps"]) - 1
        moved = acts.move(text, ("steps", place), 0)
        assert plain(moved)["steps"][0] == before["steps"][place]
    for output in before.get("outputs") or ():
        made = acts.put(text, ("outputs", output, "export", "quality"), 33)
        assert plain(made)["outputs"][output]["export"]["quality"] == 33


def test_nothing_becomes_something():
    text = "recipe: a\ntitle:\nsteps:\n  - denoise:  # why\n    if: x\n"
    assert acts.put(text, ("title",), "A") == text.replace("title:", "title: A")
    made = acts.put(text, ("steps", 0, "denoise", "strength"), 0.2)
    assert made == text.replace("denoise:", "denoise: {strength: 0.2}")
