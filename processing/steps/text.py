"""What a document or data file holds: its facts, and its text for the search."""

from collections.abc import Sequence

from django.db import transaction

from dam.models import Version, VersionText
from dam.storage import original
from processing import sandbox
from processing.formats.text import extract, has_words


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        if not has_words(version.media):
            continue
        with original(version.blob) as path:
            found = sandbox.call(extract, path, version.media)
        with transaction.atomic():
            row = Version.objects.select_for_update().get(pk=version.pk)
            row.metadata |= {
                "file": [list(fact) for fact in found.facts],
                "file_problems": list(found.problems),
            }
            row.save(update_fields=["metadata"])
            VersionText.objects.update_or_create(
                version=version, defaults={"text": found.text, "is_lines": found.lines}
            )
