"""ICC profiles: naming the colour space of one, and building small ones of our own.

Chromatic adaptation to the profile's D50 is Bradford's (ICC.1:2010, annex E). Primaries: Adobe RGB
(1998) specification; SMPTE EG 432-1 and Apple's Display P3; ITU-R BT.2020; ISO 22028-2 (ROMM).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ImageCms

from dam.colour import srgb_to_linear

Chromaticity = tuple[float, float]

D50_XYZ = np.array([0.9642, 1.0, 0.8249])
D65: Chromaticity = (0.3127, 0.3290)
D50: Chromaticity = (0.3457, 0.3585)

_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@dataclass(frozen=True, slots=True)
class Primaries:
    """Chromaticities (x, y) of the three primaries and the white of an RGB space."""

    name: str
    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity
    white: Chromaticity = D65

    def to_d50(self) -> NDArray[np.float64]:
        """3 × 3 matrix from linear RGB to XYZ relative to D50: its columns are the colorants."""
        columns = np.array([_xyz(*xy) for xy in (self.red, self.green, self.blue)]).T
        white = _xyz(*self.white)
        matrix = columns * np.linalg.solve(columns, white)
        gain = np.diag((_BRADFORD @ D50_XYZ) / (_BRADFORD @ white))
        return np.linalg.inv(_BRADFORD) @ gain @ _BRADFORD @ matrix


SRGB = Primaries("sRGB", (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
ADOBE_RGB = Primaries("Adobe RGB", (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
DISPLAY_P3 = Primaries("Display P3", (0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
REC2020 = Primaries("Rec. 2020", (0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
PROPHOTO = Primaries("ProPhoto RGB", (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), D50)
KNOWN_SPACES = (SRGB, ADOBE_RGB, DISPLAY_P3, REC2020, PROPHOTO)


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """Description of a profile, the colour space it stands for, and the kind of pixels it fits."""

    name: str
    colour_space: str
    kind: str


def _xyz(x: float, y: float) -> NDArray[np.float64]:
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def read_profile(data: bytes) -> ProfileInfo | None:
    """Name and colour space of an ICC profile, or None if it cannot be read.

    RGB spaces are told by their colorants and not by their names: many honest sRGB profiles are
    called something else. An RGB space that we do not know is called by its description.
    """
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
    except (OSError, ImageCms.PyCMSError):
        return None
    name = (profile.profile_description or "").replace("\0", "").strip()[:200]
    kind = profile.xcolor_space.strip()
    if kind == "RGB":
        return ProfileInfo(name, _rgb_space(profile) or name or "RGB", kind)
    return ProfileInfo(name, "Grey" if kind == "GRAY" else kind, kind)


def _rgb_space(profile: ImageCms.core.CmsProfile) -> str | None:
    """The known space whose colorants the profile has, to 0.005 in XYZ."""
    parts = (profile.red_colorant, profile.green_colorant, profile.blue_colorant)
    known = [part[0] for part in parts if part is not None]
    if len(known) < 3:
        return None
    colorants = np.array(known).T
    for space in KNOWN_SPACES:
        if np.abs(space.to_d50() - colorants).max() < 0.005:
            return space.name
    return None


def matrix_profile(
    space: Primaries, *, gamma: float | None = None, curve: NDArray[np.floating] | None = None
) -> bytes:
    """A minimal ICC v2 display profile (ICC.1:2001-04) for an RGB space.

    ``gamma`` is the exponent of its transfer curve, or ``curve`` gives linear light 0..1 at evenly
    spaced coded values; with neither it is sRGB's (IEC 61966-2-1).
    """
    if gamma is not None:
        curve_tag = b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256)) + b"\0\0"
    else:
        ramp = srgb_to_linear(np.linspace(0, 1, 1024)) if curve is None else curve
        samples = np.rint(ramp * 65535).astype(">u2").tobytes()
        curve_tag = b"curv" + struct.pack(">II", 0, len(ramp)) + samples
    name = space.name.encode("ascii")
    tags = [
        (b"desc", b"desc" + struct.pack(">II", 0, len(name) + 1) + name + b"\0" + bytes(78)),
        (b"cprt", b"text" + bytes(4) + b"No copyright, use freely\0"),
        (b"wtpt", _xyz_tag(D50_XYZ)),
    ]
    colorants = space.to_d50()
    for index, letter in enumerate(b"rgb"):
        tags.append((bytes([letter]) + b"XYZ", _xyz_tag(colorants[:, index])))
        tags.append((bytes([letter]) + b"TRC", curve_tag))
    return _assemble(tags)


def _xyz_tag(values: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(v) * 65536) for v in values))


def _assemble(tags: list[tuple[bytes, bytes]]) -> bytes:
    """Header, tag table and tag data, each datum on a multiple of four bytes."""
    offset = 128 + 4 + 12 * len(tags)
    table, body, placed = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for signature, data in tags:
        if data not in placed:
            placed[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += signature + struct.pack(">II", placed[data], len(data))
    header = struct.pack(
        ">I4sI4s4s4s", offset + len(body), b"", 0x02400000, b"mntr", b"RGB ", b"XYZ "
    )
    header += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", *(round(float(v) * 65536) for v in D50_XYZ))
    return header.ljust(128, b"\0") + table + body
