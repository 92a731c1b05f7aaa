"""Watching a folder: by events where the kernel tells of them, by walks always."""

import contextlib
import time
from collections.abc import Iterable, Iterator

from processing.models import Source
from processing.sources import claims, late
from processing.sources.ears import Ear
from processing.sources.folders import Folder
from processing.sources.intake import Intake
from processing.sources.items import Item
from processing.sources.looks import MOST_REMEMBERED
from processing.sources.loops import Loop
from processing.sources.names import is_sidecar, key_hash

TURN_SECONDS = 1.0
PATIENCE_ONCE = 4  # looks, when all is to be taken once and files are still being written
DEAF = "The system does not tell of changes here ({}): the folder is looked through at intervals."


class FolderLoop(Loop):
    """One watched folder."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._due: dict[str, float] = {}  # keys that are not at rest → when to look again
        self._deaf = ""

    def work(self) -> None:
        self._prepare()
        with contextlib.ExitStack() as stack:
            ear = self._listen(stack)
            while self.pulse():
                self.folder.reach()
                self.intake.bring_back()
                if self._walk_is_due(ear):
                    self._walk()
                else:
                    self._take(self._look_again())
                self.rest(self._until_next())

    def pass_once(self) -> None:
        self._prepare()
        self.intake.bring_back()
        self._walk()
        for _ in range(PATIENCE_ONCE):
            due = [when for key, when in self._due.items() if not is_sidecar(key)]
            if not due:
                break  # sidecars that came alone have time until the next pass
            time.sleep(max(0.0, min(due) - time.monotonic()))
            self._take(self._look_again())

    def _prepare(self) -> None:
        self.folder = Folder(self.source)
        self.folder.reach()
        if self.source.mount_point != self.folder.mount.point:
            Source.objects.filter(pk=self.source.pk).update(mount_point=self.folder.mount.point)
            self.source.mount_point = self.folder.mount.point
        self.stillness = self.folder.stillness()
        self.intake = Intake(self.source, self.folder, self.proceed)

    def _listen(self, stack: contextlib.ExitStack) -> Ear | None:
        if self.folder.polls:
            return None
        try:
            ear = Ear(self.folder.root, recursive=self.source.recursive, wake=self.wake)
        except (OSError, RuntimeError) as error:
            self._deaf = DEAF.format(error)
            return None
        stack.callback(ear.close)
        return ear

    def _walk_is_due(self, ear: Ear | None) -> bool:
        if ear is None:
            return self.scan_is_due()
        paths, missed = ear.heard()
        now = time.monotonic()
        for path in paths:
            key = self.folder.key_of(path)
            if key:
                self._wait(key, now)
        if not ear.alive:
            self.folder.reach()
            self._deaf = DEAF.format("no more events")
        return missed or self.scan_is_due()

    def _walk(self) -> None:
        self.intake.trouble = ""
        with self.scanning(), self.counting(self.intake):
            self._take(self.folder.items())

    def _look_again(self) -> Iterator[Item]:
        now = time.monotonic()
        for key in [key for key, due in self._due.items() if due <= now]:
            del self._due[key]
            found = False
            for item in self.folder.found_at(key):
                found = True
                yield item
            if not found:
                self.stillness.forget(key)
                claims.forget_gone(self.source, key_hash(key))

    def _take(self, items: Iterable[Item]) -> None:
        self.intake.consider(self._still(items))
        now = time.monotonic()
        for item in self.intake.again:
            self._wait(item.key, now + self.source.settle_seconds)
        self.intake.again.clear()
        self.waiting = sum(not is_sidecar(key) for key in self._due)
        self.tell_of(self.intake.trouble or self.intake.stuck or self._deaf)

    def _still(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            assert item.look is not None
            times = late.PATIENCE if is_sidecar(item.key) else 1
            left = self.stillness.wait(item.key, item.look, times)
            if left > 0:
                self._wait(item.key, time.monotonic() + left)
            else:
                yield item

    def _wait(self, key: str, until: float) -> None:
        """Look at a file again at a time; of too many, the next walk finds those left out."""
        if len(self._due) < MOST_REMEMBERED or key in self._due:
            self._due[key] = until
        self.waiting = sum(not is_sidecar(key) for key in self._due)

    def _until_next(self) -> float:
        if not self._due:
            return TURN_SECONDS
        return min(TURN_SECONDS, max(0.05, min(self._due.values()) - time.monotonic()))
