"""The perceptual hash, by which look-alikes are found."""

from collections.abc import Sequence

from dam.models import Facts, Version
from processing.measures.fingerprint import perceptual_hash
from processing.pictures import pixels


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        value = perceptual_hash(pixels(version, "thumbnail"))
        Facts.objects.filter(version=version).update(perceptual_hash=value)
