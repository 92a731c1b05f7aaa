"""Watching a prefix of a bucket: by looking through it at intervals, and by notices at once."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from processing.models import Source, SourceFile
from processing.sources import claims
from processing.sources.buckets import Bucket
from processing.sources.intake import Intake
from processing.sources.items import Item
from processing.sources.loops import Loop

TURN_SECONDS = 1.0
AT_ONCE = 200
FAILED = SourceFile.Whereabouts.FAILED  # what is to be brought back from there first


class BucketLoop(Loop):
    """One watched prefix."""

    def work(self) -> None:
        self._prepare()
        while self.pulse():
            self.intake.bring_back()
            self._take_announced()
            if self.scan_is_due():
                self._look_through()
            self.rest(TURN_SECONDS)

    def pass_once(self) -> None:
        self._prepare()
        self.intake.bring_back()
        self._take_announced()
        self._look_through()

    def _prepare(self) -> None:
        self.bucket = Bucket(self.source)
        self.intake = Intake(self.source, self.bucket, self.proceed)

    def _look_through(self) -> None:
        """List everything, a page at a time; after an interruption from where it was."""
        self.intake.trouble = ""
        after = self.source.cursor
        with self.scanning(), self.counting(self.intake, whole=not after):
            while True:
                items, last = self.bucket.page(after)
                if not self.intake.consider(items):
                    return
                self._end_of_turn()
                self._remember(last)
                if not last:
                    return
                after = last
                self._take_announced()

    def _remember(self, cursor: str) -> None:
        if cursor != self.source.cursor:
            Source.objects.filter(pk=self.source.pk).update(cursor=cursor)
            self.source.cursor = cursor

    def _take_announced(self) -> None:
        self.intake.consider(self._announced())
        self._end_of_turn()

    def _announced(self) -> Iterator[Item]:
        now = timezone.now()
        due = Q(not_before=None) | Q(not_before__lte=now)
        wanted = Q(due, state__in=claims.OPEN) | Q(announced=True)
        here = self.source.files.exclude(state=SourceFile.State.SEEN, place=FAILED)
        for row in here.filter(wanted).order_by("pk")[:AT_ONCE]:
            # First: a notice that comes from now on asks to look once more.
            SourceFile.objects.filter(pk=row.pk, announced=True).update(announced=False)
            item = self.bucket.at(row.key)
            if item is not None:
                yield item
            elif row.state in claims.OPEN:
                SourceFile.objects.filter(pk=row.pk, token=row.token, state=row.state).delete()

    def _end_of_turn(self) -> None:
        self.intake.again.clear()  # replaced or gone: the next list tells
        self.tell_of(self.intake.trouble or self.intake.stuck)
