"""Pictures as bytes: renditions to look at, originals to take home.

What a person may not have is not there: 404, never 403.
"""

from email.utils import formatdate
from typing import Any, BinaryIO
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dam import delivery
from dam.actions import access
from dam.models import Blob, Rendition, Version
from dam.naming import download_name
from dam.naming.downloads import ORIGINAL
from dam.permissions import can
from dam.requests import PersonRequest, address_of, has_already
from dam.seeing import version_or_404
from dam.storage import StorageMissing, open_original, path_of
from dam.views.common import plain_refusal

FOR_A_YEAR = "private, max-age=31536000, immutable"
ASK_FIRST = "private, no-cache"
# What browsers show and cannot run.
SHOWN = frozenset({"image/webp", "image/jpeg", "image/png", "image/avif"})
NO_TYPE = "application/octet-stream"
ALONE = "sandbox; default-src 'none'"  # as a page of its own it may do nothing
IN_GRIDS = {"thumbnail", "preview"}  # pages of many pictures show these: no look at one


@require_safe
def rendition(request: PersonRequest, pk: int, purpose: str) -> HttpResponseBase:
    """Send a version's picture for a purpose, to look at or with `?download` to take home."""
    try:
        return send_rendition(
            request,
            pk,
            purpose,
            download="download" in request.GET,
            format=request.GET.get("format", ""),
        )
    except delivery.UnknownFormat as error:
        return plain_refusal(str(error))
    except delivery.Undeliverable as error:
        return plain_refusal(str(error), status=503)


def send_rendition(
    request: PersonRequest, pk: int, purpose: str, *, download: bool, format: str = ""
) -> HttpResponseBase:
    """Answer with a version's picture for a purpose.

    To be looked at its bytes never change: browsers keep them. As a download it carries what the
    library says of it today (dam/delivery.py), as `format` where one is named. Raises Http404,
    UnknownFormat and Undeliverable.
    """
    version = get_object_or_404(Version.objects.select_related("asset__brand"), pk=pk)
    if not _may_look(request, version):
        raise Http404
    made = version.renditions.filter(purpose=purpose).order_by("-id").first()
    if made is None or not (made.standing == "" or _may_have(request, made, version, download)):
        raise Http404
    if download:
        access.took(**looking(request, version, purpose))
        return _download(request, made, version, format)
    if purpose not in IN_GRIDS:
        access.saw(**looking(request, version, purpose))
    return _picture(request, made, version)


def _may_look(request: PersonRequest, version: Version) -> bool:
    """Whoever may have the version; and who may take it out of the bin may see what is in it."""
    if can(request.user, "version.download", version):
        return True
    binned = version.asset.deleted_at is not None
    return binned and can(request.user, "asset.delete", version.asset)


def _may_have(request: PersonRequest, made: Rendition, version: Version, download: bool) -> bool:
    made.version = version  # with its brand
    return can(request.user, "rendition.download" if download else "rendition.look", made)


def _picture(request: PersonRequest, made: Rendition, version: Version) -> HttpResponseBase:
    cached = ASK_FIRST if version.asset.restricted else FOR_A_YEAR
    tag = f'"{made.sha256[:32]}"'
    if has_already(request, tag):
        return _kept(HttpResponseNotModified(), tag, cached)
    path = path_of(made.key)
    if not path.is_file():
        raise Http404
    return _kept(_typed(path.open("rb"), made.media_type), tag, cached)


def _download(
    request: PersonRequest, made: Rendition, version: Version, format: str
) -> HttpResponseBase:
    wanted = delivery.plan(made, format=format)
    tag = f'"{wanted.tag}"'
    if has_already(request, tag):
        return _kept(HttpResponseNotModified(), tag, ASK_FIRST)
    try:
        source = wanted.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = _typed(source, wanted.media_type)
    name = download_name(
        version, made.purpose, wanted.extension, width=made.width, height=made.height
    )
    response["Content-Disposition"] = attachment(name)
    return _kept(response, tag, ASK_FIRST)


def _typed(source: BinaryIO, media_type: str) -> FileResponse:
    """Send a picture as what it is where that can only be shown; anything else to be saved."""
    if media_type in SHOWN:
        return FileResponse(source, content_type=media_type)
    response = FileResponse(source, content_type=NO_TYPE)
    response["Content-Disposition"] = attachment("rendition")
    return response


def _kept(response: HttpResponseBase, tag: str, cached: str) -> HttpResponseBase:
    """Say how long browsers may keep it. What is restricted, and what may change, they ask for."""
    response["ETag"] = tag
    response["Cache-Control"] = cached
    return harmless(response)


def harmless(response: HttpResponseBase) -> HttpResponseBase:
    """Forbid browsers to guess the type, and the content to do anything at all."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = ALONE
    return response


@require_safe
def original(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send an original, always as an attachment: it is a stranger's file."""
    version = version_or_404(request.user, pk)
    access.took(**looking(request, version, "original"))
    return _strangers(version.blob, download_name(version, ORIGINAL, ending_of(version)))


@require_safe
def sidecar(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send the XMP file that came beside an original, as the original is sent."""
    version = version_or_404(request.user, pk)
    if version.sidecar is None:
        raise Http404
    access.took(**looking(request, version, "sidecar"))
    beside = download_name(version, ORIGINAL, ending_of(version)).rpartition(".")[0]
    return _strangers(version.sidecar, f"{beside}.xmp")


def _strangers(blob: Blob, name: str) -> HttpResponseBase:
    try:
        source = open_original(blob)
    except StorageMissing as error:
        raise Http404 from error
    response = FileResponse(source, content_type=NO_TYPE)
    response["Content-Length"] = str(blob.size)
    response["Content-Disposition"] = attachment(name)
    response["Cache-Control"] = ASK_FIRST
    response["Last-Modified"] = formatdate(blob.created_at.timestamp(), usegmt=True)
    return harmless(response)


def looking(request: PersonRequest, version: Version, what: str) -> dict[str, Any]:
    """Return who looks at what from where, as the record of restricted assets wants it."""
    return {
        "version": version,
        "user": request.user,
        "what": what,
        "address": address_of(request),
    }


def ending_of(version: Version) -> str:
    """Return the ending of a version's file name, without its dot."""
    return version.file_name.rpartition(".")[2] if "." in version.file_name else ""


def attachment(name: str) -> str:
    """Return a Content-Disposition with a name that no browser misreads (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
