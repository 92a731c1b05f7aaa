"""Pictures for the tests that break things; their homes are made in tests/homes.py."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def pictures(tmp_path: Path, picture) -> Callable[[int], Path]:
    def make(count: int) -> Path:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for n in range(count):
            (folder / f"picture-{n:03d}.jpg").write_bytes(picture((640, 480), seed=n))
        return folder

    return make
