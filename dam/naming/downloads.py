"""The names of downloaded files, by a brand's pattern."""

from collections.abc import Mapping
from typing import Any

from dam.naming.cleaning import safe_name, safe_part, shortened
from dam.naming.expressions import PatternError
from dam.naming.kinds import Value
from dam.naming.parts import Field, FormatError
from dam.naming.pattern import Pattern

# What a download pattern may name besides the fields of the brand's own name pattern.
KNOWN = {
    "name": "the file's name without its ending",
    "title": "the asset's title",
    "brand": "the brand's name",
    "asset": "the asset's number",
    "version": "the version's number",
    "purpose": "original, preview, large, thumbnail",
    "width": "pixels of what is downloaded",
    "height": "pixels of what is downloaded",
    "date": "the day it was taken, or came into the library",
    "ext": "the ending, without the dot",
}
ORIGINAL = "original"


def with_ending(text: str) -> str:
    """Return a pattern's text with `.{ext}` at its end where it says nothing of the ending."""
    return text if "{ext" in text else text + ".{ext}"


def download_name(
    version: Any, purpose: str, extension: str, pattern: str | None = None, **known: Value
) -> str:
    """Return what a downloaded file is called: safe everywhere, 255 bytes at most.

    `version` is a Version with its asset; `purpose` is "original" or a rendition's; `extension`
    may begin with a dot. By default the name of the uploaded file, and `NAME-PURPOSE` for a
    rendition; `pattern` (by default the brand's own) says otherwise. Where a pattern needs what
    this version has not, the default stands: a download never fails for its name.
    """
    rule = version.asset.brand.rules.download_pattern if pattern is None else pattern
    ending = extension.lstrip(".")
    if rule:
        fields = {**facts_of(version), **known, "purpose": purpose, "ext": ending}
        name = written(rule, fields)
        if name is not None:
            return name
    if purpose == ORIGINAL:
        return safe_name(version.file_name)
    stem = version.file_name.rpartition(".")[0] or version.file_name
    return safe_name(f"{stem}-{purpose}" + ("." + ending if ending else ""))


def facts_of(version: Any) -> dict[str, Value]:
    """Return what a pattern may say of a version: its name's fields, else what is known of it."""
    asset = version.asset
    taken = version.captured_at or version.created_at
    return {
        "name": version.file_name.rpartition(".")[0] or version.file_name,
        "title": asset.title,
        "brand": asset.brand.name,
        "asset": asset.pk,
        "version": version.number,
        "width": version.width,
        "height": version.height,
        "date": taken.date().isoformat() if taken else "",
        "ext": version.file_name.rpartition(".")[2] if "." in version.file_name else "",
        **version.name_fields,
    }


def written(text: str, fields: Mapping[str, Value | None]) -> str | None:
    """Write a name by a pattern, its values made to fit; None where that cannot be."""
    try:
        return write(text, fields)
    except (PatternError, FormatError):
        return None


def write(text: str, fields: Mapping[str, Value | None]) -> str:
    """Write a name by a pattern, its values made to fit. Raises PatternError and FormatError."""
    pattern = Pattern.parse(with_ending(text))
    fitted = {one.name: _fitted(one, fields.get(one.name)) for one in pattern.fields}
    try:
        return pattern.format(fitted, exact=False)
    except FormatError:
        long = {name: _shorter(value) for name, value in fitted.items()}
        if long == fitted:
            raise
        return pattern.format(long, exact=False)


def _fitted(one: Field, value: Value | None) -> Value | None:
    """Make a value fit its field where it may: a title becomes a word, `a/b` becomes `a_b`."""
    if value is None or value == "":
        return None
    for fitted in (value, safe_part(value), safe_part(value, word=True)):
        try:
            text = one.write(fitted)
        except FormatError:
            continue
        if safe_part(text) == text:
            return fitted
    return value


def _shorter(value: Value | None) -> Value | None:
    return shortened(value, 80).strip("- ") if isinstance(value, str) else value
