"""Consistency: what a change of known size costs which part of the score, and what scoring costs.

With LOUPE_CORPORA, a set of real subjects on one ground, changed in one way at a time: the score by
part, beside the unchanged set. Then the cost of a look (of a preview of 1024 pixels), and of a run
over a synthetic set, all of whose pictures are scored.

    LOUPE_BENCH_SET     how many pictures the set has (100000)
    LOUPE_BENCH_HOME    a home to keep, so that a second run skips the filling
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import os
import resource
import time
from collections.abc import Callable

import numpy as np

from tests.bench.own_home import prepare

COUNT = int(os.environ.get("LOUPE_BENCH_SET", "100000"))


def main() -> None:
    from tests.bench import corpora

    prepare("consistency")
    place = corpora.root()
    if place is None:
        print("LOUPE_CORPORA is not set: nothing is said of real pictures")
    else:
        parts(place)
    looks()
    runs()


def parts(place) -> None:
    """Print a set's score by part, as it is and after each change."""
    from processing.consistency.looks import look_at
    from processing.consistency.scoring import ASPECTS, Reference, score_of_set
    from tests.processing.consistency.pictures import closer, exposed, shifted, studio, warmer

    pictures = studio(place, count=60, edge=400)
    reference = Reference.of([look_at(one, 3000, 3000) for one in pictures[::2]])
    changes: dict[str, Callable] = {"as it is": lambda one: one}
    changes |= {f"cast {by}": lambda one, by=by: warmer(one, by) for by in (0.05, 0.1, 0.2, 0.4)}
    changes |= {f"{by:+} stops": lambda one, by=by: exposed(one, by) for by in (-0.5, -1, -2, 1)}
    changes |= {f"crop to {by}": lambda one, by=by: closer(one, by) for by in (0.9, 0.8, 0.65)}
    changes |= {f"moved by {by}": lambda one, by=by: shifted(one, by) for by in (0.05, 0.1, 0.2)}
    print(f"{'':14} {'overall':>9}" + "".join(f"{aspect:>9}" for aspect in ASPECTS))
    for name, change in changes.items():
        told = score_of_set([look_at(change(one), 3000, 3000) for one in pictures[1::2]], reference)
        print(f"{name:14} {told['overall']:9.1f}" + "".join(f"{told[a]:9.1f}" for a in ASPECTS))


def looks() -> None:
    from processing.consistency.looks import look_at

    rgb = np.random.default_rng(1).integers(0, 256, (683, 1024, 3), dtype=np.uint8)
    began = time.perf_counter()
    for _ in range(10):
        look_at(rgb, 6000, 4000)
    print(f"a look: {(time.perf_counter() - began) * 100:.1f} ms")


def runs() -> None:
    from processing.consistency import running

    of = filled()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    made = running.run(of)
    took = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"a run over {made.measured:,} pictures: {took:.2f} s, memory grown by {grown:.0f} MiB")


def filled():
    """The set, its pictures written by COPY where they are not there."""
    from django.db import connection

    from dam.actions.brands import default_brand
    from dam.models import User
    from processing.consistency.looks import LOOK_VERSION
    from processing.consistency.scoring import FIGURES
    from processing.models import ReferencePicture, ReferenceSet, VersionLook

    user, _ = User.objects.get_or_create(username="bench")
    brand = default_brand()
    of, made = ReferenceSet.objects.get_or_create(
        brand=brand, category="product", defaults={"newest": 0}
    )
    if not made:
        return of
    values = np.random.default_rng(1).normal(0, 0.05, (COUNT, len(FIGURES)))
    with connection.cursor() as cursor:
        # Triggers that keep audit events and documents would each run.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(ROWS, {"count": COUNT, "brand": brand.pk, "user": user.pk})
        columns = ", ".join(f'"{name}"' for name in FIGURES)
        copy = f"COPY processing_versionlook (version_id, look_version, {columns}) FROM STDIN"
        with cursor.copy(copy) as rows:
            for number, row in enumerate(values, start=1):
                rows.write_row((number, LOOK_VERSION, *row.tolist()))
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    chosen = VersionLook.objects.order_by("pk").values_list("pk", flat=True)[:10]
    for pk in chosen:
        ReferencePicture.objects.create(reference=of, version_id=pk)
    return of


ROWS = """
INSERT INTO dam_blob (sha256, size, created_at, condition)
    SELECT lpad(to_hex(n), 64, '0'), 1000, now(), 'unknown' FROM generate_series(1, %(count)s) AS n;
INSERT INTO dam_asset (id, brand_id, owner_id, title, description, category, creator, credit,
        copyright_notice, usage_terms, rights_url, decided_fields, current_version_id, restricted,
        created_at, updated_at)
    SELECT n, %(brand)s, %(user)s, 'Picture ' || n, '', 'product', '', '', '', '', '', '{}', n,
        false, now(), now() FROM generate_series(1, %(count)s) AS n;
INSERT INTO dam_version (id, asset_id, number, blob_id, file_name, name_fields, media_type, kind,
        state, state_reason, note, created_by_id, created_at, width, height, colour_space,
        bit_depth, has_alpha, frames, camera, metadata, credentials, placeholder)
    SELECT n, n, 1, lpad(to_hex(n), 64, '0'), 'p.jpg', '{}', 'image/jpeg', 'picture', 'approved',
        '', '', %(user)s, now(), 3000, 2000, 'sRGB', 8, false, 1, '', '{}', '{}', ''
    FROM generate_series(1, %(count)s) AS n;
"""


if __name__ == "__main__":
    main()
