"""What is done with several pictures at once. Each of them is asked for its permission."""

import io
import zipfile
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dam.actions import access, library, tags
from dam.models import Asset, Category, TagAssignment, Version
from dam.naming import download_name, safe_name
from dam.naming.downloads import ORIGINAL
from dam.permissions import can
from dam.requests import PersonRequest
from dam.storage import open_original
from dam.views.common import chosen_ids, plain_refusal, sentences, with_toast
from dam.views.files import ending_of, looking

CHUNK = 256 * 1024


def _chosen(request: PersonRequest, permission: str) -> list[Asset]:
    """The posted assets for which the person has a permission; the others are left out."""
    seen = Asset.objects.visible_to(request.user).filter(pk__in=chosen_ids(request))
    return [
        asset
        for asset in seen.with_current().select_related("current_version__blob")
        if can(request.user, permission, asset)
    ]


def _nothing(sentence: str) -> HttpResponse:
    return plain_refusal(sentence, status=403)


@require_POST
def tag(request: PersonRequest) -> HttpResponse:
    """Accept (`state=accepted`) or reject a tag, by `name`, on every chosen picture."""
    state = request.POST.get("state", TagAssignment.State.ACCEPTED)
    if state not in {TagAssignment.State.ACCEPTED, TagAssignment.State.REJECTED}:
        return plain_refusal(_("A tag is accepted or rejected."))
    assets = _chosen(request, "asset.edit")
    if not assets:
        return _nothing(_("You may not tag these pictures."))
    try:
        term = tags.term_named(request.POST.get("name", ""))
    except ValueError as error:
        return plain_refusal(str(error))
    with transaction.atomic():
        for asset in assets:
            tags.decide(asset=asset, term=term, user=request.user, state=state)
    added = state == TagAssignment.State.ACCEPTED
    words = _("“%(tag)s” added to %(count)s.") if added else _("“%(tag)s” taken from %(count)s.")
    return with_toast(HttpResponse(status=204), words % {"tag": term, "count": _pictures(assets)})


def _pictures(assets: list[Asset]) -> str:
    return ngettext("%d picture", "%d pictures", len(assets)) % len(assets)


@require_POST
def categorise(request: PersonRequest) -> HttpResponse:
    """Say of every chosen picture what kind of work (`category`) it belongs to; empty: of none.

    The answer offers the way back: `was`, each picture with what was said of it (`12:product`).
    """
    assets = _chosen(request, "asset.edit")
    if not assets:
        return _nothing(_("You may not change these pictures."))
    category = request.POST.get("category", "")
    before = dict(one.partition(":")[::2] for one in request.POST.getlist("was"))
    undo = [f"{asset.pk}:{asset.category}" for asset in assets]
    try:
        with transaction.atomic():
            for asset in assets:
                word = before.get(str(asset.pk), asset.category) if before else category
                library.categorise(asset=asset, user=request.user, category=word)
    except ValidationError as error:
        return plain_refusal(sentences(error))
    response = HttpResponse(status=204)
    if before:
        return with_toast(response, _("Taken back on %s.") % _pictures(assets))
    said = Category(category).label if category else _("No kind of work")
    words = _("%(said)s: set on %(count)s.") % {"said": said, "count": _pictures(assets)}
    values = {"asset": _ids(assets), "was": undo}
    return with_toast(response, words, undo={"url": request.path, "values": values})


@require_POST
def to_bin(request: PersonRequest) -> HttpResponse:
    """Move the chosen pictures to the bin; the answer offers the way back."""
    assets = _chosen(request, "asset.delete")
    if not assets:
        return _nothing(_("You may not move these pictures to the bin."))
    with transaction.atomic():
        for asset in assets:
            library.bin_asset(asset=asset, user=request.user)
    words = _("%s moved to the bin.") % _pictures(assets)
    undo = {"url": request.path.replace("/bin", "/unbin"), "values": {"asset": _ids(assets)}}
    response = with_toast(HttpResponse(status=204), words, undo=undo)
    response["X-Gone"] = ",".join(str(pk) for pk in _ids(assets))
    return response


@require_POST
def from_bin(request: PersonRequest) -> HttpResponse:
    """Take the chosen pictures out of the bin again."""
    binned = Asset.objects.in_bin_of(request.user).filter(pk__in=chosen_ids(request))
    assets = [asset for asset in binned if can(request.user, "asset.delete", asset)]
    if not assets:
        return _nothing(_("You may not take these pictures out of the bin."))
    with transaction.atomic():
        for asset in assets:
            library.unbin_asset(asset=asset, user=request.user)
    response = with_toast(HttpResponse(status=204), _("%s are back.") % _pictures(assets))
    response["HX-Refresh"] = "true"
    return response


def _ids(assets: list[Asset]) -> list[int]:
    return [asset.pk for asset in assets]


@require_POST
def download(request: PersonRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the originals of the chosen pictures as one ZIP file, while it is being made."""
    versions = []
    for asset in _chosen(request, "asset.view"):
        version = asset.current_version
        if version and can(request.user, "version.download", version):
            version.asset = asset  # with its brand, which names the file
            versions.append(version)
    if not versions:
        return _nothing(_("None of these pictures may be downloaded."))
    for version in versions:
        access.took(**looking(request, version, "original"))
    response = StreamingHttpResponse(_zipped(versions), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="loupe.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Pipe(io.RawIOBase):
    """A place to write to that gives back what was written, so that nothing piles up."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def _zipped(versions: list[Version]) -> Iterator[bytes]:
    """Yield a ZIP of originals; pictures are compressed already, so they are only stored."""
    pipe, taken, patterns = _Pipe(), set[str](), dict[int, str]()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for version in versions:
            brand = version.asset.brand
            if brand.pk not in patterns:
                patterns[brand.pk] = brand.rules.download_pattern
            name = _free_name(version, patterns[brand.pk], taken)
            large = version.blob.size > 2**30
            with (
                open_original(version.blob) as source,
                archive.open(name, "w", force_zip64=large) as target,
            ):
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield pipe.take()
    yield pipe.take()


def _free_name(version: Version, pattern: str, taken: set[str]) -> str:
    name = download_name(version, ORIGINAL, ending_of(version), pattern)
    if name.lower() in taken:
        name = safe_name(f"{version.asset_id}-{name}")
    taken.add(name.lower())
    return name
