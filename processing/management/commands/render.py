"""`manage.py render FILE_OR_ASSET --recipe NAME_OR_FILE`: one picture through one recipe."""

import hashlib
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management import CommandError

from dam.actions.people import system_user
from dam.command import LoupeCommand
from dam.delivery import Undeliverable, plan
from dam.models import Asset, User, Version
from dam.storage import StorageError, incoming, path_of
from processing.engine.running import Made, Record
from processing.errors import ProcessingError
from processing.models import Provenance
from processing.recipes.conditions import Plain
from processing.recipes.faults import RecipeError
from processing.recipes.model import Output, Recipe
from processing.rendering.actions import Rendered, render, render_as_version
from processing.rendering.files import render_file
from processing.rendering.finding import Found, find
from processing.rendering.origins import origin

Line = dict[str, Any]


class Command(LoupeCommand):
    help = "Put one picture through a recipe: a file, or an asset of the library by its number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("picture", metavar="FILE_OR_ASSET")
        parser.add_argument("--recipe", required=True, metavar="NAME_OR_FILE")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a variable of the recipe",
        )
        parser.add_argument("--output", action="append", default=[], help="only this one")
        parser.add_argument("--out", type=Path, help="a folder, or a file for one output")
        parser.add_argument("--as-version", action="store_true", help="the asset's next version")
        parser.add_argument("--user", help="for whom (default: the system)")
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = _user(options["user"])
        try:
            found = find(options["recipe"], user, _variables(options["set"]))
            lines = list(self._lines(options, found, user))
        except RecipeError as error:
            raise CommandError(_faults(options["recipe"], error)) from error
        except LookupError as error:
            raise CommandError(str(error.args[0])) from error
        except PermissionDenied as error:
            raise CommandError("This person may not render this asset.") from error
        except (ProcessingError, StorageError, Undeliverable) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.write_json({"recipe": found.recipe.name, "outputs": lines})
            return
        for line in lines:
            self.stdout.write(_told(line))

    def _lines(self, options: dict[str, Any], found: Found, user: User) -> Iterator[Line]:
        outputs = _outputs(found.recipe, options["output"])
        picture, out = options["picture"], options["out"]
        if picture.isdecimal() and not Path(picture).exists():
            version = origin(_version(int(picture), user), found.recipe.name)
            if options["as_version"]:
                yield _next_version(version, found, user, outputs)
            else:
                yield from _of_asset(version, found, user, outputs, out)
            return
        path = Path(picture)
        if not path.is_file():
            raise LookupError(f"There is no file and no asset “{picture}”.")
        target = out or Path()
        made = render_file(
            path, found.recipe, user=user, room=incoming(), outputs=outputs, folder=found.folder
        )
        for one in made:
            yield _written(one, _target(target, path.stem, found.recipe, one, len(outputs)))


def _user(name: str | None) -> User:
    if not name:
        return system_user()
    known = User.objects.filter(username=name).first()
    if known is None:
        raise CommandError(f"There is nobody called “{name}”.")
    return known


def _variables(given: list[str]) -> dict[str, Plain]:
    pairs = [one.partition("=") for one in given]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise CommandError(f"--set takes NAME=VALUE, not “{wrong[0]}”.")
    return {name.strip(): value for name, _, value in pairs}


def _outputs(recipe: Recipe, names: list[str]) -> list[Output]:
    outputs = [recipe.output(name) for name in names] if names else list(recipe.outputs)
    if not outputs:
        raise LookupError(f"“{recipe.name}” is a base: it has no outputs, others include it.")
    return outputs


def _version(pk: int, user: User) -> Version:
    asset = Asset.objects.visible_to(user).filter(pk=pk).first()
    if asset is None or asset.current_version is None:
        raise LookupError(f"There is no asset {pk}.")
    return asset.current_version


def _of_asset(
    version: Version, found: Found, user: User, outputs: list[Output], out: Path | None
) -> Iterator[Line]:
    records: list[Record] = []
    done = render(
        version=version,
        recipe=found.recipe,
        number=found.number,
        user=user,
        outputs=[output.name for output in outputs],
        tell=records.append,
    )
    for one in done:
        line = _kept(one)
        if out is not None:
            suffix = path_of(one.rendition.key).suffix
            stem = f"{version.asset_id}-{one.rendition.purpose}"
            target = out if len(done) == 1 and out.suffix else out / f"{stem}{suffix}"
            line |= _taken_out(one, target)
        yield line


def _taken_out(one: Rendered, target: Path) -> Line:
    """Write a rendition beside the library as a download of it would be, and say what that is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with plan(one.rendition).open() as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": str(target), "bytes": target.stat().st_size, "sha256": digest}


def _next_version(version: Version, found: Found, user: User, outputs: list[Output]) -> Line:
    if len(outputs) != 1:
        names = ", ".join(output.name for output in outputs)
        raise LookupError(f"One output becomes the next version: name it with --output ({names}).")
    done = render_as_version(
        version=version,
        recipe=found.recipe,
        number=found.number,
        output=outputs[0].name,
        user=user,
    )
    made = done.version
    how = Provenance.objects.filter(version=made).first()
    return {
        "output": done.output,
        "path": None,
        "rendition": None,
        "purpose": None,
        "version": made.pk,
        "cached": done.cached or how is None,
        "media_type": made.media_type,
        "width": made.width,
        "height": made.height,
        "bytes": made.blob.size,
        "sha256": made.blob_id,
        "milliseconds": round(how.milliseconds, 1) if how else 0.0,
        "confidence": how.confidence if how else None,
        "steps": how.steps if how else [],
        "checks": how.checks if how else [],
    }


def _kept(one: Rendered) -> Line:
    row, how = one.rendition, one.rendition.provenance
    return {
        "output": one.output,
        "path": None,
        "rendition": row.pk,
        "purpose": row.purpose,
        "version": None,
        "cached": one.cached,
        "media_type": row.media_type,
        "width": row.width,
        "height": row.height,
        "bytes": row.size,
        "sha256": row.sha256,
        "milliseconds": round(how.milliseconds, 1),
        "confidence": how.confidence,
        "steps": how.steps,
        "checks": how.checks,
    }


def _target(out: Path, stem: str, recipe: Recipe, made: Made, count: int) -> Path:
    if count == 1 and out.suffix and not out.is_dir():
        return out
    name = recipe.name if made.output.name == "main" else f"{recipe.name}--{made.output.name}"
    return out / f"{stem}-{name}.{made.encoded.media.extension}"


def _written(made: Made, target: Path) -> Line:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(made.encoded.data)
    part.replace(target)
    return {
        "output": made.output.name,
        "path": str(target),
        "rendition": None,
        "purpose": None,
        "version": None,
        "cached": False,
        "media_type": made.encoded.media.mime,
        "width": made.encoded.width,
        "height": made.encoded.height,
        "bytes": len(made.encoded.data),
        "sha256": hashlib.sha256(made.encoded.data).hexdigest(),
        "milliseconds": round(sum(record.milliseconds for record in made.records), 1),
        "confidence": made.confidence,
        "steps": [record.as_json() for record in made.records],
        "checks": [asdict(verdict) for verdict in made.verdicts],
    }


def _told(line: Line) -> str:
    where = line["path"] or (
        f"version {line['version']}" if line["version"] else f"rendition “{line['purpose']}”"
    )
    how = "was there already" if line["cached"] else f"{line['milliseconds']:.0f} ms"
    size = f"{line['width']} × {line['height']}, {line['bytes'] / 1e3:.0f} kB"
    saved = _saved(line["steps"])
    doubts = [f"\n  {one['sentence']}" for one in line["checks"] if not one["passed"]]
    return f"{line['output']}: {where}, {line['media_type']}, {size}{saved}, {how}{''.join(doubts)}"


def _saved(steps: list[Line]) -> str:
    """What looking for the quality saved, where that was asked; nothing else knows a comparison."""
    share = steps[-1].get("measures", {}).get("saved_against_quality_80") if steps else None
    if share is None:
        return ""
    return f" ({abs(share):.0%} {'fewer' if share >= 0 else 'more'} bytes than at quality 80)"


def _faults(name: str, error: RecipeError) -> str:
    return "\n".join(f"{name}:{fault}" for fault in error.faults)
