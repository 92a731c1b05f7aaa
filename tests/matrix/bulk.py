"""Calls on many things at once: what each column gets changed of five pictures.

The five are: `asset` (approved), `own` (its owner's, undecided), `foreign` (of another brand),
`secret` (restricted) and `binned`. A call that may touch some of them touches those alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.matrix.row import COLUMNS

FIVE = ("asset", "own", "foreign", "secret", "binned")
RENAMED = "bulk-{n}"
IDS = ["{" + name + "}" for name in FIVE]


@dataclass(frozen=True)
class Bulk:
    """A call, whom it changes for each column, and how to see that."""

    address: str
    body: dict[str, Any]
    changed: Callable[[dict[str, Any]], set[str]]
    expected: dict[str, set[str]]

    def __str__(self) -> str:
        return f"{self.address} {self.body.get('action', '')}"


def _names(ids: Any, world: dict[str, Any]) -> set[str]:
    known = set(ids)
    return {name for name in FIVE if world[name] in known}


def tagged(world: dict[str, Any]) -> set[str]:
    from dam.models import TagAssignment

    rows = TagAssignment.objects.filter(term__name="bulk word")
    return _names(rows.values_list("asset", flat=True), world)


def in_bin(world: dict[str, Any]) -> set[str]:
    from dam.models import Asset

    rows = Asset.objects.filter(deleted_at__isnull=False)
    return _names(rows.values_list("pk", flat=True), world) - {"binned"}


def out_of_bin(world: dict[str, Any]) -> set[str]:
    from dam.models import Asset

    rows = Asset.objects.filter(deleted_at=None, pk=world["binned"])
    return _names(rows.values_list("pk", flat=True), world)


def collected(world: dict[str, Any]) -> set[str]:
    from dam.models import CollectionItem

    rows = CollectionItem.objects.filter(collection=world["collection"])
    return _names(rows.values_list("asset", flat=True), world) - {"asset"}


def decided(world: dict[str, Any]) -> set[str]:
    from review.models import ReviewItem

    open_still = ReviewItem.objects.filter(pk=world["item"], state="open").exists()
    return set() if open_still else {"own"}


def renamed(world: dict[str, Any]) -> set[str]:
    from dam.models import Asset

    rows = Asset.objects.filter(current_version__file_name__startswith="bulk-")
    return _names(rows.values_list("pk", flat=True), world)


def categorised(world: dict[str, Any]) -> set[str]:
    from dam.models import Asset

    return _names(Asset.objects.filter(category="event").values_list("pk", flat=True), world)


def rendered(world: dict[str, Any]) -> set[str]:
    from processing.models import Render

    rows = Render.objects.exclude(pk=world["render"])
    return _names(rows.values_list("version__asset", flat=True), world)


def related(world: dict[str, Any]) -> set[str]:
    from dam.models import Relation

    rows = Relation.objects.filter(kind="next_of", target=world["asset"])
    return _names(rows.values_list("source", flat=True), world)


def decided_as_different(world: dict[str, Any]) -> set[str]:
    from search.models import NotDuplicates

    pairs = NotDuplicates.objects.values_list("first", "second")
    return _names({asset for pair in pairs for asset in pair}, world)


NOBODY: dict[str, set[str]] = {column: set() for column in COLUMNS}
HOUSE = {"asset", "own", "secret"}
CHANGED = NOBODY | {
    "outsider": {"foreign"},
    "owner": HOUSE,
    "reviewer": HOUSE,
    "admin": HOUSE | {"foreign"},
}
TAKEN_OUT = NOBODY | {column: {"binned"} for column in ("owner", "reviewer", "admin")}
CALLS = [
    Bulk("/rename/apply", {"assets": ",".join(IDS), "pattern": RENAMED}, renamed, CHANGED),
    Bulk(
        "/duplicates/decide",
        {"what": "dismiss", "keep": "{own}", "asset": IDS},
        decided_as_different,
        NOBODY | {"owner": HOUSE, "reviewer": HOUSE, "admin": HOUSE | {"foreign"}},
    ),
    Bulk("/selection/tag", {"name": "bulk word", "asset": IDS}, tagged, CHANGED),
    Bulk("/selection/category", {"category": "event", "asset": IDS}, categorised, CHANGED),
    Bulk("/renders/ask", {"recipe": "web-shop", "asset": IDS}, rendered, CHANGED),
    Bulk("/selection/bin", {"asset": IDS}, in_bin, CHANGED),
    Bulk(
        "/api/v1/assets/bulk",
        {"ids": IDS, "action": "tag", "name": "bulk word", "state": "accepted"},
        tagged,
        CHANGED,
    ),
    Bulk("/api/v1/assets/bulk", {"ids": IDS, "action": "bin"}, in_bin, CHANGED),
    Bulk("/api/v1/renamings/", {"assets": IDS, "pattern": RENAMED}, renamed, CHANGED),
    Bulk(
        "/api/v1/assets/bulk",
        {"ids": IDS, "action": "relate", "kind": "next_of", "target": "{asset}"},
        related,
        NOBODY
        | {
            "owner": HOUSE - {"asset"},
            "reviewer": HOUSE - {"asset"},
            "admin": (HOUSE | {"foreign"}) - {"asset"},
        },
    ),
    Bulk("/api/v1/assets/bulk", {"ids": IDS, "action": "unbin"}, out_of_bin, TAKEN_OUT),
    Bulk(
        "/selection/unbin",
        {"asset": IDS},
        out_of_bin,
        TAKEN_OUT,
    ),
    Bulk(
        "/collections/{collection}/items",
        {"asset": IDS},
        collected,
        NOBODY | {"owner": {"own", "secret"}, "admin": {"own", "secret", "foreign"}},
    ),
    Bulk(
        "/review/bulk/decide",
        {"item": ["{item}"]},
        decided,
        NOBODY | {column: {"own"} for column in ("reviewer", "admin")},
    ),
]
