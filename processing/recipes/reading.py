"""Reading a recipe's text: everything checked, all faults at once, frozen objects in the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from processing.recipes.conditions import Plain
from processing.recipes.faults import RecipeError, meant
from processing.recipes.flow import Flow
from processing.recipes.known import Known
from processing.recipes.model import Check, Colours, Output, Recipe, Step
from processing.recipes.parts import Parts, Placed
from processing.recipes.report import Report
from processing.recipes.sources import SLUG, Include, Loading, Source, nothing
from processing.recipes.tree import Node, Scalar
from processing.recipes.variables import Variables

MOST_STEPS, MOST_OUTPUTS = 60, 30
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_OUTPUT = 120, 2000, 40


def read(
    text: str,
    *,
    include: Include = nothing,
    variables: Mapping[str, Plain] | None = None,
    known: Known | None = None,
) -> Recipe:
    """Read a recipe from YAML.

    ``include`` gives the text of another recipe by its name, or raises LookupError with a
    sentence. ``variables`` are values that replace the defaults. Raises RecipeError with every
    fault, each with line, column and a sentence.
    """
    include = cache(include)  # read again, it is of the same texts
    recipe = _read(text, include, variables or {}, known or Known())
    again = partial(_read, text, include, known=known or Known())
    return replace(recipe, given=dict(variables or {}), again=again)


def _read(text: str, include: Include, variables: Mapping[str, Plain], known: Known) -> Recipe:
    report = Report()
    loading = Loading(include)
    loading.load(text, report)
    if not loading.sources or loading.sources[-1].report is not report:
        raise RecipeError(report.faults)
    own = loading.sources[-1]
    place = own.fields.get("variables", own.root)
    loading.variables.override(variables, place, report)
    recipe = _Reading(loading.sources, own, loading.variables, known).recipe()
    report.stop_if_any()
    return recipe


@dataclass(slots=True)
class _Reading:
    sources: list[Source]
    own: Source
    variables: Variables
    known: Known
    outputs: list[tuple[Output, Scalar]] = field(default_factory=list)

    def recipe(self) -> Recipe:
        colours = self._colours()
        flow = Flow.begin(colours)
        placed = self._shared_steps()
        flow.follow(placed)
        checks = _merged(*(self._checks(source, source.fields) for source in self.sources))
        outputs = self._outputs(flow, checks)
        self._unused()
        return Recipe(
            name=self.own.name,
            title=self._words("title", LONGEST_TITLE) or _spoken(self.own.name),
            description=self._words("description", LONGEST_DESCRIPTION).strip(),
            colours=colours,
            steps=tuple(one.step for one in placed),
            outputs=tuple(outputs),
            includes=tuple(source.name for source in self.sources[:-1]),
            variables=dict(self.variables.values),
        )

    def _parts(self, source: Source) -> Parts:
        return Parts(self.known, self.variables, source.report)

    def _words(self, name: str, longest: int) -> str:
        node = self.own.fields.get(name)
        return self.own.report.text(node, f"“{name}”", longest) if node is not None else ""

    def _colours(self) -> Colours:
        node = self.own.fields.get("colours")
        if node is None:
            return "srgb"
        text = self.own.report.text(node, "“colours”", 20)
        if text == "original":
            return "original"
        if text and text != "srgb":
            near = meant(text, ("srgb", "original"), most=0)
            self.own.report.add(node, f"“colours” is srgb or original, not “{text}”.{near}")
        return "srgb"

    def _shared_steps(self) -> list[Placed]:
        found: list[Placed] = []
        for source in self.sources:
            if "steps" in source.fields:
                found += self._parts(source).steps(source.fields["steps"], MOST_STEPS)
        if len(found) > MOST_STEPS:
            sentence = f"A recipe has at most {MOST_STEPS} steps, with those that it includes."
            self.own.report.add(self.own.root, sentence)
        return found

    def _checks(self, source: Source, fields: Mapping[str, Node]) -> list[Check]:
        node = fields.get("checks")
        return self._parts(source).checks(node) if node is not None else []

    def _outputs(self, flow: Flow, shared: list[Check]) -> list[Output]:
        """The recipe's own outputs; those of included recipes are theirs."""
        node, report = self.own.fields.get("outputs"), self.own.report
        table = report.table(node, "“outputs”") if node is not None else None
        pairs = list(report.pairs(table, "output called")) if table is not None else []
        if len(pairs) > MOST_OUTPUTS:
            report.add(pairs[MOST_OUTPUTS][0], f"A recipe has at most {MOST_OUTPUTS} outputs.")
            return []
        made = (self._output(key, value, flow.copy(), shared) for key, value in pairs)
        return [output for output in made if output is not None]

    def _output(self, key: Scalar, node: Node, flow: Flow, shared: list[Check]) -> Output | None:
        report, parts = self.own.report, self._parts(self.own)
        if not SLUG.match(key.text) or len(key.text) > LONGEST_OUTPUT:
            report.add(key, f"“{key.text}” is no name for an output: use a-z, 0-9 and “-”.")
        table = report.table(node, f"The output “{key.text}”")
        if table is None:
            return None
        fields = report.fields(table, ("steps", "export", "checks"), "An output")
        placed = parts.steps(fields["steps"], MOST_STEPS) if "steps" in fields else []
        flow.follow(placed)
        checks = _merged(shared, self._checks(self.own, fields))
        if "export" not in fields:
            report.add(key, f"The output “{key.text}” needs “export”, such as “export: jpeg”.")
            return None
        exporter = parts.export(fields["export"])
        if exporter is None:
            return None
        if fault := flow.export_refusal(exporter):
            report.add(fields["export"], fault)
        steps: tuple[Step, ...] = tuple(one.step for one in placed)
        return Output(key.text, steps, exporter, tuple(checks))

    def _unused(self) -> None:
        """A variable of the recipe's own that nothing uses is most often a slip of the pen."""
        for name, key in self.own.variables.items():
            if name not in self.variables.used:
                others = self.variables.values.keys() - {name}
                self.own.report.add(
                    key, f"Nothing uses the variable “{name}”.{meant(name, others, most=0)}"
                )


def _merged(*groups: list[Check]) -> list[Check]:
    """Checks by name: a later one replaces an earlier one, in its place."""
    found: dict[str, Check] = {}
    for group in groups:
        found.update((check.name, check) for check in group)
    return list(found.values())


def _spoken(name: str) -> str:
    """A name as words: “web-shop” is “Web shop”."""
    words = re.sub(r"-+", " ", name)
    return words[:1].upper() + words[1:]
