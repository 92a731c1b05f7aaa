"""Brands that allowed every format go on doing so now that there are more.

A list that holds everything there was to choose from meant "any". It is written out with the new
names, so that it still means it. A brand that had chosen keeps its choice: what is new is not in
it, and goes to review there.
"""

from django.db import migrations

BEFORE = ["JPEG", "PNG", "WebP", "TIFF", "AVIF"]
ADDED = ["HEIC", "JPEG XL", "GIF", "BMP", "Photoshop", "OpenEXR", "Camera raw", "SVG", "PDF"]


def widen(apps, schema_editor):
    rules = apps.get_model("dam", "BrandProfileVersion").objects
    for row in rules.filter(formats__contains=BEFORE).iterator():
        row.formats = [*row.formats, *(name for name in ADDED if name not in row.formats)]
        row.save(update_fields=["formats"])


def narrow(apps, schema_editor):
    rules = apps.get_model("dam", "BrandProfileVersion").objects
    for row in rules.filter(formats__contains=ADDED).iterator():
        row.formats = [name for name in row.formats if name not in ADDED]
        row.save(update_fields=["formats"])


class Migration(migrations.Migration):
    dependencies = [("dam", "0007_storage_marks_and_verification")]

    operations = [migrations.RunPython(widen, narrow)]
