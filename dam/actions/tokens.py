"""Tokens and service accounts: made, shown once, and ended."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from dam.actions.common import audited
from dam.models import ApiToken, BrandProfile, Membership, Role, User
from dam.permissions import require
from dam.scopes import Scope

MARK = "lp_"  # so that people, and scanners of repositories, know one when they see one
RANDOM_BYTES = 32  # 256 bits: guessing is hopeless, so a plain hash protects it (no salt, no work)
SHOWN = len(MARK) + 6
MOST_TOKENS = 50  # of one account, in force


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a token's secret, in hexadecimal: what the database keeps of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    *,
    user: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    of: User | None = None,
) -> tuple[ApiToken, str]:
    """Make a token of one's own, or of a service account (`of`); return it with its secret.

    The secret is not kept: this is the only moment to show it. Raises PermissionDenied, and
    ValidationError, in words, for a name, scopes or end that make no sense.
    """
    account = of or user
    require(user, "token.add" if account.pk == user.pk else "service.add")
    if account.pk != user.pk and not account.is_service:
        raise ValidationError("Tokens of a person are made by that person.")
    secret = MARK + secrets.token_urlsafe(RANDOM_BYTES)
    token = ApiToken(
        user=account,
        name=" ".join(name.split()),
        prefix=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=_checked(scopes),
        expires_at=_in_future(expires_at),
        created_by=user,
    )
    token.full_clean()
    with transaction.atomic(), audited(user, f"Token “{token.name}”"):
        User.objects.select_for_update().get(pk=account.pk)  # counted one at a time
        if in_force(account).count() >= MOST_TOKENS:
            raise ValidationError(
                f"{account} has {MOST_TOKENS} tokens in force: revoke one that is not used."
            )
        token.save()
    return token, secret


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted = set(scopes)
    if not wanted:
        raise ValidationError("Say what the token is for: choose at least one scope.")
    unknown = wanted - set(Scope.values)
    if unknown:
        raise ValidationError(f"No such scope: {', '.join(sorted(unknown))}.")
    return [scope for scope in Scope.values if scope in wanted]


def _in_future(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= timezone.now():
        raise ValidationError("The token would have ended already: choose a later day.")
    return moment


def in_force(account: User):
    """Return an account's tokens that are neither revoked nor run out."""
    lasting = account.tokens.filter(revoked_at=None)
    return lasting.exclude(expires_at__lte=timezone.now())


def revoke_token(*, token: ApiToken, user: User) -> None:
    """End a token now. Revoking one that is revoked already changes nothing."""
    require(user, "token.revoke", token)
    with transaction.atomic(), audited(user, f"Token “{token.name}” revoked"):
        ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db(fields=["revoked_at"])


def create_service_account(
    *, user: User, name: str, role: str, brand: BrandProfile | None = None
) -> User:
    """Make an account for a program, with one role, in one brand or in all. It has no password.

    Raises PermissionDenied; ValidationError for a name that is taken or no name at all.
    """
    require(user, "service.add")
    if role not in Role.values:
        raise ValidationError("Viewer, creator, reviewer or admin: there is no other role.")
    account = User(username=name.strip(), is_service=True)
    account.set_unusable_password()
    account.full_clean(exclude=["password"])
    with transaction.atomic(), audited(user, f"Service account “{account.username}”"):
        account.save()
        Membership.objects.create(user=account, brand=brand, role=role)
    return account


def end_service_account(*, account: User, user: User) -> None:
    """Revoke a service account's tokens and make it inactive. What it did stays in the history."""
    require(user, "service.add")
    if not account.is_service:
        raise ValidationError("This is a person's account, not a program's.")
    with transaction.atomic(), audited(user, f"Service account “{account.username}” ended"):
        User.objects.filter(pk=account.pk, is_service=True).update(is_active=False)
        account.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
