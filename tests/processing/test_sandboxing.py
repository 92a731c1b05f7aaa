"""The installation's sandbox: set up by settings, measured by the doctor, told to people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from processing import sandbox, sandboxing
from processing.sandbox.probe import Protections


@pytest.fixture
def set_up_again():
    yield
    sandboxing.set_up()


@pytest.mark.django_db
def test_the_settings_reach_the_sandbox(settings, monkeypatch):
    seen = []
    monkeypatch.setattr(sandbox, "configure", seen.append)
    settings.LOUPE_SANDBOX_MEMORY_MIB, settings.LOUPE_SANDBOX_SECONDS = 999, 7
    settings.LOUPE_SANDBOX_CALLS, settings.LOUPE_SANDBOX_AT_ONCE = 1, 5
    sandboxing.set_up()
    assert (seen[0].bounds.memory_mib, seen[0].bounds.seconds) == (999, 7)
    assert (seen[0].calls, seen[0].at_once, seen[0].enabled) == (1, 5, True)
    assert seen[0].rooms().is_relative_to(settings.MEDIA_ROOT)


@pytest.mark.django_db
def test_the_doctor_says_which_protections_were_measured():
    (found,) = sandboxing.checkup()
    assert found.level == "note"
    assert "bounded memory" in found.sentence


def test_the_doctor_names_what_this_machine_does_not_offer(monkeypatch):
    weak = Protections(True, False, True, False, True, True, True)
    monkeypatch.setattr(sandbox, "call", lambda *_: weak)
    (found,) = sandboxing.checkup()
    assert "does not offer: no network, no other files." in found.sentence
    assert "Linux" in found.remedy


def test_the_doctor_complains_where_it_is_off_or_does_not_start(
    settings, monkeypatch, set_up_again
):
    def unavailable(*_: object) -> None:
        raise sandbox.Unavailable("It did not start.")

    monkeypatch.setattr(sandbox, "call", unavailable)
    assert [found.level for found in sandboxing.checkup()] == ["problem"]
    settings.LOUPE_SANDBOX = False
    sandboxing.set_up()
    (found,) = sandboxing.checkup()
    assert found.level == "problem"
    assert "LOUPE_SANDBOX" in found.remedy


@pytest.mark.django_db
def test_a_person_is_told_to_come_again_on_a_page(owner, ingest, picture, monkeypatch):
    asset = ingest().asset

    def busy(*_: object, **__: object) -> None:
        raise sandbox.Busy("Too many files are being opened right now.")

    monkeypatch.setattr(sandbox, "call", busy)
    client = Client()
    client.force_login(owner)
    given = {"file": SimpleUploadedFile("next.jpg", picture(seed=8))}
    address = reverse("version_add", args=[asset.pk])
    answer = client.post(address, given, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert b"Too many files are being opened" in answer.content
    assert asset.versions.count() == 1
