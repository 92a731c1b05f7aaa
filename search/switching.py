"""Switching the library to another encoder, with search up throughout.

The new model's embeddings are built beside the old ones, batch by batch; what is built stays, so
that a switch which was interrupted goes on where it stopped. Then its index is built, and one
transaction makes it the active one. The old model's rows stay until `remove`: switching back is
quick.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from dam.models import Rendition, Version
from processing.encoders import Encoder
from processing.errors import ProcessingError
from search import active, index, moments
from search.embedding import embed
from search.models import Embedding, EmbeddingModel
from search.steps import rejudge, rewrite_vectors

BATCH = 64
BUILDER = 2  # the lock of the one process that builds embeddings for a switch
State = EmbeddingModel.State
Tell = Callable[[int, int], None]  # called with how many are done, of how many


class NotPossible(ValueError):
    """What was asked of a model cannot be done now; the message says why."""


def use(name: str, *, tell: Tell = lambda done, of: None) -> tuple[EmbeddingModel, list[int]]:
    """Make an encoder (key or short name) the one that search uses.

    Returns its model, and the versions (ids) whose previews could not be read. Safe to call again
    after an interruption, and for the model that is active already. Raises EncoderError and
    WeightsError where the encoder cannot be loaded, NotPossible while another switch is going on.
    """
    encoder = active.load(name)
    with only_one():
        model = prepare(encoder)
        unreadable = build(model, tell)
        if model.state != State.ACTIVE:
            moments.take(model)
            if encoder.centred:
                rewrite_vectors(model)
            index.create(model, concurrently=not connection.in_atomic_block)
            build(model, tell)  # what came in while the index was built
            _switch(model)
    return model, unreadable


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock that only one switch may hold. Raises NotPossible where another has it."""
    place = [index.LOCK_FAMILY, BUILDER]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", place)
        if not cursor.fetchone()[0]:
            raise NotPossible("Another switch of models is going on; wait for it to end.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", place)


def prepare(encoder: Encoder) -> EmbeddingModel:
    """Return the row of an encoder's model: made where it is new, reopened where retired."""
    model, _ = EmbeddingModel.objects.get_or_create(
        key=encoder.key, defaults={"dimensions": encoder.dimensions}
    )
    EmbeddingModel.objects.filter(pk=model.pk, state=State.RETIRED).update(state=State.BUILDING)
    model.refresh_from_db()
    return model


def missing(model: EmbeddingModel) -> QuerySet[Version]:
    """Return the versions that could have an embedding of a model and have none."""
    previews = Rendition.objects.filter(version=OuterRef("pk"), purpose="preview")
    there = Embedding.objects.filter(version=OuterRef("pk"), model=model.pk)
    rows = Version.objects.filter(Exists(previews), ~Exists(there))
    return rows.exclude(state=Version.State.REFUSED).order_by("pk")


def build(model: EmbeddingModel, tell: Tell) -> list[int]:
    """Embed what is missing; return the versions (ids) whose previews could not be read."""
    of, done, last, unreadable = missing(model).count(), 0, 0, []
    while batch := list(missing(model).filter(pk__gt=last)[:BATCH]):
        unreadable += _embed_what_can_be(model, batch)
        last, done = batch[-1].pk, done + len(batch)
        tell(done, max(of, done))
    return unreadable


def _embed_what_can_be(model: EmbeddingModel, batch: Sequence[Version]) -> list[int]:
    try:
        embed(model, batch)
    except ProcessingError:
        if len(batch) == 1:
            return [batch[0].pk]
        return [pk for version in batch for pk in _embed_what_can_be(model, [version])]
    return []


def _switch(model: EmbeddingModel) -> None:
    """Make a built model the active one; tags are judged anew by it afterwards."""
    with transaction.atomic():
        active.lock()
        if not index.exists(model):
            raise NotPossible(f"The index of {model} is not there.")
        others = EmbeddingModel.objects.filter(state=State.ACTIVE).exclude(pk=model.pk)
        others.update(state=State.RETIRED, judged_to=None)
        EmbeddingModel.objects.filter(pk=model.pk).update(
            state=State.ACTIVE, activated_at=timezone.now()
        )
        active.forget()
        rejudge()
    model.refresh_from_db()


def remove(name: str) -> int:
    """Remove a model that is not active: its embeddings and its index; return how many.

    Raises NotPossible for the active model, for one that is not there, and while a switch goes on.
    """
    with only_one():
        return _remove(name)


def _remove(name: str) -> int:
    model = EmbeddingModel.objects.filter(key=active.full_key(name)).first()
    if model is None:
        raise NotPossible(f"There are no embeddings of {name}.")
    if model.state == State.ACTIVE:
        raise NotPossible(f"{name} is what search uses; switch to another model first.")
    with transaction.atomic():
        index.drop(model)
        count = Embedding.objects.filter(model=model.pk)._raw_delete(using="default")
        model.delete()
    return int(count)
