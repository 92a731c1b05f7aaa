"""What the file says of itself: EXIF, IPTC, XMP and its colour profile, onto the version."""

from collections.abc import Sequence

from dam.models import Asset, Version
from dam.storage import original_path
from processing.operators import metadata


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        found = metadata.read(original_path(version.blob))
        version.captured_at = found.captured_at
        version.camera = found.camera[:160]
        version.metadata = found.as_json()
        version.save(update_fields=["captured_at", "camera", "metadata"])
        _describe(version, found)


def _describe(version: Version, found: metadata.PictureMetadata) -> None:
    """Take over the file's caption where nobody has written a description yet."""
    if found.caption:
        Asset.objects.filter(pk=version.asset_id, description="").update(description=found.caption)
