"""Signed-in browsers without a browser, and versions with a picture behind them."""

import hashlib
from collections.abc import Callable

import pytest
from django.test import Client


@pytest.fixture
def as_(db) -> Callable[..., Client]:
    """Return a client that is signed in as somebody (or nobody: None)."""

    def sign_in(user) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


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
