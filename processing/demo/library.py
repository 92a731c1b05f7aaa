"""Filling a fresh library: people, brands and pictures."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from PIL import Image, ImageEnhance

from dam.actions.brands import change_rules, create_brand, default_brand
from dam.actions.collections import add_assets, create_collection
from dam.actions.people import create_person, system_user
from dam.models import Asset, BrandProfile, Collection, User, Version
from processing.actions import Outcome, ingest_file
from processing.demo.cases import BRAND_BLUES, make_cases, make_creatives
from processing.demo.photos import photographs

PASSWORD = "loupe-demo"  # noqa: S105 - printed for whoever starts the demo, on loopback
PEOPLE = {
    "admin": "Ada Admin",
    "reviewer": "Rita Reviewer",
    "creator": "Carl Creator",
    "viewer": "Vera Viewer",
}


@dataclass(frozen=True, slots=True)
class Taken:
    path: Path
    outcome: Outcome


def add_people() -> dict[str, User]:
    """Make one account for each role; the user names are the roles."""
    return {
        role: create_person(username=role, password=PASSWORD, role=role, name=name)
        for role, name in PEOPLE.items()
    }


def add_brands() -> BrandProfile:
    """Fit the default brand to the demo's small pictures, and add one with a palette."""
    system = system_user()
    if default_brand().rules.number == 1:
        change_rules(
            brand=default_brand(),
            user=system,
            rules={"min_width": 320, "min_height": 240},
            note="The demo's photographs are small",
        )
    fjord = BrandProfile.objects.filter(slug="fjord").first()
    if fjord is not None:
        return fjord
    palette = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in BRAND_BLUES]
    rules = {"palette": palette, "min_width": 1200, "min_height": 600}
    return create_brand(user=system, name="Fjord", rules=rules)


def take_in(files: list[Path], user: User, brand: BrandProfile | None = None) -> Iterator[Taken]:
    for path in files:
        with path.open("rb") as source:
            if _refused_before(source):
                continue
            outcome = ingest_file(source=source, file_name=path.name, user=user, brand=brand)
        yield Taken(path, outcome)


def _refused_before(source: BufferedReader) -> bool:
    """A refused file gives way to the same bytes: each further demo would bring it once more."""
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    source.seek(0)
    return Version.objects.filter(blob=digest, state=Version.State.REFUSED).exists()


def fill(folder: Path, people: dict[str, User]) -> list[Taken]:
    """Take in the demo's pictures; a file that cannot be read is among them on purpose."""
    photos = photographs(folder / "photographs")
    cases = make_cases(folder / "photographs", folder / "cases")
    # The library shows the newest first: let those be the photographs, and the best of them.
    taken = list(take_in(cases, people["creator"]))
    taken += take_in(make_creatives(folder / "creatives"), people["creator"], add_brands())
    taken += take_in(photos, people["creator"])
    _collection(people["creator"], [one.outcome.asset for one in taken[-6:] if one.outcome.asset])
    return taken


def take_second_version(folder: Path, user: User) -> Iterator[Taken]:
    """Bring a brighter version of one photograph, so that there is something to compare.

    Its first version is to be processed by then: an approved one stays until this is approved.
    """
    name = "motorcycle-in-the-garage.png"
    asset = Asset.objects.filter(versions__file_name=name).first()
    if asset is None or asset.versions.count() > 1:
        return
    target = folder / "cases" / "motorcycle-in-the-garage-brighter.png"
    with Image.open(folder / "photographs" / name) as picture:
        ImageEnhance.Brightness(picture.convert("RGB")).enhance(1.35).save(target)
    with target.open("rb") as source:
        outcome = ingest_file(
            source=source, file_name=target.name, user=user, asset=asset, note="Lifted the shadows"
        )
    yield Taken(target, outcome)


def _collection(user: User, assets: list[Asset]) -> None:
    if not Collection.objects.filter(owner=user).exists():
        collection = create_collection(
            user=user, name="Homepage candidates", description="For the spring relaunch."
        )
        add_assets(collection=collection, user=user, assets=[asset.pk for asset in assets])


def versions_of(taken: list[Taken]) -> list[int]:
    """Return the versions (ids) that came of the files."""
    found: list[Version | None] = [
        one.outcome.version for one in taken if one.outcome.outcome == "ingested"
    ]
    return [version.pk for version in found if version is not None]
