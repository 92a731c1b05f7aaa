"""Ending work: done, or failed, and what follows from it."""

import random
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from dam.models import Version
from processing import steps
from processing.models import ErrorCategory, Job
from processing.queue.claiming import held
from processing.queue.enqueueing import insert, renew_ended
from processing.signals import job_failed

MAX_ATTEMPTS = 3
BACKOFF_SECONDS = 2.0  # doubled at each attempt, with up to half as much again at random
AWAY_SECONDS = 20.0
RETRIED = {ErrorCategory.TRANSIENT, ErrorCategory.PROVIDER, ErrorCategory.RESOURCE}


def finish(job: Job, *, milliseconds: float) -> bool:
    """Mark a job done and queue what waited for it; return False if it was no longer ours."""
    with transaction.atomic():
        if job.version_id is not None:
            _lock_version(job.version_id)
        done = Job.objects.filter(held(job)).update(
            state=Job.State.DONE,
            finished_at=timezone.now(),
            lease_until=None,
            milliseconds=milliseconds,
            error="",
            error_category="",
            error_detail="",
        )
        if done and job.version is not None:
            _queue_followers(job, job.version)
    return bool(done)


def _lock_version(version_id: int) -> None:
    """Let the jobs of one version end one at a time: the last one must see all others done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(72, %s)", [version_id % 2**31])


def _queue_followers(job: Job, version: Version) -> None:
    """Queue each step that came after this one and now waits for nothing else."""
    followers = [step for step in steps.pipeline(version.kind) if job.step in step.after]
    if not followers:
        return
    done = set(
        Job.objects.filter(version=version, state=Job.State.DONE).values_list("step", flat=True)
    )
    ready = [step for step in followers if done.issuperset(step.after)]
    insert([(version.pk, step.name, "", job.priority) for step in ready])
    for step in ready:
        # A step that is run again makes those that build on it run again too.
        renew_ended(version.pk, step.name, "", job.priority)


def postpone(job: Job, *, sentence: str) -> None:
    """Put a job back that could not be done because something it needs is not there now.

    That is neither the file's fault nor the step's: it does not count as an attempt, and the job
    waits for as long as it takes.
    """
    Job.objects.filter(held(job)).update(
        state=Job.State.QUEUED,
        attempts=F("attempts") - 1,
        error_category=ErrorCategory.TRANSIENT,
        error=sentence,
        lease_until=None,
        not_before=timezone.now() + timedelta(seconds=AWAY_SECONDS * (1 + random.random() / 2)),  # noqa: S311
    )


def fail(job: Job, *, category: str, sentence: str, detail: str = "") -> None:
    """Put a failed job back with a delay, or end it where trying again cannot help."""
    again = category in RETRIED and job.attempts < MAX_ATTEMPTS
    values: dict[str, Any] = {
        "error_category": category,
        "error": sentence,
        "error_detail": detail[:4000],
        "lease_until": None,
    }
    if again:
        delay = BACKOFF_SECONDS * 2 ** (job.attempts - 1) * (1 + random.random() / 2)  # noqa: S311
        values |= {
            "state": Job.State.QUEUED,
            "not_before": timezone.now() + timedelta(seconds=delay),
        }
    else:
        values |= {"state": Job.State.FAILED, "finished_at": timezone.now()}
    with transaction.atomic():
        changed = Job.objects.filter(held(job)).update(**values)
        if changed and not again:
            job.refresh_from_db()
            job_failed.send(Job, job=job)
