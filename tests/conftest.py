"""The cast, and pictures for them. Everything runs on a real PostgreSQL with pgvector."""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.homes import blank as blank
from tests.homes import database_up as database_up
from tests.homes import free_port as free_port
from tests.homes import home as home
from tests.homes import models as models
from tests.homes import prepared as prepared
from tests.s3 import s3_server as s3_server


def pytest_configure() -> None:
    """Passwords are hashed slowly on purpose; the cast signs in thousands of times."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path: Path) -> None:
    """Each test has its own storage."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def brand(db):
    """The default brand, whose rules let any ordinary picture through."""
    from dam.actions.brands import default_brand

    return default_brand()


@pytest.fixture
def other_brand(db):
    """A brand that the cast has nothing to do with."""
    from dam.models import BrandProfile, BrandProfileVersion

    made = BrandProfile.objects.create(name="Other", slug="other")
    BrandProfileVersion.objects.create(brand=made, number=1)
    return made


@pytest.fixture
def person(db, django_user_model, brand) -> Callable:
    """Make a person with a role in the default brand (or in every brand: brand=None)."""

    def make(name: str, role: str | None = None, brand=brand):
        from dam.models import Membership

        user = django_user_model.objects.create_user(name, f"{name}@example.com", "loupe-pass-1")
        if role:
            Membership.objects.create(user=user, brand=brand, role=role)
        return user

    return make


@pytest.fixture
def owner(person):
    """A creator, who owns what the factories make."""
    return person("owner", "creator")


@pytest.fixture
def teammate(person):
    """Another creator of the same brand."""
    return person("teammate", "creator")


@pytest.fixture
def viewer(person):
    return person("viewer", "viewer")


@pytest.fixture
def reviewer(person):
    return person("reviewer", "reviewer")


@pytest.fixture
def second_reviewer(person):
    return person("second_reviewer", "reviewer")


@pytest.fixture
def admin_user(person):
    return person("admin", "admin", brand=None)


@pytest.fixture
def outsider(person, other_brand):
    """A reviewer of another brand: signed in, and with no business here."""
    return person("outsider", "reviewer", brand=other_brand)


def picture_bytes(
    size: tuple[int, int] = (800, 600), *, seed: int = 0, format: str = "JPEG", **options
) -> bytes:
    """Return a picture file: smooth colours with some detail, different for each seed."""
    width, height = size
    random = np.random.default_rng(seed)
    corners = random.integers(30, 226, (2, 2, 3)).astype(np.uint8)
    ground = Image.fromarray(corners).resize(size, Image.Resampling.BICUBIC)
    detail = random.integers(-40, 41, (max(1, height // 8), max(1, width // 8), 1))
    texture = np.kron(detail, np.ones((8, 8, 1)))[:height, :width]
    texture = np.pad(
        texture,
        ((0, height - texture.shape[0]), (0, width - texture.shape[1]), (0, 0)),
        mode="edge",
    )
    pixels = np.clip(np.asarray(ground, dtype=float) + texture, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format, **options)
    return file.getvalue()


@pytest.fixture
def picture() -> Callable[..., bytes]:
    return picture_bytes


@pytest.fixture
def ingest(owner) -> Callable:
    """Bring a picture in as `ingest_file` does; jobs are queued, not run."""

    def bring(data: bytes | None = None, name: str = "picture.jpg", user=owner, **more):
        from processing.actions import ingest_file

        data = picture_bytes(seed=abs(hash(name)) % 1000) if data is None else data
        return ingest_file(source=io.BytesIO(data), file_name=name, user=user, **more)

    return bring


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Run everything that is queued, in this process."""

    def run() -> int:
        from processing import tasks

        count = 0
        while done := tasks.work():
            count += done
        return count

    return run


@pytest.fixture
def asset_factory(owner, brand) -> Callable:
    """Make an asset by rows alone, with no file behind it: for tests about something else."""
    counter = iter(range(1, 1_000_000))

    def make(
        title: str = "",
        *,
        state: str = "approved",
        user=owner,
        brand=brand,
        width: int = 1200,
        height: int = 800,
        **fields,
    ):
        from dam.models import Asset, Blob, Version

        n = next(counter)
        asset = Asset.objects.create(brand=brand, owner=user, title=title or f"Picture {n}")
        blob = Blob.objects.create(sha256=f"{asset.pk:064x}", size=1000)
        version = Version.objects.create(
            asset=asset,
            number=1,
            blob=blob,
            file_name=fields.pop("file_name", f"picture-{n}.jpg"),
            media_type=fields.pop("media_type", "image/jpeg"),
            state=state,
            width=width,
            height=height,
            created_by=user,
            colour_space="sRGB",
            **fields,
        )
        asset.current_version = version
        asset.save()
        return asset

    return make


@pytest.fixture
def with_files(picture) -> Callable:
    """Give a version an original and its renditions on disk."""

    def give(version, purposes=("thumbnail", "preview", "large")):
        from dam.models import Blob, Rendition
        from dam.storage import path_of

        data = picture((120, 80), seed=version.pk)
        digest = hashlib.sha256(data).hexdigest()
        blob = Blob.objects.create(sha256=digest, size=len(data))
        original = path_of(blob.key)
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_bytes(data)
        version.blob, version.placeholder = blob, "1QcSHQRnh493V4dIh4eXh1h4kJUI"
        version.save(update_fields=["blob", "placeholder"])
        for purpose in purposes:
            key = f"renditions/{version.pk}/{purpose}.webp"
            path = path_of(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture((60, 40), seed=version.pk, format="WEBP"))
            Rendition.objects.create(
                version=version,
                purpose=purpose,
                recipe_digest=purpose,
                engine_version="1",
                key=key,
                media_type="image/webp",
                width=60,
                height=40,
                size=path.stat().st_size,
                sha256=hashlib.sha256(purpose.encode()).hexdigest(),
            )
        return version

    return give


@pytest.fixture
def corpora() -> Path:
    """The folder of real pictures, where this machine has one."""
    folder = os.environ.get("LOUPE_CORPORA")
    if not folder:
        pytest.skip("LOUPE_CORPORA is not set")
    return Path(folder).resolve()
