"""A small library with one of everything, for every cell of the table to be asked of."""

import hashlib
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

SECRET = "lp_" + "x" * 43


@pytest.fixture
def people(owner, teammate, viewer, reviewer, admin_user, outsider) -> dict[str, Any]:
    """Column → who asks."""
    return {
        "outsider": outsider,
        "viewer": viewer,
        "teammate": teammate,
        "owner": owner,
        "reviewer": reviewer,
        "admin": admin_user,
    }


@pytest.fixture
def world(people, asset_factory, with_files, other_brand) -> dict[str, Any]:
    """Name → id, as the addresses and bodies of the table name them."""
    from dam.actions.sidecars import keep_sidecar
    from dam.actions.tokens import create_token
    from dam.models import Collection, Relation, Renaming, Rendition, TagAssignment, Term, User
    from processing.models import Job, Preset, Provenance, Recipe, Render, Source
    from review.models import Decision, Finding, ReviewItem

    owner, reviewer = people["owner"], people["reviewer"]
    shown = asset_factory("Approved")
    current = with_files(shown.current_version)
    old = with_files(
        shown.versions.create(
            number=2, blob=current.blob, file_name="old.jpg", state="superseded", created_by=owner
        )
    )
    own = asset_factory("Undecided", state="in_review")
    with_files(own.current_version)
    for version in (current, own.current_version):
        keep_sidecar(version=version, data=b"<x:xmpmeta/>")
    foreign = asset_factory("Foreign", user=people["outsider"], brand=other_brand)
    with_files(foreign.current_version)
    secret = asset_factory("Secret")
    with_files(secret.current_version)
    binned = asset_factory("Binned")
    type(binned).objects.filter(pk=secret.pk).update(restricted=True)
    type(binned).objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
    collection = Collection.objects.create(name="Spring", owner=owner)
    collection.items.create(asset=shown, added_by=owner)
    term = Term.objects.create(facet="scene", name="matrix sea")
    TagAssignment.objects.create(asset=shown, term=term, source="human", state="accepted")
    item = ReviewItem.objects.create(version=own.current_version)
    Finding.objects.create(item=item, code="blurred", sentence="It is blurred.")
    decided = ReviewItem.objects.create(version=current, state="decided")
    decision = Decision.objects.create(item=decided, reviewer=reviewer, verdict="approve")
    job = Job.objects.create(step="facts", version=own.current_version, state="failed")
    _expired_token(owner)
    bucket = Source.objects.create(
        name="Drop", kind="s3", bucket="drop", brand=shown.brand, bringer=owner
    )
    recipe = Recipe.objects.create(name="own", title="Own", brand=shown.brand)
    recipe.versions.create(number=1, text="recipe: own\n", digest="", author=people["admin"])
    render = Render.objects.create(
        version=own.current_version, recipe="web-shop", recipe_number=1, made_by=owner
    )
    render.job = Job.objects.create(
        step="render", version=own.current_version, subject=str(render.pk), state="failed"
    )
    render.save()
    alike = measured_set(shown)
    made = Rendition.objects.create(
        version=shown.current_version,
        purpose="web-shop",
        recipe_digest="made",
        engine_version="1",
        key=current.renditions.get(purpose="large").key,
        media_type="image/webp",
        width=60,
        height=40,
        size=100,
        sha256="0" * 64,
    )
    Provenance.objects.create(
        rendition=made,
        source=shown.current_version,
        recipe="web-shop",
        recipe_digest="made",
        output="main",
        steps=[],
        milliseconds=1,
    )
    token, _secret = create_token(user=owner, name="Script", scopes=["assets:read"])
    User.objects.create(username="program", is_service=True)
    return {
        "asset": shown.pk,
        "current": current.pk,
        "old": old.pk,
        "own": own.pk,
        "own_version": own.current_version_id,
        "foreign": foreign.pk,
        "secret": secret.pk,
        "secret_version": secret.current_version_id,
        "binned": binned.pk,
        "renaming": Renaming.objects.create(pattern="x", changes=[], created_by=owner).pk,
        "relation": Relation.objects.create(source=own, target=shown, kind="variant_of").pk,
        "collection": collection.pk,
        "term": term.pk,
        "item": item.pk,
        "decision": decision.pk,
        "job": job.pk,
        "bucket": bucket.pk,
        "preset": Preset.objects.create(name="own", options="w=8").name,
        "recipe": recipe.pk,
        "render": render.pk,
        "alike": alike.pk,
        "alike_run": alike.runs.get().pk,
        "made": made.pk,
        "token": token.pk,
        "brand": shown.brand.slug,
        "other_brand": other_brand.slug,
    }


def measured_set(asset: Any) -> Any:
    """A reference set of an asset's brand that was measured once, all zero; it is a product."""
    from processing.consistency.scoring import FIGURES
    from processing.models import ConsistencyRun, ReferenceSet

    type(asset).objects.filter(pk=asset.pk).update(category="product")
    made = ReferenceSet.objects.create(brand=asset.brand, category="product")
    ConsistencyRun.objects.create(
        reference=made,
        **dict.fromkeys(("overall", "colour", "exposure", "framing", "size"), 90.0),
        measured=3,
        unmeasured=0,
        pictures=3,
        look_version=1,
        engine_version=1,
        aims={name: {"middle": 0.0, "spread": 0.0, "count": 3} for name in FIGURES},
        medians=dict.fromkeys(FIGURES, 0.0),
    )
    return made


def _expired_token(user: Any) -> None:
    from dam.models import ApiToken
    from dam.scopes import Scope

    ApiToken.objects.create(
        user=user,
        name="Expired",
        prefix=SECRET[:9],
        digest=hashlib.sha256(SECRET.encode()).hexdigest(),
        scopes=list(Scope),
        expires_at=timezone.now() - timezone.timedelta(days=1),
        created_by=user,
    )


def browser(column: str, people: dict[str, Any]) -> tuple[Client, dict[str, str]]:
    """Return the client of a column, and the headers that it sends."""
    client = Client(raise_request_exception=False)
    if column == "expired":
        return client, {"Authorization": f"Bearer {SECRET}"}
    if column != "anonymous":
        client.force_login(people[column])
    return client, {}


def filled(value: Any, world: dict[str, Any]) -> Any:
    """Return an address or a body with the ids in the place of the names."""
    if isinstance(value, str):
        for name, pk in world.items():
            value = value.replace("{" + name + "}", str(pk))
        return value
    if isinstance(value, list):
        return [filled(one, world) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, world) for key, one in value.items()}
    return value


def send(client: Client, headers: dict[str, str], row: Any, world: dict[str, Any]) -> Any:
    """Send a row's request: API bodies as JSON, those of pages as a form."""
    address, body = filled(row.address, world), filled(row.body, world)
    ask = getattr(client, row.method)
    if row.method in {"get", "head"}:
        return ask(address, headers=headers)
    if address.startswith("/api/") and not row.form:
        data = json.dumps(_numbers(body))
        return ask(address, data, content_type="application/json", headers=headers)
    return ask(address, body, headers=headers)


def _numbers(value: Any) -> Any:
    """Ids in a JSON body are numbers."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    if isinstance(value, dict):
        return {key: _numbers(one) for key, one in value.items()}
    return value
