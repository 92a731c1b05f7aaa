"""Recipes from texts: what they become, and all that is wrong with them at once."""

import pytest

from processing.recipes.faults import RecipeError
from processing.recipes.reading import read
from tests.processing.recipes.cast import KNOWN, Shade, faults, recipe

WHOLE = """recipe: web-shop
title: The shop
description: |
  For the shop.
variables:
  size: 800
  mode: hard
steps:
  - shade: {strength: 0.25, mode: $mode}
    if: category == product
    label: At ${size}, $$5
  - resize:
      width: $size
outputs:
  large:
    export: plain
  small:
    steps:
      - resize: {width: 100}
    export: {format: plain, quality: 60}
    checks:
      - size: {width: 100}
checks:
  - blank
  - size: {width: 800, tolerance: 1}
"""


def test_a_whole_recipe():
    made = recipe(WHOLE)
    assert (made.name, made.title, made.description) == ("web-shop", "The shop", "For the shop.")
    assert made.colours == "srgb"
    shade, resize = made.steps
    assert isinstance(shade.operator, Shade)
    assert (shade.operator.strength, shade.operator.mode) == (0.25, "hard")
    assert (shade.label, shade.line) == ("At 800, $5", 9)
    assert shade.condition is not None
    assert shade.condition.names() == made.facts() == {"category"}
    assert resize.operator.model_dump()["width"] == 800
    assert (resize.label, resize.line, resize.condition) == ("Resize", 12, None)
    large, small = made.outputs
    assert (large.name, large.steps, large.exporter.model_dump()) == ("large", (), {"quality": 80})
    assert small.exporter.model_dump() == {"quality": 60}
    assert [step.operator.operator for step in small.steps] == ["resize"]
    assert [(check.name, check.parameters) for check in small.checks] == [
        ("blank", {}),
        ("size", {"width": 100, "tolerance": 0}),
    ]
    assert large.checks[1].parameters == {"width": 800, "tolerance": 1}
    assert made.output("small") is small
    with pytest.raises(LookupError, match="no output “tiny”; it has: large, small"):
        made.output("tiny")


def test_the_least_recipe():
    made = recipe("recipe: web-shop")
    assert (made.title, made.steps, made.outputs) == ("Web shop", (), ())
    assert recipe("steps:\n  - shade").steps[0].operator == Shade()
    assert recipe("steps:\n  - shade:").steps[0].operator == Shade()


def test_every_fault_at_once():
    text = """recipe: Web shop
tilte: x
colours: srbg
variables: {size: 1200}
steps:
  - rezise: {width: 3}
  - resize:
      width: 0
      hieght: 3
  - resize: {width: wide}
    if: catgory == product
outputs:
  main:
    export: jepg
  main:
    export: plain
  Third:
    export: {format: plain, quality: 800}
checks:
  - sise
"""
    assert faults(text) == [
        "1:9: “Web shop” is no name: use a-z, 0-9 and “-”, as in “web-shop”.",
        "2:1: A recipe has no “tilte”. Did you mean “title”?",
        "3:10: “colours” is srgb or original, not “srbg”. Did you mean “srgb”?",
        "4:13: Nothing uses the variable “size”.",
        "6:5: There is no operator called “rezise”. Did you mean “resize”?",
        "8:14: “width” is from 1 to 30000 px, not 0.",
        "9:7: “resize” has no parameter “hieght”. Did you mean “height”?",
        "10:21: “width” is a whole number, not “wide”.",
        "11:9: There is no fact “catgory”. Did you mean “category”?",
        "14:13: There is no format called “jepg”. There is plain.",
        "15:3: Here is a second output called “main”; the first is in line 13.",
        "17:3: “Third” is no name for an output: use a-z, 0-9 and “-”.",
        "18:38: “quality” is from 1 to 100, not 800.",
        "20:5: There is no check called “sise”. Did you mean “size”?",
    ]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("7", "A step is the name of a known operator."),
        ("{}", "This step has no operator."),
        ("if: has_alpha", "This step has no operator."),
        ("{shade: , resize: {width: 1}}", "“resize” is to stand below “shade”"),
        ("{shade: {}, resize: {width: 1}}", "has one operator: “shade” and “resize” are two."),
        ("shade: {if: has_alpha}", "“if” stands beside “shade”, not below it"),
        ("shade: [1]", "What “shade” needs is written below it"),
        ("resize: {}", "“resize”: give width, height, or both."),
        ("shade: {mode: sfot}", "“mode” is one of hard and soft; not “sfot”. Did you mean “soft”?"),
        ("shade: {mode: 1}", "“mode” is one of hard and soft; not 1."),
        ("shade: {strength: '0.5'}", "“strength” is a number, not “0.5”."),
        ("shade: {strength: true}", "“strength” is a number, not true."),
        ("shade: {strength: 1.5}", "“strength” is from 0 to 1, not 1.5."),
        ("shade: {above: 0}", "“above” is more than 0, not 0."),
        ("shade: {size: 1.5}", "“size” is a whole number, not 1.5. Or: “size” is one of all"),
        ("shade: {stops: [{at: 0, colour: a}, {at: 2, colour: b}]}", "“stops[2].at” is"),
        ("shade: {stops: [{at: 0, colour: a}, {at: 1}]}", "“shade” needs “stops[2].colour”."),
        ("shade: {stops: [{at: 0, colour: a, b: c}]}", "no parameter “stops[1].b”"),
        ("shade: {stops: 5}", "“stops” is a list, not 5."),
        ("shade: {point: [1, 2, 3]}", "“point”"),
        ("shade: {strength: {a: 1}}", "“strength” is a number, not several values."),
        ("shade: {strength: 1, strength: 0}", "Here is a second “strength”"),
        ("{shade: {}, label: [a]}", "“label” is a text."),
        ("{shade: {}, if: [a]}", "“if” is a condition"),
        ("{shade: {}, if: }", "“if” is a condition"),
    ],
)
def test_what_is_said_of_steps(step: str, sentence: str):
    told = faults(f"steps:\n  - {step}")
    assert len(told) == 1, told
    assert sentence in told[0]


def test_values_that_fit():
    made = recipe("steps:\n  - shade: {point: [1, 0.5], size: all, stops: [{at: 0, colour: a}]}")
    shade = made.steps[0].operator
    assert isinstance(shade, Shade)
    assert (shade.point, shade.size, shade.stops[0].at) == ((1.0, 0.5), "all", 0.0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- a", "1:1: A recipe is written as “name: value” lines."),
        ("title: x", "1:1: A recipe needs its name"),
        ("recipe: a\nsteps: {a: b}", "2:8: “steps” is a list"),
        ("recipe: a\noutputs: [a]", "2:10: “outputs” is written as"),
        ("recipe: a\noutputs: {a: }", "2:13: The output “a” is written as"),
        ("recipe: a\noutputs: {a: {}}", "2:11: The output “a” needs “export”"),
        ("recipe: a\noutputs: {a: {export: {quality: 3}}}", "2:23: “export” needs “format”"),
        ("recipe: a\noutputs: {a: {export: [a]}}", "2:23: “export” is written as"),
        ("recipe: a\noutputs: {a: {export: plain, stpes: []}}", "2:30: An output has no “stpes”."),
        ("recipe: a\nchecks: [blank, blank]", "2:17: The check “blank” is here already."),
        ("recipe: a\nchecks: [size]", "2:10: “size” needs “width”."),
        ("recipe: a\ntitle: [x]", "2:8: “title” is a text."),
        (f"recipe: {'a' * 61}", "1:9: “recipe” has at most 60 characters."),
        ("recipe: a\nsteps: [" + "shade, " * 61 + "]", "A recipe has at most 60 steps."),
    ],
)
def test_what_is_said_of_the_whole(text: str, fault: str):
    with pytest.raises(RecipeError) as refusal:
        read(text, known=KNOWN)
    assert fault in str(refusal.value)


def test_too_many_outputs():
    outputs = "".join(f"  o{number}: {{export: plain}}\n" for number in range(31))
    assert faults(f"outputs:\n{outputs}") == ["33:3: A recipe has at most 30 outputs."]


def test_the_same_place_in_a_text_with_windows_lines():
    assert faults("steps:\r\n  - shade:\r\n      strength: 3\r\n")[0].startswith("4:17: ")
