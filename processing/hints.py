"""What other rooms have to say of files that just came in: a registry, which they fill at start.

A hint is shown beside the file in the list of uploads. It is asked for again and again while a
person watches: finders answer in one or two queries for many versions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dam.models import User


@dataclass(frozen=True, slots=True)
class Hint:
    """A few words, and the address of the page that has more."""

    text: str
    address: str


# (versions (ids), person) → hints by version; of what the person may not see there is none.
Finder = Callable[[Iterable[int], User], dict[int, Hint]]
_finders: dict[str, Finder] = {}


def register(name: str, finder: Finder) -> None:
    """Add a finder. Raises ValueError for a name that is taken."""
    if name in _finders:
        raise ValueError(f"there is a finder of hints named {name!r} already")
    _finders[name] = finder


def hints_for(versions: Iterable[int], user: User) -> dict[int, list[Hint]]:
    """Return what is to be said of each version to a person."""
    ids = list(versions)
    found: dict[int, list[Hint]] = {}
    for finder in _finders.values() if ids else ():
        for version, hint in finder(ids, user).items():
            found.setdefault(version, []).append(hint)
    return found
