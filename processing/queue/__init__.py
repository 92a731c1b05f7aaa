"""The queue of jobs.

The `Job` table is the truth. A django-q2 task is only a token that tells a worker to look. Every
change of state is one conditional statement, so that two workers, or a worker and the sweeper,
can never both believe that a job is theirs.
"""

from processing.queue.claiming import claim, held, renew
from processing.queue.counting import (
    UNFINISHED,
    counts,
    living_workers,
    ready,
    unfinished,
    waiting_for_nothing,
)
from processing.queue.ending import MAX_ATTEMPTS, fail, finish, postpone
from processing.queue.enqueueing import (
    check_priority,
    enqueue,
    enqueue_many,
    prioritise,
    send_token,
    start,
)
from processing.queue.sweeping import release, retry_failed, settle_idle, sweep

__all__ = [
    "MAX_ATTEMPTS",
    "UNFINISHED",
    "check_priority",
    "claim",
    "counts",
    "enqueue",
    "enqueue_many",
    "fail",
    "finish",
    "held",
    "living_workers",
    "postpone",
    "prioritise",
    "ready",
    "release",
    "renew",
    "retry_failed",
    "send_token",
    "settle_idle",
    "start",
    "sweep",
    "unfinished",
    "waiting_for_nothing",
]
