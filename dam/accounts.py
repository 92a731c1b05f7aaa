"""How accounts come to be: an admin makes them, or the sign-in provider that an admin trusts.

Nobody signs up by themselves.
"""

from ipaddress import ip_address
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from dam import outbound
from dam.actions.brands import default_brand
from dam.actions.common import audited
from dam.models import Membership, User


class ClosedAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As allauth's; an IPv4 address in an IPv6 one is itself, or all of them were one /64."""
        given = super().get_client_ip(request)
        try:
            mapped = getattr(ip_address(given), "ipv4_mapped", None)
        except ValueError:  # a name that a proxy of yours sends: counted as it is
            return given
        return str(mapped or given)


def _only_account(email: str) -> User | None:
    found = User.objects.filter(email__iexact=email, is_active=True, is_service=False)[:2]
    return found[0] if len(found) == 1 else None


def _vouched_for(user: User, email: str) -> None:
    """An admin entered the address, the provider verified it: the password need not be taken away.

    What else is said of the person, and by others of this address, is void.
    """
    with transaction.atomic():
        EmailAddress.objects.filter(Q(user=user) | Q(email__iexact=email)).delete()
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """People whom the provider vouches for.

    Somebody whose address the provider has verified gets into the account that has it. Others get
    an account only where LOUPE_OIDC_ROLE says which role they have in the default brand.
    """

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Find the account of one of the verified addresses: the one whose own address it is.

        Only what an admin has entered counts, and only where it is one person's alone: an address
        that somebody claims to have leads nowhere.
        """
        verified = {one.email.lower() for one in sociallogin.email_addresses if one.verified}
        for email in sorted(filter(None, verified)):
            if found := _only_account(email):
                _vouched_for(found, email)
                return found, email
        return None

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
