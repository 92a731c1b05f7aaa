"""Near-duplicates: the rule, the candidates, the clusters, and what people do with them."""

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from PIL import Image, ImageEnhance, ImageOps

from dam.actions.collections import add_assets, create_collection
from dam.actions.common import Conflict
from dam.models import Asset, Facts, Relation, Version
from processing.measures.fingerprint import perceptual_hash
from search.duplicates import actions, clusters, finding, rule
from search.duplicates.best import Standing, best_first, saving, why
from search.models import DuplicateDecision, Lookalike, NotDuplicates

BASE = 0x0F1E2D3C4B5A6978


def signed(value: int) -> int:
    value &= 2**64 - 1
    return value - 2**64 if value >> 63 else value


def flipped(value: int, *bits: int) -> int:
    for bit in bits:
        value ^= 1 << bit
    return signed(value)


@pytest.fixture
def looks(mean):
    """Give an asset a hash and an embedding: `looks(asset, hash, "meaning")`."""

    def give(asset, value: int, meaning: str | None = "a red boat", blur: float = 0.0):
        Facts.objects.update_or_create(
            version=asset.current_version,
            defaults={
                "orientation": "landscape",
                **dict.fromkeys(
                    [
                        "brightness",
                        "contrast",
                        "highlights",
                        "colourfulness",
                        "noise",
                        "clipped_dark",
                        "clipped_light",
                        "overexposure",
                    ],
                    0.5,
                ),
                "sharpness": 0.5,
                "perceptual_hash": signed(value),
            },
        )
        if meaning:
            mean(asset, meaning, blur=blur)
        return asset

    return give


@pytest.fixture
def twins(asset_factory, looks):
    """Make assets that look the same, found as such: `twins(3)`."""

    def make(count: int = 2, value: int = BASE, **fields):
        made = []
        for n in range(count):
            width = 1200 - 200 * n
            asset = asset_factory(width=width, height=width * 2 // 3, **fields)
            made.append(looks(asset, flipped(value, n), f"meaning of {value}"))
            finding.find(asset.current_version)
        return made

    return make


class TestRule:
    def test_the_mirror_image_has_the_mirrored_hash(self, picture):
        import io

        for seed in range(6):
            image = Image.open(io.BytesIO(picture((400, 300), seed=seed))).convert("RGB")
            smooth = image.resize((24, 18), Image.Resampling.BOX).resize((400, 300))
            here = perceptual_hash(np.asarray(smooth))
            there = perceptual_hash(np.asarray(ImageOps.mirror(smooth)))
            assert rule.distance(rule.mirrored(here), there) <= rule.MIRRORED
            assert rule.distance(here, there) > rule.LIKELY

    @pytest.mark.parametrize(
        ("bits", "near", "alike"),
        [
            (0, 1.0, True),
            (7, 0.5, True),
            (7, 0.49, False),
            (8, 0.74, False),
            (18, 0.75, True),
            (19, 1.0, False),
            (4, None, True),
            (5, None, False),
        ],
    )
    def test_both_witnesses_are_heard(self, bits: int, near: float | None, alike: bool):
        # Bits of one column only, so that it does not look like a mirror image.
        other = flipped(BASE, *range(bits))
        assert (rule.judge(signed(BASE), other, near) is not None) == alike

    def test_every_hash_within_reach_shares_a_band(self):
        random = np.random.default_rng(2)
        for _ in range(200):
            bits = random.choice(64, rule.SURE, replace=False)
            mine, theirs = rule.bands(BASE), rule.bands(flipped(BASE, *map(int, bits)))
            assert any(theirs[n][0] in mine[n] for n in range(rule.BANDS))

    def test_the_likeness_falls_with_every_witness(self):
        same = rule.judge(BASE, BASE, 1.0).likeness
        assert same == 1.0
        assert rule.judge(BASE, flipped(BASE, 1, 2), 1.0).likeness < same
        assert rule.judge(BASE, BASE, 0.9).likeness < same


class TestFinding:
    def test_pairs_are_found_once_and_again(self, twins):
        first, second = twins(2)
        row = Lookalike.objects.get()
        assert (row.first, row.second) == (first.current_version, second.current_version)
        assert row.distance == 2
        assert row.cosine == pytest.approx(1.0, abs=0.01)
        finding.run([first.current_version, second.current_version])
        assert Lookalike.objects.count() == 1

    def test_what_only_the_embedding_finds(self, asset_factory, looks):
        one = looks(asset_factory(), BASE)
        two = looks(asset_factory(), flipped(BASE, *range(0, 60, 4)))  # 15 bits, in every band
        assert finding.by_hash(two.current_version, flipped(BASE, *range(0, 60, 4))) == []
        assert finding.find(two.current_version) == 1
        assert Lookalike.objects.get().first == one.current_version

    def test_what_only_the_hash_finds_needs_the_other_witness_too(self, asset_factory, looks):
        looks(asset_factory(), BASE, "a red boat")
        other = looks(asset_factory(), BASE, "a plate of soup")
        assert finding.find(other.current_version) == 0
        bare = looks(asset_factory(), BASE, None)
        assert finding.find(bare.current_version) == 2

    def test_mirrored_pictures_are_found_and_said_to_be(self, asset_factory, looks):
        looks(asset_factory(), BASE)
        other = looks(asset_factory(), rule.mirrored(BASE))
        assert finding.find(other.current_version) == 1
        assert Lookalike.objects.get().mirrored

    def test_the_bin_the_refused_and_one_s_own_versions_are_left_out(self, asset_factory, looks):
        looks(asset_factory(state="refused"), BASE)
        binned = looks(asset_factory(), BASE)
        Asset.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
        one = looks(asset_factory(), BASE)
        again = Version.objects.create(
            asset=one,
            number=2,
            blob=one.current_version.blob,
            file_name="again.jpg",
            media_type="image/jpeg",
            created_by=one.owner,
        )
        Facts.objects.create(
            **{
                f.name: getattr(one.current_version.facts, f.name)
                for f in Facts._meta.fields
                if f.name != "version"
            },
            version=again,
        )
        assert finding.find(again) == 0

    def test_a_version_without_a_hash_has_none(self, asset_factory):
        assert finding.find(asset_factory().current_version) == 0

    def test_real_variants_go_all_the_way(self, ingest, run_jobs, picture):
        """Through the real steps, with the fake encoder, which sees the colours of a picture."""
        import io

        def saved(image: Image.Image, quality: int = 90) -> bytes:
            file = io.BytesIO()
            image.save(file, "JPEG", quality=quality)
            return file.getvalue()

        photo = Image.open(io.BytesIO(picture((900, 600), seed=3))).convert("RGB")
        first = ingest(saved(photo), "one.jpg").asset
        smaller = ingest(saved(photo.resize((450, 300)), 60), "two.jpg").asset
        graded = ingest(saved(ImageEnhance.Color(photo).enhance(1.1)), "three.jpg").asset
        ingest(picture((900, 600), seed=44), "other.jpg")
        run_jobs()
        [cluster] = clusters.overview(None).clusters
        assert {one.asset for one in cluster.members} == {first.pk, smaller.pk, graded.pk}


class TestClusters:
    def test_a_chain_is_not_glued_together(self):
        chain = [(n, n + 1, 0.9, False) for n in range(1, 8)]
        assert all(len(group) == 2 for group in clusters.grouped(chain))
        everyone = [(a, b, 0.9, False) for a in range(1, 6) for b in range(a + 1, 6)]
        assert clusters.grouped(everyone) == [[1, 2, 3, 4, 5]]

    def test_a_cluster_is_bounded(self):
        count = clusters.LARGEST + 10
        pairs = [(a, b, 0.9, False) for a in range(count) for b in range(a + 1, count)]
        assert max(len(group) for group in clusters.grouped(pairs)) <= clusters.LARGEST

    def test_what_one_may_not_see_is_neither_shown_nor_counted(
        self, twins, teammate, owner, viewer, reviewer, outsider
    ):
        shown = twins(2)
        hidden = twins(1, state="in_review", user=owner)[0]
        for person in (viewer, teammate):
            [cluster] = clusters.overview(person).clusters
            assert {one.asset for one in cluster.members} == {one.pk for one in shown}
        for person in (owner, reviewer):
            [cluster] = clusters.overview(person).clusters
            assert hidden.pk in {one.asset for one in cluster.members}
        assert clusters.overview(outsider).clusters == []

    def test_the_biggest_saving_comes_first_and_pages_go_on(self, twins):
        for n in range(5):
            made = twins(2, value=BASE << (5 * n + 1))
            blob = made[1].current_version.blob
            blob.size = 1000 * (n + 1)
            blob.save()
        whole = clusters.overview(None).clusters
        assert [one.saving for one in whole] == [5000, 4000, 3000, 2000, 1000]
        first, cursor = clusters.page(whole, None, size=2)
        second, _ = clusters.page(whole, cursor, size=2)
        assert [one.saving for one in first + second] == [5000, 4000, 3000, 2000]
        with pytest.raises(clusters.BadCursor):
            clusters.page(whole, "5000-1")

    def test_a_new_version_ends_a_pair(self, twins):
        first, _second = twins(2)
        version = Version.objects.create(
            asset=first,
            number=2,
            blob=first.current_version.blob,
            file_name="new.jpg",
            media_type="image/jpeg",
            created_by=first.owner,
        )
        Asset.objects.filter(pk=first.pk).update(current_version=version)
        assert clusters.overview(None).clusters == []


class TestBest:
    def one(self, asset: int, width: int = 1000, size: int = 10**6, **more) -> Standing:
        fields = {"media_type": "image/jpeg", "state": "in_review", "sharpness": 0.5} | more
        return Standing(asset, f"blob {asset}", size, width, width, **fields)

    def test_size_then_compression_then_sharpness_then_approval(self):
        small, large = self.one(1, 500), self.one(2)
        assert best_first([small, large])[0] == large
        assert why([large, small])[0].startswith("the largest, 1")
        bordered = self.one(7, 1070, size=800_000)  # a seventh more pixels, and fewer bytes
        assert best_first([bordered, large])[0] == large
        fine, coarse = self.one(3, size=3 * 10**6), self.one(4)
        assert best_first([coarse, fine])[0] == fine
        assert "the least compressed" in why([fine, coarse])
        sharp = self.one(5, sharpness=0.9)
        assert best_first([large, sharp])[0] == sharp
        approved = self.one(6, state="approved")
        assert best_first([large, approved])[0] == approved
        assert why([approved, large]) == ["approved"]
        assert best_first([self.one(9), self.one(8)])[0].asset == 8

    def test_shared_bytes_save_nothing(self):
        one = self.one(1)
        copy = Standing(2, one.blob, one.size, 1000, 1000, "image/jpeg", "approved", 0.5)
        assert saving([one, copy]) == 0
        assert saving([one, self.one(3, size=5), self.one(4, size=7)]) == 12


class TestDecisions:
    def test_keeping_the_best_and_taking_it_back(self, twins, owner):
        best, other = twins(2)
        made = actions.decide(user=owner, kind="keep", kept=best, others=[other])
        assert list(Asset.objects.live()) == [best]
        assert clusters.overview(None).clusters == []
        actions.undo(decision=made, user=owner)
        assert Asset.objects.live().count() == 2
        assert len(clusters.overview(None).clusters) == 1
        with pytest.raises(Conflict):
            actions.undo(decision=made, user=owner)

    def test_merging_takes_over_what_was_said(self, twins, owner, teammate, term, tag):
        best, other = twins(2)
        sea, boat, no = term("sea"), term("boat"), term("car")
        tag(other, sea)
        tag(other, boat)
        tag(other, no)
        tag(best, boat, by=None, state="suggested", confidence=0.4)
        tag(best, no, state="rejected")
        mine = create_collection(user=owner, name="Mine")
        theirs = create_collection(user=teammate, name="Theirs")
        add_assets(collection=mine, user=owner, assets=[other.pk])
        add_assets(collection=theirs, user=teammate, assets=[other.pk])
        Asset.objects.filter(pk=other.pk).update(description="At sea")

        made = actions.decide(user=owner, kind="merge", kept=best, others=[other])
        said = dict(best.tags.values_list("term__name", "state"))
        assert said == {"sea": "accepted", "boat": "accepted", "car": "rejected"}
        assert list(best.collections.all()) == [mine]
        assert Asset.objects.get(pk=best.pk).description == "At sea"

        actions.undo(decision=made, user=owner)
        said = dict(best.tags.values_list("term__name", "state"))
        assert said == {"boat": "suggested", "car": "rejected"}
        assert best.tags.get(term=boat).decided_by is None
        assert not best.collections.exists()
        assert Asset.objects.get(pk=best.pk).description == ""
        assert Asset.objects.live().count() == 2

    def test_linking_as_variants(self, twins, owner):
        best, *others = twins(3)
        made = actions.decide(user=owner, kind="link", kept=best, others=others)
        links = Relation.objects.filter(target=best, kind="variant_of")
        assert {link.source for link in links} == set(others)
        left = clusters.overview(None).clusters
        assert [len(one.members) for one in left] == [2]  # the variants among themselves
        actions.undo(decision=made, user=owner)
        assert not Relation.objects.exists()

    def test_no_duplicates_is_remembered(self, twins, owner):
        one, two = twins(2)
        made = actions.decide(user=owner, kind="dismiss", kept=one, others=[two])
        assert clusters.overview(None).clusters == []
        finding.run([one.current_version, two.current_version])
        assert clusters.overview(None).clusters == []
        assert not clusters.lookalikes(one, owner).exists()
        actions.undo(decision=made, user=owner)
        assert clusters.lookalikes(one, owner).count() == 1

    @pytest.mark.parametrize("kind", ["keep", "merge", "link", "dismiss"])
    def test_who_may_not_changes_nothing(self, kind, twins, teammate, viewer, outsider, owner):
        best, other = twins(2)
        for person in (teammate, viewer, outsider):
            with pytest.raises(PermissionDenied):
                actions.decide(user=person, kind=kind, kept=best, others=[other])
        assert Asset.objects.live().count() == 2
        assert not DuplicateDecision.objects.exists()
        made = actions.decide(user=owner, kind=kind, kept=best, others=[other])
        with pytest.raises(PermissionDenied):
            actions.undo(decision=made, user=teammate)

    def test_half_a_permission_does_nothing_at_all(self, twins, teammate):
        best, other = twins(2)
        theirs = twins(1, user=teammate)[0]
        with pytest.raises(PermissionDenied):
            actions.decide(user=teammate, kind="keep", kept=best, others=[theirs, other])
        assert Asset.objects.live().count() == 3
        # Of a pair, one of which is theirs, they may say that it is none.
        actions.decide(user=teammate, kind="dismiss", kept=best, others=[theirs])
        assert NotDuplicates.objects.count() == 1

    def test_what_makes_no_sense(self, twins, owner):
        best, other = twins(2)
        with pytest.raises(ValueError, match="nothing else"):
            actions.decide(user=owner, kind="delete", kept=best, others=[other])
        with pytest.raises(ValueError, match="Two pictures"):
            actions.decide(user=owner, kind="keep", kept=best, others=[best])
