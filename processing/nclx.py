"""Colour that an AVIF declares by code points instead of an ICC profile (``colr`` box, ``nclx``).

Code points: ITU-T H.273, tables 2 and 3. High dynamic range (PQ: SMPTE ST 2084; HLG: ITU-R BT.2100)
is brought to sRGB's range: light up to 0.6 of the reference white of 203 cd/m² (ITU-R BT.2408)
stays as it is, what is brighter follows an exponential shoulder towards white.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processing.icc import DISPLAY_P3, REC2020, SRGB, matrix_profile

_PRIMARIES = {1: SRGB, 9: REC2020, 12: DISPLAY_P3}
_PQ, _HLG = 16, 18
_SDR_TRANSFERS = {1, 6, 13, 14, 15}

_META_BYTES = 65_536
_CURVE_SAMPLES = 4_096
_REFERENCE_WHITE = 203.0
_SHOULDER = 0.6


def declared_profile(path: Path | str) -> bytes | None:
    """An ICC profile for the code points of an AVIF; None when there are none or plain sRGB."""
    with open(path, "rb") as file:
        meta = file.read(_META_BYTES)
    start = meta.find(b"colrnclx")
    if start < 0 or start + 12 > len(meta):
        return None
    return profile_of(*struct.unpack_from(">HH", meta, start + 8))


def profile_of(primaries: int, transfer: int) -> bytes | None:
    """An ICC profile for code points (H.273); None where they are not known or plain sRGB."""
    space = _PRIMARIES.get(primaries)
    if space is None or (space is SRGB and transfer not in (_PQ, _HLG)):
        return None
    if transfer in (_PQ, _HLG):
        return matrix_profile(replace(space, name=f"{space.name} HDR"), curve=_tone_curve(transfer))
    return matrix_profile(space) if transfer in _SDR_TRANSFERS else None


def _tone_curve(transfer: int) -> NDArray[np.float64]:
    """Coded value → linear light 0..1 for a screen whose white is the reference white."""
    coded = np.linspace(0.0, 1.0, _CURVE_SAMPLES)
    light = _pq(coded) if transfer == _PQ else _hlg(coded)
    room = 1.0 - _SHOULDER
    bright = _SHOULDER + room * -np.expm1(-(light - _SHOULDER) / room)
    return np.where(light <= _SHOULDER, light, bright)


def _pq(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    """ST 2084 EOTF, relative to the reference white."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = coded ** (1 / m2)
    return 10_000 / _REFERENCE_WHITE * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)


def _hlg(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    """BT.2100 inverse OETF, relative to the reference white, which it codes as 0.75."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)
    return scene / ((np.exp((0.75 - c) / a) + b) / 12)
