"""Variables: typed, told when unknown or unused, overridden from outside and by who includes."""

import pytest

from tests.processing.recipes.cast import Shade, faults, recipe

STEP = "steps:\n  - shade: {strength: $much}\n    label: 'much: ${much}'\n"


def strength(text: str, **variables) -> object:
    operator = recipe(text, **variables).steps[0].operator
    assert isinstance(operator, Shade)
    return operator.strength


def test_alone_they_keep_their_type_and_in_texts_they_are_words():
    made = recipe("variables: {much: 0.25}\n" + STEP)
    assert strength("variables: {much: 0.25}\n" + STEP) == 0.25
    assert made.steps[0].label == "much: 0.25"
    assert made.variables == {"much": 0.25}


@pytest.mark.parametrize(("given", "becomes"), [(0.75, 0.75), ("0.75", 0.75), (1, 1.0), ("1", 1.0)])
def test_values_from_outside(given: object, becomes: float):
    assert strength("variables: {much: 0.25}\n" + STEP, much=given) == becomes


def test_values_from_outside_that_do_not_fit():
    text = "variables: {much: 0.25}\n" + STEP
    assert faults(text, much="lots") == ["2:12: “much” is a number, not “lots”."]
    assert faults(text, much=True) == ["2:12: “much” is a number, not “True”."]
    assert faults(text, muhc=1) == [
        "2:12: There is no variable “muhc” to be set. Did you mean “much”?"
    ]
    assert "from 0 to 1, not 3" in faults(text, much="3")[0]
    switch = "variables: {on: true}\nsteps:\n  - resize: {width: 1, enlarge: $on}\n"
    assert recipe(switch, on="false").steps[0].operator.model_dump()["enlarge"] is False
    assert faults(switch, on="no") == ["2:12: “on” is yes or no (true or false), not “no”."]
    text = "variables: {name: a}\nsteps:\n  - shade: {}\n    label: $name\n"
    assert recipe(text, name="7").steps[0].label == "7"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("variables: {a b: 1}", "2:13: “a b” is no name for a variable"),
        ("variables: {a: [1]}", "2:16: “a” needs a text, a number, true or false."),
        ("variables: {a: }", "“a” needs a text"),
        ("variables: {a: x$b}", "2:16: A variable's value is plain"),
        ("variables: {a: 1, a: 2}", "2:19: Here is a second variable “a”; the first is in line 2."),
        ("variables: [a]", "2:12: “variables” is written as"),
        ("steps:\n  - shade: {mode: 'x ${nix}'}", "3:22: There is no variable “nix”."),
        ("steps:\n  - shade: {mode: $}", "“mode” is one of"),
        ("variables: {wide: 1}\nsteps:\n  - resize: {width: $wdie}", "Did you mean “wide”?"),
    ],
)
def test_what_is_said(text: str, fault: str):
    assert any(fault in told for told in faults(text))


def test_an_unused_one_is_told():
    assert faults("variables: {a: 1}") == ["2:13: Nothing uses the variable “a”."]
    assert faults("variables: {a: true}\nsteps:\n  - shade: {}\n    if: has_alpha == $a\n") == []
