"""Lay one picture over another: only where it comes to lie, a tile at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dam.colour import linear_to_srgb, srgb_to_linear
from processing import vips
from processing.operators.parameters import ANCHORS, Anchor
from processing.operators.picture import Floats, Picture
from processing.operators.tiles import Box, boxes, frame_of, pixels_of, rounded

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709, of linear light


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over: RGBA of 8 or 16 bits, sRGB, straight alpha; computed as it is asked for.

    ``left`` and ``top`` are pixels of the picture below, and may be outside of it.
    """

    image: vips.Image
    left: int
    top: int

    @property
    def box(self) -> Box:
        right, bottom = self.left + self.image.width, self.top + self.image.height
        return Box(self.left, self.top, right, bottom)

    def floats(self, box: Box) -> Floats:
        """The part that lies over a box of the picture below; float32 0..1."""
        rows, columns = box.inside(self.box)
        part = self.image.crop(columns.start, rows.start, box.width, box.height).numpy()
        most = 65535 if part.dtype == np.uint16 else 255
        return part.astype(np.float32) / np.float32(most)


def laid(
    picture: Picture, *overlays: Overlay, opacity: float = 1.0, linear: bool = False
) -> Picture:
    """The picture with overlays on it, the last on top; what lies outside of it is cut off.

    “Source over destination” of T. Porter and T. Duff, “Compositing digital images”, 1984, for
    straight alpha, on coded values as browsers and editors do, or on linear light.
    """
    frame = frame_of(picture)
    kind = np.uint16 if picture.depth == 16 else np.uint8
    result = np.empty((picture.height, picture.width, picture.image.bands), kind)
    for box in boxes(frame):
        result[box.inside(frame)] = pixels_of(picture, box)
    for overlay in overlays:
        for box in boxes(overlay.box.within(frame)):
            over = overlay.floats(box)
            over[:, :, 3] *= np.float32(opacity)
            _blend(result[box.inside(frame)], over, picture.depth, linear)
    return picture.with_array(result)


def _blend(part: NDArray, over: Floats, depth: int, linear: bool) -> None:
    """Lay RGBA over samples, in place; what it does not cover stays to the bit."""
    cover = over[:, :, 3]
    opaque = cover >= 1.0
    if opaque.all():
        part[:] = rounded(over[:, :, : part.shape[2]], depth)
        return
    part[opaque] = rounded(over[opaque][:, : part.shape[2]], depth)
    touched = (cover > 0.0) & ~opaque
    if touched.any():
        under = part[touched].astype(np.float32) / np.float32(65535 if depth == 16 else 255)
        part[touched] = rounded(source_over(under, over[touched], linear=linear), depth)


def source_over(under: Floats, over: Floats, *, linear: bool = False) -> Floats:
    """RGBA (…, 4) over RGB or RGBA, straight alpha, 0..1; as many bands as what is below."""
    cover: Floats = over[..., 3:]
    below = under[..., 3:] if under.shape[-1] == 4 else np.ones_like(cover)
    one, other = over[..., :3], under[..., :3]
    if linear:
        one, other = srgb_to_linear(one), srgb_to_linear(other)
    alpha = cover + below * (1 - cover)
    mixed = (one * cover + other * below * (1 - cover)) / np.maximum(alpha, 1e-6)
    shown: Floats = linear_to_srgb(mixed) if linear else mixed.astype(np.float32, copy=False)
    return np.concatenate([shown, alpha], axis=-1) if under.shape[-1] == 4 else shown


def placed(
    frame: tuple[int, int], size: tuple[int, int], anchor: Anchor, margin: int
) -> tuple[int, int]:
    """(left, top) of something of that size in a frame, its anchor's ``margin`` pixels inside.

    Where there is too little room for the margin, it stays within the frame if it can.
    """
    across, down = ANCHORS[anchor]
    left = margin + across * (frame[0] - 2 * margin - size[0])
    top = margin + down * (frame[1] - 2 * margin - size[1])
    return _kept(left, frame[0] - size[0]), _kept(top, frame[1] - size[1])


def _kept(at: float, room: int) -> int:
    return round(min(max(at, 0), max(room, 0)))


def tiled(image: vips.Image, frame: tuple[int, int], gap: tuple[int, int]) -> vips.Image:
    """An RGBA picture again and again until a frame is full, each second row shifted by half."""
    width, height = image.width + gap[0], image.height + gap[1]
    single = image.embed(gap[0] // 2, gap[1] // 2, width, height)
    row = single.replicate(2, 1)
    shifted = row.crop(width // 2, 0, width, height)
    pattern = single.join(shifted, "vertical")
    times = -(-frame[0] // width), -(-frame[1] // (2 * height))
    return pattern.replicate(*times).crop(0, 0, *frame)


def luminance_below(picture: Picture, box: Box) -> float:
    """The mean luminance (ITU-R BT.709, linear, 0..1) under a box; transparent parts are white."""
    box = box.within(frame_of(picture))
    if box.empty:
        return 1.0
    part = picture.image.crop(box.left, box.top, box.width, box.height)
    shown = Picture(part).proxy(256).rgb8()
    return float((srgb_to_linear(shown) @ _LUMINANCE).mean())


def luminance_of(colour: NDArray | tuple[int, ...]) -> float:
    """The luminance of an sRGB colour whose first three parts are 0..255."""
    return float(srgb_to_linear(np.asarray(colour[:3], np.uint8)) @ _LUMINANCE)


def contrast(first: float, second: float) -> float:
    """The contrast ratio of two luminances, 1..21 (WCAG 2.2, “contrast ratio”)."""
    lighter, darker = max(first, second), min(first, second)
    return (lighter + 0.05) / (darker + 0.05)


def resized(image: vips.Image, across: float, down: float) -> vips.Image:
    """An RGBA picture at other sizes, in memory; colours under transparent parts do not bleed."""
    made = image.premultiply().resize(across, vscale=down).unpremultiply()
    return vips.in_memory(made.cast(image.format))


def turned(image: vips.Image, angle: float) -> vips.Image:
    """An RGBA picture turned clockwise, in a frame that holds it; in memory."""
    if angle % 360 == 0:
        return image
    made = image.premultiply().rotate(angle, background=[0, 0, 0, 0]).unpremultiply()
    return vips.in_memory(made.cast(image.format))


def enlarged(image: vips.Image, scale: float) -> vips.Image:
    """An RGBA picture that many times as large, computed only where it is asked for."""
    if scale <= 1.0:
        return image
    return image.premultiply().resize(scale, kernel="cubic").unpremultiply().cast(image.format)
