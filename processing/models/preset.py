"""Presets of pictures on the fly that the library keeps."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Preset(models.Model):
    """Options by name, beside the presets that come with Loupe; of the same name, it wins."""

    name = models.SlugField(
        max_length=40, unique=True, help_text=_("What addresses say: small letters and digits.")
    )
    options = models.CharField(max_length=300, help_text=_("As in an address, such as w=800."))
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
