"""Judging measured facts against rules: what looks wrong, in words, and how sure we are.

The defaults for blur, noise and exposure are set so that ordinary photographs seldom raise them
and plain defects nearly always do; docs/decisions/0005-picture-checks.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dam.colour import delta_ok
from processing.decode import Header
from processing.measures.facts import Facts
from processing.measures.palette import Swatch

CHECKS_VERSION = 1

Lab = tuple[float, float, float]

# How far beyond a threshold the odds of a real defect grow by a factor of e.
_SHARPNESS_SCALE = 0.05
_NOISE_SCALE = 1.5
_HIGHLIGHTS_SCALE = 0.03
_OVEREXPOSURE_SCALE = 0.05
_SHARE_SCALE = 0.05

# Below this OKLab chroma a colour reads as grey, which goes with every palette.
_SATURATED = 0.06
# Light and shade move a colour mostly along L, so lightness counts half against the palette.
_LIGHTNESS_WEIGHT = 0.5
_LEAST_SATURATED = 0.03


@dataclass(frozen=True, slots=True)
class Rules:
    """What a picture must meet. None or empty switches a check off.

    Shares and facts have the units of ``Facts``. Formats are rule names of ``dam.formats``
    ("JPEG"), colour spaces names ("sRGB"). Of the saturated colours, ``palette_min_share`` must lie
    within ``palette_tolerance`` (OKLab distance, lightness at half weight) of a colour of
    ``palette``.
    """

    min_width: int | None = None
    min_height: int | None = None
    min_megapixels: float | None = None
    allowed_formats: frozenset[str] = frozenset()
    allowed_colour_spaces: frozenset[str] = frozenset()
    palette: tuple[Lab, ...] = ()
    palette_tolerance: float = 0.10
    palette_min_share: float = 0.5
    min_sharpness: float | None = 0.38
    max_noise: float | None = 11.3
    min_highlights: float | None = 0.637
    max_overexposure: float | None = 0.345
    max_clipped_dark: float | None = 0.75
    max_clipped_light: float | None = 0.90


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong.

    ``confidence`` 0..1 is how sure the check is that this is a defect: 0.5 at the threshold, more
    beyond it, 1 for rules that are simply broken. ``code`` is stable and meant for machines.
    """

    code: str
    sentence: str
    measured: float | None
    threshold: float | None
    confidence: float


def check(
    header: Header, facts: Facts, swatches: Sequence[Swatch], rules: Rules | None = None
) -> list[Finding]:
    """Everything that ``rules`` (by default ``Rules()``) find wrong, the surest first."""
    rules = rules or Rules()
    findings = [
        *_size(header, rules),
        *_kind(header, rules),
        *_focus_and_noise(facts, rules),
        *_exposure(facts, rules),
        *_clipping(facts, rules),
        *_off_palette(swatches, rules),
    ]
    return sorted(findings, key=lambda finding: -finding.confidence)


def palette_share(
    swatches: Sequence[Swatch], palette: Sequence[Lab], tolerance: float
) -> float | None:
    """Share (0..1) of the saturated colours that are near the palette; None where all is grey."""
    saturated = [swatch for swatch in swatches if math.hypot(swatch.a, swatch.b) >= _SATURATED]
    total = sum(swatch.fraction for swatch in saturated)
    if total < _LEAST_SATURATED or not palette:
        return None
    weight = np.array([_LIGHTNESS_WEIGHT, 1.0, 1.0])
    colours = np.array([(swatch.l, swatch.a, swatch.b) for swatch in saturated]) * weight
    distances = delta_ok(colours[:, None], (np.array(palette) * weight)[None]).min(axis=1)
    pairs = zip(saturated, distances, strict=True)
    near = sum(swatch.fraction for swatch, distance in pairs if distance <= tolerance)
    return near / total


def _size(header: Header, rules: Rules) -> list[Finding]:
    found = []
    wide, tall = rules.min_width or 0, rules.min_height or 0
    if header.width < wide or header.height < tall:
        expected = " and ".join(
            f"at least {least:,} pixels {word}"
            for least, word in ((wide, "wide"), (tall, "high"))
            if least
        )
        measured, threshold = (header.width, wide) if header.width < wide else (header.height, tall)
        sentence = f"Too small: {header.width:,} × {header.height:,} pixels, expected {expected}."
        found.append(Finding("too_small", sentence, measured, threshold, 1.0))
    megapixels = header.pixels / 1e6
    if rules.min_megapixels is not None and megapixels < rules.min_megapixels:
        sentence = (
            f"Too small: {megapixels:.2f} megapixels, at least {rules.min_megapixels:g} expected."
        )
        found.append(
            Finding("too_few_pixels", sentence, round(megapixels, 3), rules.min_megapixels, 1.0)
        )
    return found


def _kind(header: Header, rules: Rules) -> list[Finding]:
    found = []
    if rules.allowed_formats and header.media.rule not in rules.allowed_formats:
        allowed = _listed(rules.allowed_formats)
        sentence = f"The format {header.media.rule} is not allowed, only {allowed}."
        found.append(Finding("format", sentence, None, None, 1.0))
    if rules.allowed_colour_spaces and header.colour_space not in rules.allowed_colour_spaces:
        allowed = _listed(rules.allowed_colour_spaces)
        sentence = f"The colour space {header.colour_space} is not allowed, only {allowed}."
        found.append(Finding("colour_space", sentence, None, None, 1.0))
    return found


def _focus_and_noise(facts: Facts, rules: Rules) -> list[Finding]:
    found = []
    least, most = rules.min_sharpness, rules.max_noise
    if least is not None and facts.sharpness is not None and facts.sharpness < least:
        sentence = f"Looks blurred: sharpness {facts.sharpness:.3f}, at least {least:.3f} expected."
        sure = _sureness(least - facts.sharpness, _SHARPNESS_SCALE)
        found.append(Finding("blurred", sentence, facts.sharpness, least, sure))
    if most is not None and facts.noise > most:
        sentence = f"Looks noisy: noise {facts.noise:.1f} of 255, at most {most:.1f} expected."
        sure = _sureness(facts.noise - most, _NOISE_SCALE)
        found.append(Finding("noisy", sentence, facts.noise, most, sure))
    return found


def _exposure(facts: Facts, rules: Rules) -> list[Finding]:
    found = []
    least, most = rules.min_highlights, rules.max_overexposure
    if least is not None and facts.highlights < least:
        sentence = (
            f"Looks too dark: its brightest parts reach {facts.highlights:.1%} of full lightness, "
            f"at least {least:.1%} expected."
        )
        sure = _sureness(least - facts.highlights, _HIGHLIGHTS_SCALE)
        found.append(Finding("too_dark", sentence, facts.highlights, least, sure))
    if most is not None and facts.overexposure > most:
        sentence = (
            f"Looks too light: overexposure {facts.overexposure:.3f}, at most {most:.3f} expected; "
            f"{facts.clipped_light:.0%} of the picture is at full brightness."
        )
        sure = _sureness(facts.overexposure - most, _OVEREXPOSURE_SCALE)
        found.append(Finding("too_light", sentence, facts.overexposure, most, sure))
    return found


def _clipping(facts: Facts, rules: Rules) -> list[Finding]:
    found = []
    cases = (
        ("clipped_dark", facts.clipped_dark, rules.max_clipped_dark, "pure black"),
        ("clipped_light", facts.clipped_light, rules.max_clipped_light, "at full brightness"),
    )
    for code, share, most, state in cases:
        if most is not None and share > most:
            sentence = (
                f"Detail is lost: {share:.0%} of the picture is {state}, "
                f"at most {most:.0%} expected."
            )
            found.append(
                Finding(code, sentence, share, most, _sureness(share - most, _SHARE_SCALE))
            )
    return found


def _off_palette(swatches: Sequence[Swatch], rules: Rules) -> list[Finding]:
    share = palette_share(swatches, rules.palette, rules.palette_tolerance)
    least = rules.palette_min_share
    if share is None or share >= least:
        return []
    sentence = (
        f"Off the brand palette: {share:.0%} of its strong colours are near a brand colour, "
        f"at least {least:.0%} expected."
    )
    sure = _sureness(least - share, 2 * _SHARE_SCALE)
    return [Finding("off_palette", sentence, round(share, 4), least, sure)]


def _sureness(beyond: float, scale: float) -> float:
    """0.5 at the threshold, rising smoothly towards 1 (logistic) with the distance beyond it."""
    return round(1 / (1 + math.exp(-min(beyond / scale, 50.0))), 4)


def _listed(names: frozenset[str]) -> str:
    *first, last = sorted(names)
    return f"{', '.join(first)} or {last}" if first else last
