"""The worker's part of a trial: each asset decoded small in a cell, run, looked at, shown."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dam.models import Asset, Version
from dam.storage import StorageError, incoming, original
from processing import networks, vips
from processing.engine.checking import verdicts
from processing.engine.decoding import decoded
from processing.engine.errors import StepFailed
from processing.engine.running import Made, Record, run
from processing.errors import ProcessingError
from processing.models import RecipeTrial, TrialPicture
from processing.operators.context import Context
from processing.operators.picture import Picture
from processing.pixels import load_srgb
from processing.recipebook import lookup
from processing.recipes.faults import RecipeError
from processing.recipes.model import Recipe
from processing.rendering.facts import facts_of
from processing.rendering.library import Shelf

LONGEST = 60.0  # seconds for all assets of a trial; looked at between steps
SHOWN_EDGE = 2000  # pixels: what an output enlarges is shown no larger than this
QUALITY = 88
_TOO_LONG = "This took more than a minute: try it on fewer pictures, or on smaller copies."
_LOST = "The worker that tried this ended before it was done: a step needs too much."
_BROKEN = "Something went wrong inside Loupe; the details are in the activity log."
_GONE = "This picture is not to be seen any more."


class _Over(Exception):
    """This trial is not to go on: too long, or another one came (then ``sentence`` is empty)."""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence
        super().__init__(sentence)


def run_waiting(_versions: Sequence[Version] = ()) -> None:
    """Do the trials that wait, the oldest first.

    One job does them one after another: what is told to be running was begun by a worker that died.
    """
    begun = RecipeTrial.objects.filter(state=RecipeTrial.State.RUNNING)
    begun.update(state=RecipeTrial.State.FAILED, sentence=_LOST)
    waiting = RecipeTrial.objects.filter(state=RecipeTrial.State.WAITING).order_by("pk")
    while (trial := waiting.select_related("user").first()) is not None:
        _run(trial)


def _run(trial: RecipeTrial) -> None:
    taken = _row(trial).filter(state=RecipeTrial.State.WAITING)
    if not taken.update(state=RecipeTrial.State.RUNNING):
        return
    state, sentence = RecipeTrial.State.FAILED, _BROKEN
    try:
        _Running(trial, time.monotonic() + LONGEST).all()
        state, sentence = RecipeTrial.State.DONE, ""
    except RecipeError as error:
        sentence = error.faults[0].sentence
    except _Over as over:
        sentence = over.sentence
    finally:  # what nobody foresaw is the worker's to record, and still no trial runs for ever
        _row(trial).update(state=state, sentence=sentence, doing="")


def _row(trial: RecipeTrial) -> Any:
    return RecipeTrial.objects.filter(pk=trial.pk)


@dataclass(slots=True)
class _Running:
    trial: RecipeTrial
    until: float

    def all(self) -> None:
        """Go through the assets; what is found is kept after each output."""
        recipe = lookup.read_here(self.trial.text, brand_id=self.trial.brand_id)
        seen = Asset.objects.visible_to(self.trial.user).with_current()
        assets = seen.in_bulk(self.trial.assets)
        for pk in self.trial.assets:
            asset = assets.get(pk)
            told: dict[str, Any] = {"asset": pk, "title": "", "outputs": []}
            self.trial.results.append(told)
            if asset is None or asset.current_version is None:
                told["error"] = {"sentence": _GONE}
            else:
                told["title"] = asset.title
                self._asset(asset.current_version, recipe, told)
            self._keep()

    def _asset(self, version: Version, recipe: Recipe, told: dict[str, Any]) -> None:
        try:
            with contextlib.ExitStack() as held:
                path = held.enter_context(original(version.blob))
                begun = time.perf_counter()
                own = recipe.colours == "original"
                copy = decoded(path, incoming(), longest_edge=self.trial.edge, own_colours=own)
                picture = held.enter_context(copy)
                told["decoding"] = _milliseconds(begun)
                self._recipe(Picture(picture.image, version.focus), version, recipe, held, told)
        except StepFailed as error:
            told["error"] = {
                "sentence": error.why,
                "operator": error.operator,
                "line": error.line,
            }
        except ProcessingError as error:
            told["error"] = {"sentence": error.sentence}
        except StorageError as error:
            told["error"] = {"sentence": str(error)}

    def _recipe(
        self,
        picture: Picture,
        version: Version,
        recipe: Recipe,
        held: contextlib.ExitStack,
        told: dict[str, Any],
    ) -> None:
        own = (
            Picture(picture.image).image.icc_transform("srgb", embedded=True)
            if (not picture.is_srgb)
            else picture.image
        )
        told["before"] = self._picture(own)
        told["original"] = {"width": version.width, "height": version.height}
        self._keep()
        shelf = Shelf(self.trial.user, held)
        context = Context(networks=networks.shared(), library=shelf, facts=facts_of(version))
        for made in run(recipe, picture, context, tell=self._tell):
            begun = time.perf_counter()
            checks = [asdict(one) for one in verdicts(made, picture, incoming())]
            told["outputs"].append(self._output(made, checks, _milliseconds(begun)))
            self._keep()

    def _tell(self, record: Record) -> None:
        """Between steps: whether somebody still waits, and whether there is time left."""
        alive = _row(self.trial).update(doing=(record.label or record.operator)[:160])
        if not alive:
            raise _Over
        if time.monotonic() > self.until:
            raise _Over(_TOO_LONG)

    def _output(self, made: Made, checks: list[dict[str, Any]], checking: float) -> dict[str, Any]:
        encoded = made.encoded
        with tempfile.TemporaryDirectory(dir=incoming(), prefix="tried-") as folder:
            path = Path(folder) / f"made.{encoded.media.extension}"
            path.write_bytes(encoded.data)
            shown = self._picture(load_srgb(path, SHOWN_EDGE))
        return {
            "name": made.output.name,
            "format": made.output.exporter.format,
            "bytes": len(encoded.data),
            "width": encoded.width,
            "height": encoded.height,
            "picture": shown,
            "confidence": made.confidence,
            "steps": [record.as_json() for record in made.records],
            "checks": checks,
            "checking": checking,
        }

    def _picture(self, image: vips.Image) -> dict[str, int]:
        """A picture for the page: WebP, with transparency."""
        eight = image.cast("uchar", shift=True) if image.format == "ushort" else image
        data = eight.webpsave_buffer(Q=QUALITY, effort=2, keep="icc")
        row = TrialPicture.objects.create(trial=self.trial, data=data)
        return {"id": row.pk, "width": image.width, "height": image.height}

    def _keep(self) -> None:
        if not _row(self.trial).update(results=self.trial.results):
            raise _Over


def _milliseconds(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 1)
