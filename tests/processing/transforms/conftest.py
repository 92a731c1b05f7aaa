"""A library with one picture in it, and its signed addresses."""

import pytest

from processing.transforms import keys, making, presets, sources, subjects
from processing.transforms.addresses import signed_path


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    """Keys and caches of its own; nothing is remembered from the test before."""
    settings.LOUPE_HOME = tmp_path / "home"
    settings.LOUPE_HOME.mkdir()
    settings.LOUPE_URL_KEYS = []
    _forget()
    yield
    _forget()


def _forget():
    subjects.memory.clear()
    keys._read = None
    presets.forget()
    sources._asked.clear()
    making._door.cache_clear()


@pytest.fixture
def forget():
    """Let the two seconds go by for which an answer of the database is remembered."""
    return subjects.memory.clear


@pytest.fixture
def version(ingest, picture):
    """An approved picture of 1600 × 1200 pixels."""
    return approved(ingest(picture((1600, 1200), seed=4), "hill.jpg").version)


def approved(version):
    from dam.models import Version

    size = {"width": 1600, "height": 1200} if not version.width else {}
    Version.objects.filter(pk=version.pk).update(state="approved", **size)
    version.refresh_from_db()
    return version


@pytest.fixture
def shown(client):
    """Ask for a picture with options; more headers by name."""

    def ask(thing, options, *, headers=None, **more):
        name = thing if isinstance(thing, str) else f"v{thing.pk}"
        return client.get(signed_path(name, options, **more), headers=headers)

    return ask
