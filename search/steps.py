"""The steps that search adds to ingest: "embed" and "tag", and "recentre" for the library.

Confidences depend on what the library is like, and where the encoder asks for it the vectors do
too. So both are brought up to date as the library grows: each time it has doubled, and when the
queue runs idle after it grew. That costs each picture a constant on average.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from dam.models import Version
from processing import queue, steps
from processing.models import Job
from search import moments
from search.active import active, encoder_of, fetch
from search.embedding import embed as embed_versions
from search.judging import judge, judged_versions
from search.models import Embedding, EmbeddingModel

GROWTH, FIRST = 2.0, 32  # brought up to date at 32 pictures, and at each doubling
IDLE_GROWTH = 1.05  # and when idle, once a twentieth has been added
LOOKS = 8  # a process counts again when it has itself added this part of what is missing
BATCH = 500
BUDGET = 120.0  # seconds that one run goes on judging; the next run goes on from there
PATIENCE = timedelta(minutes=10)  # after a failure


def embed(versions: Sequence[Version]) -> None:
    """Embed versions with the active model; where that was changed meanwhile, with the new one."""
    fetch()
    model = active(fresh=True)
    while True:
        embed_versions(model, versions)
        now = active(fresh=True)
        if (now.pk, now.moments_count) == (model.pk, model.moments_count):
            break
        model = now
    if _has_outgrown(model, len(versions)):
        queue.enqueue("recentre")


_unlooked: dict[tuple[int, int], float] = {}  # pictures until the next look, by model and moments


def _has_outgrown(model: EmbeddingModel, added: int) -> bool:
    """Say whether the library has outgrown its moments, after `added` more pictures.

    To count a large library costs more than a picture: so it is not counted for each batch, but
    the more seldom, the further it is from the next doubling.
    """
    place = (model.pk, model.moments_count)
    left = _unlooked.get(place, 0.0) - added
    if left <= 0:
        goal = max(FIRST, GROWTH * model.moments_count)
        missing = goal - _count(model)
        left = (missing if missing > 0 else goal) / LOOKS
        _unlooked.clear()
    else:
        missing = left
    _unlooked[place] = left
    return missing <= 0


def tag(versions: Sequence[Version]) -> None:
    """Judge versions with the vocabulary by what "embed" saw."""
    judge(active(fresh=True), versions)


def recentre(_: Sequence[Version]) -> None:
    """Take the library's moments anew where it grew, and judge by them, for a bounded while.

    Goes on where it stopped: `EmbeddingModel.judged_to` is the last version judged.
    """
    model = active(fresh=True)
    if _count(model) > model.moments_count:
        moments.take(model)
        if encoder_of(model).centred:
            rewrite_vectors(model)
        judge_from(model, 0)
    end = time.monotonic() + BUDGET
    while model.judged_to is not None and time.monotonic() < end:
        _judge_some(model)


def rejudge() -> None:
    """Have the whole library judged again: the vocabulary or the model is another."""
    model = active(fresh=True)
    judge_from(model, 0)
    queue.enqueue("recentre")


def judge_from(model: EmbeddingModel, version: int | None) -> None:
    EmbeddingModel.objects.filter(pk=model.pk).update(judged_to=version)
    model.judged_to = version


def _judge_some(model: EmbeddingModel) -> None:
    """Judge the next batch; what a change of tags puts in doubt is routed anew."""
    rows = judged_versions(model).filter(pk__gt=model.judged_to).order_by("pk")
    versions = list(rows[:BATCH])
    if not versions:
        judge_from(model, None)
        return
    changed = set(judge(model, versions))
    undecided = [v.pk for v in versions if v.pk in changed and v.state_by_id is None]
    if undecided and _registered("route"):
        settled = Version.objects.filter(pk__in=undecided).exclude(
            state=Version.State.PROCESSING  # these are routed at the end of their way anyway
        )
        queue.enqueue_many("route", settled.values_list("pk", flat=True))
    judge_from(model, versions[-1].pk)


def _registered(name: str) -> bool:
    return any(step.name == name for step in steps.known())


REWRITE = """
UPDATE search_embedding SET vector = l2_normalize(raw::vector - %s::vector)::halfvec
WHERE model_id = %s AND version_id = ANY(%s)
"""


def rewrite_vectors(model: EmbeddingModel) -> None:
    """Centre the searched vectors on the library's mean, in batches, each its own transaction."""
    mean = moments.taken(model).mean
    text = "[" + ",".join(f"{value:.6g}" for value in mean) + "]"
    ids = Embedding.objects.filter(model=model.pk).order_by("version")
    last = 0
    while batch := list(ids.filter(version__gt=last).values_list("version", flat=True)[:2_000]):
        with connection.cursor() as cursor:
            cursor.execute(REWRITE, [text, model.pk, batch])
        last = batch[-1]


def _count(model: EmbeddingModel) -> int:
    return Embedding.objects.filter(model=model.pk).count()


def idle() -> bool:
    """Use the quiet: bring up to date what growth left behind; return whether there is work.

    Sent by the queue when nothing is queued or running.
    """
    model = EmbeddingModel.objects.filter(state=EmbeddingModel.State.ACTIVE).first()
    if model is None or _failed_lately():
        return False
    missing = not_embedded(model)
    if missing:
        return bool(queue.enqueue_many("embed", missing))
    grown = _count(model) > max(model.moments_count, model.moments_count * IDLE_GROWTH)
    if grown or model.judged_to is not None:
        return queue.enqueue("recentre")
    return False


def not_embedded(model: EmbeddingModel, limit: int = 1_000) -> list[int]:
    """Return versions (ids) that were embedded with another model only, before a switch."""
    done = Job.objects.filter(step="embed", subject="", state=Job.State.DONE)
    rows = Version.objects.filter(jobs__in=done).exclude(state=Version.State.REFUSED)
    missing = rows.exclude(embeddings__model=model.pk)
    return list(missing.order_by("pk").values_list("pk", flat=True)[:limit])


def forget() -> None:
    """Drop what this process knows of how far the library has grown."""
    _unlooked.clear()


def _failed_lately() -> bool:
    return Job.objects.filter(
        step="recentre", state=Job.State.FAILED, finished_at__gt=timezone.now() - PATIENCE
    ).exists()
