"""Opening strangers' pictures: what is it, may we decode it, is it whole?

``inspect`` reads the header only. ``verify`` decodes everything once, streaming where the format
allows. Both raise ``InputError`` with a sentence for the person, and OSError when the file itself
cannot be read.
"""

from __future__ import annotations

from pathlib import Path

from dam.formats import claimed_by
from processing import vips
from processing.errors import InputError
from processing.formats.codecs import codec_of
from processing.formats.gif import count_frames
from processing.formats.header import Header, Limits
from processing.formats.others import recognise
from processing.icc import read_profile
from processing.loading import ICC_FIELD, bytes_of, open_image
from processing.media import (
    AVIF,
    GIF,
    JPEG,
    PNG,
    TIFF,
    WEBP,
    MediaType,
    accepted_labels,
    sniff,
)
from processing.pngfile import check_chunks, refuse_splinters
from processing.vips import configure

__all__ = ["Header", "Limits", "MediaType", "configure", "inspect", "open_image", "sniff", "verify"]

_NO_PROFILE_SPACES = {
    "cmyk": "CMYK",
    "b-w": "Grey",
    "grey16": "Grey",
    "lab": "Lab",
    "labs": "Lab",
}
# Interpretation → the kind of ICC profile that fits it; all others want an RGB profile.
PROFILE_KINDS = {"cmyk": "CMYK", "b-w": "GRAY", "grey16": "GRAY", "lab": "Lab", "labs": "Lab"}
_SAMPLE_BITS = {"uchar": 8, "ushort": 16, "float": 32, "double": 64}


def inspect(
    path: Path | str, limits: Limits | None = None, *, name: str = "", others: bool = False
) -> Header:
    """Read the header, decode no pixels.

    With ``others`` any file will do that is no picture and whose ``name`` does not claim that it
    is one: its header holds its type alone. Raises InputError for an unknown or unreadable file and
    for one that is larger than ``limits``.
    """
    limits = limits or Limits()
    _refuse_size(path, limits)
    media = sniff(path)
    if media is None:
        return _other(path, name, others)
    _refuse_disguise(media, name)
    if media == PNG:
        refuse_splinters(path)
    codec = codec_of(media)
    if codec is not None:
        header = codec.inspect(path)
        _refuse_too_large(header, limits)
        _refuse_memory(codec.memory(header), limits)
        return header
    try:
        image = open_image(path, media)
        header = _header(image, media, path)
    except vips.Error as error:
        raise _unreadable(error, media) from error
    _refuse_too_large(header, limits)
    if image.format not in _SAMPLE_BITS:
        raise InputError(
            f"This {media.label} stores its pixels as {image.format} numbers, "
            "a kind that cannot be shown yet."
        )
    return header


def verify(path: Path | str, limits: Limits | None = None, *, first_frame: bool = True) -> Header:
    """Decode every pixel of every frame once and return the header.

    JPEG is decoded at an eighth of its size: that reads every coded coefficient, which is where
    damage shows, and skips only arithmetic. Who is about to decode the first frame anyway, and so
    will meet its damage, leaves it out here. Raises InputError when the file is incomplete, damaged
    or would need more memory than ``limits`` allow.
    """
    limits = limits or Limits()
    header = inspect(path, limits)
    if header.media == PNG:
        check_chunks(path)
    codec = codec_of(header.media)
    if codec is not None:
        if first_frame:
            codec.load(path, None)
        return header
    try:
        _refuse_hungry(open_image(path, header.media), header, limits)
        for frame in range(0 if first_frame else 1, header.decoded_frames):
            _decode_frame(path, header.media, frame)
    except vips.Error as error:
        raise vips.input_error(error) from error
    return header


def _refuse_size(path: Path | str, limits: Limits) -> None:
    size = Path(path).stat().st_size
    if size == 0:
        raise InputError("The file is empty.")
    if size > limits.max_bytes:
        raise InputError(f"The file has {size:,} bytes; at most {limits.max_bytes:,} are accepted.")


def _other(path: Path | str, name: str, accepted: bool) -> Header:
    """The header of a file that is no picture, where such are accepted and it does not lie."""
    media = recognise(path, name)
    if not accepted:
        raise InputError(
            f"This is not a picture that can be read here: it looks like “{media.label}”. "
            f"Accepted are {accepted_labels()}."
        )
    _refuse_disguise(media, name)
    return Header(media, 0, 0, 0, False, "", 0, "", 1, 1)


def _refuse_disguise(media: MediaType, name: str) -> None:
    """Refuse what is no picture but is called like one."""
    claimed = claimed_by(name)
    if claimed is not None and media.kind != "picture":
        raise InputError(
            f"Its name says that it is a {claimed.label} picture, but it is not a picture "
            f"that can be read here: it looks like “{media.label}”."
        )


def _unreadable(error: vips.Error, media: MediaType) -> InputError:
    told = vips.input_error(error)
    if told.sentence == vips.INCOMPLETE:
        return told
    return InputError(
        f"It begins like a {media.label} picture, "
        "but it is damaged or of a kind that cannot be read here.",
        detail=told.detail,
    )


def _header(image: vips.Image, media: MediaType, path: Path | str) -> Header:
    orientation = _field(image, "orientation", 1)
    orientation = orientation if 1 <= orientation <= 8 else 1
    turned = orientation >= 5
    height = _field(image, "page-height", image.height)
    name, space = _colour_space(image)
    frames = count_frames(path) if media == GIF else max(1, _field(image, "n-pages", 1))
    return Header(
        media=media,
        width=height if turned else image.width,
        height=image.width if turned else height,
        bands=image.bands,
        has_alpha=bool(image.hasalpha()),
        colour_space=space,
        bit_depth=_field(image, "bits-per-sample", _SAMPLE_BITS.get(image.format, 32)),
        icc_name=name,
        orientation=orientation,
        frames=frames,
        decoded_frames=frames if media in (TIFF, WEBP) else 1,
    )


def _field(image: vips.Image, name: str, default: int) -> int:
    return int(image.get(name)) if image.get_typeof(name) else default


def _colour_space(image: vips.Image) -> tuple[str, str]:
    """(profile name, colour space) from the profile if it fits the pixels, else from the pixels."""
    plain = _NO_PROFILE_SPACES.get(image.interpretation, "sRGB")
    if image.get_typeof(ICC_FIELD):
        info = read_profile(image.get(ICC_FIELD))
        if info is not None and info.kind == PROFILE_KINDS.get(image.interpretation, "RGB"):
            return info.name, info.colour_space
    return "", plain


def _refuse_too_large(header: Header, limits: Limits) -> None:
    longest = max(header.width, header.height)
    if longest > limits.max_dimension:
        raise InputError(
            f"Its longer side has {longest:,} pixels; "
            f"at most {limits.max_dimension:,} are accepted."
        )
    frames = header.decoded_frames
    if frames > limits.max_frames:
        raise InputError(f"It has {frames:,} pages; at most {limits.max_frames:,} are accepted.")
    total = header.pixels * frames
    if total > limits.max_pixels:
        size = f"{header.width:,} × {header.height:,}"
        size += f" on {frames:,} pages" if frames > 1 else ""
        raise InputError(
            f"It has {total:,} pixels ({size}); at most {limits.max_pixels:,} are accepted."
        )


def _refuse_hungry(image: vips.Image, header: Header, limits: Limits) -> None:
    """Refuse what its decoder would have to hold in memory as a whole and that is too much.

    Bytes per pixel: a progressive JPEG keeps 16-bit coefficients, an interlaced PNG the picture
    itself; those of WebP and AVIF were measured at 100 and 49 megapixels. The rest streams.
    """
    interlaced = bool(image.get_typeof("interlaced"))
    per_sample = 2 if image.format == "ushort" else 1
    needed = {
        JPEG: 2 * bytes_of(image) * interlaced,
        PNG: bytes_of(image) * interlaced,
        WEBP: 8 * header.pixels,
        AVIF: 15 * header.pixels * per_sample,
        GIF: 8 * header.pixels,
    }.get(header.media, 0)
    _refuse_memory(needed, limits)


def _refuse_memory(needed: float, limits: Limits) -> None:
    if needed > limits.max_memory:
        raise InputError(
            f"Opening it would take about {needed / 1e9:.1f} GB of memory; "
            f"at most {limits.max_memory / 1e9:.1f} GB is allowed. "
            "Make it smaller, or save it without interlacing if it has that."
        )


def _decode_frame(path: Path | str, media: MediaType, frame: int) -> None:
    """Pull every row of one frame through the decoder and keep nothing."""
    options: dict[str, object] = {"page": frame} if media in (TIFF, WEBP) else {}
    if media == JPEG:
        options["shrink"] = 8
    open_image(path, media, **options).avg()
