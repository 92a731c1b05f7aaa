"""Renamings: files renamed by a pattern, many at once; looked at first, and taken back."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import naming
from dam.api.bulk import BulkRowOut
from dam.api.conditional import answer, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import WORDS, Refused
from dam.api.serializers import BoundedList, Flag, Given, Id, Problem, Text, Whole
from dam.api.views import ApiView, ListView
from dam.models import Asset, Renaming, User
from dam.scopes import Scope
from dam.seeing import renamings_of

LAST_NUMBER = 999_999_999


class RenamingPreviewIn(Given):
    """In the order of `assets`, `{n}` counts up from `start` (1 if not said)."""

    assets = BoundedList(child=Id(), min_length=1, max_length=naming.MOST_AT_ONCE)
    pattern = Text(max_length=300, help_text="As in “Names of files”: {title}_{n:03}.")
    start = Whole(required=False, min_value=0, max_value=LAST_NUMBER)


class RenamingIn(RenamingPreviewIn):
    titles = Flag(required=False, help_text="Give the assets titles by their new names too.")


class RenamedRowOut(BulkRowOut):
    """One asset: 200 for one that has the new name, or could have it."""

    old = serializers.CharField(help_text="Empty where you may not rename it.")
    new = serializers.CharField(help_text="Empty where there is none.")
    remark = serializers.CharField(help_text="What the brand's own pattern says to the new name.")


class RenamingPreviewOut(serializers.Serializer):
    done = serializers.IntegerField(help_text="How many could have the name.")
    failed = serializers.IntegerField()
    results = RenamedRowOut(many=True)


class RenamingOut(serializers.Serializer):
    id = serializers.IntegerField()
    pattern = serializers.CharField()
    files = serializers.IntegerField(help_text="How many got another name.")
    created_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class RenamingDoneOut(RenamingPreviewOut):
    renaming = RenamingOut(allow_null=True, help_text="To take it back by; null: nothing was done.")


class ChangeOut(serializers.Serializer):
    asset = serializers.IntegerField()
    version = serializers.IntegerField()
    old = serializers.CharField()
    new = serializers.CharField()
    old_title = serializers.CharField(allow_null=True, help_text="null: titles were left alone.")
    new_title = serializers.CharField(allow_null=True)


class RenamingWholeOut(RenamingOut):
    changes = serializers.SerializerMethodField()

    @extend_schema_field(ChangeOut(many=True))
    def get_changes(self, made: Renaming) -> Any:
        names = ("version", "old", "new", "asset", "old_title", "new_title")
        rows = [dict(zip(names, row, strict=True)) for row in made.changes]
        seen = seen_of(self.context["person"], [row["asset"] for row in rows])
        return [row for row in rows if row["asset"] in seen]


class RenamingUndoneOut(serializers.Serializer):
    undone = serializers.IntegerField(help_text="Files that have their old name again.")
    kept = serializers.IntegerField(help_text="Files that were renamed since, and stay so.")


def seen_of(person: User, assets: Sequence[int]) -> set[int]:
    """Return those of some assets (ids) that a person sees."""
    seen = Asset.objects.visible_to(person).filter(pk__in=assets)
    return set(seen.values_list("pk", flat=True))


class Chosen:
    """The assets of a request, and a row for each of them."""

    def __init__(self, person: User, ids: Sequence[int]) -> None:
        self.ids = list(dict.fromkeys(ids))
        self.assets = naming.renamable(person, self.ids)
        self.seen = seen_of(person, self.ids)

    def report(self, names: dict[int, dict[str, Any]]) -> dict[str, Any]:
        """Return the answer: what is known of each asset by its id, and refusals of the others."""
        rows = [names.get(pk) or self._refused(pk) for pk in self.ids]
        failed = sum(row["status"] >= 400 for row in rows)
        return {"done": len(rows) - failed, "failed": failed, "results": rows}

    def _refused(self, pk: int) -> dict[str, Any]:
        status = 403 if pk in self.seen else 404
        return _row(pk, status=status, detail=WORDS[status])


def _row(pk: int, **known: Any) -> dict[str, Any]:
    return {"id": pk, "status": 200, "detail": "", "old": "", "new": "", "remark": "", **known}


class RenamingPreviewView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="renamings_preview",
        tags=["Renamings"],
        summary="What files would be called by a pattern",
        request=RenamingPreviewIn,
        responses={200: RenamingPreviewOut},
    )
    def post(self, request: Request) -> Response:
        """Changes nothing. 409 in a row: another file has the name; 400: it cannot be written."""
        given = RenamingPreviewIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        chosen = Chosen(self.person, wish["assets"])
        try:
            changes = naming.plan(
                chosen.assets, wish["pattern"], user=self.person, start=wish.get("start", 1)
            )
        except ValueError as error:
            raise Refused(str(error)) from error
        return Response(chosen.report({one.version.asset_id: _said(one) for one in changes}))


def _said(change: naming.Change) -> dict[str, Any]:
    status = 200
    if change.problem:
        status = 409 if change.new else 400
    return _row(
        change.version.asset_id,
        status=status,
        detail=change.problem,
        old=change.old,
        new=change.new,
        remark=change.remark,
    )


class RenamingsView(ListView):
    queryset = Renaming.objects.none()
    serializer_class = RenamingOut
    orderings = {"-id": "-pk"}
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.ASSETS_WRITE}

    def rows(self) -> QuerySet[Renaming]:
        return mine(self.person).defer("changes")

    @extend_schema(
        operation_id="renamings_list",
        tags=["Renamings"],
        summary="One's own renamings",
        responses=RenamingOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.page()

    @extend_schema(
        operation_id="renamings_create",
        tags=["Renamings"],
        summary="Rename many files",
        request=RenamingIn,
        responses={201: RenamingDoneOut, 207: RenamingDoneOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Up to 5,000. 207: some you may not rename. Where one's name cannot be had: 400, none."""
        given = RenamingIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        chosen = Chosen(self.person, wish.pop("assets"))
        made = self._rename(chosen.assets, wish) if chosen.assets else None
        report = chosen.report(_names(chosen.assets, made))
        body = report | {"renaming": made and RenamingOut(_counted(made)).data}
        return Response(body, status=207 if report["failed"] else 201)

    def _rename(self, assets: list[Asset], wish: dict[str, Any]) -> Renaming:
        try:
            return naming.rename_many(user=self.person, assets=assets, **wish)
        except ValueError as error:  # a PatternError too
            raise Refused(str(error)) from error


def mine(person: User) -> QuerySet[Renaming]:
    """Return a person's own renamings, with the number of their files; none without a role."""
    files = Func(F("changes"), function="jsonb_array_length", output_field=IntegerField())
    return renamings_of(person).annotate(files=files)


def _counted(made: Renaming) -> Renaming:
    made.files = len(made.changes)  # type: ignore[attr-defined]
    return made


def _names(assets: list[Asset], made: Renaming | None) -> dict[int, dict[str, Any]]:
    """A row for each asset that could be renamed; one that has the name already keeps it."""
    if made is None:
        return {}
    renamed = {asset: (old, new) for _version, old, new, asset, *_titles in made.changes}
    rows = {}
    for asset in assets:
        version = asset.current_version
        name = version.file_name if version else ""
        old, new = renamed.get(asset.pk, (name, name))
        rows[asset.pk] = _row(asset.pk, old=old, new=new)
    return rows


class RenamingView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="renamings_get",
        tags=["Renamings"],
        summary="One renaming",
        responses={200: RenamingWholeOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """One of yours, with the old and new name of each file that you see."""
        made = get_object_or_404(mine(self.person), pk=pk)
        return answer(request, RenamingWholeOut(made, context={"person": self.person}).data)


class RenamingUndoView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="renamings_undo",
        tags=["Renamings"],
        summary="Give files their old names back",
        request=None,
        responses={200: RenamingUndoneOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Of a renaming of yours. 409 where it was taken back already."""
        made = get_object_or_404(renamings_of(self.person), pk=pk)
        undone = naming.undo_renaming(renaming=made, user=self.person)
        return Response({"undone": undone, "kept": len(made.changes) - undone})
