"""The formats that the library knows: what each is called, and what is done with it.

Every accepted file has one of these types, told by its content (processing/media.py and
processing/formats). Brand rules, the query language and the pages take their names from here;
docs/reference/formats.md is kept in step by a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["picture", "drawing", "document", "other"]
Family = Literal[
    "picture", "document", "table", "archive", "audio", "video", "text", "code", "unknown"
]
# What is rendered and looked at. Everything else is kept, described and found by its words.
SHOWN: frozenset[str] = frozenset({"picture", "drawing", "document"})


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type of file: MIME type, name for people, extension without the dot.

    ``kind`` decides what is done with it, ``family`` which icon stands for it where it has no
    picture. ``extensions`` are all by which its files are called. ``group`` is the name under
    which brand rules and searches know it, where several types share one.
    """

    mime: str
    label: str
    extension: str
    kind: Kind = "picture"
    family: Family = "picture"
    extensions: tuple[str, ...] = ()
    group: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every extension that claims this type."""
        return (self.extension, *self.extensions)

    @property
    def rule(self) -> str:
        """What brand rules call it."""
        return self.group or self.label


def _other(mime: str, label: str, extension: str, family: Family) -> MediaType:
    return MediaType(mime, label, extension, "other", family)


JPEG = MediaType("image/jpeg", "JPEG", "jpg", extensions=("jpeg", "jpe", "jfif"))
PNG = MediaType("image/png", "PNG", "png", extensions=("apng",))
WEBP = MediaType("image/webp", "WebP", "webp")
TIFF = MediaType("image/tiff", "TIFF", "tif", extensions=("tiff",))
AVIF = MediaType("image/avif", "AVIF", "avif")
HEIC = MediaType("image/heic", "HEIC", "heic", extensions=("heif", "hif"))
JXL = MediaType("image/jxl", "JPEG XL", "jxl")
GIF = MediaType("image/gif", "GIF", "gif")
BMP = MediaType("image/bmp", "BMP", "bmp", extensions=("dib",))
PSD = MediaType("image/vnd.adobe.photoshop", "Photoshop", "psd", extensions=("psb",))
EXR = MediaType("image/x-exr", "OpenEXR", "exr")
SVG = MediaType("image/svg+xml", "SVG", "svg", kind="drawing")
PDF = MediaType("application/pdf", "PDF", "pdf", kind="document", family="document")


def _raw(mime: str, maker: str, extension: str, *more: str) -> MediaType:
    return MediaType(mime, f"{maker} raw", extension, extensions=more, group="Camera raw")


DNG = _raw("image/x-adobe-dng", "DNG", "dng")
CR2 = _raw("image/x-canon-cr2", "Canon CR2", "cr2")
CR3 = _raw("image/x-canon-cr3", "Canon CR3", "cr3")
NEF = _raw("image/x-nikon-nef", "Nikon", "nef", "nrw")
ARW = _raw("image/x-sony-arw", "Sony", "arw", "sr2", "srf")
RAF = _raw("image/x-fuji-raf", "Fujifilm", "raf")
ORF = _raw("image/x-olympus-orf", "Olympus", "orf")
RW2 = _raw("image/x-panasonic-rw2", "Panasonic", "rw2")
PEF = _raw("image/x-pentax-pef", "Pentax", "pef")
CAMERA_RAW = MediaType("image/x-raw", "Camera raw", "raw", extensions=("3fr", "erf", "iiq", "srw"))
RAWS: tuple[MediaType, ...] = (DNG, CR2, CR3, NEF, ARW, RAF, ORF, RW2, PEF, CAMERA_RAW)

PICTURES: tuple[MediaType, ...] = (
    JPEG, PNG, WEBP, TIFF, AVIF, HEIC, JXL, GIF, BMP, PSD, EXR, *RAWS, SVG, PDF,
)  # fmt: skip

ZIP = _other("application/zip", "ZIP archive", "zip", "archive")
GZIP = _other("application/gzip", "Gzip archive", "gz", "archive")
BZIP2 = _other("application/x-bzip2", "Bzip2 archive", "bz2", "archive")
XZ = _other("application/x-xz", "XZ archive", "xz", "archive")
ZSTD = _other("application/zstd", "Zstandard archive", "zst", "archive")
SEVEN_ZIP = _other("application/x-7z-compressed", "7-Zip archive", "7z", "archive")
RAR = _other("application/vnd.rar", "RAR archive", "rar", "archive")
TAR = _other("application/x-tar", "Tar archive", "tar", "archive")

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
DOCX = _other(f"{_OPEN_XML}.wordprocessingml.document", "Word document", "docx", "document")
XLSX = _other(f"{_OPEN_XML}.spreadsheetml.sheet", "Excel workbook", "xlsx", "table")
PPTX = _other(
    f"{_OPEN_XML}.presentationml.presentation", "PowerPoint presentation", "pptx", "document"
)
ODT = _other(f"{_OPEN_DOCUMENT}.text", "OpenDocument text", "odt", "document")
ODS = _other(f"{_OPEN_DOCUMENT}.spreadsheet", "OpenDocument spreadsheet", "ods", "table")
ODP = _other(f"{_OPEN_DOCUMENT}.presentation", "OpenDocument presentation", "odp", "document")
EPUB = _other("application/epub+zip", "EPUB book", "epub", "document")
OLD_OFFICE = _other("application/x-ole-storage", "Older Office document", "doc", "document")
RTF = _other("application/rtf", "Rich text", "rtf", "document")
POSTSCRIPT = _other("application/postscript", "PostScript", "ps", "document")

CSV = _other("text/csv", "CSV table", "csv", "table")
TSV = _other("text/tab-separated-values", "Tab-separated table", "tsv", "table")
PARQUET = _other("application/vnd.apache.parquet", "Parquet table", "parquet", "table")
SQLITE = _other("application/vnd.sqlite3", "SQLite database", "sqlite", "table")

TEXT = _other("text/plain", "Plain text", "txt", "text")
MARKDOWN = _other("text/markdown", "Markdown text", "md", "text")
JSON = _other("application/json", "JSON data", "json", "code")
XML = _other("application/xml", "XML data", "xml", "code")
HTML = _other("text/html", "Web page", "html", "code")
CODE = _other("text/x-source", "Source code", "txt", "code")

MP3 = _other("audio/mpeg", "MP3 audio", "mp3", "audio")
WAV = _other("audio/wav", "WAV audio", "wav", "audio")
FLAC = _other("audio/flac", "FLAC audio", "flac", "audio")
OGG = _other("audio/ogg", "Ogg audio", "ogg", "audio")
M4A = _other("audio/mp4", "MPEG-4 audio", "m4a", "audio")
MIDI = _other("audio/midi", "MIDI music", "mid", "audio")

MP4 = _other("video/mp4", "MPEG-4 video", "mp4", "video")
QUICKTIME = _other("video/quicktime", "QuickTime video", "mov", "video")
MATROSKA = _other("video/matroska", "Matroska video", "mkv", "video")
WEBM = _other("video/webm", "WebM video", "webm", "video")
AVI = _other("video/x-msvideo", "AVI video", "avi", "video")
MPEG = _other("video/mpeg", "MPEG video", "mpg", "video")

JPEG_2000 = _other("image/jp2", "JPEG 2000 picture", "jp2", "unknown")
ICON = _other("image/vnd.microsoft.icon", "Windows icon", "ico", "unknown")
FONT = _other("font/sfnt", "Font", "ttf", "unknown")
PROGRAM = _other("application/x-executable", "Program", "bin", "unknown")
UNKNOWN = _other("application/octet-stream", "Unknown data", "bin", "unknown")

OTHERS: tuple[MediaType, ...] = (
    ZIP,
    GZIP,
    BZIP2,
    XZ,
    ZSTD,
    SEVEN_ZIP,
    RAR,
    TAR,
    DOCX,
    XLSX,
    PPTX,
    ODT,
    ODS,
    ODP,
    EPUB,
    OLD_OFFICE,
    RTF,
    POSTSCRIPT,
    CSV,
    TSV,
    PARQUET,
    SQLITE,
    TEXT,
    MARKDOWN,
    JSON,
    XML,
    HTML,
    CODE,
    MP3,
    WAV,
    FLAC,
    OGG,
    M4A,
    MIDI,
    MP4,
    QUICKTIME,
    MATROSKA,
    WEBM,
    AVI,
    MPEG,
    JPEG_2000,
    ICON,
    FONT,
    PROGRAM,
    UNKNOWN,
)
ALL: tuple[MediaType, ...] = (*PICTURES, *OTHERS)
_BY_MIME = {media.mime: media for media in reversed(ALL)}
_CLAIMS = {
    name: media
    for media in reversed(PICTURES)
    for name in media.names
    if media.kind == "picture" and name != "raw"  # which many other things are called too
}

# What brand rules choose from, in the order in which they are shown.
RULE_NAMES: tuple[str, ...] = tuple(dict.fromkeys(media.rule for media in PICTURES))


def by_mime(mime: str) -> MediaType:
    """Return the type of a MIME type; one that is not known is itself, of the unknown family."""
    return _BY_MIME.get(mime) or MediaType(mime, mime, "", "other", "unknown")


def claimed_by(name: str) -> MediaType | None:
    """Return the picture type that a file name's ending claims, or None where it claims none."""
    return _CLAIMS.get(name.rpartition(".")[2].lower()) if "." in name else None


def mimes_of(rules: Iterable[str]) -> list[str]:
    """Return the MIME types that brand rules of these names mean; unknown names mean none."""
    wanted = set(rules)
    return [media.mime for media in PICTURES if media.rule in wanted]
