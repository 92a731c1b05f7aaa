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


@pytest.mark.parametrize("name", ["a.svg", "a.pdf"])
def test_paper_is_not_judged_as_a_photograph(name, ingest, run_jobs):
    ingest(FILES[name][1](), name)
    run_jobs()
    version = Version.objects.get()
    assert version.state == "approved", version.state_reason


def test_a_format_that_the_brand_does_not_take_goes_to_review(brand, ingest, run_jobs):
    brand.versions.update(formats=["JPEG", "PNG"])
    ingest(FILES["a.pdf"][1](), "a.pdf")
    run_jobs()
    version = Version.objects.get()
    assert version.state == "in_review"
    assert "The format PDF is not allowed" in version.state_reason


def test_a_locked_pdf_is_refused_at_the_door(ingest):
    outcome = ingest(b"%PDF-1.4\n% nothing else", "paper.pdf")
    assert outcome.outcome == "refused"
    assert "PDF" in outcome.reason
