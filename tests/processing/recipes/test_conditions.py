"""Conditions: what they mean, and what is said of those that mean nothing."""

import pytest

from processing.recipes.expressions import ConditionError, parse

PICTURE = {
    "category": "Product",
    "width": 3000,
    "height": 2000,
    "megapixels": 6.0,
    "orientation": "landscape",
    "has_alpha": False,
    "format": "Camera raw",
    "tags": ["sea", "Summer dress"],
    "brand": "fjord",
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("category == product", True),
        ("category != product", False),
        ("category == 'product' and width > height", True),
        ("has_alpha", False),
        ("not has_alpha", True),
        ("has_alpha == false", True),
        ("width >= 3000", True),
        ("width > 3000", False),
        ("width <= 3000", True),
        ("width < 3000", False),
        ("megapixels == 6", True),
        ("orientation in [portrait, square]", False),
        ("orientation not in [portrait, square]", True),
        ("format == camera-raw", True),
        ("summer-dress in tags", True),
        ('"summer dress" in tags', True),
        ("winter in tags", False),
        ("brand in tags", False),
        # and binds before or, not before both
        ("has_alpha or category == product and width > 1", True),
        ("(has_alpha or category == product) and width > 9000", False),
        ("has_alpha and has_alpha or not has_alpha", True),
        ("not has_alpha and has_alpha", False),
        ("not (has_alpha and has_alpha)", True),
        # what is not known is like nothing
        ("camera == canon", False),
        ("camera != canon", True),
        ("noise < 3", False),
        ("noise >= 3", False),
        ("camera in [a, b]", False),
        ("camera not in [a, b]", True),
        ("category == ''", False),
        ("true", True),
        ("false or true", True),
        ("width > $least", True),
        ("category == ${what}", True),
    ],
)
def test_what_they_mean(text: str, holds: bool):
    variables = {"least": 2000, "what": "product"}
    assert parse(text, variables.get).holds(PICTURE) is holds


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("", 0, "The condition is empty"),
        ("catgory == x", 0, "There is no fact “catgory”. Did you mean “category”?"),
        ("width > 1 and colour-space == srgb", 14, "Did you mean “colour_space”?"),
        ("width", 0, "“width” is a number: compare it, as in “width > 100”."),
        ("not category", 4, "“category” is a text: compare it"),
        ("tags", 0, "“tags” is a list: compare it, as in “… in tags”."),
        ("tags == sea", 0, "write “… in tags”"),
        ("width == wide", 9, "“width” is a number, “wide” is a text."),
        ("has_alpha == 1", 13, "is a yes or no, “1” is a number"),
        ("brand in [a, 2]", 13, "“2” is a number"),
        ("category == prodcut", 12, "“category” is one of event, other,"),
        ("category > 2", 0, "“>” compares numbers, and “category” is none."),
        ("width > big", 8, "“big” is none"),
        ("orientation == potrait", 15, "landscape, portrait and square; never “potrait”"),
        ("orientation in [potrait]", 16, "never “potrait”"),
        ("category in product", 12, "After “in” comes a list"),
        ("sea in category", 7, "“category” is no list"),
        ("width = 3", 6, "write “==”"),
        ("has_alpha && has_alpha", 10, "Write “and”"),
        ("category == 'x", 12, "its closing quotation mark is missing"),
        ("(has_alpha", 10, "Here a “)” was expected, but the condition ends here."),
        ("has_alpha)", 9, "not “)”"),
        ("width >", 7, "a fact or a value was expected"),
        ("width in [1", 11, "a “,” or a “]” was expected"),
        ("1 < width < 3", 10, "an “and” or “or” was expected, not “<”"),
        ("width > 1 2", 10, "not “2”"),
        ("5", 0, "“5” is neither true nor false."),
        ("width > $nix", 8, "There is no variable “nix”."),
        ("__import__('os')", 0, "There is no fact “__import__”."),
        ("(" * 50 + "has_alpha", 21, "20 deep"),
        ("not " * 50 + "has_alpha", 84, "20 deep"),
        ("x" * 501, 500, "at most 500 characters"),
        (f"width in [{', '.join('1' * 60)}]", 160, "up to 50 plain values"),
    ],
)
def test_what_is_said(text: str, at: int, sentence: str):
    with pytest.raises(ConditionError) as refusal:
        parse(text)
    place, words = refusal.value.faults[0]
    assert sentence in words
    assert place == at


def test_several_faults_are_told_at_once():
    with pytest.raises(ConditionError) as refusal:
        parse("catgory == x and width == wide")
    assert [at for at, _ in refusal.value.faults] == [0, 26]


def test_the_same_however_it_was_written():
    one, other = (
        parse("( category=='Product' )and width in [2,1]"),
        parse("category == product and (width in [1, 2])"),
    )
    assert str(one) == str(other)
    assert str(parse("not has_alpha or width > 1 and height > 1")) != str(
        parse("(not has_alpha or width > 1) and height > 1")
    )
    assert one.names() == {"category", "width"}
    assert parse("sea in tags or not (width > height)").names() == {"tags", "width", "height"}


def test_what_is_written_can_be_read_again():
    for text in ["camera == 'a \"b\" c'", "not has_alpha or width > 1.5", "x in tags", "true"]:
        told = str(parse(text))
        assert str(parse(told)) == told
