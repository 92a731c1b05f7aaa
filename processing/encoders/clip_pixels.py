"""open_clip's picture preparation with Pillow and numpy: the same pixels, without torch.

Follows torchvision's ``Resize`` and ``CenterCrop`` to the rounding, because a pixel's shift costs
more agreement than int8 does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from processing.encoders.base import EncoderError, Matrix
from processing.encoders.pixels import as_rgb, to_batch

FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
FITS = ("shortest", "squash", "longest")


class ClipPixels:
    """Calls turn pictures into float32 (n, 3, size, size).

    ``config`` has size, mean, std, interpolation, resize_mode and fill_color, as open_clip's
    ``get_model_preprocess_cfg`` returns them. Raises :class:`EncoderError` for what it cannot do.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._side = int(config["size"])
        self._mean, self._std = tuple(config["mean"]), tuple(config["std"])
        self._fit = config["resize_mode"]
        self._fill = (int(config.get("fill_color", 0)),) * 3
        if self._fit not in FITS or config["interpolation"] not in FILTERS:
            raise EncoderError(f"no preparation of pictures as in {dict(config)}")
        self._filter = FILTERS[config["interpolation"]]

    def __call__(self, pictures: Sequence[Image.Image]) -> Matrix:
        """See the class."""
        return to_batch([self.square(one) for one in pictures], self._mean, self._std)

    def square(self, picture: Image.Image) -> Image.Image:
        """The RGB square that the network sees."""
        rgb, side = as_rgb(picture), self._side
        if self._fit == "squash":
            return rgb.resize((side, side), self._filter)
        if self._fit == "longest":
            return self._padded(rgb)
        sized = rgb.resize(_shorter_to(rgb.size, side), self._filter)
        left, top = round((sized.width - side) / 2), round((sized.height - side) / 2)
        return sized.crop((left, top, left + side, top + side))

    def _padded(self, rgb: Image.Image) -> Image.Image:
        scale = self._side / max(rgb.size)
        size = (round(rgb.width * scale), round(rgb.height * scale))
        page = Image.new("RGB", (self._side, self._side), self._fill)
        corner = ((self._side - size[0]) // 2, (self._side - size[1]) // 2)
        page.paste(rgb.resize(size, self._filter), corner)
        return page


def _shorter_to(size: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = size
    if width <= height:
        return side, int(side * height / width)
    return int(side * width / height), side
