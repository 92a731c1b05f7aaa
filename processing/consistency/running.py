"""One run: a set measured against its reference, in the database, and written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Aggregate, Avg, Count, ExpressionWrapper, F, FloatField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Greatest, Least, Power
from django.utils import timezone

from dam.models import User
from processing.consistency import sets, warning
from processing.consistency.looks import LOOK_VERSION
from processing.consistency.scoring import (
    ASPECTS,
    FEWEST,
    FIGURES,
    HALF_AT,
    TOLERANCES,
    Reference,
    together,
)
from processing.engine.keys import ENGINE_VERSION
from processing.models import (
    ConsistencyDeviation,
    ConsistencyRun,
    Provenance,
    ReferenceSet,
)

WORST, WORST_OF_ASPECT = 24, 12
KEPT = 20  # runs of a set whose single pictures are kept
_FARTHEST = 30.0  # tolerances: beyond, a score is 0 in any case, and powers underflow


class NotReady(Exception):
    """A set cannot be scored yet; the message is a sentence that says what it lacks."""


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def reference_of(of: ReferenceSet) -> Reference:
    """Where a set aims. Raises NotReady where too few of its pictures are measured."""
    rows = list(sets.looks(sets.shown_by(of)).values(*FIGURES))
    if len(rows) < FEWEST:
        raise NotReady(f"A reference needs {FEWEST} measured pictures; this one has {len(rows)}.")
    return Reference.of_figures(rows)


def run(of: ReferenceSet, *, user: User | None = None) -> ConsistencyRun:
    """Score a set by the looks that are known, and keep the run. Raises NotReady.

    Scores, medians and the worst pictures come from the database: no picture's row is read but
    those of the worst.
    """
    with transaction.atomic():
        began = timezone.now()
        of = ReferenceSet.objects.select_for_update().select_related("brand").get(pk=of.pk)
        reference = reference_of(of)
        looks = sets.looks(sets.members(of)).annotate(**_scores(reference))
        told = looks.aggregate(
            count=Count("pk"),
            **{f"mean_{aspect}": Avg(f"in_{aspect}") for aspect in ASPECTS},
            **{f"median_{name}": Median(name) for name in FIGURES},
        )
        count = told["count"]
        if not count:
            raise NotReady("There are no other measured pictures of this brand and category yet.")
        medians = {name: told[f"median_{name}"] for name in FIGURES}
        means = {aspect: told[f"mean_{aspect}"] for aspect in ASPECTS}
        made = ConsistencyRun.objects.create(
            reference=of,
            asked_by=user,
            **together(means, reference.drifts(medians, count)),
            measured=count,
            unmeasured=sets.members(of).count() - count,
            pictures=next(iter(reference.figures.values())).count,
            aims=_told(reference),
            medians=medians,
            recipes=_recipes(of),
            look_version=LOOK_VERSION,
            engine_version=ENGINE_VERSION,
        )
        warning.warn(made)
        _keep_worst(made, looks)
        ReferenceSet.objects.filter(pk=of.pk, asked_at__lte=began).update(asked_at=None)
    return made


def _scores(reference: Reference) -> dict[str, Combinable]:
    """The scores of each look as expressions: `scoring.score` in SQL."""
    tolerances = reference.tolerances()
    found: dict[str, Any] = {}
    for aspect, names in TOLERANCES.items():
        far = [
            Abs((F(name) - Value(reference.figures[name].middle)) / Value(tolerances[name]))
            for name in names
        ]
        within = Least(Greatest(*far), Value(_FARTHEST)) / Value(HALF_AT)
        points = Value(100.0) * Power(Value(2.0), Power(within, Value(2.0)) * Value(-1.0))
        found[f"in_{aspect}"] = ExpressionWrapper(points, FloatField())
    parts = [F(f"in_{aspect}") for aspect in ASPECTS]
    mean = sum(parts, start=Value(0.0)) / Value(float(len(parts)))
    found["in_all"] = ExpressionWrapper((mean + Least(*parts)) / Value(2.0), FloatField())
    return found


def _keep_worst(made: ConsistencyRun, looks: Any) -> None:
    chosen = {row.pk: row for row in looks.order_by("in_all", "pk")[:WORST]}
    for aspect in ASPECTS:
        worst = looks.order_by(f"in_{aspect}", "pk")[:WORST_OF_ASPECT]
        chosen.update((row.pk, row) for row in worst)
    makers = _makers(chosen)
    ConsistencyDeviation.objects.bulk_create(
        ConsistencyDeviation(
            run=made,
            version_id=pk,
            overall=round(row.in_all, 1),
            **{aspect: round(getattr(row, f"in_{aspect}"), 1) for aspect in ASPECTS},
            figures={name: round(getattr(row, name), 5) for name in FIGURES},
            **makers.get(pk, {}),
        )
        for pk, row in chosen.items()
    )
    earlier = made.reference.runs.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    ConsistencyDeviation.objects.filter(run__in=list(earlier)).delete()


def _makers(versions: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Which recipe made which of some versions."""
    rows = Provenance.objects.filter(version__in=list(versions))
    return {
        row.version_id: {"recipe": row.recipe, "recipe_number": row.recipe_number}
        for row in rows.only("version_id", "recipe", "recipe_number")
        if row.version_id is not None
    }


def _recipes(of: ReferenceSet) -> list[dict[str, Any]]:
    """Which recipes, by version, made how many of a set's pictures."""
    made = Provenance.objects.filter(version__in=sets.members(of).values("pk"))
    rows = made.values("recipe", "recipe_number").annotate(pictures=Count("pk"))
    return [dict(row) for row in rows.order_by("-pictures", "recipe", "recipe_number")[:50]]


def _told(reference: Reference) -> dict[str, Mapping[str, float]]:
    return {
        name: {"middle": aim.middle, "spread": aim.spread, "count": aim.count}
        for name, aim in reference.figures.items()
    }
