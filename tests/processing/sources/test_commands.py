"""`manage.py sources` and `manage.py watch`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from dam.models import Asset
from processing.management.commands import up
from processing.models import Source


def ask(*words: str):
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def added(inbox, brand):
    call_command(
        *("sources", "add", "Drop", str(inbox), "--tag", "kraken bay", "--priority", "7"),
        *("--settle", "0.2", "--include", "*.jpg", "--include", "*.png"),
        stdout=io.StringIO(),
    )
    return Source.objects.get()


def test_a_source_is_added_listed_paused_and_removed(added, brand):
    assert (added.tags, added.priority, added.include) == (["kraken bay"], 7, ["*.jpg", "*.png"])
    (row,) = ask("sources", "list")["sources"]
    assert (row["name"], row["brand"], row["state"]) == ("Drop", brand.slug, "unwatched")
    assert ask("sources", "pause", "Drop") == {"source": "Drop", "done": "pause"}
    assert ask("sources", "list")["sources"][0]["state"] == "paused"
    ask("sources", "resume", "Drop")
    ask("sources", "scan", "Drop")
    added.refresh_from_db()
    assert added.active
    assert added.scan_asked_at
    ask("sources", "remove", "Drop")
    assert ask("sources", "list") == {"sources": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "Drop", "/etc"], "Only folders below"),
        (["add", "Drop", "relative"], "whole path"),
        (["add", "Drop"], "whole path"),
        (["add", "Drop", "/x", "--brand", "none"], "no brand"),
        (["add", "Drop", "/x", "--user", "none"], "nobody"),
        (["add", "Drop", "/x", "--collection", "none"], "no collection"),
        (["add", "Drop", "--bucket", "b", "--priority", "11"], "priority"),
        (["pause", "None"], "no source"),
    ],
)
def test_what_makes_no_sense_is_told(inbox, brand, words, said):
    with pytest.raises(CommandError, match=said):
        call_command("sources", *words)
    assert not Source.objects.exists()


def test_once_takes_what_is_there(added, inbox, picture):
    (inbox / "a.jpg").write_bytes(picture())
    (answer,) = ask("watch", "--once")["sources"]
    assert answer == {
        "source": "Drop",
        "taken": 1,
        "duplicates": 0,
        "failed": 0,
        "waiting": 0,
        "trouble": "",
    }
    assert Asset.objects.count() == 1


def test_once_tells_trouble_and_fails(added, inbox, capsys):
    inbox.rmdir()
    with pytest.raises(CommandError, match="Not every source"):
        call_command("watch", "--once", stdout=io.StringIO())
    with pytest.raises(SystemExit) as ended:
        call_command("watch", "--once", "--json")
    assert ended.value.code == 1
    assert "is not there" in json.loads(capsys.readouterr().out)["sources"][0]["trouble"]


def test_paused_ones_are_left_out_unless_they_are_named(added, inbox, picture):
    (inbox / "a.jpg").write_bytes(picture())
    ask("sources", "pause", "Drop")
    assert ask("watch", "--once") == {"sources": []}
    assert ask("watch", "--once", "--source", "Drop")["sources"][0]["taken"] == 1
    with pytest.raises(CommandError, match="no source"):
        ask("watch", "--once", "--source", "Other")


def test_up_runs_a_watcher():
    names = [child.name for child in up.Command()._children(_options())]
    assert names == ["web server", "worker 1", "watcher"]
    assert "watcher" not in [c.name for c in up.Command()._children(_options(no_watch=True))]


def _options(**more):
    return {"workers": 1, "no_web": False, "no_watch": False} | more
