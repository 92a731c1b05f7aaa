"""What a brand's list of formats meant, it still means after formats were added."""

from importlib import import_module

import pytest
from django.apps import apps

from dam.models.brand import PICTURE_FORMATS

migration = import_module("dam.migrations.0008_any_format_stays_any")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["JPEG", "PNG", "WebP", "TIFF", "AVIF"], PICTURE_FORMATS),
        (["JPEG", "PNG"], ["JPEG", "PNG"]),
        (["JPEG", "PNG", "WebP", "TIFF"], ["JPEG", "PNG", "WebP", "TIFF"]),
    ],
)
def test_any_stays_any_and_a_choice_stays_a_choice(brand, before, after):
    brand.versions.update(formats=before)
    migration.widen(apps, None)
    assert sorted(brand.rules.formats) == sorted(after)
    migration.narrow(apps, None)
    assert brand.rules.formats == before
