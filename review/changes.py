"""What a decision changed, in words: from what it wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass

from dam.models import Term
from review.models import Decision


@dataclass(frozen=True, slots=True)
class Row:
    """A decision, and the names of the tags that it accepted and rejected."""

    decision: Decision
    accepted: list[str]
    rejected: list[str]

    @property
    def can_be_undone(self) -> bool:
        undo = self.decision.verdict == Decision.Verdict.UNDO
        return not undo and not hasattr(self.decision, "undone_by")


def rows_of(decisions: Sequence[Decision]) -> list[Row]:
    """Describe decisions; one query for all names."""
    wanted = {int(term) for made in decisions for term in made.after.get("tags", {})}
    names = dict(Term.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [_row(made, names) for made in decisions]


def _row(decision: Decision, names: dict[int, str]) -> Row:
    accepted: list[str] = []
    rejected: list[str] = []
    before = decision.before.get("tags", {})
    for term, after in decision.after.get("tags", {}).items():
        was = before.get(term)
        if decision.verdict == Decision.Verdict.UNDO or (was and after and was == after):
            continue
        target = accepted if after and after["state"] == "accepted" else rejected
        target.append(names.get(int(term), "a tag that is gone"))
    return Row(decision, sorted(accepted), sorted(rejected))
