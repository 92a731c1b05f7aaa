"""People and what they may do, per brand or everywhere."""

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from dam.roles import Role


class User(AbstractUser):
    """A person who signs in. What they may do is in their memberships.

    A service account stands for a program: it has tokens, and no password to sign in with.
    """

    is_service = models.BooleanField(default=False, help_text=_("A program, not a person."))

    def __str__(self) -> str:
        return self.get_full_name() or self.username


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Membership(models.Model):
    """A person's role in one brand, or in every brand where `brand` is empty."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    brand = models.ForeignKey(
        "dam.BrandProfile", models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "brand"], nulls_distinct=False, name="one_role_per_user_and_brand"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} in {self.brand or 'every brand'}"
