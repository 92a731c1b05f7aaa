"""A library for search: the fake encoder, and assets with the meaning that a test gives them."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from processing.encoders import ImageEmbedding, load, unit_rows


@pytest.fixture(autouse=True)
def fake_encoder(settings, tmp_path):
    """Use the fake encoder, and let no process-wide memory leak between tests."""
    from search import active, judging, meaning, moments, named, nearest, steps, words

    settings.LOUPE_ENCODER = "fake-v1"
    settings.LOUPE_HOME = tmp_path
    for module in (active, judging, meaning, moments, named, nearest, steps, words):
        module.forget()
    yield load("fake-v1", tmp_path)
    active.forget()


@pytest.fixture
def model(db):
    from search.active import active

    return active(fresh=True)


@pytest.fixture
def mean(model, fake_encoder) -> Callable:
    """Let an asset's picture mean a text: `mean(asset, "red boat", blur=0.3)`."""
    random = np.random.default_rng(3)

    def give(asset, text: str, *, blur: float = 0.2, concepts=()):
        from search.embedding import write

        exact = fake_encoder.encode_texts([text])[0]
        noise = random.normal(size=exact.shape) / np.sqrt(len(exact))
        vector = unit_rows((exact + blur * noise)[None])[0]
        write(model, [asset.current_version_id], [ImageEmbedding(vector, tuple(concepts))])
        return asset

    return give


@pytest.fixture
def term(db) -> Callable:
    from dam.models import Term

    def make(name: str, *, facet: str = "object", parent=None, synonyms=()):
        return Term.objects.get_or_create(
            facet=facet, name=name, defaults={"parent": parent, "synonyms": list(synonyms)}
        )[0]

    return make


@pytest.fixture
def tag(owner) -> Callable:
    """Say a term of an asset, as a person or as a model."""
    from django.utils import timezone

    from dam.models import TagAssignment

    def say(asset, term, *, state: str = "accepted", by=owner, confidence=None):
        return TagAssignment.objects.create(
            asset=asset,
            term=term,
            version=asset.current_version,
            source="human" if by else "model",
            state=state,
            confidence=confidence,
            decided_by=by,
            decided_at=timezone.now() if by else None,
        )

    return say


@pytest.fixture
def preview() -> Callable:
    """Give a version a preview rendition of one colour, without the pipeline."""
    from dam.models import Rendition
    from dam.storage import path_of

    def make(version, colour: str = "red"):
        key = f"renditions/test/{version.pk}.webp"
        path_of(key).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 48), colour).save(path_of(key), "WEBP", lossless=True)
        return Rendition.objects.create(
            version=version,
            purpose="preview",
            recipe_digest=f"{version.pk}",
            engine_version="1",
            key=key,
            media_type="image/webp",
            width=64,
            height=48,
            size=path_of(key).stat().st_size,
            sha256="0" * 64,
        )

    return make


@pytest.fixture
def find() -> Callable:
    """Search, and answer with the titles found."""
    from search.language import parse
    from search.ranking import search

    def titles(text: str, user=None, limit: int = 50) -> list[str]:
        return [hit.asset.title for hit in search(parse(text), user, limit=limit).hits]

    return titles
