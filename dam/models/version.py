"""Bytes, the versions of an asset that they make up, and what was measured of them."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from dam.formats import MediaType, by_mime
from dam.models.storage import Verified


class Blob(Verified):
    """Bytes of an original, named by their SHA-256 and never changed.

    The file is at `Blob.key` in the storage (dam/storage); it is on disk, complete and synced,
    before its row exists.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def key(self) -> str:
        return f"originals/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class VersionKind(models.TextChoices):
    """What is done with a version: all but the others are rendered and looked at."""

    PICTURE = "picture", _("Picture")
    DRAWING = "drawing", _("Drawing")
    DOCUMENT = "document", _("Document")
    OTHER = "other", _("Other file")


class VersionState(models.TextChoices):
    PROCESSING = "processing", _("Processing")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    REFUSED = "refused", _("Refused")
    SUPERSEDED = "superseded", _("Superseded")


@pghistory.track(
    fields=["id", "asset", "number", "state", "state_reason", "state_by", "note", "file_name"],
    model_name="VersionEvent",
)
class Version(models.Model):
    """One state of an asset's picture or file, with what its file says of itself."""

    State = VersionState
    Kind = VersionKind

    asset = models.ForeignKey("dam.Asset", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="versions")
    # An XMP file that came beside the picture: its words win over those inside the picture.
    sidecar = models.ForeignKey(
        Blob, models.PROTECT, null=True, blank=True, related_name="sidecar_of"
    )
    file_name = models.CharField(max_length=300)
    # What the brand's name pattern read out of the file's name; empty where it does not fit.
    name_fields = models.JSONField(default=dict, blank=True)
    media_type = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=VersionKind, default=VersionKind.PICTURE)
    state = models.CharField(max_length=16, choices=VersionState, default=VersionState.PROCESSING)
    state_reason = models.CharField(max_length=500, blank=True)
    state_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    restored_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey("dam.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    # From the file's header, after its orientation is applied.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    colour_space = models.CharField(max_length=60, blank=True)
    bit_depth = models.PositiveSmallIntegerField(default=8)
    has_alpha = models.BooleanField(default=False)
    frames = models.PositiveIntegerField(default=1, help_text=_("Or pages."))
    # From the file's metadata.
    captured_at = models.DateTimeField(null=True, blank=True)
    camera = models.CharField(max_length=160, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    # The point that matters most, as shares (0..1) of the upright picture; where a person named it.
    focus_x = models.FloatField(null=True, blank=True)
    focus_y = models.FloatField(null=True, blank=True)
    # What its content credentials (C2PA) say; empty where it has none.
    credentials = models.JSONField(default=dict, blank=True)
    # Base64 of a ThumbHash: what is shown while the picture loads.
    placeholder = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["asset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                condition=models.Q(focus_x__isnull=True, focus_y__isnull=True)
                | models.Q(focus_x__range=(0, 1), focus_y__range=(0, 1)),
                name="focus_inside_the_picture",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["captured_at"]),
            models.Index(Lower("file_name"), name="version_file_name_lower"),
            GinIndex(
                fields=["name_fields"], name="version_name_fields_gin", opclasses=["jsonb_path_ops"]
            ),
            GinIndex(
                fields=["metadata"], name="version_metadata_gin", opclasses=["jsonb_path_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} v{self.number}"

    @property
    def settled(self) -> bool:
        """Whether the machine or a person has had the last word on it."""
        return self.state not in {VersionState.PROCESSING, VersionState.IN_REVIEW}

    @property
    def focus(self) -> tuple[float, float] | None:
        """The point that matters most, as shares of width and height, where a person named it."""
        if self.focus_x is None or self.focus_y is None:
            return None
        return self.focus_x, self.focus_y

    @property
    def media(self) -> MediaType:
        """What its type is called, and which family of files it is of."""
        return by_mime(self.media_type)

    @property
    def aspect(self) -> float:
        """Width over height; 1 while it is not known."""
        return self.width / self.height if self.width and self.height else 1.0


class VersionText(models.Model):
    """The text of a version that is a document or data, for search and as its beginning.

    Apart from the version's row, because pages with many versions do not want it.
    """

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField(blank=True)
    is_lines = models.BooleanField(default=False, help_text=_("Its lines are those of the file."))

    def __str__(self) -> str:
        return f"text of {self.version_id}"


class Facts(models.Model):
    """What was measured of a version's pixels (processing/measures/facts.py has the units)."""

    class Orientation(models.TextChoices):
        LANDSCAPE = "landscape", _("Landscape")
        PORTRAIT = "portrait", _("Portrait")
        SQUARE = "square", _("Square")

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="facts")
    orientation = models.CharField(max_length=9, choices=Orientation)
    brightness = models.FloatField()
    contrast = models.FloatField()
    highlights = models.FloatField()
    colourfulness = models.FloatField()
    sharpness = models.FloatField(null=True, blank=True)  # a picture may have no edge to judge by
    noise = models.FloatField()
    clipped_dark = models.FloatField()
    clipped_light = models.FloatField()
    overexposure = models.FloatField()
    perceptual_hash = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "facts"
        indexes = [
            models.Index(fields=["orientation", "version"]),
            models.Index(fields=["perceptual_hash"]),
        ]

    def __str__(self) -> str:
        return f"facts of {self.version_id}"


class PaletteColour(models.Model):
    """One of a version's dominant colours, in OKLab."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="palette")
    position = models.PositiveSmallIntegerField()
    hex = models.CharField(max_length=7)
    lightness = models.FloatField(help_text=_("OKLab L, 0 to 1"))
    a = models.FloatField()
    b = models.FloatField()
    fraction = models.FloatField(help_text=_("Share of the picture, 0 to 1"))

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_colour_per_position")
        ]
        indexes = [models.Index(fields=["lightness", "a", "b"])]

    def __str__(self) -> str:
        return f"{self.hex} {self.fraction:.0%}"


class Standing(models.TextChoices):
    """What is thought of a rendition that a recipe made."""

    GOOD = "", _("Good")
    DOUBTED = "doubted", _("Waits for review")
    ACCEPTED = "accepted", _("Accepted by a person")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Rendition(Verified):
    """A picture made from a version. Made again only when recipe or engine differ."""

    Standing = Standing

    version = models.ForeignKey(Version, models.CASCADE, related_name="renditions")
    purpose = models.CharField(max_length=100)
    recipe_digest = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    media_type = models.CharField(max_length=80)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # What is doubted is for those who may change the asset, what is withdrawn for nobody.
    standing = models.CharField(max_length=9, choices=Standing, blank=True, default=Standing.GOOD)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version", "width"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "recipe_digest", "engine_version"],
                name="one_rendition_per_version_recipe_engine",
            )
        ]
        indexes = [models.Index(fields=["version", "purpose"])]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.version_id}"
