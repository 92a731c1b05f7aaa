"""Tokens and service accounts: made, shown once, and ended."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dam.actions import tokens as actions
from dam.models import ApiToken, BrandProfile, Role, User
from dam.permissions import can
from dam.requests import PersonRequest
from dam.scopes import Scope, offered_to
from dam.views.common import sentences

ENDED_SHOWN = 10
LASTS = (30, 90, 365)  # days that are offered
USUALLY = 90


@require_http_methods(["GET", "POST"])
def tokens(request: PersonRequest) -> HttpResponse:
    """One's own tokens, and for admins the service accounts; POST makes a token, shown once."""
    if request.method == "POST":
        return _make(request)
    return _page(request)


def _make(request: PersonRequest) -> HttpResponse:
    try:
        account = _account(request)
        made, secret = actions.create_token(
            user=request.user,
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scope"),
            expires_at=_end(request.POST),
            of=account,
        )
    except ValidationError as error:
        return _page(request, error=sentences(error), status=400)
    response = _page(request, made=made, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


def _account(request: PersonRequest) -> User | None:
    """Return the service account that a token is for; None where it is for oneself."""
    given = request.POST.get("account", "")
    if not given:
        return None
    services = User.objects.filter(is_service=True, is_active=True)
    return get_object_or_404(services, username=given)


def _end(form: Any) -> datetime | None:
    """Read when a token ends: in so many days, on a day, or never. Raises ValidationError."""
    lasts = form.get("lasts", "")
    if lasts == "never":
        return None
    if lasts.isascii() and lasts.isdecimal() and int(lasts[:6]) in LASTS:
        return timezone.now() + timedelta(days=int(lasts))
    try:
        day = parse_date(form.get("until", ""))
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("Say when the token is to end."))
    return timezone.make_aware(datetime.combine(day, time.max))


def _page(request: PersonRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    keeps_services = can(request.user, "service.add")
    context = {
        "mine": _of(request.user),
        "scopes": offered_to(request.user),
        "every_scope": list(Scope),
        "lasts": LASTS,
        "earliest": timezone.localdate() + timedelta(days=1),
        "may_add": can(request.user, "token.add"),
        "keeps_services": keeps_services,
        "services": _services() if keeps_services else [],
        "roles": Role.choices,
        "brands": BrandProfile.objects.order_by("name") if keeps_services else [],
        **_posted(request, form_failed="error" in more),
        **more,
    }
    return render(request, "settings/tokens.html", context, status=status)


def _posted(request: PersonRequest, *, form_failed: bool) -> dict[str, Any]:
    """What was written, for the form that failed alone: it is told by whom its token is for."""
    lasts = request.POST.get("lasts", "")
    return {
        "posted": request.POST,
        "failed_for": request.POST.get("account", "") if form_failed else None,
        "chosen": request.POST.getlist("scope"),
        "lasting": int(lasts[:6]) if lasts.isascii() and lasts.isdecimal() else None,
        "usually": USUALLY,
    }


def _of(account: User) -> dict[str, Any]:
    """An account's tokens: those in force, and a few of those that have ended."""
    rows = list(account.tokens.select_related("created_by"))
    ended = [row for row in rows if row.revoked_at or row.expired]
    return {"now": [row for row in rows if row not in ended], "ended": ended[:ENDED_SHOWN]}


def _services() -> list[dict[str, Any]]:
    accounts = User.objects.filter(is_service=True, is_active=True).order_by("username")
    return [
        {"account": one, "roles": one.memberships.select_related("brand"), "tokens": _of(one)}
        for one in accounts.prefetch_related("memberships__brand")
    ]


@require_POST
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End a token now."""
    token = get_object_or_404(ApiToken, pk=pk)
    actions.revoke_token(token=token, user=request.user)
    messages.success(request, _("“%s” is revoked: it lets nobody in any more.") % token.name)
    return redirect("tokens")


@require_POST
def service_add(request: PersonRequest) -> HttpResponse:
    """Make a service account."""
    slug = request.POST.get("brand", "")
    brand = get_object_or_404(BrandProfile, slug=slug) if slug else None
    try:
        made = actions.create_service_account(
            user=request.user,
            name=request.POST.get("name", ""),
            role=request.POST.get("role", ""),
            brand=brand,
        )
    except ValidationError as error:
        return _page(request, service_error=sentences(error), status=400)
    messages.success(request, _("“%s” is there. Make a token for it.") % made)
    return redirect("tokens")


@require_POST
def service_end(request: PersonRequest, username: str) -> HttpResponse:
    """End a service account with all its tokens."""
    account = get_object_or_404(User, username=username, is_service=True)
    actions.end_service_account(account=account, user=request.user)
    messages.success(request, _("“%s” is ended, and its tokens with it.") % account)
    return redirect("tokens")
