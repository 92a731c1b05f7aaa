"""Near-duplicates: what the rule finds of made variants, and what finding them costs at ingest.

With LOUPE_CORPORA, variants of real photographs against each other and against all others: how
many are found, how many pairs of different photographs are. Without, only the cost:
`finding.find` over a synthetic library, its two questions and the writing of pairs.

    LOUPE_BENCH_EMBEDDINGS   how many assets the library has (100000)
    LOUPE_BENCH_DIMENSIONS   how wide its embeddings are (512)
    LOUPE_BENCH_VARIED     how many photographs are varied (90)
    LOUPE_BENCH_HOME         a home to keep, so that a second run skips the filling
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import os
import random
import time

import numpy as np

from tests.bench.own_home import prepare

PICTURES = int(os.environ.get("LOUPE_BENCH_VARIED", "90"))
ASKED = 200


def main() -> None:
    from tests.bench import corpora

    prepare("duplicates")
    place = corpora.root()
    if place is None:
        print("LOUPE_CORPORA is not set: nothing is said of what is found")
    else:
        found(place)
    cost()


def found(place) -> None:
    """Print what share of each variant is found, and how many different pictures are."""
    from processing import encoders
    from processing.measures.fingerprint import perceptual_hash
    from search.duplicates import rule
    from tests.bench import corpora, variants

    encoder = encoders.load(encoders.DEFAULT_KEY, corpora.models_dir())
    paths = variants.photographs(place)
    varied = set(random.Random(1).sample(range(len(paths)), min(PICTURES, len(paths))))
    names, sources, hashes, vectors = [], [], [], []
    for number, path in enumerate(paths):
        for name, image in variants.of(corpora.upright(path), all_of_them=number in varied):
            names.append(name)
            sources.append(number)
            hashes.append(perceptual_hash(np.asarray(variants.within(image, 400))))
            vectors.append(encoder.encode_images([image])[0].vector)
    near = _near(np.array(vectors), np.array(names) == "base")
    base = {source: at for at, source in enumerate(sources) if names[at] == "base"}
    for name in variants.VARIANTS:
        rows = [at for at, one in enumerate(names) if one == name]
        hits = [
            rule.judge(hashes[at], hashes[base[sources[at]]], near(at, base[sources[at]]))
            for at in rows
        ]
        print(f"{name:18} found {np.mean([hit is not None for hit in hits]):.2f}")
    wrong = total = 0
    for a in range(len(names)):
        for b in range(a):
            if sources[a] != sources[b]:
                total += 1
                wrong += rule.judge(hashes[a], hashes[b], near(a, b)) is not None
    print(f"pairs of different photographs: {total:,}, found: {wrong}")


def _near(vectors, is_base):
    from search.duplicates import rule

    mean = vectors[is_base].mean(axis=0)
    centred = vectors - mean
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    own = centred[is_base]
    usual = float((own @ own.T)[np.triu_indices(len(own), 1)].mean())
    return lambda a, b: rule.nearness(float(centred[a] @ centred[b]), usual)


def cost() -> None:
    """Print what the step "duplicates" takes of a picture in a large library."""
    from django.db import connection

    from dam.models import Facts, Version
    from search import index
    from search.duplicates import finding
    from tests.bench.bench_search import COUNT, library

    model, _space = library()
    index.create(model)
    _hashes(connection, COUNT)
    versions = list(Version.objects.order_by("?")[:ASKED])
    finding.run(versions[:20])
    parts: dict[str, list[float]] = {"hash": [], "embedding": [], "whole step": []}
    for version in versions:
        value = Facts.objects.values_list("perceptual_hash", flat=True).get(version=version)
        vector = finding._vector(model, version.pk)
        parts["hash"].append(_timed(finding.by_hash, version, value))
        parts["embedding"].append(_timed(finding.by_embedding, version, model, vector))
        parts["whole step"].append(_timed(finding.find, version))
    for name, times in parts.items():
        p50, p95 = np.percentile(times, [50, 95])
        print(f"{name:12} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms")


def _timed(ask, *args) -> float:
    """Call and return how long it took, in milliseconds."""
    begun = time.perf_counter()
    ask(*args)
    return (time.perf_counter() - begun) * 1000


def _hashes(connection, count: int) -> None:
    """Give the synthetic library hashes: a fifth of them near others, as shoots are."""
    random_bits = np.random.default_rng(4)
    bits = random_bits.random((count, 64)) < 0.5
    scenes = random_bits.random((400, 64)) < 0.5
    which = random_bits.integers(0, 400, count // 5)
    flips = random_bits.random((count // 5, 64)) < random_bits.uniform(0, 0.25, (count // 5, 1))
    bits[: count // 5] = scenes[which] ^ flips
    values = np.packbits(bits, axis=1).view(">i8").ravel().astype(np.int64)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dam_facts AS facts SET perceptual_hash = given.value FROM"
            " (SELECT version_id, row_number() OVER (ORDER BY version_id) AS place FROM dam_facts)"
            " AS rows JOIN unnest(%s::bigint[]) WITH ORDINALITY AS given(value, place)"
            " USING (place)"
            " WHERE facts.version_id = rows.version_id",
            [values.tolist()],
        )
        cursor.execute("ANALYZE dam_facts")


if __name__ == "__main__":
    main()
