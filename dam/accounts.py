"""How accounts come to be: an admin makes them, or the sign-in provider that an admin trusts.

Nobody signs up by themselves.
"""

from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from dam import outbound
from dam.actions.brands import default_brand
from dam.actions.common import audited
from dam.models import Membership, User


class ClosedAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """People whom the provider vouches for.

    Somebody who has an account with the same verified e-mail address gets into it. Others get an
    account only where LOUPE_OIDC_ROLE says which role they have in the default brand.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(settings.LOUPE_OIDC_ROLE)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            with audited(user, "First sign-in through the provider"):
                Membership.objects.create(
                    user=user, brand=default_brand(), role=settings.LOUPE_OIDC_ROLE
                )
        return user

    def get_requests_session(self) -> requests.Session:
        return outbound.session()
