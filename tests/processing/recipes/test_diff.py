"""Differences between recipes, in words."""

from processing.recipes.diffing import diff
from tests.processing.recipes.cast import recipe

BEFORE = """recipe: shop
variables: {size: 800}
steps:
  - resize: {width: $size}
  - shade: {strength: 0.5}
    if: category == product
outputs:
  a: {export: {format: plain, quality: 80}, steps: [shade, {to-press: {to: rgb}}]}
  b: {export: plain}
checks:
  - size: {width: 800}
"""


def changed(old: str, new: str) -> list[str]:
    assert old in BEFORE
    return [str(one) for one in diff(recipe(BEFORE), recipe(BEFORE.replace(old, new)))]


def test_nothing_changed():
    assert changed("variables: {size: 800}", "variables:\n  size: 800 # pixels") == []


def test_a_parameter():
    assert changed("strength: 0.5", "strength: 0.6, mode: hard") == [
        "Step 2, shade: strength from 0.5 to 0.6.",
        "Step 2, shade: mode from “soft” to “hard”.",
    ]


def test_a_variable_and_what_it_changes():
    assert changed("{size: 800}", "{size: 900}") == [
        "Variable size: value from 800 to 900.",
        "Step 1, resize: width from 800 to 900.",
    ]


def test_steps_added_and_removed():
    assert changed("outputs:", "  - shade: {mode: hard}\n    if: has_alpha\noutputs:") == [
        "Step 3, shade: added with mode “hard” if has_alpha.",
    ]
    assert changed("resize: {width: $size}", "to-press: {to: srgb}\n    label: $size") == [
        "Step 1, resize: removed.",
        "Step 1, to-press: added with to “srgb”.",
    ]


def test_conditions_and_labels():
    assert changed("    if: category == product\n", "    label: Dark\n") == [
        'Step 2, shade: it ran if category == "product", now always.',
        "Step 2, shade: label from “Shade” to “Dark”.",
    ]


def test_outputs_formats_and_checks():
    assert changed("quality: 80", "quality: 70") == ["Output a, plain: quality from 80 to 70."]
    assert changed("  b: {export: plain}", "  c: {export: plain}") == [
        "Output c: added, as plain.",
        "Output b: removed.",
    ]
    assert changed("{to: rgb}", "{to: srgb}") == [
        "Output a, step 2, to-press: to from “rgb” to “srgb”."
    ]
    assert changed("  - size: {width: 800}", "  - blank") == [
        *("Output a, check blank: added.", "Output a, check size: removed."),
        *("Output b, check blank: added.", "Output b, check size: removed."),
    ]
    assert changed("  - size: {width: 800}", "  - size: {width: 5}")[0] == (
        "Output a, check size: width from 800 to 5."
    )


def test_words_of_the_recipe():
    assert changed("recipe: shop\n", "recipe: shop\ntitle: X\n") == [
        "Recipe: title from “Shop” to “X”."
    ]
    assert changed("recipe: shop\n", "recipe: web\ncolours: srgb\n") == [
        "Recipe: name from “shop” to “web”.",
        "Recipe: title from “Shop” to “Web”.",
    ]
