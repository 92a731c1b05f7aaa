"""Changes to sources: added, changed, paused, looked through on demand, removed."""

import hashlib
import os
import secrets as random
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from dam import secrets
from dam.actions.common import audited
from dam.actions.tags import clean_tag
from dam.models import User
from dam.naming import Pattern, PatternError
from dam.permissions import can, require
from processing.models import Source, SourceFile
from processing.sources import claims, overlaps, roots
from processing.sources.names import folder_of

SETTABLE = {
    *("name", "kind", "active", "brand", "bringer", "collection", "tags", "priority"),
    *("path", "recursive", "include", "exclude", "name_pattern", "settle_seconds", "looking"),
    *("poll_seconds", "afterwards", "done_folder", "failed_folder"),
    *("bucket", "prefix", "endpoint", "region", "access_key"),
}
MOST_PATTERNS = 50
LOCK = 730_303  # of PostgreSQL's advisory locks


def add_source(*, user: User, secret_key: str = "", **fields: Any) -> Source:
    """Add a source; its files are brought by `bringer`, else by `user`.

    Raises PermissionDenied, and ValidationError naming each field at fault.
    """
    source = Source(**{"bringer": user} | _known(fields))
    require(user, "source.manage", source.brand)
    with transaction.atomic(), audited(user, f"Source {source.name} added"):
        _one_at_a_time()
        _check(source, user, secret_key)
        source.save()
    return source


def change_source(*, source: Source, user: User, secret_key: str = "", **fields: Any) -> None:
    """Change what is named; the rest, and a secret key that is not given, stay as they are."""
    require(user, "source.manage", source.brand)
    before = Source.objects.get(pk=source.pk)
    for name, value in _known(fields).items():
        setattr(source, name, value)
    require(user, "source.manage", source.brand)
    if source.kind != before.kind:
        raise ValidationError({"kind": "A source stays of its kind: add another one."})
    with transaction.atomic(), audited(user, f"Source {source.name} changed"):
        _one_at_a_time()
        _check(source, user, secret_key, before)
        source.save(update_fields=[*SETTABLE, "secret_key", "mount_point", "cursor"])
        if source.afterwards != before.afterwards:
            # Under the new rule, what was left in place may have to go, and the other way round.
            source.files.filter(place=SourceFile.Whereabouts.LEFT).update(place="")


def set_active(*, source: Source, user: User, active: bool) -> None:
    """Pause a source, or let it go on. What came meanwhile is taken then."""
    require(user, "source.manage", source.brand)
    with transaction.atomic(), audited(user, "Resumed" if active else "Paused"):
        Source.objects.filter(pk=source.pk).update(active=active)


def ask_to_scan(*, source: Source, user: User) -> None:
    """Have everything in a source looked at now."""
    require(user, "source.manage", source.brand)
    Source.objects.filter(pk=source.pk).update(scan_asked_at=timezone.now())


def retry_failed(*, source: Source, user: User, files: Iterable[int] | None = None) -> int:
    """Have failed files taken again, also those that were moved away; return how many.

    The watcher moves them back first. `files` are ids; all where none are named.
    """
    require(user, "source.manage", source.brand)
    with transaction.atomic():
        count = claims.retry_failed(source, files)
        Source.objects.filter(pk=source.pk).update(scan_asked_at=timezone.now())
    return count


def remove_source(*, source: Source, user: User) -> None:
    """Remove a source and what it remembers. Its files and what was taken of them stay."""
    require(user, "source.manage", source.brand)
    with transaction.atomic(), audited(user, f"Source {source.name} removed"):
        source.delete()


def new_notice_secret(*, source: Source, user: User) -> str:
    """Make the secret by which notices are believed; it is shown once and kept as a hash."""
    require(user, "source.manage", source.brand)
    secret = random.token_urlsafe(32)
    with transaction.atomic(), audited(user, "New secret for notices"):
        Source.objects.filter(pk=source.pk).update(notice_secret=hash_of(secret))
    return secret


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _one_at_a_time() -> None:
    """Check and save one source after the other: two at once might overlap unseen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - SETTABLE
    if unknown:
        raise ValidationError(f"A source has no {', '.join(sorted(unknown))}.")
    return fields


def _check(source: Source, user: User, secret_key: str, before: Source | None = None) -> None:
    """Check a source as a whole. Raises ValidationError with all faults by field."""
    faults: dict[str, list[str]] = {}

    def tell(field: str, error: ValidationError | ValueError | str) -> None:
        said = error.messages if isinstance(error, ValidationError) else [str(error)]
        faults.setdefault(field, []).extend(said)

    try:
        source.full_clean()
    except ValidationError as error:
        faults |= {field: list(said) for field, said in error.message_dict.items()}
    _check_bringer(source, user, before, tell)
    _check_words(source, tell)
    if source.kind == Source.Kind.FOLDER:
        _check_folder(source, user, before, tell)
    else:
        _check_bucket(source, user, secret_key, before, tell)
    if faults:
        raise ValidationError(faults)


def _check_bringer(source: Source, user: User, before: Source | None, tell: Any) -> None:
    """Files come in with the bringer's rights, which nobody borrows for what is not theirs."""
    if not can(source.bringer, "brand.upload", source.brand):
        tell("bringer", f"{source.bringer} may not bring files into {source.brand}.")
    if source.collection and not can(source.bringer, "collection.edit", source.collection):
        tell("collection", f"{source.bringer} may not add to {source.collection}.")
    chosen = source.collection and (not before or before.collection_id != source.collection_id)
    if chosen and not can(user, "collection.edit", source.collection):
        tell("collection", "You may not add to this collection.")


def _check_words(source: Source, tell: Any) -> None:
    try:
        source.tags = list(dict.fromkeys(clean_tag(tag) for tag in source.tags))
    except ValueError as error:
        tell("tags", error)
    try:
        if source.name_pattern:
            Pattern.parse(source.name_pattern)
    except PatternError as error:
        tell("name_pattern", str(error))
    for field in ("include", "exclude"):
        if len(getattr(source, field)) > MOST_PATTERNS:
            tell(field, f"{MOST_PATTERNS} patterns are the most.")


def _check_folder(source: Source, user: User, before: Source | None, tell: Any) -> None:
    if source.afterwards == Source.Afterwards.TAG:
        tell("afterwards", "Files in folders have no tags: move them or leave them.")
    try:
        real = roots.allowed(source.path)
    except ValidationError as error:
        tell("path", error)
        return
    source.path = source.path.rstrip("/") or "/"
    if before is None or before.path != source.path:
        source.mount_point = ""
    if other := overlaps.folder(source, real):
        tell("path", f"It lies in, or holds, the folder of {_called(other, user)}.")
    for field in ("done_folder", "failed_folder"):
        try:
            put = _put_away(getattr(source, field), real)
        except ValidationError as error:
            tell(field, error)
            continue
        setattr(source, field, put)
        if other := overlaps.watched_at(source, put):
            tell(
                field,
                f"It is watched by {_called(other, user)}, which would take them again.",
            )


def _called(other: Source, user: User) -> str:
    """Name a source to who keeps it too; what other brands have is not told."""
    known = can(user, "source.manage", other.brand)
    return f"the source “{other}”" if known else "another source"


def _put_away(folder: str, real: str) -> str:
    """Return where decided files go: a path below the watched folder, or a whole one."""
    folder = folder.strip().rstrip("/")
    if folder.startswith("/"):
        whole = roots.allowed(folder)
        if whole == real:
            raise ValidationError("This is the watched folder itself.")
        inside = os.path.relpath(whole, real)
        return whole if inside.startswith("..") else inside
    return _below(folder)


def _below(folder: str) -> str:
    parts = PurePosixPath(folder).parts
    if not parts or any(part == ".." or "\0" in part for part in parts):
        raise ValidationError("Name a folder, such as “done”, or give its whole path.")
    return "/".join(parts)


def _check_bucket(
    source: Source, user: User, secret_key: str, before: Source | None, tell: Any
) -> None:
    if not source.bucket:
        tell("bucket", "Name the bucket.")
    if source.endpoint and not source.endpoint.startswith(("https://", "http://")):
        tell("endpoint", "The address begins with https:// or http://.")
    if other := overlaps.bucket(source):
        tell("prefix", f"It lies in, or holds, the prefix of {_called(other, user)}.")
    if overlaps.is_our_bucket(source):
        tell("prefix", "This is where Loupe keeps its own originals.")
    for field in ("done_folder", "failed_folder"):
        try:
            setattr(source, field, _below(getattr(source, field).strip("/ ")))
        except ValidationError as error:
            tell(field, error)
    _check_keys(source, user, secret_key, before, tell)
    place = ("bucket", "prefix", "endpoint")
    if before and any(getattr(before, name) != getattr(source, name) for name in place):
        source.cursor = ""


def _within(source: Source, before: Source) -> bool:
    """Whether a source looks at no more than it did, with the same key."""
    same = ("endpoint", "bucket", "access_key")
    return folder_of(source.prefix).startswith(folder_of(before.prefix)) and all(
        getattr(before, name) == getattr(source, name) for name in same
    )


def _check_keys(
    source: Source, user: User, secret_key: str, before: Source | None, tell: Any
) -> None:
    """Keys go with the place that they were given for: another one wants them anew."""
    if secret_key:
        source.secret_key = secrets.seal(secret_key)
    elif before and before.secret_key and not _within(source, before):
        tell("secret_key", "For another place or another key, enter the secret key again.")
    if not source.access_key:
        source.secret_key = ""
        if not can(user, "source.use_server_keys"):
            tell("access_key", "Give the keys for the bucket: those of the server are not yours.")
    elif not source.secret_key:
        tell("secret_key", "The secret key is missing.")
