"""Many assets at once. Each is done or refused for itself, and each is reported."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import access, collections, library, relations, tags
from dam.actions.common import Conflict
from dam.api.idempotency import idempotent
from dam.api.problems import WORDS
from dam.api.serializers import BoundedList, Choice, Given, Id, Problem, Text
from dam.api.tags import DECIDED, term_of
from dam.api.views import ApiView
from dam.models import Asset, Collection, Relation, TagAssignment, User
from dam.models.relation import SYMMETRIC, RelationKind
from dam.permissions import require
from dam.scopes import Scope
from dam.seeing import asset_or_404

MOST = 500
ACTIONS = (
    *("tag", "bin", "unbin", "collect", "uncollect", "restrict", "unrestrict"),
    *("relate", "unrelate"),
)
CHOICES = [(name, name) for name in ACTIONS]
Act = Callable[[Asset], object]


class NotThisOne(Exception):
    """What is wished makes no sense for one asset; the message says why."""


class BulkIn(Given):
    """`tag` takes `term` or `name`, and `state`; `collect` and `uncollect` take `collection`;
    `relate` and `unrelate` take `kind` and `target`: each asset is so to that one.
    """

    ids = BoundedList(child=Id(), min_length=1, max_length=MOST)
    action = Choice(choices=CHOICES)
    term = Id(required=False)
    name = Text(required=False, max_length=120)
    state = Choice(choices=DECIDED, required=False)
    collection = Id(required=False)
    kind = Choice(choices=RelationKind.choices, required=False)
    target = Id(required=False)
    reason = Text(required=False, allow_blank=True, max_length=500)

    def validate(self, wish: dict[str, Any]) -> dict[str, Any]:
        if wish["action"] == "tag" and ("term" in wish) == ("name" in wish):
            raise serializers.ValidationError("Name the tag by “term” or by “name”: one of them.")
        if wish["action"].endswith("collect") and "collection" not in wish:
            raise serializers.ValidationError("Say which “collection”.")
        if wish["action"].endswith("relate") and not {"kind", "target"} <= wish.keys():
            raise serializers.ValidationError("Say of which “kind”, and to which “target”.")
        return wish


class BulkRowOut(serializers.Serializer):
    id = serializers.IntegerField()
    status = serializers.IntegerField(help_text="As if it had been asked for alone.")
    detail = serializers.CharField(help_text="Why not, in a sentence; empty where it was done.")


class BulkOut(serializers.Serializer):
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    results = BulkRowOut(many=True)


class AssetsBulkView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="assets_bulk",
        tags=["Assets"],
        summary="Do something with many assets",
        request=BulkIn,
        responses={200: BulkOut, 207: BulkOut, 404: Problem},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Up to 500. 200 where all were done, 207 where some were not: `results` says which."""
        given = BulkIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = carry_out(self.person, given.validated_data)
        failed = sum(row["status"] >= 400 for row in rows)
        body = {"done": len(rows) - failed, "failed": failed, "results": rows}
        return Response(body, status=207 if failed else 200)


def carry_out(person: User, wish: dict[str, Any]) -> list[dict[str, Any]]:
    """Do what is wished with each asset, in the order of the ids; return a row for each."""
    ids = list(dict.fromkeys(wish["ids"]))
    binned = wish["action"] == "unbin"
    pool = Asset.objects.in_bin_of(person) if binned else Asset.objects.visible_to(person)
    assets = pool.with_current().in_bulk(ids)
    act = _act(person, wish)
    return [_one(pk, assets.get(pk), act) for pk in ids]


def _one(pk: int, asset: Asset | None, act: Act) -> dict[str, Any]:
    if asset is None:
        return {"id": pk, "status": 404, "detail": WORDS[404]}
    try:
        with transaction.atomic():
            act(asset)
    except PermissionDenied:
        return {"id": pk, "status": 403, "detail": WORDS[403]}
    except Conflict as conflict:
        return {"id": pk, "status": 409, "detail": str(conflict)}
    except NotThisOne as refused:
        return {"id": pk, "status": 400, "detail": str(refused)}
    return {"id": pk, "status": 200, "detail": ""}


def _act(person: User, wish: dict[str, Any]) -> Act:
    """Return what is to be done with one asset."""
    action, reason = wish["action"], wish.get("reason", "")
    if action == "tag":
        return _tagging(person, wish)
    if action in {"collect", "uncollect"}:
        return _collecting(person, wish)
    if action in {"relate", "unrelate"}:
        return _relating(person, wish)
    if action == "bin":
        return lambda asset: library.bin_asset(asset=asset, user=person, reason=reason)
    if action == "unbin":
        return lambda asset: library.unbin_asset(asset=asset, user=person)
    wanted = action == "restrict"
    return lambda asset: access.restrict(asset=asset, user=person, restricted=wanted, reason=reason)


def _tagging(person: User, wish: dict[str, Any]) -> Act:
    state = wish.get("state", TagAssignment.State.ACCEPTED.value)
    # A name that is new becomes a keyword only once there is an asset that it may be put on.
    known = [term_of(wish, person)] if "term" in wish else []

    def act(asset: Asset) -> None:
        require(person, "asset.edit", asset)
        if not known:
            known.append(term_of(wish, person))
        tags.decide(asset=asset, term=known[0], user=person, state=state)

    return act


def _collecting(person: User, wish: dict[str, Any]) -> Act:
    known = Collection.objects.visible_to(person)
    collection = get_object_or_404(known, pk=wish["collection"])
    require(person, "collection.edit", collection)
    if wish["action"] == "collect":
        act: Any = collections.add_assets
    else:
        act = collections.remove_assets
    return lambda asset: act(collection=collection, user=person, assets=[asset.pk])


def _relating(person: User, wish: dict[str, Any]) -> Act:
    target, kind = asset_or_404(person, wish["target"]), wish["kind"]

    def link(asset: Asset) -> None:
        try:
            relations.relate(source=asset, target=target, kind=kind, user=person)
        except ValueError as error:
            raise NotThisOne(str(error)) from error

    def let_go(asset: Asset) -> None:
        between = Q(source=asset, target=target)
        if kind in SYMMETRIC:
            between |= Q(source=target, target=asset)
        ends = Relation.objects.select_related("source__brand", "target__brand")
        found = ends.filter(between, kind=kind).first()
        if found is None:
            require(person, "asset.edit", asset)
        else:
            relations.unrelate(relation=found, user=person)

    return link if wish["action"] == "relate" else let_go
