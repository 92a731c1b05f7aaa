"""Questions about the queue."""

import socket
from collections.abc import Iterable
from datetime import timedelta

import psutil
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dam.models import Version
from processing.models import Job, WorkerBeat

SILENCE = timedelta(seconds=15)
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)


def ready() -> QuerySet[Job]:
    """Return the jobs that could be claimed now."""
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return Job.objects.filter(due, state=Job.State.QUEUED)


def unfinished(versions: Iterable[int] | None = None) -> int:
    """Return how many jobs are queued or running, of some versions or of all."""
    jobs = Job.objects.filter(state__in=UNFINISHED)
    if versions is not None:
        jobs = jobs.filter(version__in=list(versions))
    return jobs.count()


def counts() -> dict[str, int]:
    """Return how many jobs are in each state."""
    rows = Job.objects.values("state").annotate(number=Count("pk")).values_list("state", "number")
    return dict.fromkeys(Job.State.values, 0) | dict(rows)


def living_workers() -> list[WorkerBeat]:
    """Return the workers that were heard of lately and, on this machine, still exist."""
    heard = WorkerBeat.objects.filter(seen_at__gte=timezone.now() - SILENCE).order_by("name")
    here = socket.gethostname()
    return [beat for beat in heard if beat.host != here or psutil.pid_exists(beat.pid)]


def waiting_for_nothing() -> QuerySet[Version]:
    """Return versions that are being processed though no job of theirs is left to do it."""
    open_jobs = Job.objects.filter(version=OuterRef("pk"), state__in=UNFINISHED)
    return Version.objects.filter(~Exists(open_jobs), state=Version.State.PROCESSING)
