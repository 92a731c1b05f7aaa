"""What the editor asks of the server while somebody works: form and text say the same."""

import json

import pytest

from processing.recipepages.form import form_of
from processing.recipes.reading import read
from tests.processing.recipebook.conftest import own

pytestmark = pytest.mark.django_db

TEXT = """recipe: own  # ours
variables: {size: 800}
steps:
  - resize: {width: $size}
  - sharpen: {amount: 0.3}
  - denoise:
    if: noise > 3
outputs:
  main:
    export: {format: jpeg, quality: 90}
"""


@pytest.fixture
def ask(client, admin_user):
    client.force_login(admin_user)

    def send(text: str, code: int = 200, **act) -> dict:
        body = {"text": text} | ({"act": json.dumps(act)} if act else {})
        answer = client.post("/recipes/form", body)
        assert answer.status_code == code, answer.content
        return answer.json() if code == 200 else {}

    return send


def test_a_form_shows_what_operators_say_of_themselves():
    form = form_of(TEXT)
    resize, sharpen, denoise = form.steps
    (width, *_) = resize.fields
    assert (width.value, width.unit, width.range, width.variable) == (
        "$size",
        "px",
        "1–30000 px",
        True,
    )
    amount = next(one for one in sharpen.fields if one.path[-1] == "amount")
    assert amount.slides
    assert "difference to the blurred picture" in amount.about
    assert (denoise.condition, denoise.line, denoise.last_line) == ("noise > 3", 6, 7)
    assert form.outputs[0].export.name == "jpeg"
    (white,) = form_of("recipe: a\nsteps: [white-balance]\n").steps
    method = next(one for one in white.fields if one.path[-1] == "method")
    assert method.control == "choice"
    assert {"learned", "picked", "grey-world"} <= set(method.choices)
    quality = next(one for one in form.outputs[0].export.fields if one.path[-1] == "quality")
    assert (quality.control, quality.value) == ("raw", "90")
    assert form.variables == [("size", "800")]


@pytest.mark.parametrize(
    ("act", "has"),
    [
        ({"do": "set", "path": ["steps", 1, "sharpen", "amount"], "value": "0.5", "as": "number"},
         "- sharpen: {amount: 0.5}"),
        ({"do": "set", "path": ["steps", 1, "sharpen", "amount"], "value": "", "as": "number"},
         "- sharpen: {}"),
        ({"do": "set", "path": ["steps", 1, "if"], "value": "width > 9", "as": "text"},
         "    if: width > 9\n"),
        ({"do": "set", "path": ["variables", "size"], "value": "640", "as": "plain"},
         "variables: {size: 640}"),
        ({"do": "set", "path": ["title"], "value": "2000", "as": "text"}, 'title: "2000"\n'),
        ({"do": "move", "path": ["steps", 2], "to": 0}, "steps:\n  - denoise:\n    if: noise"),
        ({"do": "drop", "path": ["steps", 0]}, "steps:\n  - sharpen"),
        ({"do": "step", "path": ["steps"], "value": "vignette"}, "  - vignette\noutputs"),
        ({"do": "step", "path": ["outputs", "main", "steps"], "value": "vignette"},
         "    steps:\n      - vignette\n"),
        ({"do": "check", "path": ["checks"], "value": "blank"}, "checks:\n  - blank\n"),
        ({"do": "output", "path": ["outputs"], "value": "tiny"}, "  tiny:\n    export: jpeg\n"),
        ({"do": "rename", "path": ["outputs", "main"], "value": "big"}, "  big:\n    export"),
        ({"do": "format", "path": ["outputs", "main", "export"], "value": "webp"},
         "export: {format: webp, quality: 90}"),
        ({"do": "format", "path": ["outputs", "main", "export"], "value": "png"}, "export: png\n"),
        ({"do": "include", "path": ["include"], "value": "base"}, "include:\n  - base\nsteps"),
    ],
)  # fmt: skip
def test_a_change_of_the_form_is_a_change_of_the_text(ask, act, has):
    told = ask(TEXT, **act)
    assert told["refused"] == ""
    assert has in told["text"]
    assert "# ours" in told["text"]
    assert told["form"]


def test_added_steps_are_right_at_once(ask):
    from processing.operators import catalogue

    text = "recipe: a\noutputs: {main: {export: png}}\n"
    for name in catalogue.operators():
        made = ask(text, do="step", path=["steps"], value=name)["text"]
        assert [one.operator.operator for one in read(made).steps] == [name]


def test_faults_stand_at_their_lines_and_fields(ask):
    told = ask(
        "recipe: own\nsteps:\n  - resize: {width: 0}\n  - shrpen\noutputs: {a: {export: x}}\n"
    )
    assert [one["line"] for one in told["faults"]] == [3, 4, 5]
    form = form_of(
        "recipe: own\nsteps:\n  - resize: {width: 0}\n",
        read_faults("recipe: own\nsteps:\n  - resize: {width: 0}\n"),
    )
    assert form.steps[0].fields[0].faults == ["“width” is from 1 to 30000 px, not 0."]
    assert told["outputs"] is None
    assert "Loupe knows nothing of this name" in told["form"]


def read_faults(text: str):
    from processing.recipes.faults import RecipeError

    with pytest.raises(RecipeError) as caught:
        read(text)
    return caught.value.faults


def test_a_text_that_yaml_cannot_read_keeps_its_faults_and_has_no_form(ask):
    told = ask("recipe: own\nsteps: [resize: {\n")
    assert told["form"] is None
    assert told["faults"][0]["sentence"].startswith("This is no YAML")
    refused = ask("recipe: own\nsteps: [\n", do="step", path=["steps"], value="sharpen")
    assert refused["refused"].startswith("Line ")
    assert refused["text"] == "recipe: own\nsteps: [\n"


@pytest.mark.parametrize(
    "act",
    [
        {"do": "dance", "path": ["steps"]},
        {"do": "set", "path": "steps", "value": "1"},
        {"do": "set", "path": [], "value": "1"},
        {"do": "set", "path": [[]], "value": "1"},
        {"do": "move", "path": ["steps", 0], "to": "x"},
        {"do": "set"},
    ],
)
def test_what_no_form_sends_is_refused(ask, act):
    ask(TEXT, 400, **act)


def test_bombs_are_refused_in_words(ask):
    bomb = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join(['*' + old] * 8)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "at most 4000 values" in ask(bomb)["faults"][0]["sentence"]
    long = "recipe: a\nsteps:\n" + "  - sharpen\n" * 10_000
    assert "at most" in ask(long)["faults"][0]["sentence"]
    assert ask(own())["faults"] == []
