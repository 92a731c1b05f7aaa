"""What speaks for an asset, added up to the log-odds of a match."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place in an order. `odds` are of all evidence; the rest says what there was.

    `stands_out` is in standard deviations (search/meaning.py), `words` the share of the words
    (search/words.py), `tag` what its tags say of a term that the query names (search/named.py).
    """

    asset: int
    odds: float
    stands_out: float
    words: float
    tag: str = ""

    @property
    def score(self) -> float:
        """How likely a match is, 0 to 1."""
        return chance(self.odds)


def chance(odds: float) -> float:
    """Return the probability that log-odds mean."""
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, odds))))
