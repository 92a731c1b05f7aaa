"""What a source need not remember any more: files that are no longer in its place, for long."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from processing.models import Source, SourceFile
from processing.sources.claims import OPEN

Whereabouts = SourceFile.Whereabouts
AT_ONCE = 2_000
MOST = 100_000  # of one source and turn: the rest an hour later
PUT_AWAY = (Whereabouts.DONE, Whereabouts.FAILED, Whereabouts.GONE)


def forget() -> str:
    """Drop the rows of files that went long ago; return what was done, in a sentence."""
    count = sum(_forget(source) for source in Source.objects.all())
    return f"{count} files that sources no longer have were forgotten." if count else ""


def _forget(source: Source) -> int:
    count = 0
    while count < MOST and (ids := list(outdated(source).values_list("pk", flat=True)[:AT_ONCE])):
        count += source.files.filter(pk__in=ids).delete()[0]
    return count


def outdated(source: Source) -> QuerySet[SourceFile]:
    """Return the rows that are of no more use: of files put away, or gone, that long ago.

    A file that was left in place counts as gone when looks at everything, at least one of them a
    whole LOUPE_SOURCE_DAYS after it was last there, did not find it. So nothing is forgotten while
    a folder or bucket is away, however long.
    """
    period = timedelta(days=settings.LOUPE_SOURCE_DAYS)
    gone = Q(place__in=PUT_AWAY)
    if source.census_at is not None:
        unseen = Q(present_at=None) | Q(present_at__lt=source.census_at - period)
        gone |= Q(unseen, place=Whereabouts.LEFT, settled_at__lt=source.census_at - period)
    long_ago = Q(settled_at__lt=timezone.now() - period)
    return source.files.filter(gone, long_ago).exclude(state__in=OPEN)
