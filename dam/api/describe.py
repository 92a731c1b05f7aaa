"""The description of the API as a whole: which addresses are in it, their groups, and its text."""

import json
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

PREFIX = "/api/v1/"
GROUPS = {
    "Assets": "What the library holds, the bin, and many assets at once.",
    "Versions": "The states of an asset's picture, and their files.",
    "Tags": "What is said of an asset, by people and by models.",
    "Relations": "What assets are to each other.",
    "Renamings": "Files renamed by a pattern, many at once, and their old names again.",
    "Terms": "The vocabulary.",
    "Collections": "Sets of assets that people put together.",
    "Uploads": "Every way in for a file.",
    "Sources": "Folders that are watched and buckets that are looked through.",
    "Consistency": "How alike a brand's pictures of a category look, against a reference.",
    "Renders": "Assets put through recipes by workers: how far each is, and what came of it.",
    "Recipes": "Transformation as text: every version of it, and what is wrong with a text.",
    "Presets": "Options of pictures on the fly, by name.",
    "Search": "By meaning, by word, by filters, by picture.",
    "Duplicates": "Pictures that look the same.",
    "Review": "What waits for a person, and what people decided.",
    "Brands": "Brands and the versions of their rules.",
    "Jobs": "What is to be done, is being done, and has failed.",
    "Account": "Who asks, and the description itself.",
}
INTRODUCTION = """\
Everything that the pages of Loupe do, for programs.

Sign in with a token: `Authorization: Bearer lp_…`. Tokens are made under Settings → Tokens; they
have scopes, and never more rights than their person. Errors are problem JSON (RFC 9457) with a
sentence in `detail`. Lists come in pages: `next_cursor` is the `cursor` of the next one. A POST may
carry an `Idempotency-Key`, so that it can be sent again. Single things have an ETag for
`If-None-Match` and `If-Match`.
"""
Endpoint = tuple[str, str, str, Any]


def ours(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Return the addresses of the API; other DRF views, if there are any, are not it."""
    return [one for one in endpoints if one[0].startswith(PREFIX)]


def finish(result: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Put in the text and the groups, in our order; groups that nobody described come last."""
    result["info"]["description"] = INTRODUCTION
    used = {tag for _path, _method, one in operations(result) for tag in one.get("tags", [])}
    names = [name for name in GROUPS if name in used] + sorted(used - set(GROUPS))
    result["tags"] = [{"name": name, "description": GROUPS.get(name, "")} for name in names]
    return result


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every operation of a description: its path, its method, and itself."""
    return [
        (path, method, one)
        for path, methods in document.get("paths", {}).items()
        for method, one in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


@cache
def document() -> dict[str, Any]:
    """Return the description, made once by each process: it depends on nothing but the code."""
    return json.loads(as_json())


@cache
def as_json() -> bytes:
    """Return the description as it is sent."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    return OpenApiJsonRenderer().render(made, renderer_context={"indent": 1})
