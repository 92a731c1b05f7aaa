"""The pictures and tables that a recipe's parameters name, for the person who has it rendered."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from dam.models import Asset, User, Version
from dam.storage import incoming, original
from processing.engine.decoding import decoded
from processing.errors import ProcessingError
from processing.operators.picture import Picture, Unfit
from processing.weights import sha256_of

MOST_EDGE = 4096  # pixels: logos, backgrounds and references need no more
TABLES = frozenset({".cube"})
_ASSET = "asset:"


@dataclass(slots=True)
class Shelf:
    """What recipes may name: assets that a person sees, files that lie beside a recipe.

    Assets are asked of the one queryset; files only by their bare name in ``folder``, which only
    commands have. Everything is opened when it is asked for, and closed with the `ExitStack` that
    ``held`` is.
    """

    user: User
    held: contextlib.ExitStack
    folder: Path | None = None
    _pictures: dict[str, Picture] = field(default_factory=dict)

    def picture(self, reference: str) -> Picture:
        if reference not in self._pictures:
            self._pictures[reference] = self._open(reference)
        return self._pictures[reference]

    def file(self, reference: str) -> Path:
        if reference.startswith(_ASSET):
            version = self._version(reference)
            if Path(version.file_name).suffix.lower() not in TABLES:
                raise Unfit(f"“{reference}” is no table of colours (.cube).")
            return self.held.enter_context(original(version.blob))
        return self._beside(reference)

    def digest(self, reference: str) -> str:
        """What stands for a reference in keys: the hash of its bytes. Raises Unfit."""
        if reference.startswith(_ASSET):
            return self._version(reference).blob_id
        return sha256_of(self._beside(reference))

    def _open(self, reference: str) -> Picture:
        path = (
            self.held.enter_context(original(self._version(reference).blob))
            if reference.startswith(_ASSET)
            else self._beside(reference)
        )
        try:
            return self.held.enter_context(decoded(path, incoming(), longest_edge=MOST_EDGE))
        except ProcessingError as error:
            raise Unfit(f"“{reference}” cannot be read: {error.sentence}") from error

    def _version(self, reference: str) -> Version:
        number = reference.removeprefix(_ASSET)
        seen = Asset.objects.visible_to(self.user).filter(pk=number) if number.isdecimal() else None
        asset = seen.select_related("current_version__blob").first() if seen is not None else None
        if asset is None or asset.current_version is None:
            raise Unfit(f"There is no picture “{reference}” that you may use.")
        return asset.current_version

    def _beside(self, reference: str) -> Path:
        path = self.folder / Path(reference).name if self.folder else None
        if path is None or not path.is_file():
            raise Unfit(f"There is no file “{reference}” beside this recipe.")
        return path
