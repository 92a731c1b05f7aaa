"""The API: 401 for nobody and for a token that ran out; what one may not see is not there."""

from tests.matrix.row import Row, get, post

INSIDE = "401 401 404 200*5"
INVOLVED = "401 401 404 404 404 200*3"
ALL = "401 401 200*6"
EDITED = "401 401 404 403 403 200*3"
ADMIN = "401 401 403*5 200"
A = "/api/v1/assets/<id:pk>"
V = "/api/v1/versions/<id:pk>"
C = "/api/v1/collections/<id:pk>"
B = "/api/v1/brands/"
R = "/api/v1/review/"
S = "/api/v1/sources/"
T = "/api/v1/uploads/tus/"
TUS_NOBODY = "/api/v1/uploads/tus/00000000-0000-4000-8000-000000000000"


def _as(method: str, route: str, address: str, codes: str, body: dict | None = None) -> Row:
    return Row(route, method, address, codes, body or {})


ASSETS = [
    get("/api/v1/assets/", "/api/v1/assets/", ALL),
    get(A, "/api/v1/assets/{asset}", INSIDE),
    get(A, "/api/v1/assets/{own}", INVOLVED, note="undecided"),
    get(A, "/api/v1/assets/{secret}", INVOLVED, note="restricted"),
    _as("patch", A, "/api/v1/assets/{asset}", EDITED, {"title": "New"}),
    post(f"{A}/bin", "/api/v1/assets/{asset}/bin", EDITED.replace("200", "204")),
    post(f"{A}/unbin", "/api/v1/assets/{binned}/unbin", "401 401 404*3 200*3"),
    get(f"{A}/history", "/api/v1/assets/{asset}/history", "401 401 404 403 403 200*3"),
    get(f"{A}/tags/", "/api/v1/assets/{asset}/tags/", INSIDE),
    post(
        f"{A}/tags/",
        "/api/v1/assets/{asset}/tags/",
        EDITED,
        {"name": "ice", "state": "accepted"},
    ),
    post(
        f"{A}/address",
        "/api/v1/assets/{asset}/address",
        "401 401 404 403 200*4",
        {"options": "w=100"},
    ),
    get(f"{A}/versions/", "/api/v1/assets/{asset}/versions/", INSIDE),
    post(
        f"{A}/versions/",
        "/api/v1/assets/{asset}/versions/",
        "401 401 404 403 403 400*3",
        {"note": "x"},
        form=True,
        note="without a file",
    ),
    get(f"{A}/similar", "/api/v1/assets/{asset}/similar", "401 401 404 409*5", note="not yet"),
    post(
        "/api/v1/assets/bulk",
        "/api/v1/assets/bulk",
        "401 401 207*3 200*3",
        {"ids": ["{asset}"], "action": "bin"},
    ),
]
VERSIONS = [
    get(V, "/api/v1/versions/{current}", INSIDE),
    get(V, "/api/v1/versions/{own_version}", INVOLVED, note="undecided"),
    post(f"{V}/restore", "/api/v1/versions/{old}/restore", "401 401 404*3 201*3"),
    get(f"{V}/original", "/api/v1/versions/{current}/original", INSIDE),
    get(f"{V}/original", "/api/v1/versions/{secret_version}/original", INVOLVED, note="restricted"),
    get(f"{V}/renditions/", "/api/v1/versions/{current}/renditions/", INSIDE),
    get(
        f"{V}/renditions/<slug:purpose>",
        "/api/v1/versions/{current}/renditions/preview",
        INSIDE,
    ),
]
N = "/api/v1/renamings/"
L = "/api/v1/relations/<id:pk>"
NAMES = {"assets": ["{asset}"], "pattern": "matrix {n}"}
RELATIONS = [
    get(f"{A}/relations/", "/api/v1/assets/{asset}/relations/", INSIDE),
    post(
        f"{A}/relations/",
        "/api/v1/assets/{asset}/relations/",
        "401 401 404 403 403 404 404 201",
        {"kind": "next_of", "target": "{foreign}"},
        note="to one of another brand",
    ),
    post(
        f"{A}/relations/",
        "/api/v1/assets/{asset}/relations/",
        "401 401 404 403 403 201*3",
        {"kind": "next_of", "target": "{own}"},
    ),
    get(L, "/api/v1/relations/{relation}", INVOLVED, note="of an undecided one"),
    _as("delete", L, "/api/v1/relations/{relation}", "401 401 404*3 204*3"),
]
RENAMINGS = [
    get(N, N, ALL),
    post(N, N, "401 401 207*3 201*3", NAMES),
    post(f"{N}preview", f"{N}preview", ALL, NAMES),
    get(f"{N}<id:pk>", f"{N}{{renaming}}", "401 401 404*3 200 404*2", note="their owner's"),
    post(f"{N}<id:pk>/undo", f"{N}{{renaming}}/undo", "401 401 404*3 200 404*2"),
]
TERMS = [
    get("/api/v1/terms/", "/api/v1/terms/", ALL),
    post(
        "/api/v1/terms/",
        "/api/v1/terms/",
        "401 401 403*5 201",
        {"facet": "scene", "name": "matrix ice"},
    ),
    get("/api/v1/terms/<id:pk>", "/api/v1/terms/{term}", ALL),
    _as("patch", "/api/v1/terms/<id:pk>", "/api/v1/terms/{term}", ADMIN, {"active": False}),
]
KEPT = "401 401 404 403*2 200 403 200"
COLLECTIONS = [
    get("/api/v1/collections/", "/api/v1/collections/", ALL),
    post("/api/v1/collections/", "/api/v1/collections/", "401 401 201*6", {"name": "Mine"}),
    get(C, "/api/v1/collections/{collection}", INSIDE),
    _as("patch", C, "/api/v1/collections/{collection}", KEPT, {"name": "Other"}),
    _as("delete", C, "/api/v1/collections/{collection}", KEPT.replace("200", "204")),
    post(
        f"{C}/items",
        "/api/v1/collections/{collection}/items",
        KEPT,
        {"action": "add", "assets": ["{asset}"]},
    ),
]
BRANDS = [
    get(B, B, ALL),
    post(B, B, "401 401 403*5 201", {"name": "Fresh"}),
    get(f"{B}<slug:slug>", "/api/v1/brands/{brand}", INSIDE),
    _as(
        "patch",
        f"{B}<slug:slug>",
        "/api/v1/brands/{brand}",
        "401 401 404 403*4 200",
        {"strip_gps": False},
    ),
    get(f"{B}<slug:slug>/versions/", "/api/v1/brands/{brand}/versions/", "401 401 404 403*4 200"),
]
WORK = [
    get("/api/v1/me", "/api/v1/me", ALL),
    get("/api/v1/schema/", "/api/v1/schema/", ALL),
    get("/api/v1/jobs/", "/api/v1/jobs/", ALL),
    get("/api/v1/jobs/<id:pk>", "/api/v1/jobs/{job}", "401 401 404*3 200 404 200"),
    post("/api/v1/jobs/retry", "/api/v1/jobs/retry", ADMIN, {"jobs": ["{job}"]}),
]
UPLOADS = [
    get("/api/v1/uploads/", "/api/v1/uploads/", ALL),
    post(
        "/api/v1/uploads/",
        "/api/v1/uploads/",
        "401 401 400 403 400*4",
        {"note": "x"},
        form=True,
        note="without a file",
    ),
    get("/api/v1/uploads/states", "/api/v1/uploads/states?versions={current}", ALL),
    get(T, T, ALL),
    post(T, T, "401 401 412*6", note="without Tus-Resumable"),
    get(f"{T}<uuid:pk>", TUS_NOBODY, "401 401 404*6", note="of nobody"),
    *(
        _as(method, f"{T}<uuid:pk>", TUS_NOBODY, "401 401 412*6")
        for method in ("head", "patch", "delete")
    ),
]
SOURCES = [  # for admins of a brand; its own secret lets a bucket in, and an admin may try it
    get(S, S, ADMIN),
    post(S, S, "401 401 403*5 400", note="without a name"),
    get(f"{S}<id:pk>", f"{S}{{bucket}}", ADMIN),
    _as("patch", f"{S}<id:pk>", f"{S}{{bucket}}", "401 401 403*5 400", {"priority": 11}),
    _as("delete", f"{S}<id:pk>", f"{S}{{bucket}}", "401 401 403*5 204"),
    get(f"{S}<id:pk>/files/", f"{S}{{bucket}}/files/", ADMIN),
    post(f"{S}<id:pk>/scan", f"{S}{{bucket}}/scan", ADMIN),
    post(f"{S}<id:pk>/events", f"{S}{{bucket}}/events", ADMIN, {"Records": []}),
]
P = "/api/v1/recipes/"
PV = f"{P}<id:pk>/versions/"
RECIPES = [
    get(P, P, ALL),
    post(P, P, "401 401 403*5 400", {"text": "recipe: a\nsteps: [nix]"}, note="with a fault"),
    post(f"{P}validate", f"{P}validate", ALL, {"text": "x"}),
    get(f"{P}schema", f"{P}schema", ALL),
    get(f"{P}<id:pk>", f"{P}{{recipe}}", INSIDE),
    _as("patch", f"{P}<id:pk>", f"{P}{{recipe}}", "401 401 404 403*4 200", {"archived": True}),
    get(PV, f"{P}{{recipe}}/versions/", INSIDE),
    post(
        PV,
        f"{P}{{recipe}}/versions/",
        "401 401 404 403*4 201",
        {"text": "recipe: own\ntitle: Other\n"},
    ),
    get(f"{PV}<id:number>", f"{P}{{recipe}}/versions/1", INSIDE),
    post(f"{PV}<id:number>/restore", f"{P}{{recipe}}/versions/1/restore", "401 401 404 403*4 200"),
]
PRESET = "/api/v1/presets/"
PRESETS = [  # for admins of every brand; everybody may name them
    get(PRESET, PRESET, ALL),
    post(PRESET, PRESET, "401 401 403*5 200", {"name": "own", "options": "w=9"}),
    _as("delete", f"{PRESET}<slug:name>", f"{PRESET}{{preset}}", "401 401 403*5 204"),
]
K = "/api/v1/consistency/"
KS = f"{K}<id:pk>"
CONSISTENCY = [
    get(K, K, ALL),
    post(K, K, "401 401 400 403*4 201", {"brand": "{brand}", "category": "event"}),
    get(KS, f"{K}{{alike}}", INSIDE),
    _as("patch", KS, f"{K}{{alike}}", "401 401 404 403*4 200", {"floor": 80}),
    _as("delete", KS, f"{K}{{alike}}", "401 401 404 403*4 204"),
    get(f"{KS}/pictures/", f"{K}{{alike}}/pictures/", INSIDE),
    post(
        f"{KS}/pictures/",
        f"{K}{{alike}}/pictures/",
        "401 401 404 403*4 200",
        {"add": ["{asset}"]},
    ),
    get(f"{KS}/runs/", f"{K}{{alike}}/runs/", INSIDE),
    post(f"{KS}/runs/", f"{K}{{alike}}/runs/", "401 401 404 403*4 202"),
    get(f"{KS}/runs/<id:run>", f"{K}{{alike}}/runs/{{alike_run}}?aspect=size", INSIDE),
    get(f"{KS}/locks/", f"{K}{{alike}}/locks/", INSIDE),
    post(
        f"{KS}/locks/",
        f"{K}{{alike}}/locks/",
        "401 401 404 403*4 200",
        {"name": "fill", "value": 0.8},
    ),
]
RENDER = "/api/v1/renders/"
RENDERS = [
    get(RENDER, RENDER, ALL),
    post(
        f"{A}/renders",
        "/api/v1/assets/{asset}/renders",
        "401 401 404 403 403 202*3",
        {"recipe": "web-shop"},
    ),
    get("/api/v1/renditions/<id:pk>", "/api/v1/renditions/{made}", INSIDE),
    _as(
        "delete",
        "/api/v1/renditions/<id:pk>",
        "/api/v1/renditions/{made}",
        EDITED.replace("200", "204"),
    ),
    get(f"{RENDER}<id:pk>", f"{RENDER}{{render}}", "401 401 404*3 200*3"),
    post(
        f"{RENDER}<id:pk>/cancel",
        f"{RENDER}{{render}}/cancel",
        "401 401 404*3 409*3",
        note="failed",
    ),
    post(f"{RENDER}<id:pk>/retry", f"{RENDER}{{render}}/retry", "401 401 404*3 200*3"),
]
SEARCH = [
    get("/api/v1/search/", "/api/v1/search/?q=sea", ALL),
    post("/api/v1/similar/", "/api/v1/similar/", "401 401 400*6", {"limit": "5"}, form=True),
]
D = "/api/v1/duplicates/"
DUPLICATES = [
    get(D, D, "401 401 200 403 200*4"),
    post(
        f"{D}decide",
        f"{D}decide",
        "401 401 400*3 201*3",
        {"what": "dismiss", "keep": "{asset}", "others": ["{own}"]},
    ),
    post(f"{D}decisions/<id:pk>/undo", f"{D}decisions/1/undo", "401 401 404*6", note="of nothing"),
]
ITEM = f"{R}items/<id:pk>"
REVIEW = [
    get(f"{R}items/", f"{R}items/", "401 401 200 403*3 200*2"),
    get(ITEM, f"{R}items/{{item}}", "401 401 404 403*3 200*2"),
    post(f"{ITEM}/lease", f"{R}items/{{item}}/lease", "401 401 404 403*3 200*2"),
    _as("delete", f"{ITEM}/lease", f"{R}items/{{item}}/lease", "401 401 404 403*3 204*2"),
    post(
        f"{ITEM}/decide",
        f"{R}items/{{item}}/decide",
        "401 401 404 403*3 201*2",
        {"verdict": "approve"},
    ),
    post(f"{R}lease", f"{R}lease", "401 401 200 403*3 200*2"),
    get(f"{R}decisions/", f"{R}decisions/", "401 401 200 403*3 200*2"),
    post(
        f"{R}decisions/",
        f"{R}decisions/",
        "401 401 207 403*3 200*2",
        {"items": ["{item}"], "verdict": "approve"},
    ),
    post(
        f"{R}decisions/<id:pk>/undo",
        f"{R}decisions/{{decision}}/undo",
        "401 401 404 403*3 409*2",
        note="which somebody else took back",
    ),
]
ROWS: list[Row] = [
    *ASSETS, *VERSIONS, *RELATIONS, *RENAMINGS, *TERMS, *COLLECTIONS, *BRANDS, *WORK, *UPLOADS,
    *SOURCES, *PRESETS, *RECIPES, *CONSISTENCY, *RENDERS, *SEARCH, *DUPLICATES, *REVIEW,
]  # fmt: skip
