"""Damage is met on the way through the steps, wherever in the file it is: nothing torn gets in."""

import pytest

from dam.models import Version
from dam.storage import path_of

FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"]
KEPT = [0.3, 0.6, 0.9, 0.97, 0.995]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("progressive", [False, True])
def test_a_file_cut_anywhere_is_refused(format, progressive, ingest, picture, run_jobs):
    options = {"progressive": progressive} if format == "JPEG" else {}
    whole = picture((1500, 1100), format=format, **options)
    for share in KEPT:
        ingest(whole[: int(len(whole) * share)], f"{share}.{format}")
    run_jobs()
    states = set(Version.objects.values_list("state", flat=True))
    assert states <= {"refused"}
    for version in Version.objects.all():
        assert version.state_reason
        assert path_of(version.blob.key).exists()


@pytest.mark.parametrize("format", ["PNG", "AVIF"])  # JPEG has no checksums
def test_bytes_that_were_overwritten_are_refused(format, ingest, picture, run_jobs):
    data = bytearray(picture((1500, 1100), format=format))
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(range(250)) * 8
    outcome = ingest(bytes(data))
    run_jobs()
    if outcome.version:
        outcome.version.refresh_from_db()
        assert outcome.version.state == "refused"
    else:
        assert outcome.outcome == "refused"
