"""Runs a recipe on a version's original, and gives what it made, with how."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from dam.models import User, Version
from dam.storage import incoming, original
from processing import networks, weights
from processing.engine.checking import checked
from processing.engine.decoding import decoded
from processing.engine.keys import key_of, networks_of, references_of, steps_for
from processing.engine.running import Made, Tell, longest_needed, run
from processing.errors import InputError
from processing.models import LockedSetting
from processing.operators.context import Context
from processing.operators.picture import Unfit
from processing.recipes.model import Output, Recipe
from processing.rendering import locks
from processing.rendering.facts import facts_of
from processing.rendering.library import Shelf


@dataclass(frozen=True, slots=True)
class Work:
    """One version to be put through one recipe for one person; facts are asked once.

    ``recipe`` is the one that was given, with the values to which its variables are ``locked``.
    """

    version: Version
    recipe: Recipe
    user: User
    facts: dict[str, JsonValue]
    locked: tuple[LockedSetting, ...] = ()

    @classmethod
    def of(cls, version: Version, recipe: Recipe, user: User) -> Work:
        """Raises InputError where a variable was given another value than it is locked to."""
        held, locked = locks.held(recipe, version.asset)
        return cls(version, held, user, facts_of(version), locked)

    def key(self, output: str) -> str:
        """The key of an output's result (see `key_of`). Raises InputError for a lost reference."""
        named = references_of(steps_for(self.recipe, output))
        with contextlib.ExitStack() as held:
            shelf = Shelf(self.user, held)
            try:
                references = {name: shelf.digest(name) for name in sorted(named)}
            except Unfit as error:
                raise InputError(str(error)) from error
        return key_of(
            self.recipe,
            output,
            facts=self.facts,
            focus=self.version.focus,
            networks=self.networks(output),
            references=references,
        )

    def networks(self, output: str) -> dict[str, str]:
        """The neural networks that an output may ask, each with what tells its weights apart."""
        asked = networks_of(steps_for(self.recipe, output))
        return {name: weights.fingerprint(name) for name in sorted(asked)}

    def make(self, outputs: Sequence[Output], tell: Tell | None = None) -> Iterator[Made]:
        """Decode the original, no larger than needed, and make some outputs, one after another.

        Raises InputError where the original or a step refuses, TransientError where there is no
        cell, StorageError where the original is not to be had.
        """
        with contextlib.ExitStack() as held:
            context = self._context(held)
            size = self.version.width, self.version.height
            wanted = longest_needed(self.recipe, *size, context, outputs=outputs)
            path = held.enter_context(original(self.version.blob))
            own = self.recipe.colours == "original"
            picture = held.enter_context(
                decoded(path, incoming(), longest_edge=wanted, own_colours=own)
            )
            shown = replace(picture, focus=self.version.focus)
            made = run(self.recipe, shown, context, outputs=outputs, tell=tell)
            yield from checked(made, shown, incoming())

    def _context(self, held: contextlib.ExitStack) -> Context:
        return Context(networks=networks.shared(), library=Shelf(self.user, held), facts=self.facts)
