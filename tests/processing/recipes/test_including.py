"""Recipes that take others in: order, variables, circles, and where faults are told."""

from tests.processing.recipes.cast import faults, recipe

BASE = """recipe: base
variables: {size: 800}
steps:
  - resize: {width: $size}
checks:
  - size: {width: $size}
outputs:
  of-the-base:
    export: plain
"""


def widths(text: str, others: dict[str, str]) -> list:
    steps = recipe(text, others=others).steps
    return [step.operator.model_dump().get("width") for step in steps]


def test_steps_come_first_and_variables_are_overridden():
    text = "include: [base]\nvariables: {size: 500}\nsteps:\n  - resize: {width: 7}\n"
    assert widths(text, {"base": BASE}) == [500, 7]
    assert widths("include: [base]", {"base": BASE}) == [800]
    made = recipe(text + "outputs: {a: {export: plain}}", others={"base": BASE})
    assert made.includes == ("base",)
    assert [output.name for output in made.outputs] == ["a"]
    assert made.outputs[0].checks[0].parameters == {"width": 500, "tolerance": 0}
    assert made.steps[0].line == 2, "the line of the include"


def test_each_comes_once_the_innermost_first():
    others = {
        "base": BASE,
        "one": "recipe: one\ninclude: [base]\nsteps: [{resize: {width: 1}}]",
        "two": "recipe: two\ninclude: [base]\nsteps: [{resize: {width: 2}}]",
    }
    text = "include: [one, two]\nsteps: [{resize: {width: 3}}]"
    assert widths(text, others) == [800, 1, 2, 3]
    assert recipe(text, others=others).includes == ("base", "one", "two")


def test_circles_are_told():
    others = {
        "one": "recipe: one\ninclude: [two]",
        "two": "recipe: two\ninclude: [one]",
        "self": "recipe: self\ninclude: [self]",
    }
    assert faults("include: [one]", others=others) == [
        "2:11: In “two”, line 2: Recipes include each other in a circle: one → two → one."
    ]
    assert "self → self" in faults("include: [self]", others=others)[0]


def test_faults_of_others_are_told_at_the_include():
    others = {
        "base": "recipe: base\nsteps:\n  - shade: {strength: 3}\n  - nix",
        "broken": "a: b: c",
        "outer": "recipe: outer\ninclude: [base]",
    }
    assert faults("include:\n  - base\n  - broken\n  - gone", others=others) == [
        "3:5: In “base”, line 3: “strength” is from 0 to 1, not 3.",
        "3:5: In “base”, line 4: There is no operator called “nix”."
        " There are resize, shade and to-press.",
        "4:5: In “broken”, line 1: This is no YAML: mapping values are not allowed here.",
        "5:5: There is no recipe “gone”; there are: base, broken and outer.",
    ]
    assert "2:11: In “base”, line 3:" in faults("include: [outer]", others=others)[0]


def test_depth_and_number_are_bounded():
    deep = {f"r{n}": f"recipe: r{n}\ninclude: [r{n + 1}]" for n in range(9)}
    assert "5 deep" in faults("include: [r0]", others=deep)[0]
    many = {f"r{n}": f"recipe: r{n}" for n in range(40)}
    assert len(faults(f"include: [{', '.join(many)}]", others=many)) == 20
    assert faults("include: base", others={"base": BASE}) == [
        "2:10: “include” is a list: each begins with “- ”."
    ]


def test_a_variable_keeps_its_type_when_overridden():
    text = "include: [base]\nvariables: {size: big}"
    assert faults(text, others={"base": BASE})[0] == "3:19: “size” is a whole number, not “big”."
