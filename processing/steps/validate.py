"""Is the picture whole? Every pixel is decoded once; what is damaged is refused in words."""

from collections.abc import Sequence

from dam.models import Version
from dam.storage import original_path
from processing.decode import verify
from processing.limits import limits


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        verify(original_path(version.blob), limits())
