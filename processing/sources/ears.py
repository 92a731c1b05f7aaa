"""Hearing of changes in a folder from the kernel, in a thread of its own."""

import logging
import threading
from collections.abc import Callable

from watchfiles import Change, watch

log = logging.getLogger(__name__)

MOST_HEARD = 10_000
STEP_MS, DEBOUNCE_MS, TURN_MS = 100, 400, 1000


class Ear:
    """Collects the paths that changed. Events can be lost: a walk at intervals makes up for it."""

    def __init__(self, root: str, *, recursive: bool, wake: Callable[[], object]) -> None:
        """Begin to listen: what changes from now on is heard. Raises OSError where it cannot be."""
        self.root, self._wake = root, wake
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._paths: set[str] = set()
        self._missed = False
        self._changes = watch(
            root,
            watch_filter=None,
            recursive=recursive,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            rust_timeout=TURN_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        self._note(next(self._changes))  # the first turn has set everything up
        self._thread = threading.Thread(target=self._listen, name=f"ear {root}", daemon=True)
        self._thread.start()

    def heard(self) -> tuple[set[str], bool]:
        """Return the paths since the last time, and whether there were too many to keep."""
        with self._lock:
            paths, missed = self._paths, self._missed
            self._paths, self._missed = set(), False
        return paths, missed

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _listen(self) -> None:
        try:
            for changes in self._changes:
                self._note(changes)
        except (OSError, RuntimeError) as error:
            log.warning("no more is heard of %s: %s", self.root, error)
        finally:
            self._wake()

    def _note(self, changes: set[tuple[Change, str]]) -> None:
        paths = {path for change, path in changes if change != Change.deleted}
        if not paths:
            return
        with self._lock:
            if len(self._paths) + len(paths) > MOST_HEARD:
                self._missed = True
            else:
                self._paths |= paths
        self._wake()
