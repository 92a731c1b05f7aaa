"""What a file says of itself before anything of it is decoded, and how much we will decode."""

from __future__ import annotations

from dataclasses import dataclass

from dam.formats import MediaType


@dataclass(frozen=True, slots=True)
class Limits:
    """What we are willing to decode. Pixels count all frames; memory is that of one decode."""

    max_pixels: int = 300_000_000
    max_dimension: int = 100_000
    max_bytes: int = 4 * 1024**3
    max_memory: int = 1280 * 1024**2
    max_frames: int = 1_000


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself. Width and height are those after EXIF orientation.

    ``frames`` counts pages and frames, ``decoded_frames`` those that are read to see whether the
    file is whole. A drawing or a document is as large as it is rendered. A file that is no picture
    has its media type alone; its numbers are 0.
    """

    media: MediaType
    width: int
    height: int
    bands: int
    has_alpha: bool
    colour_space: str
    bit_depth: int
    icc_name: str
    orientation: int
    frames: int
    decoded_frames: int = 1

    @property
    def pixels(self) -> int:
        """Pixels of one frame."""
        return self.width * self.height
