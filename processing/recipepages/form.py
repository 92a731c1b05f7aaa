"""The form beside a recipe's text: made of the text's tree, so that both always say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from processing.recipepages.fields import Field, fields_of, id_of, written
from processing.recipes.editing.spans import Items, Node, Path, Scalar, Table, find, spanned
from processing.recipes.faults import Fault
from processing.recipes.known import Known
from processing.recipes.model import Recipe

BESIDE = ("if", "label")


@dataclass(slots=True)
class Card:
    """A step, a check or a format: what it is, its fields, and what is wrong with it."""

    path: Path
    name: str
    title: str
    about: str
    fields: list[Field]
    line: int
    last_line: int
    place: int = 0
    count: int = 1
    condition: str = ""
    label: str = ""
    known: bool = True
    beside: bool = False
    faults: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def json(self) -> str:
        return Field(self.path, "", "", "raw").json

    @property
    def if_path(self) -> str:
        return Field((*self.path, "if"), "", "", "raw").json

    @property
    def label_path(self) -> str:
        return Field((*self.path, "label"), "", "", "raw").json

    @property
    def said(self) -> list[Field]:
        """The fields that the text sets, for the card's summary."""
        return [one for one in self.fields if one.value]


@dataclass(slots=True)
class OutputCard:
    """One output: its format, its own steps and checks."""

    path: Path
    name: str
    line: int
    export: Card | None
    steps: list[Card]
    checks: list[Card]
    faults: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return id_of(self.path)


@dataclass(slots=True)
class Form:
    """Everything that a form shows of a text. ``faults`` are those that belong to no card."""

    basics: dict[str, str]
    variables: list[tuple[str, str]]
    include: list[str]
    taken_in: list[str]
    steps: list[Card]
    checks: list[Card]
    outputs: list[OutputCard]
    faults: list[Fault]


def form_of(text: str, faults: Sequence[Fault] = (), read: Recipe | None = None) -> Form | None:
    """The form of a text that YAML can read; None where it is no table. Raises RecipeError.

    ``read`` is what the text was read as, if it has no faults: it says what is taken in.
    """
    root = spanned(text)
    return _Making(text, root, Known()).form(faults, read) if isinstance(root, Table) else None


@dataclass(slots=True)
class _Making:
    text: str
    root: Table
    known: Known
    cards: list[Card | OutputCard] = field(default_factory=list)

    def form(self, faults: Sequence[Fault], read: Recipe | None) -> Form:
        names = ("recipe", "title", "description", "colours")
        include = self.root.get("include")
        steps = self._list(("steps",), self.known.operators)
        made = Form(
            {name: written(self.root.get(name)) for name in names},
            list(_pairs(self.root.get("variables"))),
            [written(one) for one in include.items] if isinstance(include, Items) else [],
            _taken_in(read, len(steps)),
            steps,
            self._list(("checks",), self.known.checks),
            self._outputs(),
            [],
        )
        made.faults = [one for one in faults if not self._placed(one)]
        return made

    def _outputs(self) -> list[OutputCard]:
        table = self.root.get("outputs")
        found = []
        for key, node in table.entries if isinstance(table, Table) else ():
            path: Path = ("outputs", key.text)
            card = OutputCard(path, key.text, self._line(key.start), None, [], [])
            self.cards.append(card)
            card.export = self._export((*path, "export"), node)
            card.steps = self._list((*path, "steps"), self.known.operators)
            card.checks = self._list((*path, "checks"), self.known.checks)
            found.append(card)
        return found

    def _export(self, path: Path, output: Node) -> Card | None:
        node = output.get("export") if isinstance(output, Table) else None
        if node is None:
            return None
        name = node.text if isinstance(node, Scalar) else written(find(node, ("format",)))
        return self._card(path, node, name, node, self.known.exporters.get(name))

    def _list(self, path: Path, known: Mapping[str, type[BaseModel]]) -> list[Card]:
        items = find(self.root, path)
        if not isinstance(items, Items):
            return []
        found = []
        for place, node in enumerate(items.items):
            name, below = _named(node)
            card = self._card((*path, place), node, name, below, known.get(name))
            card.place, card.count, card.beside = place, len(items.items), "steps" in path
            if isinstance(node, Table):
                card.condition, card.label = (written(node.get(one)) for one in BESIDE)
            found.append(card)
        return found

    def _card(
        self, path: Path, node: Node, name: str, below: Node | None, kind: type[BaseModel] | None
    ) -> Card:
        within = path if path[-1] == "export" else (*path, name)
        fields = fields_of(kind, within, below) if kind else []
        title = str(getattr(kind, "title", "") or name.replace("-", " ").capitalize())
        about = " ".join((kind.__doc__ or "").split("\n\n")[0].split()) if kind else ""
        lines = self._line(node.start), self._line(max(node.start, node.end - 1))
        card = Card(path, name, title, about, fields, *lines, known=kind is not None)
        self.cards.append(card)
        return card

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _placed(self, fault: Fault) -> bool:
        """Put a fault to its field, else to the innermost card that has its line."""
        at = self._offset(fault)
        for card in reversed(self.cards):
            for one in card.fields if isinstance(card, Card) else ():
                node = find(self.root, one.path)
                if node is not None and node.start <= at <= max(node.start, node.end - 1):
                    one.faults.append(fault.sentence)
                    return True
        for card in reversed(self.cards):
            last = card.last_line if isinstance(card, Card) else card.line
            if card.line <= fault.line <= last:
                card.faults.append(fault.sentence)
                return True
        return False

    def _offset(self, fault: Fault) -> int:
        start = 0
        for _ in range(fault.line - 1):
            start = self.text.find("\n", start) + 1
        return start + fault.column - 1 if fault.line else -1


def _named(node: Node) -> tuple[str, Node | None]:
    """What a list's item is called, and its parameters."""
    if isinstance(node, Scalar):
        return node.text, None
    for key, value in node.entries if isinstance(node, Table) else ():
        if key.text not in BESIDE:
            return key.text, value
    return "", None


def _pairs(node: Node | None) -> Iterator[tuple[str, str]]:
    for key, value in node.entries if isinstance(node, Table) else ():
        yield key.text, written(value)


def _taken_in(read: Recipe | None, own: int) -> list[str]:
    """The labels of the steps that come from recipes that are included: they come first."""
    if read is None:
        return []
    return [step.label for step in read.steps[: len(read.steps) - own]]


FAMILIES = {
    "geometry": "Geometry",
    "light": "Colour and light",
    "detail": "Detail",
    "background": "Background",
    "marks": "Marks",
    "checks": "Checks",
}


def choices() -> list[tuple[str, list[dict[str, str]]]]:
    """What can be added, by family: operators as steps, and checks."""
    known = Known()
    groups: dict[str, list[dict[str, str]]] = {family: [] for family in FAMILIES}
    for name, kind in known.operators.items():
        groups[kind.family].append(_choice("step", name, kind))
    for name, check in known.checks.items():
        groups["checks"].append(_choice("check", name, check))
    return [(FAMILIES[family], kinds) for family, kinds in groups.items()]


def _choice(what: str, name: str, kind: type[BaseModel]) -> dict[str, str]:
    about = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    title = str(getattr(kind, "title", name))
    return {"what": what, "name": name, "title": title, "about": about}
