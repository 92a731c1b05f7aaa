"""Remove background: the subject alone, everything else transparent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue

from processing.operators.background.subject import NETWORKS, Cut, Network, subject_of
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.picture import Picture


class RemoveBackground(Operator):
    """Finds the subject and makes all else transparent.

    A picture that has something transparent already keeps it as it is. The mask follows hair and
    edges at the picture's full size, and colour that the old background left on half transparent
    pixels is taken out (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021).
    """

    operator: ClassVar[str] = "remove-background"
    title: ClassVar[str] = "Remove background"
    family: ClassVar[Family] = "background"
    networks: ClassVar[tuple[str, ...]] = NETWORKS

    example: ClassVar[Mapping[str, JsonValue]] = {}

    network: Network = ""
    """The network that finds the subject; the default one where it is empty."""
    decontaminate: bool = True
    """Whether the old background's colour is taken out of the edge."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        subject = subject_of(picture, context, self.network)
        cut = Cut(picture, subject, decontaminate=self.decontaminate)
        return Outcome(cut.whole(), subject.measures, subject.confidence)
