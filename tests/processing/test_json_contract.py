"""What commands answer with --json is what docs/reference/json-contract.md says."""

import contextlib
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from dam.actions.brands import change_rules
from dam.actions.tags import decide, term_named
from dam.models import Asset
from processing.models import Source
from tests.docs.json_contract import EXAMPLES, differences
from tests.processing.consistency.sets import looked
from tests.processing.rendering.recipes import SMALL
from tests.search import conftest as search

fake_encoder = search.fake_encoder  # a fixture
RUN_ELSEWHERE = {
    *(
        "backup",
        "restore",
    ),  # by their fields: tests/docs; and really in tests/faults/test_backup.py
    *("storage copy",),  # tests/dam/test_storage_s3.py
    *("models fetch", "models remove"),  # tests/search/test_models_command.py
}


@pytest.fixture
def inbox(tmp_path_factory, settings) -> Path:
    """A place that may be watched, outside of the home."""
    folder = tmp_path_factory.mktemp("inbox")
    settings.LOUPE_WATCH_ROOTS = [folder]
    return folder


@pytest.fixture
def library(ingest, run_jobs, picture, owner, admin_user, brand, inbox) -> Asset:
    """Two pictures that are alike, one that failed, a source, a pattern, and a damaged original."""
    change_rules(brand=brand, user=admin_user, rules={"name_pattern": "{sku}_v{version:02}"})
    asset = ingest(picture(seed=3), name="sea_v01.jpg").asset
    ingest(picture(seed=3, quality=60), name="sea again.jpg")
    run_jobs()
    decide(asset=asset, term=term_named("sea"), user=owner, state="accepted")
    version = asset.versions.get()
    version.jobs.filter(step="facts").update(state="failed", error="It broke.")
    drop = inbox / "drop"
    drop.mkdir()
    (drop / "new.jpg").write_bytes(picture(seed=9))
    Source.objects.create(
        name="Drop", kind="folder", path=str(drop), brand=brand, bringer=owner, settle_seconds=0.2
    )
    return asset


def answer(*words: str) -> object:
    out = io.StringIO()
    with contextlib.suppress(SystemExit):  # those that found something exit with 1
        call_command(*words, "--json", stdout=out, stderr=io.StringIO())
    lines = out.getvalue().splitlines()
    assert len(lines) == 1, "one line of JSON"
    return json.loads(lines[0])


def check(name: str, *words: str) -> None:
    there = answer(*name.split(), *words)
    assert differences(EXAMPLES[name][0], there) == [], name


def test_what_is_answered_is_as_described(library, inbox, tmp_path, picture, asset_factory):
    (inbox / "more").mkdir()
    (tmp_path / "b.jpg").write_bytes(picture(seed=4))
    (tmp_path / "small.yaml").write_text(SMALL)
    recipe = str(tmp_path / "small.yaml")
    asset = str(library.pk)
    checked = {
        "ingest": [str(tmp_path / "b.jpg")],
        "search": ["sea"],
        "similar": [asset],
        "duplicates": [],
        "names": [],
        "tags": [asset],
        "render": [str(tmp_path / "b.jpg"), "--recipe", recipe, "--out", str(tmp_path)],
        "models list": [],
        "models use": ["fake-v1"],
        "status": [],
        "doctor": [],
        "verify": [],
        "storage show": [],
        "storage accept": [],
        "watch": ["--once"],
        "sources list": [],
        **{f"sources {act}": ["Drop"] for act in ("pause", "resume", "scan", "retry")},
        "sources add": ["More", str(inbox / "more"), "--then", "leave"],
        "sources remove": ["Drop"],
        "recipes list": [],
        "recipes show": ["e-mail"],
        "recipes validate": [str(_recipe(tmp_path))],
        "recipes import": [str(_recipe(tmp_path, width=80))],
        "recipes export": ["e-mail", "--out", str(tmp_path / "written")],
        "recipes diff": ["own", str(_recipe(tmp_path, width=90))],
        "recipes restore": ["e-mail", "--version", "1"],
        "recipes schema": [],
        **_consistency(asset_factory),
        "consistency list": [],
        "urls sign": [f"a{asset}", "w=100"],
        "urls presets": [],
        "urls preset": ["teaser", "w=480"],
        "urls keys": [],
        "urls rotate": [],
        "urls retire": ["k1"],
    }
    _damage(library)
    for name, words in checked.items():
        check(name, *words)
    assert checked.keys() | RUN_ELSEWHERE == EXAMPLES.keys()


def _recipe(folder: Path, width: int = 0) -> Path:
    """A file of a recipe; without a width, one with a fault."""
    path = folder / f"{width}.yaml"
    path.write_text(f"recipe: own\nsteps:\n  - resize: {{width: {width}}}\n")
    return path


def _consistency(asset_factory) -> dict[str, list[str]]:
    """A set of four pictures and one that is held to them, and what is asked of it, in order."""
    assets = [looked(asset_factory(), stops=n / 10) for n in range(5)]
    Asset.objects.filter(pk__in=[asset.pk for asset in assets]).update(category="product")
    four = [str(asset.pk) for asset in assets[:4]]
    acts = {
        "add": four,
        "measure": [],
        "run": [],
        "show": [],
        "lock": ["fill", "0.8"],
        "unlock": ["fill"],
        "remove": four[:1],
    }
    asked = {f"consistency {act}": ["house", "product", *more] for act, more in acts.items()}
    return {**asked, "consistency list": []}


def _damage(asset: Asset) -> None:
    from dam.storage import path_of

    path_of(asset.versions.get().blob.key).unlink()
