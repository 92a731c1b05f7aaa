"""Making signed addresses: for templates of other sites, for people who copy a link."""

import time
from urllib.parse import quote

from processing.transforms import keys, presets
from processing.transforms.errors import BadOptions
from processing.transforms.options import parse
from processing.transforms.signing import sign
from processing.transforms.subjects import NAME

LONGEST_NAME = 120


def signed_path(picture: str, options: str, *, name: str = "", seconds: int | None = None) -> str:
    """Return the path (from ``/i/``) of a picture with options, good for ``seconds`` or for ever.

    ``picture`` is ``a12`` for what is current of an asset, ``v34`` for a version. The name at its
    end is for people. Raises BadOptions, and KeysUnusable.
    """
    if not NAME.fullmatch(picture):
        raise BadOptions(f"“{picture[:40]}” is no picture: a12 is an asset, v34 a version.")
    parse(options, presets.known())
    path = f"{options}/{picture}/{_plain(name) or picture}"
    expires = int(time.time()) + seconds if seconds is not None else None
    signature = sign(keys.ring(), path, expires=expires)
    return f"/i/{signature}/{quote(path, safe='/=,:-._~')}"


def _plain(name: str) -> str:
    """A name as it may stand in an address: one part of a path, and no control characters."""
    kept = "".join(c for c in name if c.isprintable() and c not in "/\\?#%")
    return kept.strip(". ")[:LONGEST_NAME]
