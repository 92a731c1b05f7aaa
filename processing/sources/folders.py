"""A folder as a source: walking it, opening what is in it, and putting away what was decided."""

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BufferedReader
from typing import BinaryIO, cast

from processing.models import Source, SourceFile
from processing.sources import moving, names, opening, returning, roots
from processing.sources.errors import CannotMove, NotStill, Unreachable, Unreadable
from processing.sources.items import Item, Put, Taking
from processing.sources.looks import Look, Stillness, has_writer, is_regular
from processing.sources.mounts import Mount, mount_of
from processing.sources.returning import is_shared, sidecar_of
from processing.sources.streams import Checked

LARGEST_SIDECAR = 10 * 1024**2


@dataclass
class Folder:
    """One source's folder. Call `reach` before anything else, and again whenever it may be away."""

    source: Source
    root: str = ""
    mount: Mount = field(default_factory=lambda: Mount("/", ""))

    def reach(self) -> None:
        """Find the folder and its file system. Raises Unreachable, with a sentence."""
        self.root = roots.still_allowed(self.source.path)
        try:
            found = os.stat(self.root)
        except OSError as error:
            raise Unreachable(f"{self.source.path} is not there: {error.strerror}.") from error
        if not stat.S_ISDIR(found.st_mode):
            raise Unreachable(f"{self.source.path} is not a folder.")
        if not os.access(self.root, os.R_OK | os.X_OK):
            raise Unreachable(f"{self.source.path} may not be read by Loupe's account.")
        self.mount = mount_of(self.root)
        known = self.source.mount_point
        if known and len(known) > len(self.mount.point) and self.root.startswith(known):
            raise Unreachable(f"The disk of {self.source.path} is not mounted at {known}.")

    @property
    def polls(self) -> bool:
        return self.source.looking == "poll" or self.mount.is_silent

    @property
    def has_inodes(self) -> bool:
        """Whether inode numbers identify files for good: not on network mounts."""
        return not self.mount.is_silent

    def stillness(self) -> Stillness:
        return Stillness(self.source.settle_seconds, same_clock=not self.mount.is_silent)

    # Looking

    def items(self, start: str = "") -> Iterator[Item]:
        """Walk the folder, or one in it; yield what may be taken. One look at each file."""
        waiting = [start]
        while waiting:
            relative = waiting.pop()
            with self._entries(relative) as entries:
                for entry in entries:
                    key = f"{relative}/{entry.name}" if relative else entry.name
                    if self._is_folder_to_walk(entry, key):
                        waiting.append(key)
                    elif item := self.item(key, entry):
                        yield item

    @contextmanager
    def _entries(self, relative: str) -> Iterator[Iterator[os.DirEntry]]:
        try:
            found = os.scandir(os.path.join(self.root, relative))
        except OSError as error:
            if not relative:
                raise Unreachable(
                    f"{self.source.path} cannot be read: {error.strerror}."
                ) from error
            found = None  # a folder that went, or is closed to us: those beside it are not
        if found is None:
            yield iter(())
            return
        with found:
            yield found

    def _is_folder_to_walk(self, entry: os.DirEntry, key: str) -> bool:
        return (
            self.source.recursive
            and names.is_folder_of_people(entry.name)
            and not self._is_put_away(key)
            and entry.is_dir(follow_symlinks=False)
        )

    def _is_put_away(self, key: str) -> bool:
        """Whether a path is our “done” or “failed” folder, or below it."""
        ours = (self.source.done_folder, self.source.failed_folder)
        return any(key == one or key.startswith(one + "/") for one in ours)

    def item(self, key: str, entry: os.DirEntry | None = None) -> Item | None:
        """Return the file of that path (below the folder), if it is one that may be taken."""
        if not self._may_be_taken(key):
            return None
        try:
            found = entry.stat(follow_symlinks=False) if entry else os.lstat(self._path(key))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return None  # told when it is a file that somebody can see: by the next walk
        if not is_regular(found):
            return None
        look = Look.at(found)
        return Item(key, look.size, look.signature(inodes=self.has_inodes), look)

    def _may_be_taken(self, key: str) -> bool:
        *above, name = key.split("/")
        # A sidecar goes with its picture; by itself it is looked at when it came too late for that.
        include = [] if names.is_sidecar(name) else self.source.include
        return (
            not names.is_temporary(name)
            and not self._is_put_away(key)
            and (self.source.recursive or not above)
            and all(names.is_folder_of_people(part) for part in above)
            and names.is_wanted(key, include, self.source.exclude)
        )

    def is_awaited(self, item: Item) -> bool:
        """Whether a file that this sidecar lies beside is there, to be taken with it."""
        return any(os.path.lexists(self._path(key)) for key in names.keys_beside(item.key))

    def _path(self, key: str) -> str:
        return os.path.join(self.root, key)

    def key_of(self, path: str) -> str | None:
        """Return the key of a path that the kernel named, None for one outside."""
        base = self.root.rstrip("/") + "/"
        return path[len(base) :] if path.startswith(base) else None

    def found_at(self, key: str) -> Iterator[Item]:
        """Yield the file of that path, or what is below it where it is a folder."""
        with contextlib.suppress(OSError):
            if stat.S_ISDIR(os.lstat(self._path(key)).st_mode):
                parts = key.split("/")
                if self.source.recursive and all(map(names.is_folder_of_people, parts)):
                    yield from () if self._is_put_away(key) else self.items(key)
            elif item := self.item(key):
                yield item

    # Taking

    @contextmanager
    def open(self, item: Item) -> Iterator[Taking]:
        """Open a file as it was looked at. Raises NotStill and Unreadable."""
        above, name = opening.split(item.key)
        with contextlib.ExitStack() as opened:
            with _told():
                folder = opened.enter_context(opening.folder(self.root, above))
                stream = opened.enter_context(open(opening.file(folder, name), "rb"))
                self._check(stream, item)
                sidecar = self._sidecar(folder, name)
            unchanged = partial(self._check, stream, item)
            yield Taking(
                cast(BinaryIO, Checked(stream, unchanged)), sidecar, partial(_hash, stream)
            )

    def _check(self, stream: BufferedReader, item: Item) -> None:
        found = os.fstat(stream.fileno())
        look = Look.at(found)
        if not is_regular(found) or not item.look or look.size != item.look.size:
            raise NotStill("It has changed since it was looked at.")
        if look.mtime != item.look.mtime or has_writer(stream.fileno()):
            raise NotStill("It is still being written.")

    def _sidecar(self, folder: int, name: str) -> bytes | None:
        spot = sidecar_of(folder, name)
        if spot is None:
            return None
        with open(opening.file(folder, spot.name), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not is_regular(found) or found.st_size > LARGEST_SIDECAR:
                return None
            if 0 <= time.time() - found.st_ctime < self.source.settle_seconds:
                raise NotStill("Its sidecar is still being written.")
            return stream.read(LARGEST_SIDECAR)

    # Putting away

    def put_away(self, item: Item, state: str, reason: str) -> Put:
        """Move a file whose fate is decided; return where it is. Raises CannotMove."""
        failed = state == SourceFile.State.FAILED
        target = self.source.failed_folder if failed else self.source.done_folder
        above, name = opening.split(item.key)
        try:
            with (
                opening.folder(self.root, above) as here,
                self._folder_for(target, above) as there,
            ):
                spot = moving.Spot(here, name)
                found = spot.stat()
                if found is None or not self._is_same(found, item):
                    return Put(SourceFile.Whereabouts.GONE)
                put = self._move(spot, there, name, reason if failed else "")
        except FileNotFoundError:
            return Put(SourceFile.Whereabouts.GONE)
        except OSError as error:
            words = os.strerror(error.errno) if error.errno else str(error)
            raise CannotMove(f"It cannot be moved to {target}: {words}.") from error
        place = SourceFile.Whereabouts.FAILED if failed else SourceFile.Whereabouts.DONE
        return Put(place, os.path.join(target, above, put.name))

    def usual(self, key: str) -> str:
        return os.path.join(self.source.failed_folder, key)

    def bring_back(self, at: str, key: str) -> bool:
        try:
            return returning.bring_back(self.root, at, key)
        except Unreachable as error:
            raise CannotMove(str(error)) from error
        except OSError as error:
            words = os.strerror(error.errno) if error.errno else str(error)
            raise CannotMove(f"It cannot be moved back from {at}: {words}.") from error

    def _is_same(self, found: os.stat_result, item: Item) -> bool:
        return Look.at(found).signature(inodes=self.has_inodes) == item.signature

    def _folder_for(self, target: str, above: str) -> "contextlib._GeneratorContextManager[int]":
        """Open where decided files go: below our folder, or one given by its whole path."""
        if target.startswith("/"):
            return opening.folder(roots.still_allowed(target), above, make=True)
        return opening.folder(self.root, os.path.join(target, above), make=True)

    def _move(self, spot: moving.Spot, there: int, name: str, reason: str) -> moving.Spot:
        sidecar = sidecar_of(spot.folder, name)
        target = moving.place(spot, there, name)
        if reason:
            moving.write_beside(target, names.reason_name(target.name), reason + "\n")
        spot.remove()
        if sidecar is not None and not is_shared(sidecar, name):
            moving.move(sidecar, there, sidecar.name)
        return target


@contextmanager
def _told() -> Iterator[None]:
    """Tell why a file cannot be opened. Raises NotStill and Unreadable."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotStill("It went away.") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotStill("It has become a symbolic link.") from error
        raise Unreadable(f"It cannot be read: {error.strerror}.") from error


def _hash(stream: BufferedReader) -> str:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return digest
