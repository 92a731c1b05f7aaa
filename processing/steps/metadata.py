"""What the file says of itself: EXIF, IPTC, XMP, sidecar and colour profile, onto the version."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from dam.actions.imported import import_keywords
from dam.actions.rights import take_from_file
from dam.models import Version
from dam.storage import original
from processing import sandbox
from processing.metadata import credentials
from processing.metadata.reading import PictureMetadata, read

STEP = "metadata"
OF_TEXT = ("file", "file_problems")  # what processing/steps/text.py keeps beside it


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        read_with = version.sidecar_id
        _read(version)
        # One that came meanwhile asked for this step in vain: it was running already.
        version.refresh_from_db(fields=["sidecar"])
        if version.sidecar_id != read_with:
            _read(version)


def _read(version: Version) -> None:
    with original(version.blob) as path:
        found = sandbox.call(read, path, _sidecar(version))
        version.credentials = _credentials(path, version.media_type)
    version.captured_at = _aware(found.captured_at)
    version.camera = _camera(found)[:160]
    of_text = {name: version.metadata[name] for name in OF_TEXT if name in version.metadata}
    version.metadata = of_text | _as_json(found)
    version.save(update_fields=["captured_at", "camera", "metadata", "credentials"])
    take_from_file(version=version, said=described(found))
    import_keywords(version=version, names=found.keywords, paths=found.hierarchies)


def _credentials(path: Path, mime: str) -> dict[str, Any]:
    """What the file's content credentials say. Most files have none: that costs a search."""
    if not credentials.mentioned(path):
        return {}
    try:
        found = sandbox.call(credentials.read, path, mime)
    except (sandbox.Crashed, sandbox.Overstepped):
        # Made to break their reader: that is told, and does not cost the picture.
        found = credentials.Credentials("unreadable")
    return asdict(found) if found else {}


def _sidecar(version: Version) -> bytes:
    if version.sidecar is None:
        return b""
    with original(version.sidecar) as path:
        return path.read_bytes()


def _aware(moment: datetime | None) -> datetime | None:
    """Most cameras do not say in which time zone they were: then it is the installation's."""
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _camera(found: PictureMetadata) -> str:
    """Return make and model, the make once: many models begin with it."""
    make, model = found.camera_make.strip(), found.camera_model.strip()
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _as_json(found: PictureMetadata) -> dict[str, Any]:
    """Return what is known, without what is empty; the columns of their own are left out."""
    known = {
        name: value for name, value in asdict(found).items() if value not in ("", None, (), {})
    }
    known.pop("captured_at", None)
    return known


def described(found: PictureMetadata) -> dict[str, str]:
    """What the file says of the asset, by the names of the asset's fields."""
    return {
        "title": found.title,
        "description": found.caption,
        "creator": found.creator,
        "credit": found.credit,
        "copyright_notice": found.copyright,
        "usage_terms": found.usage_terms,
        "rights_url": found.rights_url,
    }
