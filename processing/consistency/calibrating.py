"""The scheduled run: sets are measured anew when it is time, or when somebody asks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from dam.models import Version
from processing import queue
from processing.consistency import measuring, running, sets
from processing.models import Job, ReferenceSet

log = logging.getLogger(__name__)
STEP = "consistency"


def due() -> QuerySet[ReferenceSet]:
    """Sets for which a run was asked, and those whose last one is longer ago than it should be."""
    hours = settings.LOUPE_CONSISTENCY_HOURS
    found = ReferenceSet.objects.annotate(last=Max("runs__at"))
    asked = Q(asked_at__isnull=False)
    if not hours:
        return found.filter(asked)
    late = Q(last=None, pictures__isnull=False)
    late |= Q(last__lt=timezone.now() - timedelta(hours=hours))
    return found.filter(asked | late).distinct()


def ask() -> None:
    """Let a worker look after the sets, where one is due. The supervisor calls it by the hour."""
    if due().exists():
        queue.enqueue(STEP)


def run(_versions: Sequence[Version] = ()) -> None:
    """Score every set that is due; where pictures are to be measured, that comes first."""
    for of in due():
        if prepare(of):
            ReferenceSet.objects.filter(pk=of.pk, asked_at=None).update(asked_at=timezone.now())
            continue
        try:
            running.run(of)
        except running.NotReady as reason:
            log.info("%s is not scored: %s", of, reason)
            ReferenceSet.objects.filter(pk=of.pk).update(asked_at=None)


def prepare(of: ReferenceSet) -> int:
    """Have measured what was not; returns how many pictures a run should wait for."""
    queue.enqueue_many(measuring.STEP, sets.without_look(of).values_list("pk", flat=True))
    return sets.being_measured(of)


def go_on(sender: Any, **more: Any) -> bool:
    """The queue is empty: what waited for pictures to be measured can be scored now.

    Not where the last attempt failed: that would fail again, at once and for ever.
    """
    if not ReferenceSet.objects.filter(asked_at__isnull=False).exists():
        return False
    if Job.objects.filter(step=STEP, state=Job.State.FAILED).exists():
        return False
    return queue.enqueue(STEP)
