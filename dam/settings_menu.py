"""What the settings pages are: a registry, into which each room puts its own when it starts.

A room calls `register` in its `AppConfig.ready()` and lets its page's template extend
`settings/base.html` (block `panel`; block `panel_title` for the browser's title). An entry is shown
to those who have its permission; the page behind it asks for the permission again.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from dam.models import User
from dam.permissions import PERMISSIONS, can

Words = str | Promise
FOR_ONESELF, FOR_ADMINS = "oneself", "admins"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the settings: what it is called, where it is, and who may see it.

    `about` is a sentence for the overview. `names` are the beginnings of the address names during
    which the entry is the current one.
    """

    title: Words
    url_name: str
    permission: str
    icon: str
    about: Words = ""
    names: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return reverse(self.url_name)

    @property
    def group(self) -> str:
        """Whom it is about: what needs a permission is about everybody's library."""
        return FOR_ADMINS if self.permission else FOR_ONESELF


_entries: dict[str, Entry] = {}


def register(
    *,
    title: Words,
    url_name: str,
    icon: str,
    permission: str = "",
    about: Words = "",
    names: tuple[str, ...] = (),
) -> None:
    """Put a page into the menu of the settings; without a permission it is everybody's.

    The permission is one that is asked of nothing, such as `system.see`. Raises KeyError for one
    that nobody defined, ValueError for an address name that is in the menu already.
    """
    if permission and permission not in PERMISSIONS:
        raise KeyError(f"no such permission: {permission}")
    if url_name in _entries:
        raise ValueError(f"{url_name} is in the menu of the settings already")
    _entries[url_name] = Entry(title, url_name, permission, icon, about, names or (url_name,))


def entries_for(user: User) -> list[Entry]:
    """Return the entries that a person sees: their own things first, then the library's."""
    seen = [one for one in _entries.values() if not one.permission or can(user, one.permission)]
    return sorted(seen, key=lambda one: one.group != FOR_ONESELF)


def current(url_name: str) -> Entry | None:
    """Return the entry that an address belongs to, by its name."""
    return next((one for one in _entries.values() if url_name.startswith(one.names)), None)
