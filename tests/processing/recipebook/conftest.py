"""Two shipped recipes in place of the real ones, so that these tests are about the library."""

import hashlib

import pytest

from processing.recipes import shipped
from processing.recipes.reading import read
from processing.recipes.sources import from_texts

BASE = """recipe: base
title: A base
variables: {size: 800}
steps:
  - resize: {width: $size}
outputs:
  whole: {export: jpeg}
"""
SHOP = "recipe: shop\ninclude: [base]\noutputs:\n  main: {export: webp}\n"


class Stock:
    """What “Loupe ships”, as the library sees it."""

    def __init__(self) -> None:
        self.now = {"base": BASE, "shop": SHOP}

    def texts(self) -> dict[str, str]:
        return self.now

    def marks(self) -> dict[str, str]:
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self.now.items()}

    def recipe(self, name: str):
        return read(self.now[name], include=from_texts(self.now))


@pytest.fixture(autouse=True)
def stock(monkeypatch: pytest.MonkeyPatch) -> Stock:
    made = Stock()
    for name in ("texts", "marks", "recipe"):
        monkeypatch.setattr(shipped, name, getattr(made, name))
    return made


OWN = "recipe: own\nsteps:\n  - resize: {width: 10}\noutputs:\n  a: {export: jpeg}\n"


def own(width: int = 10, name: str = "own") -> str:
    return OWN.replace("10", str(width)).replace("own", name)
