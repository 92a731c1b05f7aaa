"""The chosen pictures as a list for spreadsheets."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dam.models import Asset, TagAssignment
from dam.requests import PersonRequest
from dam.tables import as_csv
from dam.views.common import chosen_ids, plain_refusal

HEADS = (
    *("asset", "address", "title", "description", "brand", "owner", "added", "state", "file name"),
    *("type", "width", "height", "bytes", "sha256", "captured", "camera", "tags"),
)


@require_POST
def as_list(request: PersonRequest) -> HttpResponse | StreamingHttpResponse:
    """Send what is known of the chosen pictures as CSV, one line each."""
    accepted = TagAssignment.objects.filter(state=TagAssignment.State.ACCEPTED)
    chosen = (
        Asset.objects.visible_to(request.user)
        .filter(pk__in=chosen_ids(request))
        .with_current()
        .select_related("current_version__blob")
        .prefetch_related(Prefetch("tags", accepted.select_related("term"), "accepted"))
    )
    if not chosen:
        return plain_refusal(_("You may not see these pictures."), status=403)
    response = StreamingHttpResponse(
        as_csv(HEADS, _rows(request, chosen)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="loupe.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(request: PersonRequest, chosen: Iterable[Any]) -> Iterator[tuple[object, ...]]:
    for asset in chosen:
        version = asset.current_version
        if version is None:
            continue
        captured = version.captured_at.isoformat() if version.captured_at else ""
        terms = sorted(row.term.name for row in asset.accepted)
        yield (
            asset.pk,
            request.build_absolute_uri(asset.get_absolute_url()),
            asset.title,
            asset.description,
            str(asset.brand),
            str(asset.owner),
            asset.created_at.isoformat(),
            version.get_state_display(),
            version.file_name,
            version.media_type,
            version.width,
            version.height,
            version.blob.size,
            version.blob.sha256,
            captured,
            version.camera,
            ", ".join(terms),
        )
