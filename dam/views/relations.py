"""Links between assets: let go of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dam.actions.relations import unrelate
from dam.related import links_seen_by
from dam.requests import PersonRequest


@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a link go. What the person may not see both ends of is not there."""
    links = links_seen_by(request.user).select_related("source", "target")
    link = get_object_or_404(links, pk=pk)
    unrelate(relation=link, user=request.user)
    messages.success(request, _("They are not linked any more."))
    back = link.target if request.POST.get("asset") == str(link.target_id) else link.source
    return redirect(back)
