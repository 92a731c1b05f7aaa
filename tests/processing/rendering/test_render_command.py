"""`manage.py render`: files and assets, answers for people and machines, clear refusals."""

import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from dam.models import Rendition
from processing.engine.decoding import decoded
from tests.processing.rendering.recipes import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def photo(tmp_path, picture):
    path = tmp_path / "chair.jpg"
    path.write_bytes(picture((160, 120)))
    return path


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("render", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_file(photo, recipe, tmp_path):
    said = run(photo, "--recipe", recipe, "--out", tmp_path / "made")
    assert "160" not in said
    assert Image.open(tmp_path / "made" / "chair-small.jpg").size == (64, 48)
    assert Image.open(tmp_path / "made" / "chair-small--web.webp").size == (32, 24)


def test_what_looking_for_the_quality_saved_is_said(photo, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("recipe: own\noutputs:\n  main: {export: {format: jpeg, quality: auto}}\n")
    said = run(photo, "--recipe", path, "--out", tmp_path)
    assert re.search(r" kB \(\d+% (fewer|more) bytes than at quality 80\), \d+ ms", said), said


def test_one_output_into_a_named_file_with_json(photo, recipe, tmp_path):
    target = tmp_path / "there" / "x.webp"
    arguments = ("--recipe", recipe, "--output", "web", "--out", target, "--json")
    told = json.loads(run(photo, *arguments))
    (line,) = told["outputs"]
    assert (told["recipe"], line["output"], line["path"]) == ("small", "web", str(target))
    assert line["bytes"] == target.stat().st_size
    assert [step["operator"] for step in line["steps"]] == ["resize", "resize", "export"]
    assert [path.name for path in target.parent.iterdir()] == ["x.webp"]


def test_an_asset_and_the_second_time_nothing_is_done(ingest, recipe, tmp_path):
    asset = ingest().asset
    arguments = (asset.pk, "--recipe", recipe, "--json")
    assert [one["cached"] for one in json.loads(run(*arguments))["outputs"]] == [False, False]
    assert [one["cached"] for one in json.loads(run(*arguments))["outputs"]] == [True, True]
    run(asset.pk, "--recipe", recipe, "--out", tmp_path / "made")
    assert (tmp_path / "made" / f"{asset.pk}-small.jpg").is_file()


def files_in(folder) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    ("file", "recipe_name", "output", "why"),
    [
        ("nothing.jpg", "small.yaml", "main", "no file and no asset"),
        ("99999", "small.yaml", "main", "no asset 99999"),
        ("chair.jpg", "none.yaml", "main", "no file"),
        ("chair.jpg", "nobody-knows", "main", "no recipe “nobody-knows”"),
        ("chair.jpg", "small.yaml", "poster", "no output “poster”; it has: main, web"),
        ("chair.jpg", "binary.yaml", "main", "no text in UTF-8"),
        ("broken.jpg", "small.yaml", "main", "damaged|incomplete"),
    ],
)
def test_refusals_say_why(photo, recipe, tmp_path, monkeypatch, file, recipe_name, output, why):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "broken.jpg").write_bytes(photo.read_bytes()[:500])
    before = files_in(tmp_path)
    with pytest.raises(CommandError, match=why):
        run(file, "--recipe", recipe_name, "--output", output)
    assert files_in(tmp_path) == before


def test_faults_of_a_recipe_come_with_file_line_and_column(photo, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(SMALL.replace("width: 64", "widht: 64").replace("format: webp", "format: wep"))
    with pytest.raises(CommandError) as told:
        run(photo, "--recipe", path)
    lines = str(told.value).splitlines()
    assert len(lines) >= 2
    assert lines[0].startswith(f"{path}:3:")


def test_what_a_recipe_includes_lies_beside_it(photo, recipe, tmp_path):
    (tmp_path / "more.yaml").write_text(
        "recipe: more\ninclude: [base]\noutputs:\n  main: {export: {format: jpeg}}\n"
    )
    (tmp_path / "base.yaml").write_text("recipe: base\nsteps:\n  - resize: {height: 30}\n")
    run(photo, "--recipe", tmp_path / "more.yaml", "--out", tmp_path / "x.jpg")
    assert Image.open(tmp_path / "x.jpg").size == (40, 30)
    with pytest.raises(CommandError, match="a base: it has no outputs"):
        run(photo, "--recipe", tmp_path / "base.yaml")


def test_the_original_is_decoded_no_larger_than_needed(photo, recipe, tmp_path, monkeypatch):
    asked = []

    def noting(path, room, *, longest_edge, own_colours):
        asked.append(longest_edge)
        return decoded(path, room, longest_edge=longest_edge, own_colours=own_colours)

    monkeypatch.setattr("processing.rendering.files.decoded", noting)
    run(photo, "--recipe", recipe, "--out", tmp_path)
    assert asked == [64]


def test_an_output_as_the_next_version(ingest, recipe):
    asset = ingest().asset
    arguments = (asset.pk, "--recipe", recipe, "--as-version", "--output", "main", "--json")
    (first,) = json.loads(run(*arguments))["outputs"]
    assert asset.versions.get(number=2).pk == first["version"]
    (again,) = json.loads(run(*arguments))["outputs"]
    assert (again["version"], again["cached"]) == (first["version"], True)
    with pytest.raises(CommandError, match=r"name it with --output \(main, web\)"):
        run(asset.pk, "--recipe", recipe, "--as-version")


def test_a_recipe_does_not_work_on_what_it_made(ingest, recipe):
    asset = ingest().asset
    original = asset.current_version
    run(asset.pk, "--recipe", recipe, "--as-version", "--output", "main")
    asset.refresh_from_db()
    made = asset.versions.get(number=2)
    asset.current_version = made
    asset.save()
    told = json.loads(run(asset.pk, "--recipe", recipe, "--output", "web", "--json"))
    assert Rendition.objects.get(pk=told["outputs"][0]["rendition"]).version == original


def test_a_check_that_fails_is_said(photo, recipe, tmp_path):
    recipe.write_text(SMALL + "checks:\n  - size: {width: 64, height: 48}\n")
    said = run(photo, "--recipe", recipe, "--out", tmp_path)
    main, web, why = said.splitlines()
    assert main.startswith("main:")
    assert web.startswith("web:")
    assert "32" in why
