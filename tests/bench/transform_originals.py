"""Pictures from their originals beside bare libvips, and beside the same from their bases.

Run in a process of the benchmark's own home: `python -m tests.bench.transform_originals FOLDER`
prints JSON: [file, width, ours, libvips, SSIMULACRA2] for each case, where the two in the middle
are seconds by the clock and of the processor.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.transform_library import ROUNDS, SIZES


def alternately(*acts: Callable[[], object]) -> list[tuple[float, float]]:
    """Each one's least seconds, by the clock and of the processor with its cells, taken in turns,
    so that other work on the machine hits all.
    """
    least = [(float("inf"), float("inf"))] * len(acts)
    for _ in range(ROUNDS + 2):
        for number, act in enumerate(acts):
            clock, used = time.perf_counter(), _used()
            act()
            taken = time.perf_counter() - clock, _used() - used
            least[number] = min(least[number][0], taken[0]), min(least[number][1], taken[1])
    return least


def _used() -> float:
    from processing import sandbox

    return time.process_time() + sandbox.usage().seconds


def case(version, path: Path, width: int) -> list:
    from processing import vips
    from processing.engine.decoding import decoded
    from processing.transforms import rendering
    from processing.transforms.encoding import Finish
    from processing.transforms.geometry import Original, planned
    from processing.transforms.options import Options

    have = (version.width, version.height)
    plan = planned(Options(w=width, f="jpg", q=80), Original(have))
    room = Path(tempfile.gettempdir())

    def ours() -> bytes:
        with decoded(path, room, longest_edge=max(plan.width, plan.height)) as picture:
            shown = rendering.Shown.whole(picture.image, have)
            return rendering.rendered(shown, plan, Finish("jpg", 80))

    def bare() -> bytes:
        image = vips.Image.thumbnail(str(path), width, height=100_000, size="down")
        return image.jpegsave_buffer(Q=80, optimize_coding=True, keep="icc")

    return [path.name, width, *alternately(ours, bare), alike(version, path, plan)]


def alike(version, path: Path, plan) -> float:
    """SSIMULACRA2 of the picture from its base against the same from its original."""
    from processing import vips
    from processing.compression.ssimulacra2 import ssimulacra2
    from processing.engine.decoding import decoded
    from processing.transforms import bases, rendering, storing
    from processing.transforms.encoding import Finish

    have, plain = (version.width, version.height), Finish("png", 100)
    kept = storing.bases().path(storing.base_name(version.blob_id))
    base = bases.opened(kept, plan.scale, max(plan.width, plan.height), whole=True)
    with decoded(path, Path(tempfile.gettempdir())) as picture:
        direct = rendering.rendered(rendering.Shown.whole(picture.image, have), plan, plain)
    shown = (direct, rendering.rendered(base, plan, plain))
    one, other = (vips.Image.new_from_buffer(data, "").numpy() for data in shown)
    return ssimulacra2(one, other)


def main(folder: Path) -> None:
    import django

    django.setup()
    from dam.models import Version

    told = [
        case(version, folder / version.file_name, width)
        for version in Version.objects.order_by("pk")
        for width in SIZES
    ]
    print("TOLD" + json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
