"""Files that were made to do harm, for whoever takes files in.

`files(canary)` yields them all. Each must end taken in or refused with a sentence, within seconds,
without anything that asks the network and without a person's help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.hostile import bombs, damaged, disguised, drawings


@dataclass(frozen=True)
class Hostile:
    """A file: its name as an upload would say it, and a function that makes its bytes."""

    name: str
    make: Callable[[], bytes]


def files(canary: str = "http://127.0.0.1:9/") -> Iterator[Hostile]:
    """Every hostile file. `canary` is an address that nothing may ask for."""
    for module in (bombs, damaged, disguised):
        for name, make in module.FILES.items():
            yield Hostile(name, make)
    for name, text in drawings.drawings(canary).items():
        yield Hostile(name, text.encode)


def names() -> list[str]:
    """File names as only somebody who means harm would give them."""
    return [
        "../../etc/passwd.jpg",
        "..\\..\\windows\\system.jpg",
        "/absolute/path.jpg",
        "nul\0inside.jpg",
        "line\r\nSet-Cookie: stolen=1\r\n.jpg",
        "tab\tand\x07bell.jpg",
        "x" * 300 + ".jpg",
        "ü" * 200 + ".jpg",
        "invoice\u202egpj.exe.jpg",
        "<script>alert(1)</script>.jpg",
        '"; filename="other.html".jpg',
        "$(touch harmed);`id`|.jpg",
        "-rf --delete.jpg",
        "CON.jpg",
        ".htaccess",
        "   .jpg",
        "\U0001f4a3" * 90 + ".jpg",
        "lone\ud800surrogate.jpg",
        '=HYPERLINK("http://example.org").jpg',
    ]
