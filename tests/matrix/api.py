"""The API: 401 for nobody and for a token that ran out."""

from tests.matrix.row import Row, get, post

ROWS: list[Row] = [
    get("/api/v1/me", "/api/v1/me", "401 401 200*6"),
    get("/api/v1/schema/", "/api/v1/schema/", "401 401 200*6"),
    get("/api/v1/uploads/", "/api/v1/uploads/", "401 401 200*6"),
    post(
        "/api/v1/uploads/",
        "/api/v1/uploads/",
        "401 401 400 403 400*4",
        {"note": "x"},
        form=True,
        note="without a file",
    ),
    get("/api/v1/uploads/states", "/api/v1/uploads/states?versions={current}", "401 401 200*6"),
]
