"""The quota holds for every way in."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from dam.models import Asset, User, Version
from dam.quota import used_by
from processing.actions import ingest_file
from processing.errors import OverQuota
from processing.models import UploadSession
from tests.conftest import picture_bytes
from tests.processing.tus import Tus


@pytest.fixture
def data() -> bytes:
    return picture_bytes(seed=3)


@pytest.fixture
def full(settings, ingest, data, owner):
    """The owner has one picture, and room for nothing else."""
    outcome = ingest(data, "one.jpg")
    settings.LOUPE_QUOTA_BYTES = len(data) + 100
    return outcome.asset


def form(name: str = "two.jpg", seed: int = 4) -> dict:
    return {"file": SimpleUploadedFile(name, picture_bytes(seed=seed))}


def test_the_plain_upload(full, client, owner):
    client.force_login(owner)
    answer = client.post("/api/v1/uploads/", form())
    assert answer.status_code == 413
    assert "beyond your quota" in answer.json()["detail"]
    assert answer["Content-Type"] == "application/problem+json"
    assert Version.objects.count() == 1


def test_the_next_version_by_api_and_by_form(full, client, owner):
    client.force_login(owner)
    assert client.post(f"/api/v1/assets/{full.pk}/versions/", form()).status_code == 413
    page = client.post(f"/assets/{full.pk}/versions", form(), follow=True)
    assert "beyond your quota" in page.content.decode()
    assert Version.objects.count() == 1


def test_the_command(full, tmp_path, capsys, owner):
    file = tmp_path / "two.jpg"
    file.write_bytes(picture_bytes(seed=4))
    call_command("ingest", str(file), user=owner.username)
    assert "beyond your quota" in capsys.readouterr().out
    assert Version.objects.count() == 1
    call_command("ingest", str(file))  # nobody's: the system's own account has no quota
    assert Version.objects.count() == 2


def test_what_one_has_already_takes_no_room(full, ingest, data, owner, other_brand):
    assert ingest(data, "again.jpg").outcome == "duplicate"
    owner.memberships.create(brand=other_brand, role="creator")
    anew = User.objects.get(pk=owner.pk)
    assert ingest(data, "there.jpg", brand=other_brand, user=anew).outcome == "ingested"
    with pytest.raises(OverQuota):
        ingest(picture_bytes(seed=9), "new.jpg")


def test_running_uploads_hold_their_room(settings, ingest, data, owner):
    settings.LOUPE_QUOTA_BYTES = 2 * len(data)
    Tus(owner).begin(len(data) + 1)
    with pytest.raises(OverQuota, match="on their way"):
        ingest(data, "a.jpg")


def test_me_tells_quota_and_use(full, client, owner, settings, data):
    client.force_login(owner)
    storage = client.get("/api/v1/me").json()["storage"]
    assert storage == {"used_bytes": len(data), "quota_bytes": len(data) + 100}
    settings.LOUPE_QUOTA_BYTES = 0
    assert client.get("/api/v1/me").json()["storage"]["quota_bytes"] is None


@pytest.mark.django_db(transaction=True)
def test_it_holds_against_files_that_come_together(owner, settings, brand):
    files = [picture_bytes(seed=seed) for seed in range(6)]
    settings.LOUPE_QUOTA_BYTES = 3 * max(map(len, files))
    ready = threading.Barrier(len(files))
    ended = []

    def bring(number: int) -> None:
        file = SimpleUploadedFile(f"{number}.jpg", files[number])
        ready.wait()
        try:
            ended.append(ingest_file(source=file, file_name=file.name, user=owner).outcome)
        except OverQuota:
            ended.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=[n]) for n in range(len(files))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used_by(owner) <= settings.LOUPE_QUOTA_BYTES
    assert ended.count("ingested") == Asset.objects.count() >= 3
    assert "over" in ended
    assert not UploadSession.objects.exists()
