"""The step on demand that puts a version through a recipe, as somebody wished."""

from collections.abc import Sequence

from dam.models import Version
from processing.models import Render


def run(_versions: Sequence[Version], subject: str) -> None:
    """Fulfil the wish whose number the job's ``subject`` is; nothing where it is gone."""
    from processing.rendering.fulfilling import fulfil  # the engine: seconds to import

    wishes = Render.objects.select_related("version__asset__brand", "version__blob", "made_by")
    wish = wishes.filter(pk=int(subject)).first()
    if wish is not None:
        fulfil(wish)
