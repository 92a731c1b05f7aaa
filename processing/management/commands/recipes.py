"""`manage.py recipes …`: transformation as code, listed, checked, brought in, compared."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from dam.actions.people import system_user
from dam.command import LoupeCommand
from dam.models import BrandProfile
from processing.models import Recipe
from processing.recipebook import actions, files, lookup, telling
from processing.recipes.diffing import diff
from processing.recipes.faults import Fault, RecipeError
from processing.recipes.model import Recipe as Read
from processing.recipes.schema import schema


class Command(LoupeCommand):
    help = "Show, check, bring in, write and compare recipes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACTION")
        listed = acts.add_parser("list", help="the library's recipes")
        listed.add_argument("--all", action="store_true", help="archived ones too")
        show = acts.add_parser("show", help="a recipe's text, or with --json what it was read as")
        show.add_argument("name", metavar="NAME")
        show.add_argument("--number", type=int, help="a version (default: the newest)")
        show.add_argument("--versions", action="store_true", help="list its versions instead")
        validate = acts.add_parser("validate", help="tell all faults of files")
        validate.add_argument("paths", metavar="PATH", nargs="+", type=Path)
        validate.add_argument("--set", action="append", metavar="NAME=VALUE", default=[])
        self._brand_argument(validate)
        bring = acts.add_parser("import", help="keep files' recipes: all of them, or none")
        bring.add_argument("paths", metavar="PATH", nargs="+", type=Path)
        bring.add_argument("--note", default="", help="why, for the history")
        self._brand_argument(bring)
        write = acts.add_parser("export", help="write recipes as files, one to standard output")
        write.add_argument("names", metavar="NAME", nargs="*")
        write.add_argument("--out", type=Path, metavar="FOLDER")
        compare = acts.add_parser("diff", help="what is different between two recipes, in words")
        for name, what in (("before", "BEFORE"), ("after", "AFTER")):
            compare.add_argument(name, metavar=what, help="a file, NAME or NAME@VERSION")
        restore = acts.add_parser("restore", help="make an earlier version the newest again")
        restore.add_argument("name", metavar="NAME")
        restore.add_argument(
            "--version", dest="number", type=int, required=True, metavar="N", help="which one"
        )
        acts.add_parser("schema", help="the language as a JSON Schema")
        for one in acts.choices.values():
            self.add_json_argument(one)

    def _brand_argument(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", help="slug (default: for every brand)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except lookup.NoSuchRecipe as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error

    def _list(self, options: dict[str, Any]) -> None:
        rows = lookup.recipes(system_user())
        found = rows if options["all"] else rows.filter(archived=False)
        told = [telling.told(recipe) for recipe in found]
        if options["json"]:
            self.write_json({"recipes": told})
            return
        for row in told:
            whose = f", {row['brand']}" if row["brand"] else ""
            gone = ", archived" if row["archived"] else ""
            self.stdout.write(f"{row['name']} v{row['version']}: {row['title']}{whose}{gone}")

    def _show(self, options: dict[str, Any]) -> None:
        recipe = lookup.find(options["name"], system_user())
        if options["versions"]:
            self._versions(recipe, options)
            return
        version = lookup.version(recipe, options["number"])
        if options["json"]:
            read = telling.told_read(lookup.load(recipe, number=version.number))
            self.write_json({**telling.told_version(version), "text": version.text, "read": read})
        else:
            self.stdout.write(version.text, ending="")

    def _versions(self, recipe: Recipe, options: dict[str, Any]) -> None:
        told = [telling.told_version(one) for one in recipe.versions.select_related("author")]
        if options["json"]:
            self.write_json({"name": recipe.name, "versions": told})
            return
        for row in told:
            who, note = row["author"] or "Loupe", f": {row['note']}" if row["note"] else ""
            self.stdout.write(f"{row['version']} {row['created_at'][:16]} {who}{note}")

    def _validate(self, options: dict[str, Any]) -> None:
        brand = self._brand(options["brand"])
        variables = dict(self._pair(one) for one in options["set"])
        results = [
            self._validated(path, brand, variables) for path in files.found_in(options["paths"])
        ]
        self._answer_faults(results, options)

    def _validated(
        self, path: Path, brand: BrandProfile | None, variables: dict[str, str]
    ) -> dict[str, Any]:
        try:
            read = self._read(path, brand, variables)
        except RecipeError as error:
            return {"file": str(path), "name": None, "faults": telling.told_faults(error)}
        return {"file": str(path), "name": read.name, "faults": []}

    def _read(
        self,
        path: Path,
        brand: BrandProfile | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Read:
        return lookup.read_here(
            files.read_file(path),
            brand_id=brand.pk if brand else None,
            variables=variables,
            others=files.Beside(path),
        )

    def _answer_faults(self, results: list[dict[str, Any]], options: dict[str, Any]) -> None:
        """Say each file's faults; exit non-zero where there is one."""
        count = sum(len(result["faults"]) for result in results)
        if options["json"]:
            self.write_json({"files": results, "faults": count})
            if count:
                sys.exit(1)
            return
        for result in results:
            for line in _lines(result):
                self.stdout.write(line)
            if not result["faults"]:
                self.stdout.write(f"{result['file']} is a recipe.")
        if count:
            raise CommandError(f"{count} faults." if count > 1 else "One fault.")

    def _import(self, options: dict[str, Any]) -> None:
        brand, user = self._brand(options["brand"]), system_user()
        results, texts = [], {}
        for path in files.found_in(options["paths"]):
            result = self._validated(path, brand, {})
            results.append(result)
            if not result["faults"]:
                if result["name"] in texts:
                    raise CommandError(f"Two files are called “{result['name']}”.")
                texts[result["name"]] = files.read_file(path)
        if faulty := [line for result in results for line in _lines(result)]:
            raise CommandError("\n".join(["Nothing was imported.", *faulty]))
        try:
            saved = actions.import_texts(
                user=user, texts=texts, brand=brand, note=options["note"] or "Imported"
            )
        except RecipeError as error:
            raise CommandError("Nothing was imported. " + _sentences(error)) from error
        told = [
            {"name": one.version.recipe.name, "version": one.version.number, "made": one.made}
            for one in saved
        ]
        if options["json"]:
            self.write_json({"imported": told})
            return
        for row in told:
            how = f"is version {row['version']}" if row["made"] else "is there already"
            self.stdout.write(f"{row['name']} {how}.")

    def _export(self, options: dict[str, Any]) -> None:
        user, folder = system_user(), options["out"]
        offered = lookup.recipes(user).filter(archived=False)
        names = options["names"] or list(offered.values_list("name", flat=True))
        texts = {name: lookup.find(name, user).newest.text for name in names}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        if options["json"]:
            written = {"folder": str(folder)} if folder is not None else {"texts": texts}
            self.write_json({"exported": sorted(texts), **written})
        elif folder is not None:
            self.stdout.write(f"{len(texts)} recipes are in {folder}.")
        elif len(texts) == 1:
            self.stdout.write(next(iter(texts.values())), ending="")
        else:
            raise CommandError("Name one recipe, or say where to with --out FOLDER.")

    def _diff(self, options: dict[str, Any]) -> None:
        sides = []
        for side in (options["before"], options["after"]):
            try:
                sides.append(self._side(side))
            except RecipeError as error:
                raise CommandError(f"{side} has faults. {_sentences(error)}") from error
        changes = diff(*sides)
        if options["json"]:
            told = [{"kind": one.kind, "where": one.where, "words": one.words} for one in changes]
            self.write_json({"changes": told})
            return
        for change in changes:
            self.stdout.write(str(change))
        if not changes:
            self.stdout.write("They do the same.")

    def _side(self, text: str) -> Read:
        path = Path(text)
        if path.suffix.lower() in files.ENDINGS:
            return self._read(path)
        name, _, number = text.partition("@")
        if number and not number.isdecimal():
            raise CommandError(f"“{number}” is no number of a version.")
        recipe = lookup.find(name, system_user())
        return lookup.load(recipe, number=int(number) if number else None)

    def _restore(self, options: dict[str, Any]) -> None:
        user, number = system_user(), options["number"]
        recipe = lookup.find(options["name"], user)
        try:
            saved = actions.restore_version(recipe=recipe, number=number, user=user)
        except RecipeError as error:
            raise CommandError(f"Nothing was restored. {_sentences(error)}") from error
        told = {"name": recipe.name, "version": saved.version.number, "made": saved.made}
        if options["json"]:
            self.write_json(told)
        elif saved.made:
            self.stdout.write(f"{recipe.name} version {number} is version {told['version']} now.")
        else:
            self.stdout.write(f"{recipe.name} version {told['version']} says the same already.")

    def _schema(self, options: dict[str, Any]) -> None:
        made = schema()
        self.stdout.write(json.dumps(made, indent=None if options["json"] else 2))

    def _brand(self, slug: str | None) -> BrandProfile | None:
        brand = BrandProfile.objects.filter(slug=slug).first() if slug else None
        if slug and brand is None:
            raise CommandError(f"There is no brand {slug!r}.")
        return brand

    def _pair(self, text: str) -> tuple[str, str]:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"Write --set NAME=VALUE, not {text!r}.")
        return name, value


def _lines(result: dict[str, Any]) -> list[str]:
    """A file's faults as editors and terminals read them."""
    return [
        f"{result['file']}:{fault['line']}:{fault['column']}: {fault['sentence']}"
        for fault in result["faults"]
    ]


def _sentences(error: RecipeError) -> str:
    return " ".join(_placed(fault) for fault in error.faults)


def _placed(fault: Fault) -> str:
    return f"Line {fault.line}: {fault.sentence}" if fault.line else fault.sentence
