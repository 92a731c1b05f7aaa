"""What belongs to a reference set: its reference, and the pictures that are held to it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dam.models import Version
from processing.consistency.looks import LOOK_VERSION
from processing.consistency.measuring import STEP
from processing.models import Job, ReferenceSet, VersionLook
from processing.queue import UNFINISHED

JUDGED = (Version.State.APPROVED, Version.State.IN_REVIEW)
KINDS = (Version.Kind.PICTURE, Version.Kind.DRAWING)


def members(of: ReferenceSet) -> QuerySet[Version]:
    """The pictures that are held to a reference: the newest shown ones of its brand and category,
    without the reference's own, and without those that are in the bin, refused or not done.
    """
    found = Version.objects.filter(
        current_of__brand=of.brand_id,
        current_of__category=of.category,
        current_of__deleted_at=None,
        state__in=JUDGED,
        kind__in=KINDS,
    )
    own = of.pictures.values("version__asset")
    found = found.exclude(asset__in=own).order_by("-pk")
    return found[: of.newest] if of.newest else found


def shown_by(of: ReferenceSet) -> QuerySet[Version]:
    """The versions that make the reference; what is in the bin, or was put into another brand or
    category since, does not count meanwhile.
    """
    return Version.objects.filter(
        pk__in=of.pictures.values("version"),
        asset__deleted_at=None,
        asset__brand=of.brand_id,
        asset__category=of.category,
    )


def looks(versions: QuerySet[Version]) -> QuerySet[VersionLook]:
    """What is known of versions by today's measure."""
    return VersionLook.objects.filter(version__in=versions.values("pk"), look_version=LOOK_VERSION)


def without_look(of: ReferenceSet) -> QuerySet[Version]:
    """Versions of a set that are still to be measured; those that cannot be are left out."""
    wanted = Q(pk__in=members(of).values("pk")) | Q(pk__in=shown_by(of).values("pk"))
    measured = VersionLook.objects.filter(look_version=LOOK_VERSION).values("version")
    hopeless = Job.objects.filter(step=STEP, state=Job.State.FAILED, version__isnull=False)
    return (
        Version.objects.filter(wanted)
        .exclude(pk__in=measured)
        .exclude(pk__in=hopeless.values("version"))
    )


def being_measured(of: ReferenceSet) -> int:
    """How many of a set's versions wait for being measured, or are being measured."""
    waiting = Job.objects.filter(step=STEP, state__in=UNFINISHED)
    return waiting.filter(version__in=without_look(of).values("pk")).count()
