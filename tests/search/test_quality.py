"""How well the real encoder finds what captions describe, where this machine has the pictures."""

from pathlib import Path

import pytest
from PIL import Image

from dam.models import Asset, Blob, Version
from processing import encoders, weights
from search import active, moments
from search.embedding import write
from search.evaluation import evaluate, read_questions

pytestmark = [pytest.mark.django_db, pytest.mark.corpora]
GALLERY, BAR = 160, 0.85


def test_captions_find_their_photographs(corpora, settings, owner, brand):
    settings.LOUPE_ENCODER = "concepts"
    if not weights.is_present(encoders.DEFAULT_KEY, settings.MODELS_DIR):
        pytest.skip("the concept encoder is not built here: run `manage.py models fetch`")
    captioned = sorted((corpora / "captions").glob("*.jpg"))
    others = sorted((corpora / "labelled").glob("*.JPEG"))[:: 300 // (GALLERY - len(captioned))]
    paths = [*captioned, *others][:GALLERY]
    model = active.active(fresh=True)
    encoder = active.encoder_of(model)
    pictures = [Image.open(path).convert("RGB") for path in paths]
    versions = [_version(path, owner, brand) for path in paths]
    write(model, [version.pk for version in versions], encoder.encode_images(pictures))
    moments.take(model)
    quality = evaluate(read_questions(corpora / "captions" / "captions.jsonl"))
    assert quality.questions == 400
    assert quality.recall[10] >= BAR, quality


def _version(path: Path, owner, brand) -> Version:
    # Titles that say nothing: only meaning is measured here.
    asset = Asset.objects.create(brand=brand, owner=owner, title="·")
    version = Version.objects.create(
        asset=asset,
        number=1,
        blob=Blob.objects.create(sha256=f"{asset.pk:064x}", size=1),
        file_name=path.name,
        media_type="image/jpeg",
        state="approved",
        created_by=owner,
    )
    Asset.objects.filter(pk=asset.pk).update(current_version=version)
    return version
