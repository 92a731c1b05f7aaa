"""The form of a brand's rules: swatches, sizes, check boxes and sliders into one set of rules."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dam.colour import parse_hex, to_hex
from dam.models import BrandProfileVersion
from dam.models.brand import (
    COLOUR_SPACES,
    PICTURE_FORMATS,
    EmbedMetadata,
    readable_pattern,
)

MOST_COLOURS = 24


class RulesForm(forms.Form):
    """What `change_rules` and `check` take. Widgets are drawn by templates/dam/_rules.html."""

    palette = forms.CharField(required=False, max_length=1000)
    palette_tolerance = forms.FloatField(min_value=0.02, max_value=0.4)
    min_width = forms.IntegerField(min_value=0, max_value=100_000)
    min_height = forms.IntegerField(min_value=0, max_value=100_000)
    colour_spaces = forms.MultipleChoiceField(choices=[(s, s) for s in COLOUR_SPACES])
    formats = forms.MultipleChoiceField(choices=[(f, f) for f in PICTURE_FORMATS])
    strip_gps = forms.BooleanField(required=False)
    embed_metadata = forms.ChoiceField(choices=EmbedMetadata.choices)
    auto_accept = forms.FloatField(min_value=0, max_value=1)
    drop = forms.FloatField(min_value=0, max_value=1)
    name_pattern = forms.CharField(
        required=False, max_length=300, strip=False, validators=[readable_pattern]
    )
    download_pattern = forms.CharField(
        required=False, max_length=300, strip=False, validators=[readable_pattern]
    )
    next_version_by_name = forms.BooleanField(required=False)
    note = forms.CharField(required=False, max_length=240)

    def clean_palette(self) -> list[str]:
        """Read colours between commas or spaces; each once, in their order."""
        given = [part for part in re.split(r"[\s,;]+", self.cleaned_data["palette"]) if part]
        try:
            colours = [to_hex(parse_hex(part)) for part in given]
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        unique = list(dict.fromkeys(colours))
        if len(unique) > MOST_COLOURS:
            raise forms.ValidationError(_("A palette has up to %d colours.") % MOST_COLOURS)
        return unique

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("drop", 0) > cleaned.get("auto_accept", 1):
            self.add_error("drop", _("This must not lie above the bar for accepting."))
        return cleaned

    def rules(self) -> dict[str, Any]:
        """Return the rules without the note, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "note"}

    @classmethod
    def of(cls, rules: BrandProfileVersion) -> "RulesForm":
        """Return a form that shows rules."""
        values = {name: getattr(rules, name) for name in cls.base_fields if name != "note"}
        return cls(initial=values | {"palette": " ".join(rules.palette)})

    def shown(self, name: str) -> Any:
        """What a field shows: what was posted, else what is in force."""
        return self[name].value()

    def swatches(self) -> list[str]:
        """The colours that the palette's field holds and that can be shown."""
        return re.findall(r"#[0-9a-fA-F]{6}\b", str(self["palette"].value() or ""))
