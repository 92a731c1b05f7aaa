"""People: the system's own account, and those that an admin makes."""

from django.db import transaction

from dam.models import BrandProfile, Membership, Role, User
from dam.quota import SYSTEM


def system_user() -> User:
    """Return the account under which commands act. Nobody can sign in with it."""
    user = User.objects.filter(username=SYSTEM).first()
    if user is None:
        with transaction.atomic():
            user, new = User.objects.get_or_create(
                username=SYSTEM, defaults={"first_name": "Loupe", "is_active": True}
            )
            if new:
                user.set_unusable_password()
                user.save(update_fields=["password"])
            Membership.objects.get_or_create(user=user, brand=None, defaults={"role": Role.ADMIN})
    return user


def create_person(
    *,
    username: str,
    password: str,
    role: str,
    brand: BrandProfile | None = None,
    name: str = "",
) -> User:
    """Make an account with one role, in one brand or in all. An existing one is left as it is."""
    first, _, last = name.partition(" ")
    with transaction.atomic():
        user, new = User.objects.get_or_create(
            username=username,
            defaults={
                "email": f"{username}@loupe.example",
                "first_name": first,
                "last_name": last,
                "is_staff": role == Role.ADMIN,
                "is_superuser": role == Role.ADMIN and brand is None,
            },
        )
        if new:
            user.set_password(password)
            user.save(update_fields=["password"])
        Membership.objects.get_or_create(user=user, brand=brand, defaults={"role": role})
    return user
