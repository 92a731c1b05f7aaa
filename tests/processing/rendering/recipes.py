"""Recipes that tests of rendering share."""

from processing.recipes.model import Recipe
from processing.recipes.reading import read

SMALL = """\
recipe: small
steps:
  - resize: {width: 64}
outputs:
  main: {export: {format: jpeg}}
  web:
    steps:
      - resize: {width: 32}
    export: {format: webp}
"""


def small() -> Recipe:
    return read(SMALL)
