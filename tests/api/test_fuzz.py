"""The whole description put to the test (schemathesis): whatever its schemas let through, or do
not, is answered, and as described. LOUPE_FUZZ asks for so many examples of each operation.
"""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as examples
from schemathesis.config import SchemathesisConfig

from dam.api import describe
from dam.models import Collection, Relation, Renaming, Term
from dam.wsgi import application
from review.models import Finding, ReviewItem
from tests.search import conftest as search

fake_encoder = search.fake_encoder  # a fixture

EXAMPLES = int(os.environ.get("LOUPE_FUZZ", "0"))
# An ETag may be old and an Idempotency-Key used, however well they are formed.
TAKEN = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "460"]
# Where a schema cannot say what makes sense: of two fields one is needed, a rejection needs its
# reason, a name is taken, the rules of a brand hang together, a file is a picture, a
# licence is at a web address, an asset is not related to itself, a pattern of names can be read,
# a recipe is YAML, options of an address are words of their own.
SENSE = [
    "assets_address",
    "assets_bulk",
    "assets_change",
    "tags_decide",
    "relations_create",
    "renamings_preview",
    "renamings_create",
    "terms_create",
    "terms_change",
    "collections_create",
    "collections_change",
    "brands_create",
    "brands_change",
    "review_decide",
    "review_decide_many",
    "jobs_retry",
    "similar_to_picture",
    "renders_create",
    "presets_save",
    "consistency_create",
    "consistency_pictures_change",
    "consistency_lock",
    "recipes_create",
    "recipes_restore",
    "recipes_save",
    "recipes_validate",
    "uploads_create",
    "versions_create",
    "duplicates_list",  # a cursor is good or not by its signature
    "duplicates_decide",
    "sources_create",
    "sources_change",
    "tus_create",
    "tus_send",
]
CONFIG = {
    "generation": {
        "max-examples": EXAMPLES or 4,
        "deterministic": True,
        "no-shrink": True,
        "allow-x00": False,  # tests/api/test_bad_input.py has NUL
    },
    "phases": {"coverage": {"enabled": bool(EXAMPLES)}, "stateful": {"enabled": False}},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": TAKEN},
        "missing_required_header": {"expected-statuses": REFUSED},
        "negative_data_rejection": {"expected-statuses": REFUSED},
    },
    "operations": [
        {
            "include-operation-id": SENSE,
            "checks": {"positive_data_acceptance": {"expected-statuses": [*TAKEN, "400"]}},
        }
    ],
}
QUICK = examples(
    max_examples=EXAMPLES or 4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


FORMS = {"POST /api/v1/uploads/", "POST /api/v1/assets/{id}/versions/"}
KNOWN: dict[str, int] = {}  # what an operation's number may be of, by its group of addresses

schema = schemathesis.openapi.from_dict(
    describe.document(), config=SchemathesisConfig.from_dict(CONFIG)
)
schema.app = application


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


@schema.hook
def map_query(context, query):
    """A cursor is good or not by its signature: tests/api/test_paging.py has those."""
    return query and {name: value for name, value in query.items() if name != "cursor"}


@schema.hook
def filter_body(context, body):
    """A form knows texts alone: one is a list of one, and what else is among them is a text."""
    if context.operation.label not in FORMS or not isinstance(body, dict):
        return True
    tags = body.get("tags", [])
    texts = (body.get(name, "") for name in ("file_name", "note", "brand"))
    return isinstance(tags, list) and all(isinstance(one, str) for one in (*tags, *texts))


@schema.hook
def map_path_parameters(context, path_parameters):
    """Let every other number in an address be one of something that is there."""
    number = (path_parameters or {}).get("id")
    if isinstance(number, int) and number % 2 and 0 < number < 10**18:
        about = next((at for at in KNOWN if f"/{at}/" in context.operation.path), None)
        if about:
            path_parameters["id"] = KNOWN[about]
    return path_parameters


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Requests share the test's connection, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def library(asset_factory, owner, brand) -> None:
    """Things for the operations to be about."""
    asset = asset_factory("Sea")
    waiting = asset_factory("Waiting", state="in_review")
    item = ReviewItem.objects.create(version=waiting.current_version)
    Finding.objects.create(item=item, code="blurred", sentence="It is blurred.")
    KNOWN.update(
        assets=asset.pk,
        versions=asset.current_version_id,
        collections=Collection.objects.create(name="Spring", owner=owner).pk,
        terms=Term.objects.create(facet="keyword", name="unheard of").pk,
        items=item.pk,
        relations=Relation.objects.create(source=waiting, target=asset, kind="variant_of").pk,
        renamings=Renaming.objects.create(pattern="x", changes=[], created_by=owner).pk,
    )


@pytest.fixture
def secret(request, role, library, token, settings) -> str:
    """The token of somebody with a role, and no limit to how often they ask."""
    settings.LOUPE_API_RATE = settings.LOUPE_API_RATE_UNSIGNED = 0
    return token(request.getfixturevalue(role))[1]


@pytest.mark.parametrize("role", ["admin_user", "viewer"])
@schema.parametrize()
@QUICK
def test_whatever_is_asked_is_answered_as_described(case, secret, fake_encoder):
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})
