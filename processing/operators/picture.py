"""A picture on its way through operators: pixels in memory, and what they mean."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from processing import vips
from processing.formats.codec import ICC_FIELD, to_vips
from processing.operators.parameters import LONGEST_EDGE
from processing.pixels import fit, rounded, working

Floats = NDArray[np.float32]
Point = tuple[float, float]

PROXY_EDGE = 1024
_STRIP_BYTES = 32 * 1024**2  # of floats at once: what `by_strips` holds besides its result
MOST_PIXELS = 300_000_000  # of a result: what enlarging and padding may make
_MOST = {"uchar": 255.0, "ushort": 65535.0}
_RGB = ("srgb", "rgb16")


class Unfit(ValueError):
    """An operator cannot work on this picture; the message is a sentence for a person."""


def check_size(width: int, height: int) -> None:
    """Raise Unfit where a result would have more pixels than memory is meant for."""
    if max(width, height) > LONGEST_EDGE or width * height > MOST_PIXELS:
        raise Unfit(
            f"The result would be {width}×{height} pixels: more than {MOST_PIXELS // 10**6} "
            f"megapixels, or longer than {LONGEST_EDGE}."
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright pixels in memory; it is never changed, operators return another.

    ``image`` has 8 or 16 bits a sample (libvips' ``uchar`` or ``ushort``). Colours are RGB, coded
    as the attached profile says: sRGB (IEC 61966-2-1) unless a recipe works in the original's own;
    a fourth band is alpha, not premultiplied. After a conversion for the press there are four
    bands of CMYK and no alpha. ``focus`` is the point that matters most, as shares (0..1) of width
    and height from the upper left; operators that move pixels move it along. ``mapped`` is the
    mapping of a file that the pixels are in, if they are (see `rest`).
    """

    image: vips.Image
    focus: Point | None = None
    mapped: mmap.mmap | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, image: vips.Image, focus: Point | None = None) -> Picture:
        """Any picture that libvips holds in 8 or 16 bits: grey becomes RGB, an odd band goes.

        CMYK becomes sRGB by its profile. Raises Unfit for other kinds of number.
        """
        if image.format not in _MOST:
            raise Unfit(f"Pictures have 8 or 16 bits a sample here, not {image.format} numbers.")
        return cls(vips.in_memory(working(image)), focus)

    @classmethod
    def from_array(cls, pixels: NDArray, *, profile: bytes | None = None) -> Picture:
        """From uint8 or uint16, height × width × 3 or 4; sRGB without a ``profile``."""
        wide = pixels.dtype == np.uint16
        if pixels.dtype not in (np.uint8, np.uint16) or pixels.ndim != 3 or not pixels.size:
            raise Unfit(f"These are no pixels: {pixels.dtype} of shape {pixels.shape}.")
        if pixels.shape[2] not in (3, 4):
            raise Unfit(f"Pixels have 3 or 4 bands, not {pixels.shape[2]}.")
        kind = "rgb16" if wide else "srgb"
        image = to_vips(np.ascontiguousarray(pixels), kind, profile=profile or vips.srgb_profile())
        return cls(image)

    def rest(self) -> None:
        """Give back the memory of pixels that are in a file, until somebody asks for them again.

        What a mapped file holds counts as this process' memory as long as the system has room.
        """
        if self.mapped is not None:
            self.mapped.madvise(mmap.MADV_DONTNEED)

    @property
    def width(self) -> int:
        return int(self.image.width)

    @property
    def height(self) -> int:
        return int(self.image.height)

    @property
    def longest(self) -> int:
        return max(self.width, self.height)

    @property
    def has_alpha(self) -> bool:
        return self.is_rgb and self.image.bands == 4

    @property
    def is_rgb(self) -> bool:
        return self.image.interpretation in _RGB

    @property
    def is_srgb(self) -> bool:
        return self.is_rgb and self.profile == vips.srgb_profile()

    @property
    def depth(self) -> int:
        """Bits a sample: 8 or 16."""
        return 16 if self.image.format == "ushort" else 8

    @property
    def profile(self) -> bytes:
        """The ICC profile that says what the numbers mean; empty for inks that have none."""
        if self.image.get_typeof(ICC_FIELD):
            return bytes(self.image.get(ICC_FIELD))
        return vips.srgb_profile() if self.is_rgb else b""

    def with_image(self, image: vips.Image) -> Picture:
        """Other pixels for the same frame, computed now; the depth and the profile stay.

        What libvips computed in floating point is rounded: its own cast would cut off.
        """
        image = rounded(image, self.image.format)
        if image.interpretation != self.image.interpretation:
            image = image.copy(interpretation=self.image.interpretation)
        image = image.copy()
        if self.profile:
            image.set_type(vips.BLOB, ICC_FIELD, self.profile)
        return replace(self, image=vips.in_memory(image), mapped=None)

    def moved(
        self, pixels: vips.Image | NDArray, where: Callable[[float, float], Point]
    ) -> Picture:
        """Pixels in another frame. ``where`` says, in pixels, where a point of the old one went.

        An array of this depth is taken over and not copied. A focus that left the frame is kept at
        its edge.
        """
        taken = isinstance(pixels, np.ndarray)
        shown = self._taking(pixels) if taken else self.with_image(pixels)
        if self.focus is None:
            return shown
        x, y = where(self.focus[0] * self.width, self.focus[1] * self.height)
        kept = (min(max(x / shown.width, 0.0), 1.0), min(max(y / shown.height, 0.0), 1.0))
        return replace(shown, focus=kept)

    def array(self) -> NDArray:
        """The pixels as uint8 or uint16, height × width × bands: a copy, not to be written to."""
        return self.rows(0, self.height)

    def rows(self, start: int, count: int) -> NDArray:
        """Some rows of `array`, so that a large picture need not be copied whole."""
        count = min(count, self.height - start)
        whole = start == 0 and count == self.height
        image = self.image if whole else self.image.crop(0, start, self.width, count)
        return image.numpy().reshape(count, self.width, self.image.bands)

    def with_array(self, pixels: NDArray) -> Picture:
        """The same frame with other pixels: the same depth, with or without alpha.

        Raises Unfit where they do not fit; CMYK stays CMYK.
        """
        wanted = np.uint16 if self.depth == 16 else np.uint8
        if pixels.dtype != wanted or pixels.shape[:2] != (self.height, self.width):
            raise Unfit(f"{pixels.dtype} {pixels.shape} does not fit {self.width}×{self.height}.")
        return self._taking(pixels)

    def _taking(self, pixels: NDArray) -> Picture:
        """Pixels of this depth in any frame, not copied."""
        if self.is_rgb:
            return replace(Picture.from_array(pixels, profile=self.profile), focus=self.focus)
        if pixels.shape[2:] != (self.image.bands,):
            raise Unfit(f"{pixels.shape} does not fit {self.image.bands} inks.")
        image = to_vips(pixels, self.image.interpretation, profile=self.profile or None)
        return replace(self, image=image, mapped=None)

    def floats(self) -> Floats:
        """The pixels as float32, 0..1, coded as they are: for proxies and small pictures."""
        return self.array().astype(np.float32) / np.float32(_MOST[self.image.format])

    def with_floats(self, pixels: Floats) -> Picture:
        """The same frame with pixels of 0..1, clipped and rounded to the depth that it has."""
        return self.with_array(self._rounded(pixels))

    def by_strips(self, change: Callable[[Floats], Floats]) -> Picture:
        """Change each pixel by itself, a strip of rows at a time, so that memory stays bounded.

        ``change`` gets colours (rows × width × 3, float32 0..1) and returns as many; alpha stays.
        Raises Unfit for CMYK.
        """
        if not self.is_rgb:
            raise Unfit("Inks are no colours to be reckoned with: put this before the conversion.")
        most = np.float32(_MOST[self.image.format])
        kind = np.uint16 if self.depth == 16 else np.uint8
        result = np.empty((self.height, self.width, self.image.bands), kind)
        rows = max(1, _STRIP_BYTES // (self.width * 3 * 4))
        for start in range(0, self.height, rows):
            strip, done = self.rows(start, rows), result[start : start + rows]
            done[:, :, :3] = self._rounded(change(strip[:, :, :3].astype(np.float32) / most))
            done[:, :, 3:] = strip[:, :, 3:]
        return self.with_array(result)

    def _rounded(self, pixels: Floats) -> NDArray:
        most = _MOST[self.image.format]
        kind = np.uint16 if self.depth == 16 else np.uint8
        return np.rint(np.clip(pixels, 0.0, 1.0) * most).astype(kind)

    def proxy(self, longest_edge: int = PROXY_EDGE) -> Picture:
        """A smaller copy to measure on; itself where it is no larger."""
        if self.longest <= longest_edge:
            return self
        return self.with_image(fit(self.image, longest_edge))

    def rgb8(self, background: int = 255) -> NDArray[np.uint8]:
        """uint8, height × width × 3, what is transparent on a grey: what neural models look at.

        CMYK comes as sRGB, by its profile.
        """
        if not self.is_rgb:
            return Picture.of(self.image).rgb8(background)
        image = self.image
        if image.format == "ushort":
            image = rounded(image / 257.0, "uchar").copy(interpretation="srgb")
        if self.has_alpha:
            image = image.flatten(background=[background] * 3).cast("uchar")
        return image.numpy().reshape(self.height, self.width, 3)

    def alpha(self) -> Floats | None:
        """Alpha as float32 0..1, height × width; None where there is none."""
        if not self.has_alpha:
            return None
        alpha = self.image.extract_band(3).numpy().reshape(self.height, self.width)
        return alpha.astype(np.float32) / np.float32(_MOST[self.image.format])

    def with_alpha(self, alpha: Floats) -> Picture:
        """The same colours with another alpha (float32 0..1, height × width)."""
        if alpha.shape != (self.height, self.width) or not self.is_rgb:
            raise Unfit(f"Alpha of {alpha.shape} does not fit {self.width}×{self.height} RGB.")
        scaled = to_vips(np.asarray(alpha, np.float32), "b-w") * _MOST[self.image.format]
        band = rounded(scaled, self.image.format)
        return self.with_image(self.image.extract_band(0, n=3).bandjoin(band))

    def opaque(self) -> Picture:
        """The colours alone, whatever alpha said."""
        return self.with_image(self.image.extract_band(0, n=3)) if self.has_alpha else self
