"""Names of files: renaming one, many at once, and taking that back."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from dam.actions.common import Conflict, audited
from dam.actions.library import title_of
from dam.models import Asset, BrandProfile, Renaming, User, Version
from dam.name_fields import fields_by
from dam.naming import FormatError, Pattern, PatternError, safe_name
from dam.naming.downloads import facts_of, with_ending, write
from dam.permissions import can, require

MOST_AT_ONCE = 5_000
PLANNING_SECONDS = 10.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One file's new name; `problem` says why it cannot be had, `remark` what is odd about it."""

    version: Version
    old: str
    new: str
    problem: str = ""
    remark: str = ""

    @property
    def changed(self) -> bool:
        return self.old != self.new


def renamable(user: User, chosen: Sequence[int]) -> list[Asset]:
    """Return those of some assets (ids) that a person may rename, in the order given."""
    seen = Asset.objects.visible_to(user).with_current().in_bulk(list(chosen)[:MOST_AT_ONCE])
    there = (seen[pk] for pk in dict.fromkeys(chosen) if pk in seen)
    return [asset for asset in there if can(user, "asset.edit", asset) and asset.current_version]


def plan(assets: Sequence[Asset], pattern: str, *, user: User, start: int = 1) -> list[Change]:
    """Say how files would be called by a pattern, counting `{n}` from `start`. Writes nothing.

    A name is taken where a file that `user` sees has it: others are not to be found out by trying.
    Names need not be unique, and a person cannot confuse what they see with what they do not.
    Raises PatternError for a pattern that cannot be read, or takes too long over so many names.
    """
    Pattern.parse(with_ending(pattern))
    drafts = [_draft(asset, pattern, start + n) for n, asset in enumerate(_in_time(assets))]
    taken = _taken_elsewhere(assets, drafts, user)
    counts = Counter((d.version.asset.brand_id, d.new.lower()) for d in drafts if d.new)
    rules = {a.brand_id: a.brand.rules.name_pattern for a in _one_of_each_brand(assets)}
    return [_checked(draft, counts, taken, rules) for draft in _in_time(drafts)]


def _in_time(things: Iterable[T]) -> Iterator[T]:
    """The things, for as long as there is time for them."""
    end = time.monotonic() + PLANNING_SECONDS
    for thing in things:
        if time.monotonic() > end:
            raise PatternError(0, _("It takes too long over so many names: make it simpler."))
        yield thing


def _one_of_each_brand(assets: Sequence[Asset]) -> list[Asset]:
    return list({asset.brand_id: asset for asset in assets}.values())


def _draft(asset: Asset, pattern: str, number: int) -> Change:
    version = asset.current_version
    assert version is not None  # `renamable` lets no other through
    version.asset = asset
    try:
        return Change(
            version, version.file_name, write(pattern, {**facts_of(version), "n": number})
        )
    except FormatError as error:
        return Change(version, version.file_name, "", problem=str(error))


def _taken_elsewhere(
    assets: Sequence[Asset], drafts: Sequence[Change], user: User
) -> set[tuple[int, str]]:
    """The wanted names that other files of the same brands, seen by the person, have already."""
    seen = Asset.objects.visible_to(user).order_by().values("pk")
    names = {draft.new.lower() for draft in drafts if draft.new}
    others = (
        Version.objects.annotate(plain=Lower("file_name"))
        .filter(plain__in=names, current_of__brand__in={asset.brand_id for asset in assets})
        .filter(current_of__in=seen)
        .exclude(current_of__in=[asset.pk for asset in assets])
    )
    return set(others.values_list("current_of__brand", "plain"))


def _checked(
    draft: Change,
    counts: Counter[tuple[int, str]],
    taken: set[tuple[int, str]],
    rules: dict[int, str],
) -> Change:
    brand = draft.version.asset.brand_id
    place = (brand, draft.new.lower())
    problem, remark = draft.problem, ""
    if not problem and counts[place] > 1:
        problem = _("%d of these would have this name.") % counts[place]
    elif not problem and place in taken:
        problem = _("Another file of this brand has this name.")
    elif not problem and rules[brand]:
        remark = Pattern.parse(with_ending(rules[brand])).match(draft.new).reason
    return Change(draft.version, draft.old, draft.new, problem, remark)


def rename_many(
    *, user: User, assets: Sequence[Asset], pattern: str, start: int = 1, titles: bool = False
) -> Renaming:
    """Rename the current files of assets by a pattern, with their titles too if wanted.

    Names in the library change; the bytes stay where they are. Raises PermissionDenied where one
    of the assets may not be edited, PatternError, and ValueError where a name cannot be had or
    nothing would change: then no file is renamed.
    """
    for asset in assets:
        require(user, "asset.edit", asset)
    if len(assets) > MOST_AT_ONCE:
        raise ValueError(_("At most %d files are renamed at once.") % MOST_AT_ONCE)
    with transaction.atomic(), audited(user, f"Renamed by {pattern}"):
        locked = Asset.objects.select_for_update(of=("self",)).order_by("pk")
        fresh = locked.with_current().in_bulk([asset.pk for asset in assets])
        changes = plan([fresh[asset.pk] for asset in assets], pattern, user=user, start=start)
        wrong = next((change for change in changes if change.problem), None)
        if wrong:
            raise ValueError(f"{wrong.old}: {wrong.problem}")
        rows = [_row(change, titles) for change in changes if change.changed]
        if not rows:
            raise ValueError(_("Every file has the name already that this pattern gives it."))
        renaming = Renaming.objects.create(pattern=pattern, changes=rows, created_by=user)
        _write(rows)
    return renaming


Row = tuple[int, str, str, int, str | None, str | None]


def _row(change: Change, titles: bool) -> Row:
    asset = change.version.asset
    new_title = title_of(change.new) if titles else None
    old_title = asset.title if titles else None
    return change.version.pk, change.old, change.new, asset.pk, old_title, new_title


def _write(rows: Sequence[Row]) -> int:
    """Give versions and assets the second name and title of each row, where they have the first.

    Two statements, however many rows; returns how many files were renamed.
    """
    versions = {v.pk: v for v in Version.objects.filter(pk__in=[row[0] for row in rows])}
    patterns = _patterns(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            RENAME,
            {
                "ids": [row[0] for row in rows if row[0] in versions],
                "old": [row[1] for row in rows if row[0] in versions],
                "new": [row[2] for row in rows if row[0] in versions],
                "fields": [
                    json.dumps(fields_by(patterns[row[3]], row[2]))
                    for row in rows
                    if row[0] in versions
                ],
            },
        )
        renamed = [pk for (pk,) in cursor.fetchall()]
        titled = [row for row in rows if row[5] is not None and row[0] in set(renamed)]
        if titled:
            cursor.execute(
                RETITLE,
                {
                    "ids": [row[3] for row in titled],
                    "old": [row[4] for row in titled],
                    "new": [row[5] for row in titled],
                },
            )
    return len(renamed)


def _patterns(rows: Sequence[Row]) -> dict[int, str]:
    """The name pattern in force for each asset."""
    brands = dict(Asset.objects.filter(pk__in=[r[3] for r in rows]).values_list("pk", "brand"))
    rules = {
        brand.pk: brand.rules.name_pattern
        for brand in BrandProfile.objects.filter(pk__in=set(brands.values()))
    }
    return {asset: rules[brand] for asset, brand in brands.items()}


RENAME = """
UPDATE dam_version AS version SET file_name = wanted.new, name_fields = wanted.fields::jsonb
FROM unnest(%(ids)s::bigint[], %(old)s::text[], %(new)s::text[], %(fields)s::text[])
     AS wanted(id, old, new, fields)
WHERE version.id = wanted.id AND version.file_name = wanted.old
RETURNING version.id
"""
RETITLE = """
UPDATE dam_asset AS asset SET title = wanted.new, updated_at = now()
FROM unnest(%(ids)s::bigint[], %(old)s::text[], %(new)s::text[]) AS wanted(id, old, new)
WHERE asset.id = wanted.id AND asset.title = wanted.old
"""


def undo_renaming(*, renaming: Renaming, user: User) -> int:
    """Give files of a batch their old names back; return how many.

    A file that was renamed since keeps its newer name. Raises PermissionDenied unless the person
    made the batch and may still edit all of it; Conflict where it was taken back already.
    """
    require(user, "renaming.undo", renaming)
    there = Asset.objects.filter(pk__in=[row[3] for row in renaming.changes])
    for asset in there.select_related("brand"):
        require(user, "asset.edit", asset)
    with transaction.atomic(), audited(user, f"Undid the renaming by {renaming.pattern}"):
        open_one = Renaming.objects.filter(pk=renaming.pk, undone_at=None)
        if not open_one.update(undone_at=timezone.now()):
            raise Conflict(_("This renaming was taken back already."))
        back = [(v, new, old, a, new_t, old_t) for v, old, new, a, old_t, new_t in renaming.changes]
        return _write(back)


def rename_file(*, version: Version, user: User, file_name: str) -> Version:
    """Give one version's file another name in the library. Raises ValueError for one that is none.

    The bytes stay where they are; the fields are read anew by the brand's pattern.
    """
    require(user, "asset.edit", version.asset)
    name = file_name.strip()
    if not name or safe_name(name) != name:
        raise ValueError(
            _("“%s” cannot be a file's name everywhere: try “%s”.") % (name[:80], safe_name(name))
        )
    with transaction.atomic(), audited(user):
        return put_name(version, name)


def put_name(version: Version, name: str) -> Version:
    """Write a name and its fields; the caller checked the permission and the name."""
    fields = fields_by(version.asset.brand.rules.name_pattern, name)
    Version.objects.filter(pk=version.pk).update(file_name=name, name_fields=fields)
    version.file_name, version.name_fields = name, fields
    return version
