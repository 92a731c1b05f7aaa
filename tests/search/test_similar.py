"""Pictures like another one, of the library or from a file."""

import pytest
from PIL import Image

from processing.errors import InputError
from search import nearest, ranking, similar
from search.language import Query

pytestmark = pytest.mark.django_db


@pytest.fixture
def reds(asset_factory, mean):
    made = {}
    for title, blur in (("Asked", 0.0), ("Near", 0.3), ("Far", 1.2)):
        made[title] = mean(asset_factory(title), "red boat", blur=blur, concepts=[("yawl", 0.5)])
    for number in range(20):
        mean(asset_factory(f"Other {number}"), f"thing{number}")
    return made


def titles(hits):
    return [hit.asset.title for hit in hits]


def test_the_likest_come_first_and_the_asset_itself_not_at_all(reds):
    hits = similar.by_asset(reds["Asked"], None, 5)
    assert titles(hits)[:2] == ["Near", "Far"]
    assert "Asked" not in titles(hits)
    assert hits[0].score > hits[1].score
    assert hits[-1].weak
    assert hits[0].why[0] == "both look like: yawl"


def test_shared_tags_are_reasons(reds, tag, term):
    for title in ("Asked", "Near"):
        tag(reds[title], term("dinghy"))
    assert "both tagged: dinghy" in similar.by_asset(reds["Asked"], None, 1)[0].why


def test_only_what_one_may_see(reds, asset_factory, mean, other_brand, viewer, outsider):
    mean(asset_factory("Hidden", state="in_review"), "red boat", blur=0.0)
    mean(asset_factory("Elsewhere", brand=other_brand), "red boat", blur=0.0)
    seen = titles(similar.by_asset(reds["Asked"], viewer, 50))
    assert "Near" in seen
    assert not {"Hidden", "Elsewhere"} & set(seen)
    assert "Hidden" in titles(similar.by_asset(reds["Asked"], None, 50))


def test_an_asset_that_was_not_looked_at_yet(asset_factory, model):
    with pytest.raises(similar.NotEmbedded, match="not been looked at"):
        similar.by_asset(asset_factory(), None, 5)


def test_no_limit_below_one(reds):
    with pytest.raises(ValueError, match="at least 1"):
        similar.by_asset(reds["Asked"], None, 0)


def test_a_file_finds_its_like(tmp_path, asset_factory, preview, model):
    from search.embedding import embed

    for colour in ("red", "green", "blue"):
        asset = asset_factory(colour)
        preview(asset.current_version, colour)
        embed(model, [asset.current_version])
    path = tmp_path / "asked.png"
    Image.new("RGB", (300, 200), "green").save(path)
    hits = similar.by_file(path, None, 3)
    assert titles(hits)[0] == "green"
    assert hits[0].score == 1.0
    assert hits[0].why[0] == "all but the same picture"


def test_a_file_that_is_no_picture(tmp_path, model):
    path = tmp_path / "notes.txt"
    path.write_text("not a picture")
    with pytest.raises(InputError, match="not a picture"):
        similar.by_file(path, None, 3)


def test_a_file_beyond_the_limits_is_not_decoded(tmp_path, model, settings):
    settings.LOUPE_MAX_PIXELS = 100
    path = tmp_path / "big.png"
    Image.new("RGB", (200, 200)).save(path)
    with pytest.raises(InputError, match="pixels"):
        similar.by_file(path, None, 3)


def test_whoever_sees_little_of_a_large_library_still_finds_it(
    asset_factory, mean, viewer, admin_user, monkeypatch
):
    """A walk through the index may give up before it comes to the few that one may see."""
    monkeypatch.setattr(nearest, "by_index", lambda *_: [])
    here = mean(asset_factory("here"), "a boat at sea")
    near = mean(asset_factory("near"), "a boat at sea")
    assert [hit.asset for hit in similar.by_asset(here, viewer, 10)] == [near]
    assert not similar.by_asset(here, admin_user, 10)  # who sees everything goes by the index
    hits = ranking.search(Query("sailing"), viewer, limit=10).hits
    assert {hit.asset for hit in hits} == {here, near}
