"""Match: the colours and light of another picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.mapping import Change, each_colour
from processing.operators.light.sample import sample
from processing.operators.light.spaces import oklab, srgb_of_oklab
from processing.operators.light.transfer import linear_transfer, quantile_transfer
from processing.operators.parameters import Reference, Share
from processing.operators.picture import Floats, Picture

_FAR = 0.25  # OKLab between means; scenes as different as that do not become one look


class Match(Operator):
    """Makes a picture look like a reference: its brightness, contrast and colours.

    Two steps in OKLab (Ottosson 2020): the linear mapping that brings mean and covariance of the
    colours to the reference's and moves them least (Pitié and Kokaram 2007), then the histograms of
    lightness and of both axes of colour. A cast is removed by it where the reference shows the
    like; a reference of another scene lowers the confidence.
    """

    operator: ClassVar[str] = "match"
    title: ClassVar[str] = "Match a reference"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"reference": "asset:1"}

    reference: Reference
    """The picture to look like."""
    parts: Literal["all", "lightness", "colour"] = "all"
    """What is matched: lightness, colour at the lightness that it has, or both."""
    strength: Share = 1.0
    """How much of the way is gone."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        own = oklab(sample(picture).colours)
        wanted = oklab(sample(context.library.picture(self.reference)).colours)
        mapped = _mapping(own, wanted)
        made = each_colour(picture, lambda colours: self._changed(colours, mapped))
        after = self._mixed(own, mapped(own))
        apart = float(np.linalg.norm(own.mean(axis=0) - wanted.mean(axis=0)))
        measures: dict[str, JsonValue] = {
            "distance_before": round(_distance(own, wanted), 4),
            "distance_after": round(_distance(after, wanted), 4),
        }
        return Outcome(made, measures, round(float(np.clip(1.0 - apart / _FAR, 0.0, 1.0)), 3))

    def _changed(self, colours: Floats, mapped: Change) -> Floats:
        before = oklab(colours)
        return srgb_of_oklab(self._mixed(before, mapped(before)))

    def _mixed(self, before: Floats, after: Floats) -> Floats:
        share = np.full(3, self.strength, np.float32)
        if self.parts == "lightness":
            share[1:] = 0.0
        elif self.parts == "colour":
            share[0] = 0.0
        return before + (after - before) * share


def _mapping(own: Floats, wanted: Floats) -> Change:
    first = linear_transfer(own, wanted)
    second = quantile_transfer(first(own), wanted)
    return lambda lab: second(first(lab))


def _distance(one: Floats, other: Floats) -> float:
    """How far the histograms are apart: the mean distance of quantiles (Wasserstein's), OKLab."""
    shares = np.linspace(0.01, 0.99, 99)
    return float(
        np.abs(np.quantile(one, shares, axis=0) - np.quantile(other, shares, axis=0)).mean()
    )
