"""Every address that the URL configuration knows, with the methods that it answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

SILENT = {"options"}


@dataclass(frozen=True, order=True)
class Route:
    """An address with its parameters as the configuration writes them, and one method."""

    address: str
    method: str  # "*" for a view that does not tell which it answers


def every_route() -> set[Route]:
    return {
        Route(address, method)
        for address, view in _walk(get_resolver().url_patterns)
        for method in _methods(view)
    }


def _walk(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        address = before + str(one.pattern).removeprefix("^").removesuffix("$")
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, address)
        elif isinstance(one, URLPattern):
            yield address, one.callback


def _methods(view: Any) -> set[str]:
    actions = getattr(view, "actions", None)
    if actions:
        return {method for method in actions if method not in SILENT}
    kind = getattr(view, "cls", None)
    if kind is None:
        return {"*"}
    told = {name for name in kind.http_method_names if hasattr(kind, name)} - SILENT
    return told if "get" not in told or "head" in vars(kind) else told - {"head"}
