"""Relations: assets linked with each other, and let go again."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dam.actions.common import audited
from dam.models import Asset, Relation, User
from dam.models.relation import ACYCLIC, SYMMETRIC, RelationKind
from dam.permissions import can, require


def relate(*, source: Asset, target: Asset, kind: str, user: User | None) -> Relation:
    """Say that `source` is `kind` `target`; safe to repeat. A machine passes `user=None`.

    Raises PermissionDenied, and ValueError in words for a link to itself, a kind that is none, and
    one that would lead round in a circle where the kind has a direction.
    """
    if user is not None:
        require(user, "asset.edit", source)
        require(user, "asset.view", target)
    if kind not in RelationKind.values:
        raise ValueError(_("There is no such relation."))
    if source.pk == target.pk:
        raise ValueError(_("A picture is not related to itself."))
    if kind in SYMMETRIC and source.pk > target.pk:
        source, target = target, source
    with transaction.atomic(), audited(user):
        _one_at_a_time(kind)
        if kind in ACYCLIC and _leads_to(target.pk, source.pk, kind):
            raise ValueError(
                _("“%(target)s” comes from “%(source)s” already: this would be a circle.")
                % {"target": target, "source": source}
            )
        return Relation.objects.get_or_create(
            source=source, target=target, kind=kind, defaults={"created_by": user}
        )[0]


def unrelate(*, relation: Relation, user: User) -> None:
    """Let a link go: who may edit its source may; of a symmetric one, either end."""
    ends = [relation.source]
    if relation.kind in SYMMETRIC:
        ends.append(relation.target)
    if not any(can(user, "asset.edit", end) for end in ends):
        require(user, "asset.edit", relation.source)
    with transaction.atomic(), audited(user):
        relation.delete()


def _one_at_a_time(kind: str) -> None:
    """Let one transaction at a time add links of a kind: two halves of a circle could pass."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"relation {kind}"])


WALK = """
WITH RECURSIVE walk(id) AS (
    SELECT %s::bigint
    UNION
    SELECT link.target_id FROM dam_relation AS link JOIN walk ON link.source_id = walk.id
    WHERE link.kind = %s
)
SELECT EXISTS (SELECT 1 FROM walk WHERE id = %s)
"""


def _leads_to(start: int, end: int, kind: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WALK, [start, kind, end])
        row = cursor.fetchone()
    return bool(row and row[0])
