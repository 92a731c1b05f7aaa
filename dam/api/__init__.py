"""The REST API, `/api/v1/`: what all rooms' endpoints share, and the library's own endpoints.

To add an endpoint, in the room that it is about (`dam/api/…`, `processing/api/`, `search/api.py`,
`review/api.py`):

1. A view: a subclass of `dam.api.views.ApiView` (one thing, one action) or `ListView` (many, with
   filters, order and cursor). Say what a token needs: `required_scopes = {"GET": "assets:read",
   "POST": "assets:write"}` (values of `dam.scopes.Scope`, or "" where any token will do). Without
   it tokens are refused. Sessions have every scope.
2. Serializers that are subclasses of `dam.api.serializers.Given` for what comes in (unknown fields
   and wrong types are refused) and plain DRF serializers for what goes out.
3. `@extend_schema(operation_id=, tags=[…], summary=, request=, responses=)` on each method. Do not
   list the usual errors: `dam/api/schema.py` adds those that a method can answer by what it takes.
   A method that refuses by the state of things adds `409: Problem`. Where two fields of one name
   have different choices, name them in `ENUM_NAME_OVERRIDES` (dam/api/spectacular.py), by a
   module's constant.
4. Writes call the room's actions and nothing else; reads begin at `Asset.objects.visible_to`.
   Raise `Http404`, `PermissionDenied`, `dam.api.problems.Refused("A sentence.")` (400),
   `dam.actions.common.Conflict` (409), Django's `ValidationError` (400): one handler words them.
5. `@idempotent` (dam/api/idempotency.py) on a POST that makes something; `dam.api.conditional` for
   ETags of single things.
6. A `path("api/v1/…", …)` line in the room's urls: lists end with a slash, single things do not.
   Ids are `<id:pk>`.

tests/api/ then checks it by itself: the address is in the document, every answer that it gives is
documented, nobody gets in without the scope. Bring docs/reference/api.md up to date with
`python -m tests.docs.api_table`.
"""
