"""The form of a source: what a person writes, as what `add_source` and `change_source` take."""

import re
from typing import Any, cast

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dam.models import BrandProfile, Collection, User
from dam.roles import Grants, Role
from processing.models import DEFAULT_PRIORITY, Source
from processing.models.source import Afterwards, Looking

WORDS = re.compile(r"[,\n]+")
FOLDER_ONLY = ("path", "settle_seconds", "looking")
BUCKET_ONLY = ("bucket", "prefix", "endpoint", "region", "access_key", "secret_key")


class Words(forms.CharField):
    """A list, written with commas or one on each line."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [word for part in WORDS.split(text) if (word := part.strip())]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class SourceForm(forms.Form):
    """Fields of both kinds; those of the other kind are taken out."""

    name = forms.CharField(max_length=120, label=_("Name"))
    path = forms.CharField(
        max_length=1024, label=_("Folder"), help_text=_("Its whole path on the server.")
    )
    bucket = forms.CharField(max_length=63, label=_("Bucket"))
    prefix = forms.CharField(  # type: ignore[assignment]  # a form's own is made from fields
        max_length=512, label=_("Prefix"), required=False, help_text=_("Such as agency/in.")
    )
    endpoint = forms.CharField(
        max_length=300, label=_("Address"), required=False, help_text=_("Empty: Amazon S3.")
    )
    region = forms.CharField(max_length=40, label=_("Region"), required=False)
    access_key = forms.CharField(max_length=200, label=_("Access key"), required=False)
    secret_key = forms.CharField(
        max_length=300,
        label=_("Secret key"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted and never shown. Empty: as it is."),
    )
    brand = forms.ModelChoiceField(BrandProfile.objects.none(), label=_("Brand"), empty_label=None)
    bringer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Brought by"),
        empty_label=None,
        help_text=_("The files are theirs, and come in with their rights."),
    )
    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        label=_("Into the collection"),
        required=False,
        empty_label=_("none"),
    )
    tags = Words(max_length=2000, label=_("Tags"), required=False)
    priority = forms.IntegerField(
        min_value=1,
        max_value=10,
        initial=DEFAULT_PRIORITY,
        label=_("Priority"),
        help_text=_("10 is processed first."),
    )
    recursive = forms.BooleanField(required=False, initial=True, label=_("Folders within, too"))
    include = Words(
        max_length=4000,
        label=_("Only names like"),
        required=False,
        help_text=_("Such as *.jpg, *.tif. Empty: every name."),
    )
    exclude = Words(
        max_length=4000, label=_("No names like"), required=False, help_text=_("Such as *draft*.")
    )
    name_pattern = forms.CharField(
        max_length=300,
        label=_("Names have to fit"),
        required=False,
        help_text=_("A naming pattern, such as {brand}_{sku}.{ext}; others fail with the reason."),
    )
    afterwards = forms.ChoiceField(choices=Afterwards.choices, label=_("When a file is decided"))
    done_folder = forms.CharField(max_length=1024, initial="done", label=_("Taken ones go to"))
    failed_folder = forms.CharField(max_length=1024, initial="failed", label=_("Failed ones go to"))
    settle_seconds = forms.FloatField(
        min_value=0.2,
        max_value=3600,
        initial=2.0,
        label=_("Seconds at rest"),
        help_text=_("How long nothing about a file may change before it is taken."),
    )
    looking = forms.ChoiceField(choices=Looking.choices, label=_("Look"))
    poll_seconds = forms.IntegerField(
        min_value=2,
        max_value=86_400,
        initial=60,
        label=_("Seconds between looks"),
        help_text=_("How often everything is looked through."),
    )

    def __init__(
        self, *args: Any, user: User, kind: str, source: Source | None = None, **more: Any
    ):
        if source is not None:
            more["initial"] = {name: getattr(source, name) for name in self._plain()}
        super().__init__(*args, **more)
        self.kind, self.source = kind, source
        for name in BUCKET_ONLY if kind == Source.Kind.FOLDER else FOLDER_ONLY:
            del self.fields[name]
        self._choose(user)

    @classmethod
    def _plain(cls) -> list[str]:
        return [name for name in cls.base_fields if name != "secret_key"]

    def _choose(self, user: User) -> None:
        """Offer what this person may choose among; the action asks for the rights again."""
        grants = Grants.of(user)
        brands = BrandProfile.objects.filter(Grants.within("pk", grants.administering))
        brands = brands.order_by("-is_default", "name")
        bringing = Q(memberships__role__in=Role.at_least(Role.CREATOR)) & (
            Q(memberships__brand=None) | Q(memberships__brand__in=brands)
        )
        people = User.objects.filter(Q(pk=user.pk) | bringing, is_active=True).distinct()
        own = Q(owner=user) | Q(pk=self.source.collection_id if self.source else None)
        self._offer("brand", brands, brands.first())
        self._offer("bringer", people.order_by("username"), user)
        self._offer("collection", Collection.objects.filter(own).order_by("name"), None)
        if self.kind == Source.Kind.FOLDER:
            field = cast(forms.ChoiceField, self.fields["afterwards"])
            field.choices = [one for one in Afterwards.choices if one[0] != Afterwards.TAG]

    def _offer(self, name: str, rows: QuerySet, first: Model | None) -> None:
        field = cast(forms.ModelChoiceField, self.fields[name])
        field.queryset, field.initial = rows, first

    def wish(self) -> dict[str, Any]:
        """Return what the actions take, once the form is valid."""
        return dict(self.cleaned_data)

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields as they are shown: under headings, in their order."""
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in GROUPS
        ]


GROUPS = (
    (_("Where"), ("name", "path", "bucket", "prefix", "endpoint", "region", "access_key",
                  "secret_key", "recursive", "include", "exclude", "name_pattern")),
    (_("What the files get"), ("brand", "bringer", "collection", "tags", "priority")),
    (_("Afterwards"), ("afterwards", "done_folder", "failed_folder")),
    (_("When"), ("settle_seconds", "looking", "poll_seconds")),
)  # fmt: skip
