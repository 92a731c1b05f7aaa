"""What is said beside a file that was just uploaded: that it looks like others."""

import pytest

from dam.models import Asset, Version
from processing import hints, queue
from search.duplicates.models import Lookalike, NotDuplicates


def alike(one: Asset, two: Asset) -> None:
    first, second = sorted((one.current_version_id, two.current_version_id))
    Lookalike.objects.create(first_id=first, second_id=second, distance=2, likeness=0.9)


@pytest.fixture
def states(client, owner):
    client.force_login(owner)

    def ask(asset: Asset) -> dict:
        pk = asset.current_version_id
        answer = client.get(f"/api/v1/uploads/states?versions={pk}").json()
        return answer["states"][str(pk)]

    return ask


def test_it_says_how_many_and_where(states, asset_factory, client):
    mine, other, third, apart = (asset_factory() for _ in range(4))
    alike(mine, other)
    assert states(mine)["hints"] == [
        {"text": "Looks like 1 other", "address": f"/duplicates/?asset={mine.pk}"}
    ]
    alike(mine, third)
    alike(other, third)
    assert states(mine)["hints"][0]["text"] == "Looks like 2 others"
    assert states(apart)["hints"] == []
    page = client.get(f"/duplicates/?asset={mine.pk}").content.decode()
    assert page.count("data-cluster ") == 1
    assert f'href="/assets/{third.pk}"' in page
    assert "The group of one picture" in page


def test_other_groups_are_not_on_its_page(states, asset_factory, client):
    mine, other, third, fourth = (asset_factory() for _ in range(4))
    alike(mine, other)
    alike(third, fourth)
    page = client.get(f"/duplicates/?asset={mine.pk}").content.decode()
    assert f'href="/assets/{mine.pk}"' in page
    assert f'href="/assets/{third.pk}"' not in page
    for odd in ("0", "x", "9" * 40):
        assert "Nothing looks the same" in client.get(f"/duplicates/?asset={odd}").content.decode()


def test_nothing_is_said_of_what_one_may_not_see(states, asset_factory, teammate, owner):
    mine = asset_factory()
    alike(mine, asset_factory(user=teammate, state="in_review"))
    assert states(mine)["hints"] == []


def test_what_a_person_told_apart_is_not_said_again(states, asset_factory, owner):
    mine, other = asset_factory(), asset_factory()
    alike(mine, other)
    NotDuplicates.objects.create(first=mine, second=other, decided_by=owner)
    assert states(mine)["hints"] == []


def test_to_viewers_who_have_no_such_page_nothing_is_said(asset_factory, viewer):
    mine, other = asset_factory(), asset_factory()
    alike(mine, other)
    assert hints.hints_for([mine.current_version_id], viewer) == {}


def test_it_says_when_nothing_more_comes(states, ingest, run_jobs, fake_encoder):
    asset = ingest(name="a.jpg").asset
    assert states(asset)["ended"] is False
    run_jobs()
    assert states(asset)["ended"] is True
    queue.enqueue("duplicates", Version.objects.get())
    told = states(asset)
    assert (told["state"], told["ended"]) == ("approved", False)


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="duplicates"):
        hints.register("duplicates", lambda versions, user: {})
