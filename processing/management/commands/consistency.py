"""`manage.py consistency list|show|add|remove|measure|run|lock|unlock`: how alike pictures are."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from dam.actions.people import system_user
from dam.command import LoupeCommand, progress
from dam.models import Asset, BrandProfile, Category, User
from processing.consistency import actions, measuring, running, sets, telling
from processing.errors import ProcessingError
from processing.models import ReferenceSet
from processing.recipes.tree import typed


class Command(LoupeCommand):
    help = "Measure how alike a brand's pictures of one category look, against a reference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACTION")
        acts.add_parser("list", help="every reference set, with its last score")
        show = acts.add_parser("show", help="one set: scores, trend, worst pictures, locks")
        show.add_argument("--runs", type=int, default=10, help="how many (default 10)")
        add = acts.add_parser("add", help="let assets show how the set should look")
        remove = acts.add_parser("remove", help="take assets out of the reference")
        measure = acts.add_parser("measure", help="measure pictures that were not, here and now")
        run = acts.add_parser("run", help="measure what was not, and score the set")
        lock = acts.add_parser("lock", help="fix a recipe's variable for the set")
        lock.add_argument("--note", default="", help="why, for the history")
        unlock = acts.add_parser("unlock", help="let recipes have their own value again")
        for one in (show, add, remove, measure, run, lock, unlock):
            one.add_argument("brand", metavar="BRAND")
            one.add_argument("category", metavar="CATEGORY", choices=Category.values)
        for one in (add, remove):
            one.add_argument("assets", metavar="ASSET", nargs="+", type=int)
        for one in (lock, unlock):
            one.add_argument("name", metavar="VARIABLE")
        lock.add_argument("value", metavar="VALUE")
        for one in acts.choices.values():
            one.add_argument("--user", help="for whom (default: the system)")
            self.add_json_argument(one)

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["user"]
        user = User.objects.filter(username=name).first() if name else system_user()
        if user is None:
            raise CommandError(f"There is nobody called “{name}”.")
        try:
            getattr(self, f"_{options['act']}")(options, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except running.NotReady as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any], user: User) -> None:
        found = ReferenceSet.objects.visible_to(user).select_related("brand")
        told = [telling.told_set(of) for of in found]
        if options["json"]:
            self.write_json({"sets": told})
            return
        for row in told:
            self.stdout.write(f"{row['brand']} {row['category']}: {_scored(row)}")
        if not told:
            self.stdout.write("There is no reference set yet.")

    def _show(self, options: dict[str, Any], user: User) -> None:
        of = self._set(options, user)
        runs = telling.trend(of, max(1, options["runs"]))
        told = {
            **telling.told_set(of),
            "runs": [telling.told_run(run) for run in runs],
            "worst": telling.told_worst(runs[-1], user) if runs else [],
            "locks": [telling.told_lock(lock) for lock in of.locks.select_related("locked_by")],
        }
        if options["json"]:
            self.write_json(told)
            return
        self.stdout.write(f"{of}: {_scored(told)}")
        for sentence in [*told["run"]["drift"].values()] if told["run"] else []:
            self.stdout.write(f"  as a whole: {sentence}")
        for run in told["runs"]:
            self.stdout.write(f"  {run['at'][:16]}  {_points(run)}")
        for row in told["worst"][:10]:
            self.stdout.write(f"  {row['asset']} {row['title']}: {_points(row)}")
            for sentence in row["reasons"].values():
                self.stdout.write(f"    {sentence}")
        for lock in told["locks"]:
            self.stdout.write(f"  locked: {lock['name']} = {lock['value']}")

    def _add(self, options: dict[str, Any], user: User) -> None:
        assets = self._assets(options, user)
        of = self._set(options, user, make=True)
        versions = [asset.current_version for asset in assets if asset.current_version]
        for version, asset in zip(versions, assets, strict=True):
            version.asset = asset
        count = actions.add_pictures(reference=of, versions=versions, user=user)
        self._answer(options, of, f"{count} more pictures show how {of} should look.")

    def _remove(self, options: dict[str, Any], user: User) -> None:
        of = self._set(options, user)
        count = actions.remove_pictures(reference=of, assets=options["assets"], user=user)
        self._answer(options, of, f"{count} pictures are no longer in the reference.")

    def _measure(self, options: dict[str, Any], user: User) -> None:
        of = self._set(options, user)
        done, failed = self._measured(of, options["json"])
        if options["json"]:
            self.write_json({"measured": done, "failed": failed})
            return
        self.stdout.write(f"{done} pictures were measured.")
        for line in failed:
            self.stderr.write(f"{line['asset']}: {line['sentence']}")

    def _run(self, options: dict[str, Any], user: User) -> None:
        of = self._set(options, user)
        self._measured(of, options["json"])
        made = running.run(of, user=user)
        if options["json"]:
            self.write_json(telling.told_run(made))
            return
        self.stdout.write(f"{of}: {_points(telling.told_run(made))}")
        for sentence in [*telling.drift_of(made).values(), *made.warnings]:
            self.stdout.write(f"  {sentence}")

    def _measured(self, of: ReferenceSet, quiet: bool) -> tuple[int, list[dict[str, Any]]]:
        """Measure what was not, one picture after another; those that cannot be are told."""
        versions = sets.without_look(of)
        failed: list[dict[str, Any]] = []
        done = 0
        with progress("Measuring", quiet=quiet) as bar:
            for version in bar.track(versions.iterator(200), total=versions.count()):
                try:
                    measuring.run([version])
                    done += 1
                except ProcessingError as error:
                    failed.append({"asset": version.asset_id, "sentence": error.sentence})
        return done, failed

    def _lock(self, options: dict[str, Any], user: User) -> None:
        of = self._set(options, user, make=True)
        value = typed(options["value"])
        made = actions.lock(
            reference=of,
            name=options["name"],
            value=options["value"] if value is None else value,
            user=user,
            note=options["note"],
        )
        self._answer(options, of, f"“{made.name}” is locked to {made.value} for {of}.")

    def _unlock(self, options: dict[str, Any], user: User) -> None:
        of = self._set(options, user)
        was = actions.unlock(reference=of, name=options["name"], user=user)
        said = "is no longer locked" if was else "was not locked"
        self._answer(options, of, f"“{options['name']}” {said} for {of}.")

    def _answer(self, options: dict[str, Any], of: ReferenceSet, sentence: str) -> None:
        if options["json"]:
            self.write_json(telling.told_set(of))
        else:
            self.stdout.write(sentence)

    def _set(self, options: dict[str, Any], user: User, *, make: bool = False) -> ReferenceSet:
        brand = BrandProfile.objects.filter(slug=options["brand"]).first()
        if brand is None:
            raise CommandError(f"There is no brand “{options['brand']}”.")
        if make:
            return actions.set_of(brand=brand, category=options["category"], user=user)
        found = ReferenceSet.objects.visible_to(user).select_related("brand")
        of = found.filter(brand=brand, category=options["category"]).first()
        if of is None:
            what = f"{options['brand']} {options['category']}"
            raise CommandError(f"There is no reference for {what}: add pictures to it first.")
        return of

    def _assets(self, options: dict[str, Any], user: User) -> list[Asset]:
        seen = Asset.objects.visible_to(user).exclude(current_version=None)
        found = seen.select_related("current_version", "brand").in_bulk(options["assets"])
        if missing := [pk for pk in options["assets"] if pk not in found]:
            raise CommandError(f"There is no asset {', '.join(map(str, missing))}.")
        return list(found.values())


def _scored(row: dict[str, Any]) -> str:
    if row["run"] is None:
        return f"not measured yet, {row['pictures']} reference pictures"
    return f"{_points(row['run'])}, {row['run']['measured']} pictures"


def _points(row: dict[str, Any]) -> str:
    parts = ", ".join(f"{name} {row[name]:.0f}" for name in telling.SCORES[1:])
    return f"{row['overall']:.0f} ({parts})"
