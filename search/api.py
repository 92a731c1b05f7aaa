"""Search's part of the REST API. dam/api/__init__.py says how to add to it."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions.common import Conflict
from dam.api.assets import AssetOut
from dam.api.paging import next_address
from dam.api.problems import Refused, TooLargeBody, Unavailable
from dam.api.serializers import Choice, Given, Problem, Text
from dam.api.views import ApiView
from dam.models import Asset, User
from dam.permissions import require
from dam.scopes import Scope
from processing.encoders import EncoderError
from processing.errors import InputError
from processing.weights import WeightsError
from search import asked, facets, ranking, similar
from search.language import Query, parse

PAGE, MOST = 50, 200


class HitOut(serializers.Serializer):
    asset = AssetOut()
    score = serializers.FloatField(allow_null=True, help_text="0 to 1; null: nothing was ranked.")
    why = serializers.ListField(child=serializers.CharField(), help_text="The strongest first.")
    weak = serializers.BooleanField(help_text="Not a good match, but the next best.")


class ValueOut(serializers.Serializer):
    value = serializers.CharField(source="label")
    count = serializers.IntegerField()
    token = serializers.CharField(help_text="To be added to the query.")
    active = serializers.BooleanField()


class FacetOut(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField(source="label")  # a serializer has a label of its own
    estimated = serializers.BooleanField(help_text="Counted in a sample and scaled up.")
    values = ValueOut(many=True)


class FoundOut(serializers.Serializer):
    query = serializers.CharField(help_text="As it was understood.")
    results = HitOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    next = serializers.URLField(allow_null=True)
    total = serializers.IntegerField(allow_null=True, help_text="null where results are ranked.")
    total_is_least = serializers.BooleanField()
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="What was not understood, in sentences."
    )
    facets = FacetOut(many=True, required=False)


class LikeOut(serializers.Serializer):
    results = HitOut(many=True)


class LimitQuery(Given):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=PAGE)


class SearchQuery(LimitQuery):
    q = Text(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="In the language of the search field; empty is everything, the newest first.",
    )
    cursor = Text(required=False, allow_blank=True, help_text="`next_cursor` of the page before.")
    facets = Choice(
        choices=[("true", "true"), ("false", "false")],
        required=False,
        help_text="With facets and their counts.",
    )


class PictureIn(Given):
    file = serializers.FileField(max_length=2_000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=PAGE)


class SearchView(ApiView):
    query_class = SearchQuery
    required_scopes = {"GET": Scope.SEARCH_READ}

    @extend_schema(
        operation_id="search", tags=["Search"], summary="Search", responses={200: FoundOut}
    )
    def get(self, request: Request) -> Response:
        """By meaning, by word and by filters, with the reasons for each hit."""
        query = parse(self.asked.get("q", ""))
        cursor = self.asked.get("cursor") or None
        try:
            page = ranking.search(query, self.person, limit=self.asked["limit"], cursor=cursor)
        except ranking.BadCursor as error:
            raise Refused(str(error)) from error
        found = {
            "query": query.to_string(),
            "results": page.hits,
            "next_cursor": page.next_cursor,
            "next": next_address(request, page.next_cursor),
            "total": page.total,
            "total_is_least": page.total_is_least,
            "problems": page.problems,
        }
        return Response(FoundOut(found | self._facets(query)).data)

    def _facets(self, query: Query) -> dict[str, Any]:
        if self.asked.get("facets") != "true":
            return {}
        return {"facets": facets.counts(query, self.person)}


class SimilarToAssetView(ApiView):
    query_class = LimitQuery
    required_scopes = {"GET": Scope.SEARCH_READ}

    @extend_schema(
        operation_id="similar_to_asset",
        tags=["Search"],
        summary="Pictures like an asset's",
        responses={200: LikeOut, 409: Problem, 503: Problem},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The most alike first, without itself. 409 while it has not been looked at."""
        asset = get_object_or_404(Asset.objects.visible_to(self.person), pk=pk)
        try:
            hits = similar.by_asset(asset, self.person, self.asked["limit"])
        except similar.NotEmbedded as error:
            raise Conflict(str(error)) from error
        except (EncoderError, WeightsError) as error:
            raise Unavailable(str(error)) from error
        return Response({"results": HitOut(hits, many=True).data})


class SimilarToPictureView(ApiView):
    parser_classes = [MultiPartParser]
    body_limit = staticmethod(asked.most_of_a_form)
    required_scopes = {"POST": Scope.SEARCH_READ}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask whether one may search by a picture before anything of it is read."""
        super().initial(request, *args, **kwargs)
        require(self.person, "library.search_by_picture")

    @extend_schema(
        operation_id="similar_to_picture",
        tags=["Search"],
        summary="Pictures like one that you send",
        request=PictureIn,
        responses={200: LikeOut, 503: Problem},
    )
    def post(self, request: Request) -> Response:
        """The most alike first. Of what you send a small copy is kept for a day."""
        given = PictureIn(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        if file.size > asked.LARGEST_PICTURE:
            raise TooLargeBody("That picture is too large to search by; a smaller copy will do.")
        hits = _like(file, self.person, given.validated_data["limit"])
        return Response({"results": HitOut(hits, many=True).data})


def _like(file: Any, person: User, limit: int) -> list[ranking.Hit]:
    try:
        path = asked.picture_path(asked.keep_picture(file, person), person)
        return similar.by_kept(path, person, limit)
    except (asked.NoPicture, InputError) as error:
        raise Refused(str(error)) from error
    except (EncoderError, WeightsError) as error:
        raise Unavailable(str(error)) from error
