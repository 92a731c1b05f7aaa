"""Recipes that the library keeps: each a row of versions, the newest in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from dam.roles import EVERY_BRAND, Grants

if TYPE_CHECKING:
    from dam.models import User


class RecipeQuerySet(models.QuerySet["Recipe"]):
    """Questions about many recipes."""

    def visible_to(self, user: User) -> RecipeQuerySet:
        """Those of the brands in which a person has a role, and those of every brand."""
        viewing = Grants.of(user).viewing
        if not viewing:
            return self.none()
        if EVERY_BRAND in viewing:
            return self
        return self.filter(Q(brand=None) | Grants.within("brand", viewing))

    def usable_in(self, brand_id: int | None) -> RecipeQuerySet:
        """Those that a brand's recipes may include: its own, and those of every brand."""
        return self.filter(archived=False).filter(Q(brand=None) | Q(brand=brand_id))

    def with_newest(self) -> RecipeQuerySet:
        """With what lists show of each one's newest version."""
        newest = RecipeVersion.objects.filter(recipe=OuterRef("pk")).order_by("-number")
        return self.annotate(
            **{
                f"newest_{name}": Subquery(newest.values(name)[:1])
                for name in ("number", "digest", "created_at")
            }
        )


@pghistory.track()
class Recipe(models.Model):
    """What people call a recipe. What it does is said by its newest `RecipeVersion`."""

    name = models.SlugField(
        max_length=60, unique=True, help_text=_("As in its text; it never changes.")
    )
    brand = models.ForeignKey(
        "dam.BrandProfile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recipes",
        help_text=_("Whose it is; empty: every brand's."),
    )
    title = models.CharField(max_length=120, help_text=_("As in its newest text."))
    archived = models.BooleanField(default=False, help_text=_("Not offered any more."))
    # SHA-256 of the shipped text that was last looked at; empty for recipes of people.
    shipped_as = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecipeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def newest(self) -> RecipeVersion:
        """The version in force; every recipe has at least one."""
        return self.versions.latest("number")


class RecipeVersionQuerySet(models.QuerySet["RecipeVersion"]):
    def newest(self) -> RecipeVersionQuerySet:
        """The version in force of each recipe."""
        return self.order_by("recipe_id", "-number").distinct("recipe_id")


@pghistory.track(pghistory.InsertEvent(), exclude=["text"])
class RecipeVersion(models.Model):
    """One text of a recipe. Never changed: a change is the next version."""

    recipe = models.ForeignKey(Recipe, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(
        max_length=64, help_text=_("Of what decides pixels, as it was when this was saved.")
    )
    includes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    author = models.ForeignKey(
        "dam.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty where it came with Loupe."),
    )
    note = models.CharField(max_length=240, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecipeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["recipe", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipe", "number"], name="one_recipe_version_per_number"
            )
        ]
        triggers = [pgtrigger.Protect(name="recipe_version_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.recipe} v{self.number}"
