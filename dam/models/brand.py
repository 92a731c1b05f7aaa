"""Brand profiles: the rules that a brand's pictures are held to. Each change is a new version."""

from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dam.formats import RULE_NAMES
from dam.naming import Pattern, PatternError
from dam.naming.downloads import with_ending

COLOUR_SPACES = ["sRGB", "Display P3", "Adobe RGB", "ProPhoto RGB", "Grey", "CMYK", "Lab"]
PICTURE_FORMATS = list(RULE_NAMES)


def default_colour_spaces() -> list[str]:
    return list(COLOUR_SPACES)


def default_formats() -> list[str]:
    return list(PICTURE_FORMATS)


def readable_pattern(text: str) -> None:
    """Raise ValidationError, naming the place, for a pattern of names that cannot be read."""
    try:
        Pattern.parse(with_ending(text))
    except PatternError as error:
        raise ValidationError(str(error)) from error


class EmbedMetadata(models.TextChoices):
    """What of the library's metadata is written into the renditions that people download."""

    ALL = "all", _("Everything: description, keywords, rights, camera")
    RIGHTS = "rights", _("Rights and credit only")
    NONE = "none", _("Nothing")


@pghistory.track()
class BrandProfile(models.Model):
    """A brand. Its rules are those of its newest `BrandProfileVersion`."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    is_default = models.BooleanField(
        default=False, help_text=_("Where pictures go when no brand is named.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_brand",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> "BrandProfileVersion":
        """The rules in force; every brand has at least one version."""
        return self.versions.latest("number")


PROBABILITY: list[Any] = [MinValueValidator(0.0), MaxValueValidator(1.0)]


@pghistory.track(pghistory.InsertEvent())
class BrandProfileVersion(models.Model):
    """One state of a brand's rules. Never changed: a change is the next version."""

    brand = models.ForeignKey(BrandProfile, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    palette = models.JSONField(
        default=list, blank=True, help_text=_("Colours as #rrggbb; empty means any colour.")
    )
    palette_tolerance = models.FloatField(
        default=0.12,
        validators=PROBABILITY,
        help_text=_("How far from a palette colour still counts, as a distance in OKLab."),
    )
    min_width = models.PositiveIntegerField(default=320, help_text=_("Pixels."))
    min_height = models.PositiveIntegerField(default=240, help_text=_("Pixels."))
    colour_spaces = models.JSONField(default=default_colour_spaces)
    formats = models.JSONField(default=default_formats)
    strip_gps = models.BooleanField(
        default=True, help_text=_("Leave the place out of delivered pictures.")
    )
    embed_metadata = models.CharField(
        max_length=8,
        choices=EmbedMetadata,
        default=EmbedMetadata.ALL,
        help_text=_("What is written into downloads of renditions; originals are never altered."),
    )
    auto_accept = models.FloatField(
        default=0.8,
        validators=PROBABILITY,
        help_text=_("A tag at least this sure is accepted without asking."),
    )
    drop = models.FloatField(
        default=0.35,
        validators=PROBABILITY,
        help_text=_("A tag less sure than this is not even suggested."),
    )
    name_pattern = models.CharField(
        max_length=300,
        blank=True,
        validators=[readable_pattern],
        help_text=_("What the names of files look like; empty means any name."),
    )
    download_pattern = models.CharField(
        max_length=300,
        blank=True,
        validators=[readable_pattern],
        help_text=_("How downloaded files are called; empty means by their own names."),
    )
    next_version_by_name = models.BooleanField(
        default=False,
        help_text=_("A file with the fields of an asset and a higher version becomes its version."),
    )
    note = models.CharField(max_length=240, blank=True)
    created_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["brand", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "number"], name="one_brand_version_per_number"
            ),
            models.CheckConstraint(
                condition=models.Q(drop__lte=models.F("auto_accept")),
                name="drop_not_above_auto_accept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} v{self.number}"
