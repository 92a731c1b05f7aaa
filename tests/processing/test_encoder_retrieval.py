"""Caption to photograph on the optional corpora: how far down the right one comes.

80 captioned photographs among 80 labelled ones, which have no captions. The recipe was chosen by
the captions of 40 of the 80; both halves are held to the bar here.
"""

import numpy as np
import pytest

from processing import encoders
from processing.encoders import DEFAULT_KEY
from tests.bench import corpora

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(corpora.root() is None, reason="LOUPE_CORPORA is not set"),
]
CHOSEN_BY = np.random.default_rng(0).permutation(80)[:40]


@pytest.fixture(scope="module")
def ranks(models_dir):
    """The rank of the right photograph for each caption, and which photograph that is."""
    place = corpora.root()
    encoder = encoders.load(DEFAULT_KEY, models_dir)
    photos = corpora.captioned(place)
    others = [path for path, _ in corpora.labelled(place)]
    others = [others[at] for at in np.random.default_rng(1).permutation(len(others))[:80]]
    seen = encoder.encode_images([corpora.upright(path) for path in [*photos, *others]])
    vectors = np.stack([one.vector for one in seen])
    places = {path.name: at for at, path in enumerate(photos)}
    pairs = corpora.captions(place)
    right = np.array([places[name] for _, name in pairs])
    cosines = encoder.encode_texts([caption for caption, _ in pairs]) @ vectors.T
    own = cosines[np.arange(len(right)), right]
    return (cosines > own[:, None]).sum(axis=1) + 1, right


@pytest.mark.parametrize("half", ["chosen by", "confirmed on"])
def test_recall_at_ten(ranks, half):
    found, right = ranks
    mine = np.isin(right, CHOSEN_BY) == (half == "chosen by")
    recall = {k: float((found[mine] <= k).mean()) for k in (1, 5, 10)}
    print(half, {k: round(value, 3) for k, value in recall.items()})
    assert recall[10] >= 0.85
    assert recall[1] >= 0.35
