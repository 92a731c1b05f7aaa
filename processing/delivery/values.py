"""What the library knows of a version now, by the names that metadata has for it."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dam.models import TagAssignment, Version
from processing.metadata.mapping import FIELDS, MANY
from processing.metadata.reading import PictureMetadata
from processing.metadata.values import Values

MOST_KEYWORDS = 200  # of which the writer keeps as many as it may
# Words of the file that the library keeps with the version and does not let people change.
FROM_FILE = ("digital_source", "headline", "source", "sublocation", "city", "region", "country")
CAMERA = {
    "Make": "camera_make",
    "Model": "camera_model",
    "LensModel": "lens",
    "ExposureTime": "exposure",
    "FNumber": "aperture",
    "ISO": "iso",
    "FocalLength": "focal_length",
}
_STAMP = re.compile(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")


def values_of(version: Version) -> Values:
    """Return everything that could be written; the brand's rule is not applied yet."""
    asset, said = version.asset, version.metadata
    texts = {
        "title": asset.title,
        "caption": asset.description,
        "creator": asset.creator,
        "credit": asset.credit,
        "copyright": asset.copyright_notice,
        "usage_terms": asset.usage_terms,
        "rights_url": asset.rights_url,
    }
    texts |= {name: said[name] for name in FROM_FILE if isinstance(said.get(name), str)}
    return Values(
        texts={name: text for name, text in texts.items() if text},
        lists={name: _names(said.get(name)) for name in MANY},
        keywords=_keywords(version),
        camera=_camera(version),
        gps=_place(said.get("gps")),
        document=f"xmp.did:{version.blob_id[:32]}",
        version=str(version.number),
    )


def values_of_file(said: PictureMetadata) -> Values:
    """Return what a file that is not in the library says, as it would be written again."""
    known = asdict(said)
    texts = {one.name: known[one.name] for one in FIELDS if one.name not in MANY}
    return Values(
        texts={name: text for name, text in texts.items() if text},
        lists={name: known[name] for name in MANY},
        keywords=said.keywords,
        camera=_plain(_shot(known) | _stamp(known)),
        gps=said.gps,
    )


def _names(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    return tuple(name for name in listed if isinstance(name, str))


def _keywords(version: Version) -> tuple[str, ...]:
    """Accepted tags: people's and imported ones, then machines' by their confidence."""
    tags = TagAssignment.objects.filter(
        asset=version.asset_id, state=TagAssignment.State.ACCEPTED
    ).order_by("-confidence", "term__name")  # PostgreSQL puts what has none first
    return tuple(tags.values_list("term__name", flat=True)[:MOST_KEYWORDS])


def _camera(version: Version) -> dict[str, str | float]:
    return _plain(_shot(version.metadata) | _taken(version))


def _shot(said: Mapping[str, Any]) -> dict[str, Any]:
    return {tag: said.get(name) for tag, name in CAMERA.items()}


def _plain(facts: Mapping[str, Any]) -> dict[str, str | float]:
    return {
        tag: float(value) if isinstance(value, int) else value
        for tag, value in facts.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value
    }


def _taken(version: Version) -> dict[str, str]:
    """When it was taken, by the camera's own clock where the file has that."""
    stamp = _stamp(version.metadata)
    if stamp:
        return stamp
    if version.captured_at is None:
        return {}
    moment = version.captured_at.strftime("%Y:%m:%d %H:%M:%S")
    return {"DateTimeOriginal": moment, "OffsetTimeOriginal": "+00:00"}


def _stamp(said: Mapping[str, Any]) -> dict[str, str]:
    shot = said.get("raw", {}).get("exif", {})
    stamp, offset = shot.get("DateTimeOriginal", ""), shot.get("OffsetTimeOriginal", "")
    if not isinstance(stamp, str) or not _STAMP.fullmatch(stamp) or not stamp.strip("0: "):
        return {}
    return {"DateTimeOriginal": stamp, "OffsetTimeOriginal": str(offset)}


def _place(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    latitude, longitude = (float(part) for part in value)
    return latitude, longitude
