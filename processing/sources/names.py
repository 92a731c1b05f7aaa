"""File names of sources: which are not meant for us, and how they are told and remembered."""

import fnmatch
import hashlib
import os
from collections.abc import Sequence

from dam.formats import ALL

# What browsers, copiers, editors and operating systems write before or beside the real file.
TEMPORARY_ENDINGS = (
    *(".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart"),
    *(".tmp", ".temp", ".swp", ".swx", ".lock", ".aria2", ".!ut", ".bts", ".ffs_tmp", ".icloud"),
)
TEMPORARY_BEGINNINGS = (".", "~")
NOT_FILES_OF_PEOPLE = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}
NOT_FOLDERS_OF_PEOPLE = {
    *("@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found"),
    *("__macosx", "node_modules"),
}
REASON_ENDING = ".reason.txt"
SIDECAR_ENDING = ".xmp"
ENDINGS = tuple(dict.fromkeys(name for media in ALL for name in media.names))
LONGEST_NAME = 255  # bytes, on nearly every file system
# Those that share a sidecar named without their own ending ("a.xmp" for "a.nef" and "a.jpg").
SHARING_A_SIDECAR = (
    *("jpg", "jpeg", "png", "tif", "tiff", "heic", "webp", "psd"),
    *("dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2"),
)


def key_hash(key: str) -> str:
    """Return the identity of a key: 32 hexadecimal digits, the same for the same bytes."""
    return hashlib.blake2b(os.fsencode(key), digest_size=16).hexdigest()


def shown(key: str) -> str:
    """Return a key as it can be stored and read: bytes that are not UTF-8 as `\\xff`."""
    return os.fsencode(key).decode("utf-8", "backslashreplace").replace("\0", "\\0")


def is_temporary(name: str) -> bool:
    """Whether a file's name says that it is not (yet) meant to be taken."""
    low = name.lower()
    return (
        low.startswith(TEMPORARY_BEGINNINGS)
        or low.endswith((*TEMPORARY_ENDINGS, "~", REASON_ENDING))
        or low in NOT_FILES_OF_PEOPLE
    )


def is_folder_of_people(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in NOT_FOLDERS_OF_PEOPLE


def is_sidecar(name: str) -> bool:
    return name.lower().endswith(SIDECAR_ENDING)


def sidecar_names(name: str) -> list[str]:
    """Return what a picture's sidecar may be called, the most particular first."""
    stem = name.rpartition(".")[0] or name
    return [base + end for base in (name, stem) for end in (".xmp", ".XMP")]


def pictures_of(sidecar: str) -> tuple[str, list[str]]:
    """Return which files a sidecar lies beside: the one that it names whole, and the others.

    "a.jpg.xmp" lies beside "a.jpg", and "a.xmp" beside "a" and every "a.…" with a known ending.
    """
    stem = sidecar[: -len(SIDECAR_ENDING)]
    return stem, [f"{stem}.{ending}" for ending in ENDINGS]


def keys_beside(sidecar: str) -> list[str]:
    """Return the keys of the files that the sidecar of a key lies beside, endings in both cases."""
    above, slash, name = sidecar.rpartition("/")
    whole, others = pictures_of(name)
    stem = whole + "."
    loud = [stem + other[len(stem) :].upper() for other in others]
    return [above + slash + one for one in (whole, *others, *loud)]


def sharers(sidecar: str, name: str) -> list[str]:
    """Return which files beside `name` would have the same sidecar, where it may be shared."""
    stem = sidecar[: -len(SIDECAR_ENDING)]
    if stem == name:
        return []
    endings = [end for one in SHARING_A_SIDECAR for end in (one, one.upper())]
    return [other for end in endings if (other := f"{stem}.{end}") != name]


def is_wanted(key: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether shell patterns let a file in; those with a slash are compared with the whole key."""
    if any(_fits(key, pattern) for pattern in exclude):
        return False
    return not include or any(_fits(key, pattern) for pattern in include)


def _fits(key: str, pattern: str) -> bool:
    text = key if "/" in pattern else key.rpartition("/")[2]
    return fnmatch.fnmatchcase(text.lower(), pattern.lower())


def numbered(name: str, number: int) -> str:
    """Return the name for the `number`-th file of that name: "a.jpg", "a (2).jpg", …"""
    return _with(name, f" ({number})") if number > 1 else name


def reason_name(name: str) -> str:
    """Return the name of the text that tells why the file of this name failed."""
    return _cut(name, LONGEST_NAME - len(REASON_ENDING)) + REASON_ENDING


def _with(name: str, addition: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME - len(os.fsencode(addition + dot + ending))
    return _cut(stem, max(room, 1)) + addition + dot + ending


def _cut(text: str, room: int) -> str:
    """Return as much of the beginning as `room` bytes hold, in whole characters."""
    while len(os.fsencode(text)) > room:
        text = text[:-1]
    return text


def folder_of(prefix: str) -> str:
    """Return a bucket's prefix as a folder: with one slash at its end; nothing for the whole."""
    clean = prefix.strip("/")
    return f"{clean}/" if clean else ""
