"""The focal point of a picture: what crops keep in, named by a click."""

import json

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dam.actions.versions import set_focus
from dam.requests import PersonRequest
from dam.seeing import version_or_404
from dam.views.common import plain_refusal, sentences

Focus = tuple[float, float] | None


@require_POST
def focal_point(request: PersonRequest, pk: int) -> HttpResponse:
    """Name the point of a version: `x` and `y`, shares of width and height; without, none.

    The answer tells the page where it is now (`focal-point`), and offers the way back.
    """
    version = version_or_404(request.user, pk)
    before = version.focus
    try:
        focus = _asked(request)
        set_focus(version=version, user=request.user, focus=focus)
    except ValueError:
        return plain_refusal(_("A point is two numbers between 0 and 1."))
    except ValidationError as error:
        return plain_refusal(sentences(error))
    words = _("Crops keep this point in.") if focus else _("Crops find their point by themselves.")
    undo = {"url": request.path, "values": _values(before)}
    said = {"toast": {"text": words, "undo": undo}, "focal-point": _values(focus)}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(said)})


def _asked(request: PersonRequest) -> Focus:
    x, y = request.POST.get("x", ""), request.POST.get("y", "")
    return (float(x), float(y)) if x or y else None


def _values(focus: Focus) -> dict[str, str]:
    x, y = focus or ("", "")
    return {"x": str(x), "y": str(y)}
