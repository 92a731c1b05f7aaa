"""The other changes to the library, each with its refusals."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from dam.actions import brands, collections, library, tags
from dam.actions.tags import Judgement
from dam.models import BrandProfileVersion, Facet, TagAssignment, Term

State, Source = TagAssignment.State, TagAssignment.Source
OTHERS = ["viewer", "teammate", "outsider"]


@pytest.fixture
def term(db):
    return Term.objects.create(facet=Facet.ANIMAL, name="heron", synonyms=["egret"])


def judge(asset, term, state=State.SUGGESTED, confidence=0.6):
    tags.record_judgements(
        version=asset.current_version,
        model="test-model",
        judgements=[Judgement(term.pk, 0.3, confidence, state)],
    )
    return TagAssignment.objects.filter(asset=asset, term=term).first()


class TestTags:
    def test_a_model_s_word_keeps_its_provenance(self, asset_factory, term):
        tag = judge(asset_factory(), term)
        assert (tag.source, tag.model, tag.raw_score, tag.confidence, tag.state) == (
            "model",
            "test-model",
            0.3,
            0.6,
            "suggested",
        )

    def test_a_rejection_is_remembered(self, asset_factory, term, owner):
        asset = asset_factory()
        judge(asset, term)
        tags.decide(asset=asset, term=term, user=owner, state=State.REJECTED)
        tag = judge(asset, term, State.ACCEPTED, 0.99)
        assert (tag.state, tag.decided_by, tag.confidence) == (State.REJECTED, owner, 0.6)

    def test_a_person_s_tag_is_never_touched(self, asset_factory, term, owner):
        asset = asset_factory()
        tags.decide(asset=asset, term=term, user=owner, state=State.ACCEPTED)
        assert judge(asset, term, State.SUGGESTED, 0.4).source == Source.HUMAN
        tags.record_judgements(version=asset.current_version, model="test-model", judgements=[])
        assert TagAssignment.objects.get().state == State.ACCEPTED

    def test_judging_again_replaces_and_removes_only_what_no_one_decided(self, asset_factory, term):
        asset = asset_factory()
        other = Term.objects.create(facet=Facet.ANIMAL, name="stork")
        judge(asset, term)
        judge(asset, other, State.ACCEPTED, 0.9)
        assert list(asset.tags.values_list("term__name", "state")) == [("stork", "accepted")]

    def test_judging_the_same_again_writes_no_history(self, asset_factory, term):
        asset = asset_factory()
        judge(asset, term)
        events = TagAssignment.pgh_event_model.objects.count()
        judge(asset, term)
        assert TagAssignment.pgh_event_model.objects.count() == events

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_may_not_decide(self, who, request, asset_factory, term):
        with pytest.raises(PermissionDenied):
            tags.decide(
                asset=asset_factory(),
                term=term,
                user=request.getfixturevalue(who),
                state=State.ACCEPTED,
            )

    def test_names_find_terms_and_synonyms_before_making_keywords(self, term):
        assert tags.term_named(" HERON ") == term
        assert tags.term_named("Egret") == term
        assert tags.term_named("harbour master").facet == Facet.KEYWORD
        with pytest.raises(ValueError, match="120"):
            tags.term_named("  ")


class TestImportedTags:
    def test_they_are_accepted_and_known_as_imported(self, asset_factory, owner, term):
        asset = asset_factory()
        assert tags.import_tags(asset=asset, user=owner, names=["Egret", "Dawn  light"]) == 2
        said = asset.tags.values_list("term__name", "source", "state", "version")
        shown = asset.current_version.pk
        assert set(said) == {
            ("heron", "import", "accepted", shown),
            ("dawn light", "import", "accepted", shown),
        }
        assert tags.import_tags(asset=asset, user=owner, names=["heron"]) == 0

    def test_a_machine_s_word_gives_way(self, asset_factory, owner, term):
        asset = asset_factory()
        judge(asset, term)
        tags.import_tags(asset=asset, user=owner, names=["heron"])
        tag = asset.tags.get()
        assert (tag.source, tag.state, tag.model, tag.confidence) == (
            "import",
            "accepted",
            "",
            None,
        )
        judge(asset, term)
        assert asset.tags.get().source == "import"

    @pytest.mark.parametrize("decided", [State.REJECTED, State.ACCEPTED])
    def test_a_person_s_word_stands(self, asset_factory, owner, term, decided):
        asset = asset_factory()
        tags.decide(asset=asset, term=term, user=owner, state=decided)
        tags.import_tags(asset=asset, user=owner, names=["heron"])
        assert (asset.tags.get().source, asset.tags.get().state) == ("human", decided)

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_may_not_import(self, who, request, asset_factory):
        asset, user = asset_factory(), request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            tags.import_tags(asset=asset, user=user, names=["heron"])
        assert not asset.tags.exists()

    @pytest.mark.parametrize("name", ["", "  ", "x" * 121])
    def test_what_is_no_name_is_told(self, asset_factory, owner, name):
        asset = asset_factory()
        with pytest.raises(ValueError, match="120 characters"):
            tags.import_tags(asset=asset, user=owner, names=["fine", name])
        assert not asset.tags.exists()


class TestBrands:
    def test_each_change_is_a_version(self, admin_user, brand):
        brands.change_rules(brand=brand, user=admin_user, rules={"min_width": 99}, note="Smaller")
        assert [v.number for v in brand.versions.all()] == [2, 1]
        assert (brand.rules.min_width, brand.rules.min_height) == (99, 240)
        assert brand.rules.created_by == admin_user

    @pytest.mark.parametrize(
        "rules", [{"auto_accept": 1.5}, {"drop": 0.9, "auto_accept": 0.5}, {"colour": 1}]
    )
    def test_impossible_rules_are_refused(self, admin_user, brand, rules):
        with pytest.raises(ValidationError):
            brands.change_rules(brand=brand, user=admin_user, rules=rules)
        assert BrandProfileVersion.objects.count() == 1

    @pytest.mark.parametrize("who", ["viewer", "owner", "reviewer", "outsider"])
    def test_others_may_not(self, who, request, brand):
        user = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            brands.change_rules(brand=brand, user=user, rules={"min_width": 1})
        with pytest.raises(PermissionDenied):
            brands.create_brand(user=user, name="Mine")

    def test_a_name_is_taken_once(self, admin_user):
        brands.create_brand(user=admin_user, name="Fjord")
        with pytest.raises(ValidationError):
            brands.create_brand(user=admin_user, name="Fjord")


class TestCollections:
    def test_only_what_one_sees_can_be_collected(self, viewer, asset_factory):
        collection = collections.create_collection(user=viewer, name="Best")
        public, draft = asset_factory(), asset_factory(state="in_review")
        ids = [public.pk, draft.pk, 10**9]
        assert collections.add_assets(collection=collection, user=viewer, assets=ids) == 1
        assert collections.add_assets(collection=collection, user=viewer, assets=ids) == 0
        assert collections.remove_assets(collection=collection, user=viewer, assets=ids) == 1

    def test_another_s_collection_is_not_changed(self, viewer, owner, asset_factory):
        collection = collections.create_collection(user=owner, name="Mine")
        with pytest.raises(PermissionDenied):
            collections.add_assets(collection=collection, user=viewer, assets=[])
        with pytest.raises(PermissionDenied):
            collections.remove_assets(collection=collection, user=viewer, assets=[])

    def test_a_name_is_used_once_by_a_person(self, viewer):
        collections.create_collection(user=viewer, name="Best")
        with pytest.raises(ValidationError):
            collections.create_collection(user=viewer, name="Best")


class TestAssets:
    def test_describing(self, owner, asset_factory):
        asset = asset_factory("Old")
        library.describe(asset=asset, user=owner, title="  New ", description="Text")
        asset.refresh_from_db()
        assert (asset.title, asset.description) == ("New", "Text")

    def test_the_bin_and_back(self, owner, asset_factory):
        asset = asset_factory()
        library.bin_asset(asset=asset, user=owner)
        asset.refresh_from_db()
        assert asset.deleted_at is not None
        library.unbin_asset(asset=asset, user=owner)
        asset.refresh_from_db()
        assert asset.deleted_at is None

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_may_not(self, who, request, asset_factory):
        asset, user = asset_factory(), request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            library.describe(asset=asset, user=user, title="x", description="")
        with pytest.raises(PermissionDenied):
            library.bin_asset(asset=asset, user=user)
        with pytest.raises(PermissionDenied):
            library.unbin_asset(asset=asset, user=user)
