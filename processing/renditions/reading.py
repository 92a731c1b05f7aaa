"""Renditions read back: as pixels for what measures them, as a JPEG for who takes them home.

To be called in a sandbox. A rendition was made in one, perhaps by a cell that its file had taken
over, so its bytes are a stranger's until they are decoded; and what decodes them may be taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, WebPImagePlugin

from processing import vips
from processing.errors import TransientError

BACKDROP = (255, 255, 255)
JPEG_QUALITY = 90  # what is lost beside the WebP that it is made from cannot be seen
DAMAGED = "A smaller copy of this picture is damaged; it has to be made again."
_ONLY = [WebPImagePlugin.WebPImageFile.format]  # Pillow would try its other decoders too


@dataclass(frozen=True, slots=True)
class Pixels:
    """A file of ``height`` rows of ``width`` pixels of three bytes: red, green, blue (sRGB)."""

    path: Path
    width: int
    height: int


def pixels(path: Path | str, out_dir: Path | str) -> Pixels:
    """Write a rendition's pixels to ``out_dir``, what is transparent laid on white.

    Raises TransientError where it cannot be read: it can be made again.
    """
    try:
        with Image.open(path, formats=_ONLY) as picture:
            shown = _on_white(picture)
    except (OSError, SyntaxError, ValueError) as error:
        raise TransientError(DAMAGED, detail=str(error)) from error
    target = Path(out_dir) / "pixels"
    target.write_bytes(shown.tobytes())
    return Pixels(target, shown.width, shown.height)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture.copy()
    rgba = picture.convert("RGBA")
    ground = Image.new("RGB", rgba.size, BACKDROP)
    ground.paste(rgba, mask=rgba.getchannel("A"))
    return ground


def as_jpeg(path: Path | str, out_dir: Path | str) -> Path:
    """Write a rendition to ``out_dir`` as a JPEG in sRGB, transparency on white.

    Raises TransientError where it cannot be read: it can be made again.
    """
    try:
        image = vips.Image.webpload(str(path))
        if image.hasalpha():
            image = image.flatten(background=list(BACKDROP))
        data = image.jpegsave_buffer(
            Q=JPEG_QUALITY, optimize_coding=True, keep="icc", interlace=True
        )
    except vips.Error as error:
        raise TransientError(DAMAGED, detail=str(error)) from error
    target = Path(out_dir) / "download.jpg"
    target.write_bytes(data)
    return target
