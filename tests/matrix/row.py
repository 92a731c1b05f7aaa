"""A line of the table."""

from dataclasses import dataclass, field
from typing import Any

# Who asks. "expired" is a token that ran out, "outsider" a reviewer of another brand, "teammate" a
# creator who does not own the picture.
COLUMNS = ("anonymous", "expired", "outsider", "viewer", "teammate", "owner", "reviewer", "admin")


@dataclass(frozen=True)
class Row:
    """One request and what each column gets.

    `route` is the address as the configuration writes it, `address` the same with names of things
    in braces (tests/matrix/world.py), `codes` the statuses in the order of COLUMNS, one word for
    runs: `302 302 404 200*5`.
    """

    route: str
    method: str
    address: str
    codes: str
    body: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    form: bool = False  # to the API, whose bodies are JSON unless they carry a file

    @property
    def expected(self) -> dict[str, int]:
        codes: list[int] = []
        for word in self.codes.split():
            code, _, times = word.partition("*")
            codes += [int(code)] * int(times or 1)
        assert len(codes) == len(COLUMNS), f"{self}: {len(codes)} codes"
        return dict(zip(COLUMNS, codes, strict=True))

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.address}{' ' + self.note if self.note else ''}"


def get(route: str, address: str, codes: str, **more: Any) -> Row:
    return Row(route, "get", address, codes, **more)


def post(route: str, address: str, codes: str, body: dict | None = None, **more: Any) -> Row:
    return Row(route, "post", address, codes, body or {}, **more)
