"""What the doctor says of sets: those whose last run warns, and those that cannot be scored."""

from __future__ import annotations

from collections.abc import Iterator

from dam.health import Finding, note, problem
from processing.consistency import running
from processing.models import Job, ReferenceSet

AREA = "consistency"
REMEDY = "Consistency shows which pictures are farthest off, and why."


def examine() -> Iterator[Finding]:
    for of in ReferenceSet.objects.select_related("brand"):
        last = of.runs.order_by("-pk").first()
        for sentence in last.warnings if last else []:
            yield note(AREA, f"{of}: {sentence}", REMEDY)
        if of.pictures.exists():
            yield from _lacking(of)
    if Job.objects.filter(step="consistency", state=Job.State.FAILED).exists():
        remedy = "The activity page shows why, and can try it again."
        yield problem(AREA, "The last measuring of reference sets failed.", remedy)


def _lacking(of: ReferenceSet) -> Iterator[Finding]:
    try:
        running.reference_of(of)
    except running.NotReady as reason:
        yield note(AREA, f"{of}: {reason}", "Add pictures to its reference.")
