"""The views that every endpoint is made of."""

from typing import Any, cast

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dam.api.paging import Keyset
from dam.api.parsers import check_text
from dam.api.problems import Refused
from dam.api.serializers import Given
from dam.models import User


class ApiView(APIView):
    """One address. `required_scopes` names, by method, the scope that a token needs.

    `query_class` describes what a GET may ask for in its address; `self.asked` is what it asked.
    Anything else in the address is refused, so that a filter with a typing error does not answer
    with everything.
    """

    required_scopes: dict[str, str] = {}
    query_class: type[Given] | None = None
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As DRF's, but those who are not let in are counted too."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request
        )
        try:
            self.perform_authentication(request)
        except AuthenticationFailed:
            self.check_throttles(request)
            raise
        self.check_throttles(request)
        self.check_permissions(request)
        if not hasattr(self, str(request.method).lower()):
            self.http_method_not_allowed(request)
        self._check_conditions(request)
        self._read_query(request)

    def _check_conditions(self, request: Request) -> None:
        """Refuse If-Match where nobody would look at it: who sends it relies on it."""
        if request.method in SAFE_METHODS or "If-Match" not in request.headers:
            return
        if not getattr(getattr(self, str(request.method).lower()), "etag", False):
            raise Refused("“If-Match” is not looked at here, so nothing was done: leave it out.")

    @property
    def person(self) -> User:
        """Who asks. Only for somebody who is let in."""
        return cast(User, self.request.user)

    def known_parameters(self) -> set[str]:
        """The names that may stand in the address of a GET."""
        return set(self.query_class().fields) if self.query_class else set()

    def _read_query(self, request: Request) -> None:
        for name, values in request.query_params.lists():
            check_text("".join([name, *map(str, values)]))
        known = self.known_parameters() if request.method in {"GET", "HEAD"} else set()
        filters = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        if empty := [name for name in filters if request.query_params.get(name) == ""]:
            raise Refused(f"“{empty[0]}” is empty: leave it out, or say what it is.")
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            there = ", ".join(f"“{name}”" for name in sorted(known)) or "none"
            raise Refused(f"There is no parameter “{unknown[0][:60]}” here; there are: {there}.")
        self.asked = {}
        if self.query_class and known:
            given = self.query_class(data=request.query_params.dict())
            given.is_valid(raise_exception=True)
            self.asked = given.validated_data


class FileView(ApiView):
    """An address of a file: whatever types the asker accepts, the file is what there is."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Settle on JSON for refusals. A player of pictures asks for pictures alone."""
        return super().perform_content_negotiation(request, force=True)


class ListView(ApiView, GenericAPIView):
    """Many things: filtered, in an order, page after page.

    Subclasses set `queryset` (of the right model, empty: it is for the description), a
    `serializer_class`, perhaps a `filterset_class` and `orderings`, and answer `rows()`.
    """

    filter_backends = [DjangoFilterBackend]
    pagination_class = Keyset
    orderings: dict[str, str] = {"-id": "-pk", "id": "pk"}  # the first is the default

    def rows(self) -> QuerySet:
        """Return everything that this person may see here."""
        raise NotImplementedError

    def known_parameters(self) -> set[str]:
        filters = getattr(self, "filterset_class", None)
        own = set(filters.base_filters) if filters else set()
        return super().known_parameters() | own | Keyset.parameters(self)

    def page(self, **context: Any) -> Response:
        """Answer with one page of the rows."""
        found = self.filter_queryset(self.rows())
        rows = self.paginate_queryset(found)
        serializer = self.get_serializer_class()
        data = serializer(rows, many=True, context={"request": self.request, **context}).data
        return self.get_paginated_response(data)
