"""The page of presets: which there are, where each comes from, and a form for the library's own."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dam.permissions import require
from dam.requests import PersonRequest
from dam.views.common import sentences
from processing.transforms import actions
from processing.transforms import presets as store
from processing.transforms.options import READERS


@require_http_methods(["GET", "POST"])
def presets(request: PersonRequest) -> HttpResponse:
    """The list, and the form of one: a name that is there already is changed."""
    require(request.user, "preset.manage")
    if request.method != "POST":
        return _page(request)
    name, options = (request.POST.get(field, "").strip() for field in ("name", "options"))
    try:
        _preset, made = actions.save_preset(user=request.user, name=name, options=options)
    except ValidationError as error:
        return _page(request, status=422, error=sentences(error), name=name, options=options)
    said = _("“%s” is kept.") if made else _("“%s” is changed.")
    messages.success(request, said % name)
    return redirect("presets")


@require_POST
def remove(request: PersonRequest, name: str) -> HttpResponse:
    """Forget one of the library's own."""
    require(request.user, "preset.manage")
    try:
        actions.remove_preset(user=request.user, name=name)
    except actions.NoSuchPreset as error:
        raise Http404(str(error)) from error
    messages.success(request, _("“%s” is removed.") % name)
    return redirect("presets")


def _page(request: PersonRequest, *, status: int = 200, **more: str) -> HttpResponse:
    try:
        rows, unusable = store.rows(), ""
    except store.PresetsUnusable as error:
        rows, unusable = [], str(error)
    shipped = {row.name for row in rows if row.name in store.SHIPPED}
    context = {"rows": rows, "unusable": unusable, "known": [*READERS], "shipped": shipped, **more}
    return render(request, "processing/presets.html", context, status=status)
