"""`manage.py sources list|add|remove|pause|resume|scan|retry`: the places files are taken from."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from dam.actions.brands import default_brand
from dam.actions.people import system_user
from dam.command import LoupeCommand
from dam.models import BrandProfile, Collection, User
from processing.models import Source
from processing.sources import actions
from processing.sources.reports import describe

WORDS = {
    "pause": "is paused",
    "resume": "is watched",
    "scan": "will be looked through",
    "remove": "is removed; its files stay where they are",
    "retry": "tries its failed files again",
}


class Command(LoupeCommand):
    help = "Show and change the folders and buckets that files are taken from."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACTION")
        parsers = [acts.add_parser("list", help="all sources and how they are")]
        for name in WORDS:
            parsers.append(acts.add_parser(name))
            parsers[-1].add_argument("name", metavar="NAME", help="the name of a source")
            if name == "retry":
                parsers[-1].add_argument(
                    "--file", action="append", metavar="PATH", help="only this one; may be repeated"
                )
        parsers.append(acts.add_parser("add", help="a folder, or a bucket with --bucket"))
        _add_arguments(parsers[-1])
        for one in parsers:
            self.add_json_argument(one)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "list":
            self._list(options)
        elif options["act"] == "add":
            self._add(options)
        else:
            self._change(options)

    def _list(self, options: dict[str, Any]) -> None:
        rows = [describe(source) for source in Source.objects.select_related("brand")]
        if options["json"]:
            self.write_json({"sources": rows})
            return
        for row in rows:
            self.stdout.write(
                f"{row['name']} ({row['place']} → {row['brand']}): {row['state']}."
                f" {row['taken']} taken, {row['duplicates']} there already, {row['failed']} failed."
                f" {row['reason']}".rstrip()
            )
        if not rows:
            self.stdout.write("There are no sources: `manage.py sources add NAME FOLDER` adds one.")

    def _add(self, options: dict[str, Any]) -> None:
        user = self._user(options["user"])
        fields = {name: options[name] for name in _PLAIN if options[name] is not None}
        fields |= {
            "brand": self._brand(options["brand"]),
            "bringer": user,
            "collection": self._collection(options["collection"], user),
            "kind": Source.Kind.S3 if options["bucket"] else Source.Kind.FOLDER,
            "path": options["folder"] or "",
        }
        try:
            source = actions.add_source(
                user=system_user(), secret_key=options["secret_key"] or "", **_named(fields)
            )
        except ValidationError as error:
            said = [f"{field}: {' '.join(words)}" for field, words in error.message_dict.items()]
            raise CommandError(" ".join(said)) from error
        self._answer(source, "is watched", options)

    def _change(self, options: dict[str, Any]) -> None:
        source = Source.objects.select_related("brand").filter(name=options["name"]).first()
        if source is None:
            raise CommandError(f"There is no source called {options['name']!r}.")
        user, act = system_user(), options["act"]
        if act in {"pause", "resume"}:
            actions.set_active(source=source, user=user, active=act == "resume")
        elif act == "scan":
            actions.ask_to_scan(source=source, user=user)
        elif act == "retry":
            self._retry(source, user, options)
            return
        else:
            actions.remove_source(source=source, user=user)
        self._answer(source, WORDS[act], options)

    def _retry(self, source: Source, user: User, options: dict[str, Any]) -> None:
        files = None
        if options["file"]:
            there = dict(source.files.filter(key__in=options["file"]).values_list("key", "pk"))
            if missing := sorted(set(options["file"]) - there.keys()):
                raise CommandError(f"{source.name} knows of no {', '.join(missing)}.")
            files = list(there.values())
        count = actions.retry_failed(source=source, user=user, files=files)
        if options["json"]:
            self.write_json({"source": source.name, "done": "retry", "files": count})
        else:
            self.stdout.write(f"{source.name} {WORDS['retry']}: {count}.")

    def _answer(self, source: Source, words: str, options: dict[str, Any]) -> None:
        if options["json"]:
            self.write_json({"source": source.name, "done": options["act"]})
        else:
            self.stdout.write(f"{source.name} {words}.")

    def _brand(self, slug: str | None) -> BrandProfile:
        brand = BrandProfile.objects.filter(slug=slug).first() if slug else default_brand()
        if brand is None:
            raise CommandError(f"There is no brand {slug!r}.")
        return brand

    def _user(self, name: str | None) -> User:
        user = User.objects.filter(username=name).first() if name else system_user()
        if user is None:
            raise CommandError(f"There is nobody called {name!r}.")
        return user

    def _collection(self, name: str | None, user: User) -> Collection | None:
        if not name:
            return None
        found = Collection.objects.filter(name=name).order_by("pk")
        collection = found.filter(owner=user).first() or found.first()
        if collection is None:
            raise CommandError(f"There is no collection {name!r}.")
        return collection


_PLAIN = (
    *(
        "name",
        "tags",
        "priority",
        "include",
        "exclude",
        "pattern",
        "recursive",
        "settle",
        "looking",
    ),
    *("poll", "afterwards", "bucket", "prefix", "endpoint", "region", "access_key"),
)


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """Options have short names; fields say their units."""
    long = {"settle": "settle_seconds", "poll": "poll_seconds", "pattern": "name_pattern"}
    return {long.get(name, name): value for name, value in fields.items()}


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("folder", metavar="FOLDER", nargs="?", help="its whole path")
    parser.add_argument("--brand", help="slug (default: the default brand)")
    parser.add_argument("--user", help="who brings the files (default: the system)")
    parser.add_argument("--collection", help="its name")
    parser.add_argument("--tag", action="append", dest="tags", help="may be repeated")
    parser.add_argument("--priority", type=int, help="1 to 10; 10 is processed first")
    parser.add_argument("--include", action="append", help="pattern such as *.jpg; may be repeated")
    parser.add_argument("--exclude", action="append", help="pattern; may be repeated")
    parser.add_argument("--pattern", help="a naming pattern that names have to fit")
    parser.add_argument("--flat", action="store_false", dest="recursive", default=None)
    parser.add_argument("--settle", type=float, help="seconds a file must be at rest")
    parser.add_argument("--poll", type=int, help="seconds between looks through everything")
    parser.add_argument("--poll-only", action="store_const", const="poll", dest="looking")
    parser.add_argument("--then", choices=Source.Afterwards.values, dest="afterwards")
    parser.add_argument("--bucket")
    parser.add_argument("--prefix")
    parser.add_argument("--endpoint", help="address of an S3 server other than Amazon's")
    parser.add_argument("--region")
    parser.add_argument("--access-key")
    parser.add_argument("--secret-key", help="better: the environment, see the documentation")
