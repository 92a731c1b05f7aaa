"""Recipes on pixels: order, conditions, outputs, records; and how large a picture is decoded."""

import mmap
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import pytest
from PIL import Image
from pydantic import JsonValue

from processing import vips
from processing.engine.errors import StepFailed
from processing.engine.keys import key_of, networks_of, references_of, steps_for
from processing.engine.running import Record, longest_needed, run
from processing.operators.base import Operator, Outcome
from processing.operators.context import Context
from processing.operators.export.jpeg import Jpeg
from processing.operators.export.webp import Webp
from processing.operators.geometry.resize import Resize
from processing.operators.parameters import Reference
from processing.operators.picture import Picture, Unfit
from processing.recipes.conditions import Ask, Compare, Condition, Value
from processing.recipes.model import Output, Recipe, Step
from tests.processing.operators.pictures import rgb


class Doubt(Operator):
    """Changes nothing, and is only so sure of that."""

    operator: ClassVar[str] = "doubt"
    title: ClassVar[str] = "Doubt"
    family: ClassVar = "light"
    networks: ClassVar[tuple[str, ...]] = ("oracle",)
    sure: float = 0.5
    logo: Reference | None = None

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.sure < 0:
            raise Unfit("It cannot be doubted.")
        return Outcome(picture, {"found": 3}, confidence=self.sure)


class Watched(mmap.mmap):
    """A mapped file that remembers what it was advised."""

    @property
    def told(self) -> list[int]:
        return self.__dict__.setdefault("advice", [])

    def madvise(self, advice: int) -> None:
        self.told.append(advice)


def step(operator: Operator, when: str = "", line: int = 1) -> Step:
    """A step, run always or when a fact compares: “width > 5”."""
    condition = None
    if when:
        fact, sign, value = when.split()
        plain = int(value) if value.isdecimal() else value
        condition = Condition(Compare(sign, Ask(fact), Value(plain)))
    return Step(operator, condition, "", line)


def recipe(*steps: Step, outputs: Mapping[str, tuple[Step, ...]] | None = None) -> Recipe:
    made = tuple(Output(name, own, Jpeg(), ()) for name, own in (outputs or {"main": ()}).items())
    return Recipe("test", "Test", "", "srgb", steps, made, (), {})


def sizes(of: Recipe, facts: Mapping[str, JsonValue] | None = None) -> dict[str, tuple[int, int]]:
    context = Context(facts=facts or {})
    return {
        made.output.name: (made.encoded.width, made.encoded.height)
        for made in run(of, rgb(), context)
    }


def test_shared_steps_come_first_and_outputs_go_their_own_ways():
    both = recipe(
        step(Resize(width=80)),
        outputs={"large": (), "small": (step(Resize(width=40)),)},
    )
    assert sizes(both) == {"large": (80, 60), "small": (40, 30)}


def test_an_input_in_a_file_rests_after_each_step_that_read_it(tmp_path):
    with (tmp_path / "pixels").open("w+b") as file:
        file.write(rgb().array().tobytes())
        file.flush()
        mapping = Watched(file.fileno(), 0, access=mmap.ACCESS_READ)
    picture = replace(rgb(), mapped=mapping)
    list(run(recipe(step(Doubt()), step(Resize(width=80)), step(Doubt())), picture, Context()))
    assert mapping.told == [mmap.MADV_DONTNEED] * 2, "one only looked, one made another"


def test_one_output_can_be_asked_for():
    both = recipe(outputs={"one": (), "two": ()})
    made = list(run(both, rgb(), Context(), outputs=[both.output("two")]))
    assert [one.output.name for one in made] == ["two"]


def test_a_step_whose_condition_does_not_hold_is_skipped_and_told():
    asked = recipe(step(Resize(width=40), "category == product"))
    assert sizes(asked, {"category": "event"}) == {"main": (160, 120)}
    assert sizes(asked, {"category": "product"}) == {"main": (40, 30)}
    (made,) = run(asked, rgb(), Context(facts={"category": "event"}))
    assert made.records[0].as_json() == {
        "operator": "resize",
        "parameters": {"width": 40},
        "skipped": True,
    }


def test_each_step_is_recorded_with_what_it_found():
    heard: list[Record] = []
    (made,) = run(
        recipe(step(Doubt(sure=0.25)), step(Doubt())), rgb(), Context(), tell=heard.append
    )
    first, second, export = made.records
    assert heard == [first, second, export]
    assert first.measures == {"found": 3}
    assert first.as_json()["confidence"] == 0.25
    assert first.milliseconds >= 0
    assert (export.operator, export.parameters["format"]) == ("export", "jpeg")
    assert made.confidence == 0.25, "a chain is as sure as its weakest link"


def test_the_bytes_are_a_file_of_the_format(tmp_path):
    (made,) = run(recipe(), rgb(), Context())
    path = tmp_path / "made.jpg"
    path.write_bytes(made.encoded.data)
    assert Image.open(path).size == (160, 120)


def test_a_step_that_cannot_says_which_line_it_is():
    with pytest.raises(StepFailed, match=r"“doubt” \(line 7\) cannot be done: It cannot be"):
        list(run(recipe(step(Doubt(sure=-1.0), line=7)), rgb(), Context()))
    huge = Picture.of(vips.Image.black(16_400, 2))
    broken = Recipe("t", "T", "", "srgb", (), (Output("x", (), Webp(), ()),), (), {})
    with pytest.raises(StepFailed, match=r"“export to webp” cannot be done: .*16,383"):
        list(run(broken, huge, Context()))


class TestHowLargeItIsDecoded:
    def asked(self, of: Recipe, facts: Mapping[str, JsonValue] | None = None) -> int | None:
        return longest_needed(of, 8000, 6000, Context(facts=facts or {}))

    def test_as_the_first_step_needs(self):
        assert self.asked(recipe(step(Resize(height=600)))) == 800

    def test_all_of_it_where_the_first_step_looks_at_all(self):
        assert self.asked(recipe(step(Doubt()), step(Resize(width=100)))) is None

    def test_a_step_that_does_not_apply_is_not_asked(self):
        of = recipe(step(Doubt(), "width > 9000"), step(Resize(width=100)))
        assert self.asked(of, {"width": 8000}) == 100

    def test_as_the_largest_output_needs(self):
        small, large = (step(Resize(width=100)),), (step(Resize(width=900)),)
        assert self.asked(recipe(outputs={"a": small, "b": large})) == 900
        assert self.asked(recipe(outputs={"a": small, "b": ()})) is None

    def test_only_those_outputs_count_that_are_made(self):
        of = recipe(outputs={"a": (step(Resize(width=100)),), "b": ()})
        asked = longest_needed(of, 8000, 6000, Context(), outputs=[of.output("a")])
        assert asked == 100


class TestKeys:
    def test_the_same_work_has_the_same_key(self):
        assert key_of(recipe(), "main", facts={}) == key_of(recipe(), "main", facts={"width": 3})

    def test_everything_that_decides_bytes_is_in_it(self):
        asked = recipe(step(Doubt(), "width > 5"))
        keys = {
            key_of(asked, "main", facts={"width": 9}),
            key_of(asked, "main", facts={"width": 3}),
            key_of(asked, "main", facts={"width": 9}, focus=(0.5, 0.2)),
            key_of(asked, "main", facts={"width": 9}, networks={"oracle": "a"}),
            key_of(asked, "main", facts={"width": 9}, references={"asset:1": "b"}),
            key_of(asked, "main", facts={"width": 9}, companions=["c"]),
            key_of(recipe(step(Doubt(sure=0.75), "width > 5")), "main", facts={"width": 9}),
        }
        assert len(keys) == 7

    def test_what_steps_ask_and_name(self):
        of = recipe(step(Doubt(logo="asset:7")), outputs={"a": (), "b": (step(Doubt()),)})
        assert networks_of(steps_for(of, "a")) == {"oracle"}
        assert references_of(steps_for(of, "b")) == {"asset:7"}
        assert references_of(of.output("b").steps) == frozenset()
