"""What is going on: one snapshot for the command and the activity page."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from processing import queue, steps
from processing.models import Job

FAILURES = 20


def snapshot() -> dict[str, Any]:
    """Return counts by state and step, living workers, grouped failures, and the last hour's work.

    Everything in it is plain data, ready for JSON.
    """
    return {
        "jobs": queue.counts(),
        "steps": _by_step(),
        "workers": [
            {
                "name": beat.name,
                "pid": beat.pid,
                "jobs_done": beat.jobs_done,
                "memory_mib": beat.memory_mib,
                "started_at": beat.started_at.isoformat(),
            }
            for beat in queue.living_workers()
        ],
        "failures": _failures(),
        "done_last_hour": Job.objects.filter(
            state=Job.State.DONE, finished_at__gte=timezone.now() - timedelta(hours=1)
        ).count(),
    }


def _by_step() -> list[dict[str, Any]]:
    """Count what waits and runs, a row a step, in the order of the pipeline."""
    rows = (
        Job.objects.filter(state__in=queue.UNFINISHED)
        .values("step")
        .annotate(
            queued=Count("pk", filter=Q(state=Job.State.QUEUED)),
            running=Count("pk", filter=Q(state=Job.State.RUNNING)),
        )
    )
    found = {row["step"]: row for row in rows}
    return [
        {"step": s.name, "title": s.title, "queued": 0, "running": 0} | found.get(s.name, {})
        for s in steps.known()
    ]


def _failures() -> list[dict[str, Any]]:
    rows = (
        Job.objects.filter(state=Job.State.FAILED)
        .values("error_category", "error")
        .annotate(count=Count("pk"))
        .order_by("-count", "error")[:FAILURES]
    )
    return [
        {"category": row["error_category"], "error": row["error"], "count": row["count"]}
        for row in rows
    ]
