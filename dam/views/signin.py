"""Signing in through the provider, where allauth's own views do not say or do what ours should."""

import logging

import requests
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.providers.openid_connect.views import login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def no_own_addresses(request: HttpRequest) -> HttpResponse:
    """E-mail addresses are set by an admin: by them the provider's people find their accounts."""
    raise Http404


@login_not_required
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the provider, or back to our own page where it does not answer."""
    try:
        return login(request, provider_id)
    except requests.RequestException as error:
        log.error("the sign-in provider cannot be asked: %s", error)
        messages.error(
            request,
            _("The sign-in provider cannot be reached. Sign in with a password, or try later."),
        )
        return redirect("account_login")
