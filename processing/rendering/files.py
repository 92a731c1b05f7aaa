"""Recipes on files that are not in the library: for the command line, and for trying things out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import JsonValue

from dam.models import User
from processing import networks, sandbox
from processing.decode import inspect
from processing.delivery.policy import Policy
from processing.delivery.wording import of_file
from processing.engine.checking import checked
from processing.engine.decoding import decoded
from processing.engine.running import Made, Tell, longest_needed, run
from processing.formats.header import Header
from processing.limits import limits
from processing.metadata import reading
from processing.metadata.reading import PictureMetadata
from processing.operators.context import Context
from processing.recipes.facts import word
from processing.recipes.model import Output, Recipe
from processing.rendering.facts import shape_facts
from processing.rendering.library import Shelf


def render_file(
    path: Path,
    recipe: Recipe,
    *,
    user: User,
    room: Path,
    outputs: Sequence[Output] | None = None,
    facts: dict[str, JsonValue] | None = None,
    folder: Path | None = None,
    tell: Tell | None = None,
) -> Iterator[Made]:
    """Make a recipe's outputs of a picture file.

    ``room`` is a folder for pixels meanwhile, ``folder`` where files lie that the recipe names.
    ``facts`` are added to what the file's header says. What the file says of itself is written
    into what is made, as far as the export lets it. Raises InputError and TransientError.
    """
    header = sandbox.call(inspect, path, limits(), name=path.name)
    known = {**header_facts(header, path.name), **(facts or {})}
    with contextlib.ExitStack() as held:
        shelf = Shelf(user, held, folder)
        context = Context(networks=networks.shared(), library=shelf, facts=known)
        wanted = longest_needed(recipe, header.width, header.height, context, outputs=outputs)
        own = recipe.colours == "original"
        picture = held.enter_context(decoded(path, room, longest_edge=wanted, own_colours=own))
        said = sandbox.call(reading.read, path, b"")
        made = run(recipe, picture, context, outputs=outputs, tell=tell)
        for one in checked(made, picture, room):
            yield _worded(one, said)


def _worded(made: Made, said: PictureMetadata) -> Made:
    policy = Policy.of_steps([record.as_json() for record in made.records])
    encoded = made.encoded
    data = of_file(encoded.data, encoded.media.mime, said, policy)
    return replace(made, encoded=replace(encoded, data=data))


def header_facts(header: Header, name: str) -> dict[str, JsonValue]:
    """The facts that a file's header tells."""
    return {
        **shape_facts(header.width, header.height),
        "file_name": name,
        "format": word(header.media.rule),
        "has_alpha": header.has_alpha,
        "bit_depth": header.bit_depth,
        "colour_space": word(header.colour_space),
    }
