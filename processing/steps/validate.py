"""Is it what it says, within our limits, and whole? What is not is refused in words.

The first frame is decoded by the step "renditions", from the same file and as strictly: that is
where damage in it is met, and decoding a large picture twice would be half of the work.
"""

from collections.abc import Sequence

from dam.models import Version
from dam.storage import original
from processing import sandbox
from processing.decode import verify
from processing.limits import limits


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        with original(version.blob) as path:
            sandbox.call(verify, path, limits(), first_frame=False)
