"""Beginning an upload: who may, where it goes, and whether there is room for it."""

import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from rest_framework import status

from dam import storage
from dam.actions.brands import default_brand
from dam.models import Asset, BrandProfile, User
from dam.permissions import can, require
from dam.seeing import brand_called
from processing.actions import clean_name
from processing.uploads.models import WAITING, UploadKind, UploadSession, UploadState
from processing.uploads.protocol import Concat, id_in, read_metadata
from processing.uploads.quota import OPEN, one_at_a_time, require_room, require_size
from processing.uploads.refusals import (
    Refusal,
    bad_request,
    conflict,
    gone,
    no_room_on_disk,
    not_there,
)

SPARE_BYTES = 64 * 1024**2  # of the disk, for all else that is written meanwhile


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a sender says of a file before its bytes."""

    length: int | None
    metadata: str = ""
    concat: str = ""
    kind: str = UploadSession.Kind.WHOLE


def create(*, user: User, announced: Announcement) -> UploadSession:
    """Begin an upload. Raises PermissionDenied and Refusal (400, 404, 413, 429, 507)."""
    session = described(user, announced)
    if announced.length is None and session.kind == UploadSession.Kind.SIDECAR:
        raise bad_request("The length of a sidecar has to be told when it begins.")
    require_size(announced.length or 0, session.kind)
    if (announced.length or 0) + SPARE_BYTES > shutil.disk_usage(storage.incoming()).free:
        raise no_room_on_disk()
    with transaction.atomic():
        one_at_a_time(user)
        _require_a_place(user)
        require_room(user, announced.length or 0)
        if announced.length == 0:
            session.state = UploadSession.State.COMPLETE
        session.save(force_insert=True)
    return session


def described(user: User, announced: Announcement) -> UploadSession:
    """Return an unsaved row with what was announced, where the person may send it there."""
    said = read_metadata(announced.metadata)
    kind = _kind(announced, said.get("role", ""))
    asset = _asset(user, said.get("asset"))
    brand = asset.brand if asset else _brand(user, said.get("brand"))
    if kind in WAITING and asset is None and not said.get("brand"):
        require(user, "library.upload")
    elif asset is None:
        require(user, "brand.upload", brand)
    return UploadSession(
        user=user,
        kind=kind,
        length=announced.length,
        brand=brand,
        asset=asset,
        sidecar=_sidecar(user, said.get("sidecar", "")),
        file_name=clean_name(said.get("filename") or said.get("name") or ""),
        note="".join(c for c in said.get("note", "") if c.isprintable())[:500],
        sha256=_hash(said.get("sha256", "")),
        metadata=announced.metadata,
        concat=announced.concat,
        expires_at=next_expiry(),
    )


def _kind(announced: Announcement, role: str) -> UploadKind:
    """Return what an upload is: as its headers say, or a sidecar that waits for its picture."""
    kind = UploadKind(announced.kind)
    if not role or kind == UploadKind.PARTIAL:
        return kind
    if role != UploadKind.SIDECAR or kind != UploadKind.WHOLE:
        raise bad_request("“role” in Upload-Metadata can be “sidecar”, of a file sent as a whole.")
    return UploadKind.SIDECAR


def _sidecar(user: User, address: str) -> UploadSession | None:
    """Return the upload that a picture names as its sidecar's: complete, and the person's own."""
    if not address:
        return None
    brought = mine(user, id_in(address, "“sidecar” in Upload-Metadata"))
    if brought.kind != UploadSession.Kind.SIDECAR:
        raise bad_request("The sidecar's upload has to begin with the role “sidecar”.")
    if brought.state in {UploadState.ENDED, UploadState.EXPIRED}:
        raise gone()
    if brought.state != UploadState.COMPLETE:
        raise conflict("The sidecar is not complete: send it first.", brought.offset)
    return brought


def next_expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.LOUPE_UPLOAD_HOURS)


def kind_of(concat: Concat) -> str:
    return UploadSession.Kind(concat.kind)


def _require_a_place(user: User) -> None:
    most = settings.LOUPE_UPLOADS_OPEN
    open_ones = UploadSession.objects.filter(user=user, state__in=OPEN)
    if open_ones.count() >= most:
        raise Refusal(
            status.HTTP_429_TOO_MANY_REQUESTS,
            f"You have {most} unfinished uploads. Finish or cancel some before you begin more.",
            Retry_After="30",
        )


def _brand(user: User, slug: str | None) -> BrandProfile:
    if not slug:
        return default_brand()
    brand = brand_called(user, slug)
    if brand is None:
        raise Refusal(status.HTTP_404_NOT_FOUND, f"There is no brand “{slug[:60]}”.")
    return brand


def _asset(user: User, pk: str | None) -> Asset | None:
    if not pk:
        return None
    known = Asset.objects.visible_to(user).with_current()
    asset = known.filter(pk=pk).first() if re.fullmatch(r"[0-9]{1,18}", pk) else None
    if asset is None:
        raise Refusal(status.HTTP_404_NOT_FOUND, "That picture is not there (any more).")
    if not can(user, "asset.add_version", asset):
        raise PermissionDenied("asset.add_version")
    return asset


def _hash(value: str) -> str:
    if value and not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise bad_request("“sha256” in Upload-Metadata must be 64 hexadecimal digits.")
    return value.lower()


def mine(user: User, pk: UUID) -> UploadSession:
    """Return a person's own upload. Raises Refusal (404) for all others."""
    session = UploadSession.objects.filter(pk=pk, user=user).first()
    if session is None:
        raise not_there()
    return session
