"""No file belongs to two sources, or is taken from where we keep or put it ourselves."""

import pytest
from django.core.exceptions import ValidationError

from processing.models import Source
from processing.sources.actions import add_source, change_source


@pytest.fixture
def prefix_of(brand, brand_admin):
    """Make a source for a prefix."""

    def make(prefix: str, name: str = "", **fields) -> Source:
        given = {
            "name": name or f"Prefix {prefix}",
            "kind": "s3",
            "brand": brand,
            "bucket": "drop",
            "prefix": prefix,
            "endpoint": "https://s3.example.org",
            "access_key": "me",
            "secret_key": "very secret",
        }
        return add_source(user=brand_admin, **(given | fields))

    return make


class TestPrefixes:
    @pytest.mark.parametrize("prefix", ["a", "a/", "/a/b/", "a/b/c", ""])
    def test_one_within_another_is_refused(self, prefix_of, prefix):
        prefix_of("a/b", name="First")
        with pytest.raises(ValidationError, match="the prefix of the source “First”") as told:
            prefix_of(prefix)
        assert set(told.value.message_dict) == {"prefix"}
        assert Source.objects.count() == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"prefix": "a/bc"},
            {"prefix": "b"},
            {"prefix": "a/b", "bucket": "other"},
            {"prefix": "a/b", "endpoint": "https://other.example.org"},
        ],
    )
    def test_one_beside_it_is_not(self, prefix_of, other):
        prefix_of("a/b")
        prefix_of(**({"name": "Second"} | other))
        assert Source.objects.count() == 2

    def test_an_address_may_be_written_in_two_ways(self, prefix_of):
        prefix_of("a")
        with pytest.raises(ValidationError, match="It lies in, or holds"):
            prefix_of("a", name="Second", endpoint="https://S3.example.org/")

    def test_nor_may_one_be_changed_so(self, prefix_of, brand_admin):
        prefix_of("a")
        second = prefix_of("b")
        with pytest.raises(ValidationError, match="the prefix of the source"):
            change_source(source=second, user=brand_admin, prefix="a/b")
        second.refresh_from_db()
        assert second.prefix == "b"
        change_source(source=second, user=brand_admin, prefix="b", priority=7)

    @pytest.mark.parametrize(
        ("prefix", "refused"), [("", True), ("lib", True), ("lib/originals", True), ("in", False)]
    )
    def test_where_our_originals_are(self, prefix_of, settings, prefix, refused):
        settings.LOUPE_ORIGINALS = "s3"
        settings.LOUPE_S3_BUCKET, settings.LOUPE_S3_PREFIX = "drop", "lib/"
        settings.LOUPE_S3_ENDPOINT = "https://s3.example.org/"
        if refused:
            with pytest.raises(ValidationError, match="keeps its own originals"):
                prefix_of(prefix)
        else:
            prefix_of(prefix)
        assert Source.objects.exists() is not refused


class TestFolders:
    @pytest.mark.parametrize("within", ["within", "."])
    def test_one_within_another_is_refused_also_when_it_is_changed(
        self, source_of, inbox, brand_admin, within
    ):
        (inbox / "within").mkdir()
        beside = inbox.with_name("beside")
        beside.mkdir()
        source_of(name="First")
        second = source_of(name="Second", path=str(beside))
        with pytest.raises(ValidationError, match="the folder of the source “First”"):
            change_source(source=second, user=brand_admin, path=str(inbox / within))

    @pytest.mark.parametrize("field", ["done_folder", "failed_folder"])
    def test_nothing_is_put_where_another_would_take_it(self, source_of, inbox, field):
        (inbox / "within").mkdir()
        beside = inbox.with_name("beside")
        beside.mkdir()
        source_of(name="First")
        with pytest.raises(ValidationError, match="watched by the source “First”") as told:
            source_of(name="Second", path=str(beside), **{field: str(inbox / "within")})
        assert set(told.value.message_dict) == {field}


class TestOtherBrands:
    """What another brand's admins called their source is theirs to know."""

    def test_their_source_is_not_named(self, source_of, inbox, person, other_brand):
        theirs = person("other_admin", "admin", brand=other_brand)
        place = inbox.with_name("beside")
        place.mkdir()
        given = {"brand": other_brand, "path": str(place), "settle_seconds": 1}
        add_source(user=theirs, name="Codename", **given)
        for fields in ({"path": str(place)}, {"done_folder": str(place)}):
            with pytest.raises(ValidationError, match="another source") as told:
                source_of(**fields)
            assert "Codename" not in str(told.value)
