"""How a view is described (OpenAPI 3.1): what it may answer follows from what it takes."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import BaseSerializer

from dam.api.access import HasScope
from dam.api.problems import WORDS
from dam.api.serializers import Given, Problem
from dam.problems import MEDIA_TYPE, problem

ALWAYS = (400, 401, 403, 406, 429)
WITH_A_BODY = (413, 415)
DETAILS = WORDS | {
    400: "“limit” is a whole number from 1 to 200.",
    409: "Somebody has changed it meanwhile.",
    412: "It has been changed meanwhile. Nothing was changed now: read it again first.",
    422: "This Idempotency-Key was used for another request: take a new one.",
    429: "That is too often. Ask again in 31 seconds.",
    503: "The storage cannot be reached just now. Try again in a minute.",
    507: "The disk is full: nothing was kept. Tell an admin.",
}


class Schema(AutoSchema):
    """drf-spectacular's reading of a view, with what all our views have in common."""

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        query = getattr(self.view, "query_class", None)
        if query is not None and self.method == "GET":
            found.append(query)
        if self._says("idempotent"):
            words = "The same key with the same body brings the same answer again, for a day."
            found.append(_header("Idempotency-Key", words, maxLength=255, pattern="^[ -~]+$"))
        if self._says("etag"):
            read = "The ETag that you have: 304 where it is still that."
            write = "The ETag that you have seen: 412 where it is another by now."
            name = "If-None-Match" if self.method == "GET" else "If-Match"
            found.append(_header(name, read if self.method == "GET" else write))
        return found

    def _get_filter_parameters(self) -> list[Any]:
        """Take over the filters' words, which a filter with a schema of its own would lose."""
        found = super()._get_filter_parameters()
        filters = getattr(getattr(self.view, "filterset_class", None), "base_filters", {})
        for one in found:
            words = (
                filters[one["name"]].extra.get("help_text", "") if one["name"] in filters else ""
            )
            if words:
                one["description"] = str(words)
        return found

    def _says(self, mark: str) -> bool:
        """Whether the view's method carries a decorator's mark."""
        return bool(getattr(getattr(self.view, self.method.lower(), None), mark, False))

    def get_auth(self) -> list[Any]:
        """Name the scope that a token needs beside the scheme."""
        needed = getattr(self.view, "required_scopes", {}).get(self.method)
        scopes = [str(needed)] if needed else []
        kept = [one for one in super().get_auth() if "token" not in one]
        if needed is None and HasScope in self.view.permission_classes:
            return kept
        return [{"token": scopes}, *kept]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found = super()._get_response_bodies(direction)
        if self._says("etag"):
            self._add_etag(found)
        for status in self._refusals():
            found.setdefault(str(status), self._problem(str(status), direction))
        return dict(sorted(found.items()))

    def _add_etag(self, found: dict[str, Any]) -> None:
        tag = {"schema": {"type": "string"}, "description": "Changes with the thing."}
        for code in [code for code in found if code.startswith("2") and code != "204"]:
            found[code].setdefault("headers", {})["ETag"] = tag
        if self.method == "GET":
            found["304"] = {"description": "It is as you have it.", "headers": {"ETag": tag}}

    def _refusals(self) -> list[int]:
        found = list(ALWAYS)
        if "{" in self.path:
            found.append(404)
        if self.method in {"POST", "PUT", "PATCH"} and self.get_request_serializer() is not None:
            found += WITH_A_BODY
        if self._says("etag") and self.method != "GET":
            found.append(412)
        if self._says("idempotent"):
            found += [409, 422]
        return found

    def _problem(self, status: str, direction: Any) -> dict[str, Any]:
        return self._get_response_for_code(Problem, status, [MEDIA_TYPE], direction)

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: Any,
        media_types: Any = None,
        direction: Any = "response",
    ) -> dict[str, Any]:
        if serializer is not Problem:
            return super()._get_response_for_code(serializer, status_code, media_types, direction)
        found = super()._get_response_for_code(Problem, status_code, [MEDIA_TYPE], direction)
        status = int(status_code)
        body = problem(status, DETAILS.get(status, WORDS[400]))
        found["description"] = body["title"]
        found["content"][MEDIA_TYPE]["example"] = body
        if status == 401:
            found["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
        if status in {429, 503}:
            found["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
        return found

    def _map_basic_serializer(self, serializer: BaseSerializer, direction: Any) -> dict[str, Any]:
        found = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Given) and direction == "request":
            found["additionalProperties"] = False
        return found


def _header(name: str, words: str, **bounds: Any) -> OpenApiParameter:
    schema = {"type": "string", **bounds}
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, description=words)
