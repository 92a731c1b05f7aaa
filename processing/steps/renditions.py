"""The fixed renditions: thumbnail, preview and large. Made once per recipe and engine."""

import tempfile
from collections.abc import Sequence

from django.db.models import QuerySet

from dam.models import Condition, Rendition, Version
from dam.models.storage import DAMAGED
from dam.storage import incoming, original, path_of, place_rendition, rendition_key
from processing import sandbox
from processing.renditions.making import ENGINE_VERSION, LADDER, RenditionSpec, made, render


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        strip_gps = version.asset.brand.rules.strip_gps
        missing = [spec for spec in LADDER if not _made(version, spec.digest(strip_gps=strip_gps))]
        if missing:
            _make(version, missing, strip_gps)
        for row in earlier(version.renditions.all()):
            _remove(row)


def earlier(rows: QuerySet[Rendition]) -> QuerySet[Rendition]:
    """Return the renditions that an earlier recipe or engine made: today's would be others.

    They are of no use once today's are made, and may say what today's do not: until metadata was
    written into downloads alone, the largest carried that of the original.
    """
    purposes = [spec.purpose for spec in LADDER]
    digests = [spec.digest(strip_gps=strip) for spec in LADDER for strip in (False, True)]
    ours = rows.filter(purpose__in=purposes)  # what recipes made is theirs
    return ours.exclude(recipe_digest__in=digests, engine_version=str(ENGINE_VERSION))


def _remove(row: Rendition) -> None:
    """Remove a rendition's row, then its file: a crash in between leaves a file that none names."""
    row.delete()
    if not Rendition.objects.filter(version=row.version_id, key=row.key).exists():
        path_of(row.key).unlink(missing_ok=True)


def _made(version: Version, digest: str) -> bool:
    same = version.renditions.filter(recipe_digest=digest, engine_version=str(ENGINE_VERSION))
    known = same.first()
    if known is None or known.condition in DAMAGED:
        return False
    return path_of(known.key).exists()


def _make(version: Version, specs: Sequence[RenditionSpec], strip_gps: bool) -> None:
    with (
        tempfile.TemporaryDirectory(dir=incoming(), prefix="renditions-") as folder,
        original(version.blob) as path,
    ):
        sandbox.call(render, path, specs, folder, strip_gps=strip_gps)
        # Its answer counts for nothing: a file may have taken its cell over.
        for spec, file in zip(specs, made(specs, folder), strict=True):
            digest = spec.digest(strip_gps=strip_gps)
            key = rendition_key(version.pk, digest, file.path.suffix)
            place_rendition(file.path, key)
            Rendition.objects.update_or_create(
                version=version,
                recipe_digest=digest,
                engine_version=str(ENGINE_VERSION),
                defaults={
                    "purpose": spec.purpose,
                    "key": key,
                    "media_type": file.media_type,
                    "width": file.width,
                    "height": file.height,
                    "size": file.bytes,
                    "sha256": file.sha256,
                    "condition": Condition.UNKNOWN,
                    "verified_at": None,
                },
            )
