"""Colour card: the card in the picture says how colours ought to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue
from skimage.color import deltaE_ciede2000

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.card_finding import Card, found_card
from processing.operators.light.card_fit import Fit, solved, terms
from processing.operators.light.card_reference import GREYS, Edition, reference_light
from processing.operators.light.mapping import each_colour
from processing.operators.light.spaces import cielab, coded, linear, luminance
from processing.operators.parameters import Reference, Share
from processing.operators.picture import Floats, Picture, Unfit

_EDGE = 1200  # pixels of the longer side that the card is searched in
_TRUSTED = 8.0  # mean ΔE2000 after the correction at which nothing is certain any more


class ColourCard(Operator):
    """Corrects colours by a 24-patch colour card (ColorChecker Classic) in the picture.

    The card is found at any angle and in perspective; its patches are compared with the published
    values, and the correction that brings them nearest, in linear light, is applied to the whole
    picture. With ``card`` another picture has the card, shot in the same light. The colour
    differences (CIE ΔE2000) before and after are told; what is left lowers the confidence.
    """

    operator: ClassVar[str] = "colour-card"
    title: ClassVar[str] = "Correct by colour card"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"fit": "matrix"}

    card: Reference | None = None
    """The picture that has the card; this picture itself without."""
    fit: Fit = "matrix"
    """How colours are corrected: by a 3 × 3 matrix, or by the root-polynomial of second degree,
    which follows cameras more closely (Finlayson and others 2015)."""
    edition: Edition = "2014"
    """Which card: those made from November 2014 on, or those before (published in 2005)."""
    exposure: bool = True
    """Whether the brightness is corrected by the card as well."""
    strength: Share = 1.0
    """How much of the correction is applied."""
    missing: Literal["leave", "refuse"] = "leave"
    """Where no card is found, the picture is left alone, or refused with a sentence."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        shown = context.library.picture(self.card) if self.card else picture
        card = found_card(shown.proxy(_EDGE).rgb8())
        if card is None:
            if self.missing == "refuse":
                raise Unfit(
                    "There is no colour card in the picture, or it is too small to be read."
                )
            return Outcome(picture, {"card_found": False}, 0.0)
        fitted = self._fitted(card)
        before, after = self._differences(card, fitted)
        made = each_colour(picture, lambda colours: self._corrected(colours, fitted))
        measures: dict[str, JsonValue] = {
            "card_found": True,
            "delta_e_before": round(float(before.mean()), 2),
            "delta_e_after": round(float(after.mean()), 2),
            "delta_e_after_worst": round(float(after.max()), 2),
            "coefficients": [[round(float(one), 5) for one in row] for row in fitted],
        }
        if self.card is None:
            small = picture.proxy(_EDGE)
            shares = card.corners / (small.width, small.height)
            measures["corners"] = [[round(float(one), 4) for one in xy] for xy in shares]
        confidence = float(np.clip(1.0 - after.mean() / _TRUSTED, 0.0, 1.0))
        return Outcome(made, measures, round(confidence, 3))

    def _fitted(self, card: Card) -> NDArray[np.float32]:
        reference = reference_light(self.edition)
        fitted = solved(card.light, reference, self.fit)
        if not self.exposure:
            greys = terms(card.light[GREYS], self.fit) @ fitted
            fitted = fitted * (luminance(card.light[GREYS]).sum() / luminance(greys).sum())
        return fitted.astype(np.float32)

    def _differences(self, card: Card, fitted: NDArray) -> tuple[NDArray, NDArray]:
        """ΔE2000 of each patch, before and after; the reference as bright as the result may be."""
        reference = reference_light(self.edition)
        if not self.exposure:
            greys = terms(card.light[GREYS], self.fit) @ fitted
            reference = reference * (luminance(greys).sum() / luminance(reference[GREYS]).sum())
        wanted = cielab(coded(reference))
        after = coded(terms(card.light, self.fit) @ fitted)
        return (
            deltaE_ciede2000(cielab(coded(card.light)), wanted),
            deltaE_ciede2000(cielab(after), wanted),
        )

    def _corrected(self, colours: Floats, fitted: NDArray) -> Floats:
        changed = coded(terms(linear(colours), self.fit) @ fitted)
        return colours + (changed - colours) * np.float32(self.strength)
