"""Bringing a failed file back to where it came from, with its sidecar."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from processing.sources import moving, names, opening, roots
from processing.sources.moving import Spot


def bring_back(root: str, at: str, key: str) -> bool:
    """Move the file at a path to its key below `root`; return whether it is there.

    Paths are as they are written down (`names.shown`), so that names that are not UTF-8 are looked
    for among those that are there. Another file under the key is not overwritten: then it gets a
    numbered name. A move that was interrupted is gone on with. Raises Unreachable and OSError.
    """
    above, name = opening.split(key)
    with _folder_at(root, os.path.dirname(at)) as failed:
        spot = _found(failed, os.path.basename(at)) if failed is not None else None
        if spot is None:
            return _is_there(root, above, name)
        if name == names.shown(spot.name):
            name = spot.name
        with opening.folder(root, _real(root, above), make=True) as here:
            sidecar = sidecar_of(spot.folder, spot.name)
            moving.place(spot, here, name)
            Spot(spot.folder, names.reason_name(spot.name)).remove()
            spot.remove()
            if sidecar is not None and not is_shared(sidecar, spot.name):
                moving.move(sidecar, here, sidecar.name)
    return True


@contextmanager
def _folder_at(root: str, path: str) -> Iterator[int | None]:
    """Open the folder where failed files are: below the watched one, or given by its whole path.

    None where it is not there, below the watched folder: elsewhere its disk may be away, which is
    raised. Raises Unreachable and OSError.
    """
    elsewhere = path.startswith("/")
    if elsewhere:
        root, path = roots.still_allowed(path), ""
    with contextlib.ExitStack() as opened:
        found: int | None = None
        try:
            found = opened.enter_context(opening.folder(root, _real(root, path)))
        except (FileNotFoundError, NotADirectoryError):
            if elsewhere:
                raise
        yield found


def _real(root: str, path: str) -> str:
    """Return the path by its real names, as far as there are any."""
    real = root
    for part in path.split("/") if path else []:
        here = os.path.join(real, part)
        real = here if os.path.lexists(here) else _meant(real, part) or here
    return os.path.relpath(real, root) if path else ""


def _meant(folder: str, name: str) -> str | None:
    """Return the entry of a folder that is written down as `name`."""
    try:
        there = os.listdir(folder)
    except OSError:
        return None
    return next((os.path.join(folder, one) for one in there if names.shown(one) == name), None)


def _found(folder: int, name: str) -> Spot | None:
    spot = Spot(folder, name)
    if spot.stat() is not None:
        return spot
    return next((Spot(folder, one) for one in os.listdir(folder) if names.shown(one) == name), None)


def _is_there(root: str, above: str, name: str) -> bool:
    with _folder_at(root, above) as folder:
        return folder is not None and _found(folder, name) is not None


def sidecar_of(folder: int, name: str) -> Spot | None:
    """Return the sidecar of a picture beside it; a sidecar has none."""
    if names.is_sidecar(name):
        return None
    for candidate in names.sidecar_names(name):
        spot = Spot(folder, candidate)
        with contextlib.suppress(OSError):  # too long a name, for example: then there is none
            if spot.stat() is not None:
                return spot
    return None


def is_shared(sidecar: Spot, name: str) -> bool:
    """Whether another picture beside it has the same sidecar."""
    others = names.sharers(sidecar.name, name)
    return any(Spot(sidecar.folder, other).stat() for other in others)
