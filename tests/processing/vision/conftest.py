"""The real networks, whose weights are fetched once (about 50 MB) and kept between runs."""

import os
from pathlib import Path

import pytest

from processing import weights
from processing.vision.networks import LocalNetworks


@pytest.fixture(scope="session")
def networks() -> LocalNetworks:
    home = Path(os.environ.get("LOUPE_HOME", "var"))
    place = Path(os.environ.get("LOUPE_MODELS", home / "models")).resolve()
    real = LocalNetworks(place)
    for name in real.names:
        weights.ensure(name, place)
    return real
