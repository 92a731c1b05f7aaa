"""`manage.py recipes`: in words, in JSON for machines, non-zero where something is wrong."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from processing.models import Recipe
from tests.processing.recipebook.conftest import BASE, SHOP, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def call(*words: object) -> str:
        call_command("recipes", *(str(word) for word in words))
        return capsys.readouterr().out

    return call


@pytest.fixture
def told(run):
    return lambda *words: json.loads(run(*words, "--json"))


def test_list_and_show(run, told):
    assert run("list").splitlines() == ["base v1: A base", "shop v1: Shop"]
    assert [one["name"] for one in told("list")["recipes"]] == ["base", "shop"]
    assert run("show", "base") == BASE
    shown = told("show", "shop")
    assert (shown["text"], shown["read"]["steps"][0]["parameters"]["width"]) == (SHOP, 800)
    assert "Loupe: Came with Loupe" in run("show", "base", "--versions")
    with pytest.raises(CommandError, match=r"no recipe “bsae”\. Did you mean “base”"):
        run("show", "bsae")
    with pytest.raises(CommandError, match="no version 7"):
        run("show", "base", "--number", 7)


def test_validate_tells_places(tmp_path: Path, capsys):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(own(name="good").replace("steps", "include: [beside, base]\nsteps"))
    (tmp_path / "beside.yaml").write_text(own(name="beside"))
    bad.write_text("recipe: bad\nsteps:\n  - resize: {width: 0}\n  - nix\n")
    with pytest.raises(CommandError, match="2 faults"):
        call_command("recipes", "validate", str(good), str(bad))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{good} is a recipe."
    assert lines[1] == f"{bad}:3:21: “width” is from 1 to 30000 px, not 0."
    assert lines[2].startswith(f"{bad}:4:5: There is no operator called “nix”.")
    with pytest.raises(SystemExit, match="1"):
        call_command("recipes", "validate", str(bad), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["faults"] == 2
    assert answer["files"][0]["faults"][0]["line"] == 3


def test_validate_takes_variables(tmp_path: Path, run):
    path = tmp_path / "base.yaml"
    path.write_text(BASE)
    assert "is a recipe" in run("validate", path, "--set", "size=9")
    with pytest.raises(CommandError, match="One fault"):
        run("validate", path, "--set", "size=big")
    with pytest.raises(CommandError, match="NAME=VALUE"):
        run("validate", path, "--set", "size")


def test_files_that_are_none(tmp_path: Path, run, capsys):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"recipe: x\ntitle: \xff\n")
    with pytest.raises(CommandError):
        run("validate", path)
    assert f"{path}:2:1: Here the file is no text in UTF-8." in capsys.readouterr().out
    path.write_bytes(b"#" * 300_000)
    with pytest.raises(CommandError):
        run("validate", path)
    assert "too long" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such file"):
        run("validate", tmp_path / "gone.yaml")


def test_out_and_in_again(tmp_path: Path, run, told):
    assert told("export", "--out", tmp_path)["exported"] == ["base", "shop"]
    assert (tmp_path / "shop.yaml").read_text() == SHOP
    assert run("export", "base") == BASE
    with pytest.raises(CommandError, match="--out FOLDER"):
        run("export")
    (tmp_path / "base.yaml").write_text(BASE.replace("800", "700"))
    (tmp_path / "new.yaml").write_text(own(name="new").replace("steps", "include: [shop]\nsteps"))
    rows = told("import", tmp_path, "--note", "From git")["imported"]
    assert {row["name"]: (row["version"], row["made"]) for row in rows} == {
        "base": (2, True),
        "shop": (1, False),
        "new": (1, True),
    }
    assert Recipe.objects.get(name="base").newest.note == "From git"
    assert "shop is there already." in run("import", tmp_path)


def test_nothing_is_imported_where_one_has_a_fault(tmp_path: Path, run):
    (tmp_path / "a.yaml").write_text(own(name="a"))
    (tmp_path / "b.yaml").write_text("recipe: b\nsteps: [nix]")
    with pytest.raises(CommandError, match=r"b\.yaml:2:9: There is no operator"):
        run("import", tmp_path)
    (tmp_path / "b.yaml").write_text(own(name="a"))
    with pytest.raises(CommandError, match="Two files are called “a”"):
        run("import", tmp_path)
    assert not Recipe.objects.filter(name="a").exists()


def test_diff_in_words(tmp_path: Path, run, told):
    path = tmp_path / "base.yaml"
    path.write_text(BASE.replace("800", "700"))
    assert run("diff", "base", path).splitlines() == [
        "Variable size: value from 800 to 700.",
        "Step 1, resize: width from 800 to 700.",
    ]
    run("import", path)
    assert run("diff", "base", path) == "They do the same.\n"
    assert told("diff", "base@1", "base@2")["changes"][0]["kind"] == "changed"
    with pytest.raises(CommandError, match="no number"):
        run("diff", "base@x", "base")
    path.write_text("recipe: base\nsteps: [nix]")
    with pytest.raises(CommandError, match=r"has faults\. Line 2: There is no operator"):
        run("diff", "base", path)


def test_the_schema(told):
    assert told("schema")["properties"]["recipe"]["maxLength"] == 60


def test_restore_makes_an_earlier_text_the_newest(run, told, tmp_path: Path):
    for width in (10, 20):
        (tmp_path / "own.yaml").write_text(own(width))
        run("import", tmp_path / "own.yaml")
    assert run("restore", "own", "--version", 1) == "own version 1 is version 3 now.\n"
    assert run("show", "own") == own(10)
    assert told("restore", "own", "--version", 1) == {"name": "own", "version": 3, "made": False}
    with pytest.raises(CommandError, match="no version 9"):
        run("restore", "own", "--version", 9)
