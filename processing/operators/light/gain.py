"""More or less light without burning out what is bright or drowning what is dark."""

from __future__ import annotations

import numpy as np

from processing.operators.light.mapping import each_channel, each_colour
from processing.operators.light.spaces import coded, linear
from processing.operators.picture import Floats, Picture


def gained(light: Floats, ev: float, protect: float) -> Floats:
    """Linear light 0..1 with ``ev`` stops more or less; black and white stay where they are.

    Up to a knee it is multiplied by 2^ev as a longer exposure would. Above, a hyperbola with
    the same slope at the knee leads to white. ``protect`` (0..1) says how far down that reaches:
    with 0 there is none of it, and light that is too bright is clipped; with 1 all of the curve is
    the hyperbola y = g x / (1 + (g − 1) x), whose inverse is that of 1/g.
    """
    gain = 2.0**ev
    if protect == 0:
        return np.clip(light * np.float32(gain), 0.0, 1.0)
    knee = (1.0 - protect) * min(1.0, 1.0 / gain)
    level = gain * knee
    slope = gain * (1.0 - knee) / (1.0 - level)
    share = np.clip((light - knee) / (1.0 - knee), 0.0, 1.0)
    above = level + (1.0 - level) * slope * share / (1.0 + (slope - 1.0) * share)
    return np.where(light < knee, light * gain, above).astype(np.float32)


def exposed_light(light: Floats, ev: float, protect: float) -> Floats:
    """Linear light (…, 3) as `exposed` changes it.

    Brighter light is taken channel by channel, so that what leaves the range turns towards white.
    Darker light is scaled by its brightest channel: the curve is steep near white, and channel by
    channel it would make a colour of a tint.
    """
    if ev >= 0:
        return gained(light, ev, protect)
    most = np.maximum(light.max(axis=-1, keepdims=True), np.float32(1e-6))
    return light * (gained(most, ev, protect) / most)


def exposed(picture: Picture, ev: float, protect: float) -> Picture:
    """A picture with ``ev`` stops more or less light (see `gained`); alpha stays."""
    if ev >= 0:
        return each_channel(picture, [lambda code: coded(gained(linear(code), ev, protect))] * 3)
    return each_colour(picture, lambda code: coded(exposed_light(linear(code), ev, protect)))
