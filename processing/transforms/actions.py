"""Changes to the library's presets of pictures on the fly."""

from django.core.exceptions import ValidationError
from django.db import transaction

from dam.actions.common import audited
from dam.models import User
from dam.permissions import require
from processing.models import Preset
from processing.transforms import presets
from processing.transforms.errors import BadOptions
from processing.transforms.options import check_preset

MOST_PRESETS = 500


class NoSuchPreset(LookupError):
    """The library keeps no preset of this name; the message says so."""


def save_preset(*, user: User, name: str, options: str) -> tuple[Preset, bool]:
    """Keep options under a name, whatever it stood for before; return whether it is new.

    Raises ValidationError for what no address could use, and beyond MOST_PRESETS.
    """
    require(user, "preset.manage")
    try:
        check_preset(name, options)
    except BadOptions as error:
        raise ValidationError(str(error)) from error
    with transaction.atomic(), audited(user):
        kept, made = Preset.objects.update_or_create(name=name, defaults={"options": options})
        if made and Preset.objects.count() > MOST_PRESETS:
            raise ValidationError(f"There are {MOST_PRESETS} presets already.")
    presets.forget()
    return kept, made


def remove_preset(*, user: User, name: str) -> None:
    """Forget a preset; one that comes with Loupe is what it was again. Raises NoSuchPreset."""
    require(user, "preset.manage")
    with transaction.atomic(), audited(user):
        gone, _ = Preset.objects.filter(name=name).delete()
    if not gone:
        raise NoSuchPreset(f"The library keeps no preset “{name[:40]}”.")
    presets.forget()
