"""Presets of the library: who may change them, what wins, and what then changes behind a name."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from PIL import Image

from processing.models import Preset
from processing.transforms import actions, presets
from processing.transforms.addresses import signed_path

pytestmark = pytest.mark.django_db


@pytest.fixture
def teaser(admin_user):
    return actions.save_preset(user=admin_user, name="teaser", options="w=64,f=png")[0]


def test_admins_keep_presets_and_nobody_else_does(viewer, reviewer, admin_user, teaser):
    for person in (viewer, reviewer):
        with pytest.raises(PermissionDenied):
            actions.save_preset(user=person, name="teaser", options="w=9")
        with pytest.raises(PermissionDenied):
            actions.remove_preset(user=person, name="teaser")
    _, made = actions.save_preset(user=admin_user, name="teaser", options="w=32")
    assert not made
    assert presets.known()["teaser"] == "w=32"
    actions.remove_preset(user=admin_user, name="teaser")
    assert "teaser" not in presets.known()
    with pytest.raises(actions.NoSuchPreset):
        actions.remove_preset(user=admin_user, name="teaser")


@pytest.mark.parametrize(
    ("name", "options"),
    [("Big", "w=9"), ("a/b", "w=9"), ("", "w=9"), ("a", "w=0"), ("a", "p=card"), ("a", "x" * 301)],
)
def test_what_no_address_could_use_is_not_kept(admin_user, name, options):
    with pytest.raises(ValidationError):
        actions.save_preset(user=admin_user, name=name, options=options)
    assert not Preset.objects.exists()


def test_there_is_an_end_to_how_many_there_are(admin_user, teaser, monkeypatch):
    monkeypatch.setattr(actions, "MOST_PRESETS", 1)
    with pytest.raises(ValidationError):
        actions.save_preset(user=admin_user, name="more", options="w=9")
    assert [one.name for one in Preset.objects.all()] == ["teaser"]


def test_the_file_wins_over_the_library_which_wins_over_loupe(admin_user, settings, tmp_path):
    for name in ("card", "page"):
        actions.save_preset(user=admin_user, name=name, options="w=5")
    settings.LOUPE_PRESETS = str(tmp_path / "presets.toml")
    (tmp_path / "presets.toml").write_text('page = "w=6"\n')
    found = {row.name: (row.options, row.origin) for row in presets.rows()}
    assert found["card"] == ("w=5", "library")
    assert found["page"] == ("w=6", "file")
    assert found["hero"] == (presets.SHIPPED["hero"], "loupe")
    (tmp_path / "presets.toml").write_text("page = 6\n")
    assert presets.known()["page"] == "w=5"  # nothing of a file that cannot be used


def test_behind_a_name_the_picture_changes_and_no_cache_keeps_it_for_ever(
    client, version, admin_user, teaser
):
    address = signed_path(f"v{version.pk}", "p=teaser")
    first = client.get(address)
    assert Image.open(io.BytesIO(first.content)).width == 64
    assert "immutable" not in first["Cache-Control"]
    assert "max-age=300" in first["Cache-Control"]
    actions.save_preset(user=admin_user, name="teaser", options="w=32,f=png")
    second = client.get(address, headers={"if-none-match": first["ETag"]})
    assert Image.open(io.BytesIO(second.content)).width == 32
    assert second["ETag"] != first["ETag"]
    actions.remove_preset(user=admin_user, name="teaser")
    assert client.get(address).status_code == 400


def test_the_page_keeps_changes_and_removes(client, admin_user, teaser):
    client.force_login(admin_user)
    page = client.get("/settings/presets").content.decode()
    assert "teaser" in page
    assert page.count("Remove…") == 1  # those of Loupe cannot be removed
    refused = client.post("/settings/presets", {"name": "teaser", "options": "w=0"})
    assert refused.status_code == 422
    assert 'value="w=0"' in refused.content.decode()
    assert client.post("/settings/presets", {"name": "x", "options": " w=7 "}).status_code == 302
    assert Preset.objects.get(name="x").options == "w=7"
    assert client.post("/settings/presets/x/remove").status_code == 302
    assert client.post("/settings/presets/x/remove").status_code == 404


def test_the_command_calls_the_same_actions():
    def run(*words):
        call_command("urls", "preset", *words, stdout=io.StringIO())

    run("teaser", "w=12")
    assert Preset.objects.get().options == "w=12"
    run("teaser", "--remove")
    assert not Preset.objects.exists()
    for words in (["teaser", "--remove"], ["a"], ["a", "w=0"], ["a", "w=1", "--remove"]):
        with pytest.raises(CommandError):
            run(*words)
