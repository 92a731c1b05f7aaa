"""The pages. Tokens are for the API: on a page they are nobody, who is sent to sign in."""

from tests.matrix.row import get, post

INSIDE = "302 302 404 200*5"  # everybody of the brand
INVOLVED = "302 302 404 404 404 200 200 200"  # the owner, and who reviews
ALL = "302 302 200*6"
ADMINS = "302 302 403*5 200"
EDITED = "302 302 404 403 403 302 302 302"
ASSET = "/assets/<int:pk>"
# No page: other programs ask, and who may not see a picture is told that there is none.
IIIF = "/iiif/3/<str:identifier>"
IIIF_IMAGE = f"{IIIF}/<str:region>/<str:size>/<str:rotation>/<str:last>"
SEEN = "404 404 404 200*5"
SEEN_BY_SOME = "404 404 404 404 404 200*3"

LIBRARY = [
    get("/", "/", ALL),
    get("/search", "/search?q=sea", ALL),
    get("/search/ids", "/search/ids?q=sea", ALL),
    get(ASSET, "/assets/{asset}", INSIDE),
    get(ASSET, "/assets/{own}", INVOLVED, note="undecided"),
    get(ASSET, "/assets/{secret}", INVOLVED, note="restricted"),
    get(ASSET, "/assets/{foreign}", "302 302 200 404*4 200", note="of another brand"),
    get(ASSET, "/assets/{binned}", INVOLVED, note="in the bin"),
    get(ASSET, "/assets/99999999999999999999", "302 302 404*6", note="no such number"),
    post(f"{ASSET}/tags", "/assets/{asset}/tags", EDITED, {"name": "sea"}),
    get(f"{ASSET}/edit", "/assets/{asset}/edit", INSIDE),
    post(f"{ASSET}/edit", "/assets/{asset}/edit", EDITED, {"title": "New"}),
    get(f"{ASSET}/rights", "/assets/{asset}/rights", INSIDE),
    post(f"{ASSET}/rights", "/assets/{asset}/rights", EDITED, {"creator": "Ada"}),
    get(f"{ASSET}/history", "/assets/{asset}/history", INVOLVED),
    post(f"{ASSET}/restrict", "/assets/{asset}/restrict", EDITED),
    get(f"{ASSET}/reads", "/assets/{asset}/reads", INVOLVED),
    post(f"{ASSET}/bin", "/assets/{asset}/bin", EDITED),
    post(f"{ASSET}/unbin", "/assets/{binned}/unbin", "302 302 404*3 302*3"),
    get(f"{ASSET}/compare", "/assets/{asset}/compare", INVOLVED),
    get(f"{ASSET}/similar", "/assets/{asset}/similar", INSIDE),
    get(f"{ASSET}/similar", "/assets/{secret}/similar", INVOLVED, note="restricted"),
    get(f"{ASSET}/around", "/assets/{asset}/around", "302 302 204 200*5"),
    post(f"{ASSET}/versions", "/assets/{asset}/versions", EDITED, note="without a file"),
    post("/versions/<int:pk>/restore", "/versions/{old}/restore", "302 302 404*3 302*3"),
    get(f"{IIIF}", "/iiif/3/v{current}", SEEN.replace("200", "303")),
    get(f"{IIIF}/info.json", "/iiif/3/v{current}/info.json", SEEN),
    get(f"{IIIF}/info.json", "/iiif/3/a{asset}/info.json", SEEN),
    get(f"{IIIF}/info.json", "/iiif/3/v{own_version}/info.json", SEEN_BY_SOME, note="undecided"),
    get(
        f"{IIIF}/info.json", "/iiif/3/v{secret_version}/info.json", SEEN_BY_SOME, note="restricted"
    ),
    get(IIIF_IMAGE, "/iiif/3/v{current}/full/60,/0/default.jpg", SEEN),
    get(IIIF_IMAGE, "/iiif/3/v{secret_version}/full/60,/0/default.jpg", SEEN_BY_SOME),
    get(f"{ASSET}/renders", "/assets/{asset}/renders", INSIDE),
    get(f"{ASSET}/renders/form", "/assets/{asset}/renders/form", "302 302 404 403*2 200*3"),
    post(
        f"{ASSET}/renders/ask",
        "/assets/{asset}/renders/ask",
        "302 302 404 403*2 200*3",
        {"recipe": "web-shop"},
    ),
    get("/renders", "/renders", "302 302 200 403 200*4"),
    post("/renders/new", "/renders/new", "302 302 403*3 200*3", {"asset": "{asset}"}),
    get("/renders/form", "/renders/form", "302 302 200 403 200*4"),
    post("/renders/ask", "/renders/ask", ALL.replace("200", "302"), note="of nothing"),
    post("/renders/<int:pk>/cancel", "/renders/{render}/cancel", "302 302 404*3 409*3"),
    post("/renders/<int:pk>/retry", "/renders/{render}/retry", "302 302 404*3 200*3"),
    get("/made/<int:pk>", "/made/{made}", INSIDE),
    post("/made/<int:pk>/delete", "/made/{made}/delete", "302 302 404 403*2 200*3"),
    post(
        "/versions/<int:pk>/focus",
        "/versions/{current}/focus",
        "302 302 404 403*2 204*3",
        {"x": "0.5", "y": "0.25"},
    ),
    get("/terms", "/terms?q=s", ALL),
    get("/bin", "/bin", ALL),
]
FILES = [
    get("/renditions/<int:pk>/<slug:purpose>", "/renditions/{current}/preview", INSIDE),
    get(
        "/renditions/<int:pk>/<slug:purpose>",
        "/renditions/{own_version}/preview",
        INVOLVED,
        note="undecided",
    ),
    get(
        "/renditions/<int:pk>/<slug:purpose>",
        "/renditions/{secret_version}/large",
        INVOLVED,
        note="restricted",
    ),
    get("/originals/<int:pk>", "/originals/{current}", INSIDE),
    get("/originals/<int:pk>", "/originals/{old}", INVOLVED, note="an older version"),
    get("/originals/<int:pk>", "/originals/{own_version}", INVOLVED, note="undecided"),
    get("/originals/<int:pk>", "/originals/{secret_version}", INVOLVED, note="restricted"),
    get("/originals/<int:pk>/sidecar", "/originals/{current}/sidecar", INSIDE),
    get(
        "/originals/<int:pk>/sidecar",
        "/originals/{own_version}/sidecar",
        INVOLVED,
        note="undecided",
    ),
]
SELECTION = [
    post(
        "/selection/tag",
        "/selection/tag",
        "302 302 403*3 204*3",
        {"name": "sea", "asset": "{asset}"},
    ),
    post(
        "/selection/category",
        "/selection/category",
        "302 302 403*3 204*3",
        {"asset": "{asset}", "category": "product"},
    ),
    post("/selection/bin", "/selection/bin", "302 302 403*3 204*3", {"asset": "{asset}"}),
    post("/selection/unbin", "/selection/unbin", "302 302 403*3 204*3", {"asset": "{binned}"}),
    post("/selection/list", "/selection/list", "302 302 403 200*5", {"asset": "{asset}"}),
    post("/selection/download", "/selection/download", "302 302 403 200*5", {"asset": "{asset}"}),
]
RENAMING = [
    get("/rename", "/rename", "302 302 200 403 200*4"),
    post("/rename", "/rename", "302 302 403*3 200*3", {"asset": "{asset}"}),
    post("/rename/preview", "/rename/preview", ALL, {"asset": "{asset}"}),
    post(
        "/rename/apply",
        "/rename/apply",
        "302 302 403*3 302*3",
        {"asset": "{asset}", "pattern": "new"},
    ),
    post("/rename/<int:pk>/undo", "/rename/{renaming}/undo", "302 302 404*3 302 404 404"),
    post("/relations/<int:pk>/remove", "/relations/{relation}/remove", "302 302 404*3 302*3"),
]
KEPT = "302 302 404 403*2 302 403 302"  # who keeps the collection
COLLECTIONS = [
    get("/collections/", "/collections/", ALL),
    post("/collections/", "/collections/", "302*8", {"name": "Mine"}),
    get("/collections/<int:pk>", "/collections/{collection}", INSIDE),
    post("/collections/<int:pk>/edit", "/collections/{collection}/edit", KEPT, {"name": "Other"}),
    post(
        "/collections/<int:pk>/items", "/collections/{collection}/items", KEPT, {"asset": "{asset}"}
    ),
]
BRANDS = [
    get("/brands/", "/brands/", "302 302 403*5 200"),
    post("/brands/", "/brands/", "302 302 403*5 302", {"name": "Fresh"}),
    get("/brands/<slug:slug>", "/brands/{brand}", "302 302 404*5 200"),
    post("/brands/<slug:slug>", "/brands/{brand}", "302 302 403*5 422", note="without rules"),
    post("/brands/<slug:slug>/preview", "/brands/{brand}/preview", "302 302 403*5 200"),
]
SEARCH_BY_PICTURE = [
    post("/search/picture", "/search/picture", "302 302 400*6", note="without a picture"),
    get(
        "/search/picture/<str:token>",
        "/search/picture/00000000000000000000000000000000",
        "302 302 404*6",
    ),
]
WORK = [
    get("/activity", "/activity", "302 302 200 403 200*4"),
    post("/activity/retry", "/activity/retry", "302 302 403*5 302", {"job": "{job}"}),
    get("/settings/", "/settings/", ALL),
]
DUPLICATES = [
    get("/duplicates/", "/duplicates/", "302 302 200 403 200*4"),
    post(
        "/duplicates/decide",
        "/duplicates/decide",
        "302 302 400 403 400*4",
        {"what": "keep"},
        note="without pictures",
    ),
    post("/duplicates/undo", "/duplicates/undo", "302*8", note="of nothing"),
    get(f"{ASSET}/lookalikes", "/assets/{asset}/lookalikes", INSIDE),
    get(f"{ASSET}/lookalikes", "/assets/{secret}/lookalikes", INVOLVED, note="restricted"),
]
SETTINGS = [
    get("/settings/tokens", "/settings/tokens", ALL),
    post("/settings/tokens", "/settings/tokens", "302 302 400*6", note="without a name"),
    post(
        "/settings/tokens/<int:pk>/revoke",
        "/settings/tokens/{token}/revoke",
        "302 302 403*3 302 403 302",
    ),
    post(
        "/settings/services/",
        "/settings/services/",
        "302 302 403*5 302",
        {"name": "shop", "role": "viewer"},
    ),
    post(
        "/settings/services/<str:username>/end",
        "/settings/services/program/end",
        "302 302 403*5 302",
    ),
    get("/api/v1/docs/", "/api/v1/docs/", ALL),
]
REVIEWING = "302 302 404 404 404 404 200 200"
SOURCE = "/settings/sources/<int:pk>"
ALIKE = "/consistency/<slug:slug>/<slug:category>"
CONSISTENCY = [
    get("/consistency", "/consistency", ALL),
    get(ALIKE, "/consistency/{brand}/product", INSIDE),
    get(ALIKE, "/consistency/{brand}/event", "302 302 404*6", note="there is none"),
    get(f"{ALIKE}/worst", "/consistency/{brand}/product/worst?aspect=colour", INSIDE),
    get(f"{ALIKE}/variables", "/consistency/{brand}/product/variables", "302 302 404 403*4 200"),
    post(
        f"{ALIKE}/act", "/consistency/{brand}/product/act", "302 302 403*5 302", {"action": "run"}
    ),
    post(
        "/consistency/pictures",
        "/consistency/pictures",
        "302 302 403*5 204",
        {"asset": "{asset}"},
    ),
]
SOURCES = [  # for admins of a brand
    get("/settings/presets", "/settings/presets", ADMINS),
    post(
        "/settings/presets",
        "/settings/presets",
        "302 302 403*5 302",
        {"name": "own", "options": "w=9"},
    ),
    post(
        "/settings/presets/<slug:name>/remove",
        "/settings/presets/{preset}/remove",
        "302 302 403*5 302",
    ),
    get("/settings/sources", "/settings/sources", ADMINS),
    get("/settings/sources/add/<slug:kind>", "/settings/sources/add/s3", ADMINS),
    post(
        "/settings/sources/add/<slug:kind>",
        "/settings/sources/add/s3",
        ADMINS.replace("200", "422"),
        note="without a name",
    ),
    post("/settings/sources/look", "/settings/sources/look", ADMINS),
    get(SOURCE, "/settings/sources/{bucket}", ADMINS),
    get(f"{SOURCE}/edit", "/settings/sources/{bucket}/edit", ADMINS),
    post(
        f"{SOURCE}/edit",
        "/settings/sources/{bucket}/edit",
        ADMINS.replace("200", "422"),
        note="without a name",
    ),
    post(
        f"{SOURCE}/act",
        "/settings/sources/{bucket}/act",
        ADMINS.replace("200", "302"),
        {"action": "scan"},
    ),
]
RECIPE = "/recipe/<slug:name>"
KEPT_RECIPE = "302 302 404 403*4 200"
RECIPES = [
    get("/recipes/", "/recipes/", ALL),
    get("/recipes/new", "/recipes/new", ADMINS),
    post("/recipes/new", "/recipes/new", ADMINS.replace("200", "422"), note="without a text"),
    post("/recipes/import", "/recipes/import", ADMINS.replace("200", "302"), note="without files"),
    post("/recipes/form", "/recipes/form", ADMINS, {"text": "recipe: a"}),
    get("/recipes/trial", "/recipes/trial", ADMINS),
    post("/recipes/trial", "/recipes/trial", ADMINS.replace("200", "422"), note="of nothing"),
    get("/recipes/trial/<int:pk>", "/recipes/trial/1", "302 302 404*6", note="of nobody"),
    get("/recipes/pictures", "/recipes/pictures", ADMINS),
    get(RECIPE, "/recipe/own", INSIDE),
    get(f"{RECIPE}/changes", "/recipe/own/changes", INSIDE),
    get(f"{RECIPE}/file", "/recipe/own/file", INSIDE),
    post(
        f"{RECIPE}/act",
        "/recipe/own/act",
        KEPT_RECIPE.replace("200", "302"),
        {"action": "restore", "number": "1"},
    ),
    get(f"{RECIPE}/edit", "/recipe/own/edit", KEPT_RECIPE),
    post(
        f"{RECIPE}/edit",
        "/recipe/own/edit",
        KEPT_RECIPE.replace("200", "302"),
        {"text": "recipe: own\ntitle: Other\n", "after": "1"},
    ),
]
REVIEW = [
    get("/review/", "/review/", "302 302 200 403*3 200*2"),
    get("/review/<int:pk>", "/review/{item}", REVIEWING),
    post(
        "/review/<int:pk>/decide",
        "/review/{item}/decide",
        "302 302 404*4 302 302",
        {"verdict": "approve"},
    ),
    post("/review/lease", "/review/lease", "302 302 200 403*3 200*2"),
    post("/review/heartbeat", "/review/heartbeat", "302 302 200 403*3 200*2", {"have": "{item}"}),
    post("/review/release", "/review/release", "302 302 204*6", {"have": "{item}"}),
    get("/review/count", "/review/count", ALL),
    post(
        "/review/decisions/<int:pk>/undo",
        "/review/decisions/{decision}/undo",
        "302 302 404*4 302 302",
    ),
    get("/review/bulk", "/review/bulk", "302 302 200 403*3 200*2"),
    post(
        "/review/bulk/decide", "/review/bulk/decide", "302 302 302 403*3 302*2", {"item": "{item}"}
    ),
    post(
        "/review/bulk/undo",
        "/review/bulk/undo",
        "302 302 302 403*3 302*2",
        {"decision": "{decision}"},
    ),
    get("/review/history", "/review/history", "302 302 200 403*3 200*2"),
    get("/review/assets/<int:pk>", "/review/assets/{asset}", INSIDE),
]
ROWS = [
    *LIBRARY, *FILES, *SELECTION, *RENAMING, *COLLECTIONS, *BRANDS, *SEARCH_BY_PICTURE, *WORK,
    *DUPLICATES, *SETTINGS, *SOURCES, *CONSISTENCY, *RECIPES, *REVIEW,
]  # fmt: skip
