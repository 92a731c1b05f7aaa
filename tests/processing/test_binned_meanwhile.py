"""An asset that is binned in the middle of a step: nothing breaks, and it comes back whole."""

import pytest

from dam.actions.library import bin_asset, unbin_asset
from dam.models import Version
from dam.storage import original
from processing import sandbox
from processing.models import Job

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("function", ["verify", "read", "render"])
def test_binning_during_processing_loses_and_breaks_nothing(
    function, ingest, run_jobs, owner, picture, monkeypatch
):
    data = picture(seed=31)
    outcome = ingest(data, "meanwhile.jpg")
    usual, binned = sandbox.call, []

    def call(asked, *arguments, **named):
        result = usual(asked, *arguments, **named)
        if asked.__name__ == function and not binned:
            bin_asset(asset=outcome.asset, user=owner, reason="Not this one")
            binned.append(True)
        return result

    monkeypatch.setattr(sandbox, "call", call)
    run_jobs()
    assert binned, "the step was run"
    assert not Job.objects.exclude(state="done").exists()
    version = Version.objects.get(pk=outcome.version.pk)
    assert version.state not in ("processing", "refused")
    assert version.renditions.count() == 3
    with original(version.blob) as path:
        assert path.read_bytes() == data
    unbin_asset(asset=outcome.asset, user=owner)
    again = ingest(data, "again.jpg")
    assert again.outcome == "duplicate"
    assert again.asset == outcome.asset
