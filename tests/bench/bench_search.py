"""Search over 100,000 synthetic embeddings: how long an answer takes, and how much it misses.

The whole server-side answer is timed (`ranking.search`, with a viewer's visibility): parsing, the
text through the real sentence encoder, index, words, reasons. The vectors are synthetic: see
`search_library.Space`. Each kind of query is asked in rounds, and the quietest round counts: the
machine may be shared.

    LOUPE_BENCH_EMBEDDINGS   how many (100000)
    LOUPE_BENCH_DIMENSIONS   how wide (512, an OpenCLIP ViT-B/32's; the concepts have 1000)
    LOUPE_BENCH_HOME         a home to keep, so that a second run skips the filling
"""

import dam  # isort: skip  # noqa: F401 - what it sets must be there before numpy's import

import os
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.bench.own_home import prepare

COUNT = int(os.environ.get("LOUPE_BENCH_EMBEDDINGS", "100000"))
DIMENSIONS = int(os.environ.get("LOUPE_BENCH_DIMENSIONS", "512"))
QUERIES, ROUNDS, WARM = 100, 4, 20
FILTERS = {
    "no filter": "",
    "1 % at random": ' tag:"bench 0"',
    "1 % alike": ' tag:"bench 1"',
    "5 % by shape": " orientation:square",
    "7 % by type": " type:png",
    "a colour": " color:#d33",
}


def main() -> None:
    prepare("search")
    from search import index

    model, space = library()
    begun = time.perf_counter()
    index.create(model)
    print(f"index: {time.perf_counter() - begun:.0f} s")
    viewer, truth = somebody(), Truth(model)
    print(f"{'':16} {'total ms':>16} {'database ms':>16}   recall@20 (worst)")
    print(f"{'':16} {'p50':>8}{'p95':>8} {'p50':>8}{'p95':>8}")
    for name, narrowing in FILTERS.items():
        total, database = times(narrowing, viewer)
        recalls = recall(model, narrowing, viewer, space, truth)
        print(
            f"{name:16} {at(total, 50)}{at(total, 95)} {at(database, 50)}{at(database, 95)}"
            f"   {np.mean(recalls):.3f} ({min(recalls):.2f})",
            flush=True,
        )
    print("bars: total p95 60, database p95 10, recall 0.95, without a filter and at 1 %")
    facet_times(viewer)


def at(values: Sequence[float], part: int) -> str:
    return f"{np.percentile(values, part):8.1f}"


def library():
    """Return the model with its embeddings, filled where the home has none yet."""
    from django.conf import settings

    from processing import encoders
    from search.models import EmbeddingModel
    from tests.bench.search_library import Space, fill

    space = Space(DIMENSIONS)
    encoder = bench_encoder(space)
    place = (encoder.key, Path(settings.MODELS_DIR).resolve())
    encoders._loaded[place] = encoder
    model, new = EmbeddingModel.objects.get_or_create(
        key=encoder.key,
        defaults={"dimensions": DIMENSIONS, "state": "active", "moments_count": COUNT},
    )
    if new:
        begun = time.perf_counter()
        fill(space, model, COUNT)
        print(f"{COUNT} assets filled in: {time.perf_counter() - begun:.0f} s")
    return model, space


def bench_encoder(space):
    """The fake encoder's width and answers, at the price of the real one's."""
    from django.conf import settings

    from processing import encoders
    from processing.encoders.fake import FakeEncoder

    real = encoders.load(encoders.DEFAULT_KEY, settings.MODELS_DIR)
    answers = space.queries(500)

    class BenchEncoder(FakeEncoder):
        key = f"bench-{DIMENSIONS}"
        dimensions = DIMENSIONS

        def encode_texts(self, texts):
            real.encode_texts(texts)
            return answers[[zlib.crc32(text.encode()) % len(answers) for text in texts]]

    return BenchEncoder()


def somebody():
    from dam.models import Membership, User

    user, _ = User.objects.get_or_create(username="looker")
    Membership.objects.get_or_create(user=user, brand=None, defaults={"role": "viewer"})
    return user


def texts(narrowing: str, count: int) -> list[str]:
    """Queries as people type them, each another one, so that no cache helps."""
    from tests.bench.search_library import WORDS

    random = np.random.default_rng(zlib.crc32(narrowing.encode()))
    return [
        f"{random.choice(WORDS)} near a {random.choice(WORDS)} {random.integers(10**9)}{narrowing}"
        for _ in range(count)
    ]


def times(narrowing: str, viewer) -> tuple[list[float], list[float]]:
    from search.language import parse
    from search.ranking import search

    asked = texts(narrowing, WARM + ROUNDS * QUERIES)
    pages = [search(parse(text), viewer, limit=60) for text in asked][WARM:]
    assert all(page.hits for page in pages)
    rounds = [pages[at : at + QUERIES] for at in range(0, len(pages), QUERIES)]
    quietest = min(rounds, key=lambda some: sum(page.took_ms for page in some))
    return [page.took_ms for page in quietest], [page.db_ms for page in quietest]


class Truth:
    """Every vector in memory, to find the true nearest by brute force."""

    def __init__(self, model) -> None:
        from search import vectors

        self.versions, self.rows = vectors.read(model)

    def nearest(self, query, allowed: dict[int, int], count: int) -> set[int]:
        """Return the `count` assets nearest to a query, of {version: asset}."""
        cosines = self.rows @ query
        found: set[int] = set()
        for at in np.argsort(-cosines):
            if self.versions[at] in allowed:
                found.add(allowed[self.versions[at]])
                if len(found) == count:
                    break
        return found


def recall(model, narrowing: str, viewer, space, truth: Truth) -> list[float]:
    """Share of the true 20 nearest that are among the first 20, for each of 100 queries."""
    from search import nearest, ranking
    from search.filters import narrowed
    from search.language import parse

    assets, _ = narrowed(parse(narrowing), viewer)
    allowed = dict(assets.values_list("current_version", "pk"))
    shares = []
    for query in space.queries(100):
        found = nearest.nearest(model, query, assets, ranking.DEPTHS[0], narrow=bool(narrowing))
        exact = truth.nearest(query, allowed, 20)
        shares.append(len({pk for pk, _ in found[:20]} & exact) / len(exact))
    return shares


def facet_times(viewer) -> None:
    from search import facets
    from search.language import parse

    for name, text in (
        ("whole library", ""),
        ("5 % by shape", "orientation:square"),
        ("text", None),
    ):
        taken = []
        for typed in [text] * 10 if text is not None else texts("", 10):
            begun = time.perf_counter()
            facets.counts(parse(typed), viewer)
            taken.append((time.perf_counter() - begun) * 1000)
        print(f"facets, {name}: {np.median(taken):.0f} ms")


if __name__ == "__main__":
    main()
