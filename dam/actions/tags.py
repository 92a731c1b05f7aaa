"""Tags: what people say of an asset, and what machines may."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from dam.actions.common import audited
from dam.models import Asset, Facet, TagAssignment, Term, User, Version
from dam.permissions import require
from dam.signals import tags_decided

Source, State = TagAssignment.Source, TagAssignment.State


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of one term on one version."""

    term_id: int
    raw_score: float
    confidence: float
    state: str  # TagAssignment.State: accepted or suggested


def decide(*, asset: Asset, term: Term, user: User, state: str) -> TagAssignment:
    """Accept or reject a term on an asset, as a person. A person's word replaces a machine's."""
    require(user, "asset.edit", asset)
    with transaction.atomic(), audited(user):
        tag = put(asset=asset, term=term, user=user, state=state)
        tags_decided.send(TagAssignment, asset=asset, user=user)
    return tag


def put(*, asset: Asset, term: Term, user: User, state: str) -> TagAssignment:
    """Write a person's word on a term; the caller checked the permission and opened an audit."""
    tag, new = TagAssignment.objects.get_or_create(
        asset=asset,
        term=term,
        defaults={
            "source": Source.HUMAN,
            "state": state,
            "version": asset.current_version,
            "decided_by": user,
            "decided_at": timezone.now(),
        },
    )
    if not new:
        tag.state, tag.decided_by, tag.decided_at = state, user, timezone.now()
        tag.save(update_fields=["state", "decided_by", "decided_at"])
    return tag


def import_tags(*, asset: Asset, user: User, names: Iterable[str]) -> int:
    """Accept tags that came with a file; return how many are new to the asset.

    What a machine said of the same terms gives way; what a person decided stays as it is. Raises
    ValueError for a name that is empty or too long.
    """
    require(user, "asset.edit", asset)
    fresh = 0
    imported = {"source": Source.IMPORT, "state": State.ACCEPTED}
    with transaction.atomic(), audited(user):
        for term in [term_named(name) for name in names]:
            said = imported | {"version": asset.current_version}
            tag, new = TagAssignment.objects.get_or_create(asset=asset, term=term, defaults=said)
            fresh += new
            if tag.source == Source.MODEL and tag.decided_by_id is None:
                TagAssignment.objects.filter(pk=tag.pk, decided_by=None).update(
                    **imported, model="", raw_score=None, confidence=None
                )
    return fresh


def clean_tag(name: str) -> str:
    """Return a tag's name as it is kept. Raises ValueError where it is empty or too long."""
    wanted = " ".join(name.split())[:121].lower()
    if not wanted or len(wanted) > 120:
        raise ValueError("A tag is a word or two: up to 120 characters.")
    return wanted


def term_named(name: str) -> Term:
    """Return the term of that name or synonym, or a new free keyword.

    Raises ValueError for a name that is empty or too long.
    """
    wanted = clean_tag(name)
    known = Term.objects.filter(name__iexact=wanted).first()
    known = known or Term.objects.filter(synonyms__contains=[wanted]).first()
    if known is not None:
        return known
    return Term.objects.get_or_create(facet=Facet.KEYWORD, name=wanted)[0]


def record_judgements(*, version: Version, model: str, judgements: Iterable[Judgement]) -> None:
    """Replace what machines said of a version's asset by what this model says now.

    One statement writes them all. A row that a person decided, or that did not come from a model,
    is left alone.
    """
    rows = list(judgements)
    with transaction.atomic(), audited(None, model=model):
        stale = TagAssignment.objects.filter(
            asset=version.asset_id, source=Source.MODEL, decided_by=None
        )
        stale.exclude(term_id__in=[row.term_id for row in rows]).delete()
        if not rows:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                UPSERT,
                {
                    "asset": version.asset_id,
                    "version": version.pk,
                    "model": model,
                    "terms": [row.term_id for row in rows],
                    "states": [row.state for row in rows],
                    "raws": [row.raw_score for row in rows],
                    "confidences": [row.confidence for row in rows],
                },
            )


UPSERT = """
INSERT INTO dam_tagassignment
    (asset_id, version_id, term_id, source, state, model, raw_score, confidence, created_at)
SELECT %(asset)s, %(version)s, term, 'model', state, %(model)s, raw, confidence, now()
FROM unnest(%(terms)s::bigint[], %(states)s::text[], %(raws)s::float8[], %(confidences)s::float8[])
     AS judged(term, state, raw, confidence)
ON CONFLICT (asset_id, term_id) DO UPDATE
SET version_id = excluded.version_id, state = excluded.state, model = excluded.model,
    raw_score = excluded.raw_score, confidence = excluded.confidence
WHERE dam_tagassignment.source = 'model' AND dam_tagassignment.decided_by_id IS NULL
  AND (dam_tagassignment.state, dam_tagassignment.model, dam_tagassignment.version_id,
       dam_tagassignment.raw_score, dam_tagassignment.confidence)
   IS DISTINCT FROM (excluded.state, excluded.model, excluded.version_id,
       excluded.raw_score, excluded.confidence)
"""
