"""Each format through ingest and every step, in the sandbox, as strangers' files go."""

import pytest

from dam.models import Version, VersionText

from .samples import FILES


@pytest.mark.parametrize("name", FILES)
def test_each_format_goes_all_the_way(name, ingest, run_jobs):
    outcome = ingest(FILES[name][1](), name)
    assert outcome.outcome == "ingested", outcome.reason
    run_jobs()
    version = Version.objects.get()
    assert version.state in {"approved", "in_review"}, version.state_reason
    assert version.media.label == FILES[name][0]
    assert {made.purpose for made in version.renditions.all()} == {"thumbnail", "preview", "large"}
    assert version.facts.perceptual_hash is not None
    assert version.placeholder
    assert VersionText.objects.exists() == (version.kind == "document")
    assert version.frames == (2 if name == "a.pdf" else 1)


def test_a_locked_pdf_is_refused_at_the_door(ingest):
    outcome = ingest(b"%PDF-1.4\n% nothing else", "paper.pdf")
    assert outcome.outcome == "refused"
    assert "PDF" in outcome.reason
