"""Names that every system takes: Windows, macOS, Linux, archives and HTTP headers."""

import re
import unicodedata

MOST_BYTES = 255  # of UTF-8: what ext4, APFS and NTFS all take
LONGEST_ENDING = 20
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved with any ending too.
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
DIRECTION_MARKS = {chr(c) for c in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F))}
DIRECTION_MARKS |= {chr(c) for c in range(0x2066, 0x206A)}


def safe_name(name: str, *, otherwise: str = "unnamed") -> str:
    """Return a name that can be a file's anywhere; one that is safe already stays as it is.

    Composed Unicode (NFC), nothing invisible, none of `/ \\ : * ? " < > |`, no leading dot or
    trailing dot or space, no device of Windows, and at most MOST_BYTES bytes with its ending kept.
    """
    composed = unicodedata.normalize("NFC", name)
    seen = "".join(c for c in composed if c.isprintable() and c not in DIRECTION_MARKS)
    plain = _trimmed(FORBIDDEN.sub("_", seen))
    if DEVICES.fullmatch(plain):
        plain = "_" + plain
    return _trimmed(shortened(plain)) or otherwise


def _trimmed(name: str) -> str:
    return name.strip().lstrip(".").rstrip(". ").strip()


def shortened(name: str, most: int = MOST_BYTES) -> str:
    """Return a name cut before its ending, so that it has at most `most` bytes of UTF-8."""
    if len(name.encode()) <= most:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING or len(ending.encode()) > most // 2:
        stem, dot, ending = name, "", ""
    room = most - len((dot + ending).encode())
    return _cut(stem, room).rstrip(". ") + dot + ending


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def safe_part(value: object, *, word: bool = False) -> str:
    """Return a value as a part of a name; as a word it has letters, digits and hyphens only."""
    plain = safe_name(str(value), otherwise="")
    if not word:
        return plain
    kept = "".join(c if c.isalnum() else "-" for c in plain)
    return re.sub(r"-{2,}", "-", kept).strip("-")
