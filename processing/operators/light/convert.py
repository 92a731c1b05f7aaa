"""Convert: the same colours, coded for another device."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue, model_validator
from skimage.color import deltaE_ciede2000

from processing import vips
from processing.formats.codec import ICC_FIELD
from processing.icc import ADOBE_RGB, DISPLAY_P3, PROPHOTO, REC2020, matrix_profile, read_profile
from processing.operators.base import Family, Operator, Outcome, PictureColours
from processing.operators.context import Context
from processing.operators.light.mapping import each_colour
from processing.operators.light.spaces import coded, linear, luminance
from processing.operators.parameters import Reference
from processing.operators.picture import Floats, Picture, Unfit

Space = Literal["srgb", "display-p3", "adobe-rgb", "rec2020", "prophoto", "grey", "cmyk"]
Intent = Literal["perceptual", "relative", "saturation", "absolute"]

_MOST_BYTES = 16 * 1024**2  # of a profile; those of presses have 0.5 to 3 MB
_PROBE = 256  # pixels of the copy that the cost of the conversion is measured on
_PLAIN = 5.0  # ΔE2000: more than the tables of press profiles are off in themselves
_KINDS = {"RGB": "srgb", "CMYK": "cmyk"}


class Convert(Operator):
    """Converts to another colour space through ICC profiles (littleCMS): screens, or the press.

    “cmyk” is libvips' own press profile; a printer's goes by ``profile``. Transparency is laid on
    paper white on the way to the press. “grey” stays RGB with three equal channels, of the same
    luminance. How much a round trip differs, on a small copy, says what the new space cannot hold.
    """

    operator: ClassVar[str] = "convert"
    title: ClassVar[str] = "Convert colours"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"to": "display-p3"}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    to: Space | None = None
    """The space, where it is a known one."""
    profile: Reference | None = None
    """An ICC profile (.icc) for RGB or CMYK output; instead of a known space."""
    intent: Intent = "relative"
    """Colours that do not fit are clipped (relative), or all are drawn together (perceptual)."""
    black_point: bool = True
    """Whether the darkest of one space becomes the darkest of the other."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Convert:
        if (self.to is None) == (self.profile is None):
            raise ValueError("give a space (to) or a profile, one of them")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.to == "grey":
            return self._grey(picture)
        wanted, kind = self._target(context)
        if kind == "cmyk" and picture.has_alpha:
            white = 65535 if picture.depth == 16 else 255
            flat = picture.image.flatten(background=[white] * 3)
            picture = picture.with_image(flat.cast(picture.image.format))
        if picture.is_srgb and wanted == vips.srgb_profile():
            return Outcome(picture, {"colour_space": "sRGB"})
        made = self._through(picture, wanted)
        info = read_profile(wanted)
        measures: dict[str, JsonValue] = {"colour_space": info.colour_space if info else kind}
        if picture.is_rgb:
            measures.update(self._cost(picture.proxy(_PROBE), wanted))
        return Outcome(made, measures)

    def leaves(self, colours: PictureColours) -> PictureColours:
        """What a profile's file holds is not known before it is read: it is taken as RGB."""
        if self.to in ("srgb", "grey"):
            return "srgb"
        return "cmyk" if self.to == "cmyk" else "rgb"

    def _target(self, context: Context) -> tuple[bytes, str]:
        """The profile's bytes, and whether it is of RGB or CMYK ("srgb", "cmyk")."""
        if self.profile is None:
            return _known(self.to or "srgb"), "cmyk" if self.to == "cmyk" else "srgb"
        data = _bytes(context.library.file(self.profile))
        info = read_profile(data)
        if info is None or info.kind not in _KINDS:
            said = "no ICC profile" if info is None else f"a profile for {info.kind}"
            raise Unfit(f"“{self.profile}” is {said}: one for RGB or CMYK output is needed.")
        return data, _KINDS[info.kind]

    def _grey(self, picture: Picture) -> Outcome:
        if not picture.is_srgb:
            picture = self._through(picture, vips.srgb_profile())
        return Outcome(each_colour(picture, _grey), {"colour_space": "sRGB"})

    def _through(self, picture: Picture, wanted: bytes) -> Picture:
        """The picture in the profile's space. libvips takes profiles from files only."""
        with tempfile.NamedTemporaryFile(suffix=".icc") as file:
            file.write(wanted)
            file.flush()
            try:
                image = picture.image.icc_transform(
                    file.name,
                    embedded=True,
                    intent=self.intent,
                    black_point_compensation=self.black_point and self.intent != "absolute",
                    depth=picture.depth,
                )
                made = vips.in_memory(image.cast(picture.image.format))
            except vips.Error as error:
                raise Unfit(
                    "The profile cannot be converted to: it may be for input only."
                ) from error
        made.set_type(vips.BLOB, ICC_FIELD, wanted)
        return Picture(made, picture.focus)

    def _cost(self, small: Picture, wanted: bytes) -> dict[str, JsonValue]:
        """ΔE2000 of a round trip: what does not fit into the space comes back as another colour."""
        back = Convert(to="srgb", intent="relative")._through(
            self._through(small.opaque(), wanted), small.profile
        )
        before, after = (_lab(one) for one in (small.opaque(), back))
        apart = deltaE_ciede2000(before, after)
        return {
            "delta_e_mean": round(float(apart.mean()), 2),
            "delta_e_p95": round(float(np.percentile(apart, 95)), 2),
            "out_of_gamut_share": round(float((apart > _PLAIN).mean()), 4),
        }


def _grey(colours: Floats) -> Floats:
    return np.repeat(coded(luminance(linear(colours)))[:, None], 3, axis=1)


def _lab(picture: Picture) -> Floats:
    """CIE L*a*b* relative to D50 through the picture's own profile (height, width, 3)."""
    return picture.image.icc_import(embedded=True, pcs="lab", intent="relative").numpy()


def _known(space: Space) -> bytes:
    """A known space's profile. Transfer curves: sRGB's, Adobe RGB's 2.2, ProPhoto's 1.8."""
    if space == "srgb":
        return vips.srgb_profile()
    if space == "cmyk":
        return bytes(vips.Operation.call("profile_load", "cmyk"))
    if space == "adobe-rgb":
        return matrix_profile(ADOBE_RGB, gamma=563 / 256)
    if space == "prophoto":
        return matrix_profile(PROPHOTO, gamma=1.8)
    return matrix_profile(DISPLAY_P3 if space == "display-p3" else REC2020)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Unfit(f"The profile cannot be read: {error.strerror}.") from error
    if len(data) > _MOST_BYTES:
        raise Unfit(f"The profile has more than {_MOST_BYTES // 1024**2} MB.")
    return data
