"""What may become of a file that is brought, whichever way it comes."""

from dataclasses import dataclass
from typing import Literal, get_args

from dam.models import Asset, Version

Outcomes = Literal["ingested", "duplicate", "described", "refused"]
OUTCOMES: tuple[Outcomes, ...] = get_args(Outcomes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: a sentence in `reason` wherever it was not simply taken in.

    A sidecar that came by itself is no asset: it "described" the one that it belongs to.
    """

    outcome: Outcomes
    asset: Asset | None = None
    version: Version | None = None
    reason: str = ""
