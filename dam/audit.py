"""The history of one asset for people to read, from the events that the triggers recorded.

Every change is there, whatever made it, because the database itself writes it down. What belongs
together (one context and one kind of change) is one entry.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dam.models import ApiToken, Asset, TagAssignment, Term, User, Version

RIGHTS = {
    "creator": gettext_lazy("Creator"),
    "credit": gettext_lazy("Credit line"),
    "copyright_notice": gettext_lazy("Copyright notice"),
    "usage_terms": gettext_lazy("Usage terms"),
    "rights_url": gettext_lazy("Rights address"),
}
MOST = 400  # events read of each kind; the newest


@dataclass(slots=True)
class Entry:
    """One thing that somebody did: when, who, what, and why if they said so."""

    when: datetime
    who: str
    kind: str  # an icon's name
    what: str
    token: str = ""  # the name of the token that a program did it with
    why: str = ""
    details: list[str] = field(default_factory=list)


def timeline(asset: Asset) -> list[Entry]:
    """Return what happened to an asset, the newest first."""
    people = _People()
    entries = [
        *_asset_entries(_events("AssetEvent").filter(pgh_obj=asset.pk), people),
        *_version_entries(_events("VersionEvent").filter(asset=asset.pk), people),
        *_tag_entries(_events("TagAssignmentEvent").filter(asset=asset.pk), people),
        *_collection_entries(_events("CollectionItemEvent").filter(asset=asset.pk), people),
    ]
    # Within one transaction everything has one time: what is further down in the list came later.
    entries.reverse()
    return sorted(entries, key=lambda entry: entry.when, reverse=True)


class _People:
    """Names of people and of their tokens, asked for once each."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.tokens: dict[int, str] = {}

    def __call__(self, pk: int | None) -> str:
        if pk is None:
            return "Loupe"
        if pk not in self.names:
            user = User.objects.filter(pk=pk).first()
            self.names[pk] = str(user) if user else _("Somebody who left")
        return self.names[pk]

    def token(self, pk: int | None) -> str:
        """Return what a token is called; its secret is nowhere. Empty for none."""
        if pk is None:
            return ""
        if pk not in self.tokens:
            name = ApiToken.objects.filter(pk=pk).values_list("name", flat=True).first()
            self.tokens[pk] = name or _("a token that is gone")
        return self.tokens[pk]


def _events(model: str) -> QuerySet:
    return apps.get_model("dam", model).objects.select_related("pgh_context")


def _read(events: QuerySet) -> list[Any]:
    """Return the newest MOST events, the oldest of them first."""
    return list(reversed(events.order_by("-pgh_id")[:MOST]))


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _entry(event: Any, people: _People, kind: str, what: str) -> Entry:
    context = _context(event)
    who = context.get("model") or people(context.get("user"))
    token = people.token(context.get("token"))
    return Entry(event.pgh_created_at, who, kind, what, token, context.get("reason", ""))


def _asset_entries(events: QuerySet, people: _People) -> Iterator[Entry]:
    before: Any = None
    for event in _read(events):
        if event.pgh_label == "insert":
            yield _entry(event, people, "plus", _("Added to the library"))
        elif before is not None:
            yield from _asset_changes(before, event, people)
        before = event


def _asset_changes(before: Any, event: Any, people: _People) -> Iterator[Entry]:
    if before.title != event.title:
        entry = _entry(event, people, "edit", _("Changed the title"))
        entry.details = [f"“{before.title}” → “{event.title}”"]
        yield entry
    if before.description != event.description:
        yield _entry(event, people, "edit", _("Changed the description"))
    changed = [name for name in RIGHTS if getattr(before, name) != getattr(event, name)]
    if changed:
        entry = _entry(event, people, "edit", _("Changed rights and credit"))
        entry.details = [_change(before, event, name) for name in changed]
        yield entry
    if before.current_version_id != event.current_version_id and event.current_version_id:
        number = _number(event.current_version_id)
        if before.current_version_id:
            yield _entry(event, people, "eye", _("The library now shows version %s") % number)
    if before.restricted != event.restricted:
        words = _("Restricted it") if event.restricted else _("Lifted the restriction")
        yield _entry(event, people, "lock", words)
    if bool(before.deleted_at) != bool(event.deleted_at):
        binned = bool(event.deleted_at)
        words = _("Moved to the bin") if binned else _("Taken out of the bin")
        yield _entry(event, people, "bin" if binned else "restore", words)
    if before.brand_id != event.brand_id or before.owner_id != event.owner_id:
        yield _entry(event, people, "person", _("Changed the brand or the owner"))


def _change(before: Any, event: Any, name: str) -> str:
    label = RIGHTS[name]
    old, new = (Truncator(getattr(of, name)).chars(120) for of in (before, event))
    return f"{label}: “{old}” → “{new}”" if old else f"{label}: “{new}”"


def _number(version_id: int) -> str:
    return str(
        Version.objects.filter(pk=version_id).values_list("number", flat=True).first() or "?"
    )


def _version_entries(events: QuerySet, people: _People) -> Iterator[Entry]:
    states: dict[int, str] = {}
    names: dict[int, str] = {}
    for event in _read(events):
        if event.pgh_label == "insert":
            entry = _entry(event, people, "upload", _("Version %s") % event.number)
            entry.why = event.note or entry.why
            yield entry
        elif states.get(event.id, event.state) != event.state:
            words = _("Version %(number)s: %(state)s") % {
                "number": event.number,
                "state": event.get_state_display().lower(),
            }
            entry = _entry(event, people, STATE_ICONS.get(event.state, "info"), words)
            entry.why = event.state_reason or entry.why
            yield entry
        before = names.get(event.id)
        if before and before != event.file_name:
            entry = _entry(event, people, "edit", _("Renamed the file"))
            entry.details = [f"“{before}” → “{event.file_name}”"]
            yield entry
        states[event.id], names[event.id] = event.state, event.file_name


STATE_ICONS = {
    Version.State.APPROVED: "check",
    Version.State.IN_REVIEW: "review",
    Version.State.REJECTED: "close",
    Version.State.REFUSED: "warn",
    Version.State.PROCESSING: "clock",
}


def _tag_entries(events: QuerySet, people: _People) -> Iterator[Entry]:
    """Tags that changed together, for example those that a model found, are one entry."""
    terms = _term_names(events)
    states: dict[int, str] = {}
    groups: dict[tuple, Entry] = {}
    for event in _read(events):
        state = "removed" if event.pgh_label == "delete" else event.state
        if states.get(event.pgh_obj_id) == state:
            continue
        states[event.pgh_obj_id] = state
        key = (event.pgh_context_id or event.pgh_id, state)
        if key not in groups:
            groups[key] = _entry(event, people, "tag", state)
        groups[key].details.append(terms.get(event.term_id, "?"))
    for (_group, state), entry in groups.items():
        entry.what = _tag_words(state, len(entry.details))
        yield entry


def _term_names(events: QuerySet) -> dict[int, str]:
    ids = events.values_list("term", flat=True).distinct()
    return dict(Term.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _tag_words(state: str, count: int) -> str:
    words = {
        TagAssignment.State.ACCEPTED: ngettext("Accepted a tag", "Accepted %d tags", count),
        TagAssignment.State.SUGGESTED: ngettext("Suggested a tag", "Suggested %d tags", count),
        TagAssignment.State.REJECTED: ngettext("Rejected a tag", "Rejected %d tags", count),
    }
    sentence = words.get(state) or ngettext("Withdrew a tag", "Withdrew %d tags", count)  # type: ignore[call-overload]
    return sentence % count if "%d" in sentence else sentence


def _collection_entries(events: Iterable[Model], people: _People) -> Iterator[Entry]:
    collection = apps.get_model("dam", "Collection")
    for event in _read(events):  # type: ignore[arg-type]
        known = collection.objects.filter(pk=event.collection_id).first()
        name = f"“{known}”" if known else _("a collection that is gone")
        if event.pgh_label == "insert":
            yield _entry(event, people, "collections", _("Added to %s") % name)
        elif event.pgh_label == "delete":
            yield _entry(event, people, "collections", _("Taken out of %s") % name)
