"""Who searches by a picture takes a turn, needs a role, and leaves no more than a bounded trace."""

import io
import os
import threading
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from processing import sandbox
from search import asked, similar, turns

pytestmark = pytest.mark.django_db


def client(person):
    browser = Client()
    browser.force_login(person)
    return browser


def upload(picture, name="a.jpg"):
    return SimpleUploadedFile(name, picture())


def test_one_picture_at_a_time_for_each_person(viewer, owner, picture, monkeypatch):
    two = threading.BoundedSemaphore(2)
    monkeypatch.setattr(turns, "_places", lambda: two)
    browser = client(viewer)
    with turns.turn(viewer):
        page = browser.post("/search/picture", {"file": upload(picture)})
        api = browser.post("/api/v1/similar/", {"file": upload(picture)})
        assert client(owner).post("/search/picture", {"file": upload(picture)}).status_code == 200
    for answer in (page, api):
        assert answer.status_code == 503
        assert "still being looked at" in answer.json()["detail"]
    assert browser.post("/search/picture", {"file": upload(picture)}).status_code == 200


def test_looking_again_takes_a_turn_too(viewer, picture):
    token = asked.keep_picture(upload(picture), viewer)
    with turns.turn(viewer):
        text = client(viewer).get(f"/?picture={token}").content.decode()
    assert "still being looked at" in text


def test_a_place_is_left_for_what_comes_in(viewer, owner, settings, monkeypatch):
    """However many people search by pictures, they do not have all cells."""
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    for at_once, shared in ((1, 1), (2, 1), (4, 3)):
        settings.LOUPE_SANDBOX_AT_ONCE = at_once
        turns._places.cache_clear()
        taken = [turns._places().acquire(blocking=False) for _ in range(at_once)]
        assert sum(taken) == shared
        with pytest.raises(sandbox.Busy, match="Too many people"), turns.turn(owner):
            pass
    turns._places.cache_clear()
    with turns.turn(owner):
        pass


def test_a_turn_ends_with_its_work_however_it_went(viewer):
    for _ in range(2):
        with pytest.raises(KeyError), turns.turn(viewer):
            raise KeyError
    with pytest.raises(asked.NoPicture):
        asked.keep_picture(SimpleUploadedFile("a.jpg", b"no picture"), viewer)
    with turns.turn(viewer):
        pass


def test_without_a_role_nothing_is_opened(person, viewer, picture, monkeypatch):
    token = asked.keep_picture(upload(picture), viewer)
    nobody = person("nobody")
    calls = []
    monkeypatch.setattr(sandbox, "call", lambda *_, **__: calls.append(1))
    browser = client(nobody)
    assert browser.post("/search/picture", {"file": upload(picture)}).status_code == 403
    assert browser.post("/search/picture", {}).status_code == 403
    assert browser.post("/api/v1/similar/", {"file": upload(picture)}).status_code == 403
    assert browser.get(f"/search/picture/{token}").status_code == 403
    assert browser.get(f"/?picture={token}").status_code == 403
    with pytest.raises(PermissionDenied):
        asked.keep_picture(upload(picture), nobody)
    assert calls == []


def test_it_is_looked_at_once_and_read_once(viewer, picture, model, monkeypatch):
    seen, genuine = [], sandbox.call

    def call(function, *arguments, **named):
        seen.append(function.__name__)
        return genuine(function, *arguments, **named)

    monkeypatch.setattr(sandbox, "call", call)
    file = io.BytesIO(picture())
    file.name = "a.jpg"
    assert client(viewer).post("/api/v1/similar/", {"file": file}).status_code == 200
    assert seen == ["inspect", "render", "pixels"]


def test_copies_go_by_age_and_by_bytes_the_oldest_first(viewer, picture, monkeypatch):
    def keep(hours: float) -> str:
        token = asked.keep_picture(upload(picture), viewer)
        then = time.time() - hours * 3600
        path = asked.picture_path(token, viewer)
        os.utime(path, (then, then))
        return token

    old, middle, young = keep(25), keep(3), keep(1)
    folder = asked.picture_path(young, viewer).parent
    asked.forget(folder)
    assert not (folder / f"{old}.webp").exists()
    size = (folder / f"{young}.webp").stat().st_size
    monkeypatch.setattr(asked, "MOST_BYTES", size * 5 // 2)
    newest = asked.keep_picture(upload(picture), viewer)
    assert {f"{middle}.webp", f"{young}.webp", f"{newest}.webp"} & set(os.listdir(folder)) == {
        f"{young}.webp",
        f"{newest}.webp",
    }


def test_the_copy_can_do_nothing_as_a_page(viewer, picture):
    token = asked.keep_picture(upload(picture), viewer)
    answer = client(viewer).get(f"/search/picture/{token}")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_a_taken_over_cell_made_of_it_is_not_kept(viewer, picture, monkeypatch):
    genuine = sandbox.call

    def call(function, *arguments, **named):
        result = genuine(function, *arguments, **named)
        if function is similar.render:
            result[0].path.write_bytes(b"<!doctype html><script></script>")
        return result

    monkeypatch.setattr(sandbox, "call", call)
    with pytest.raises(asked.NoPicture, match="no picture"):
        asked.keep_picture(upload(picture), viewer)
