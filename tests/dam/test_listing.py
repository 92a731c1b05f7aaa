"""The chosen pictures as CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dam.models import TagAssignment, Term
from dam.tables import FORMULA, as_csv, safe_cell


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://evil","x")', "+1", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"]
)
def test_formulas_become_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"), [(-3, "-3"), (None, ""), ("a=b", "a=b"), ("a\0b", "ab")]
)
def test_what_is_no_formula_stays(value, text):
    assert safe_cell(value) == text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_any_text_comes_back_and_none_is_a_formula(rows):
    data = b"".join(as_csv(["a", "b"], rows)).decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(data, newline="")))
    assert len(back) == len(rows) + 1
    assert not [cell for row in back[1:] for cell in row if cell.startswith(FORMULA)]


@pytest.mark.django_db
def test_the_list_says_what_is_known(as_, asset_factory, viewer, owner):
    asset = asset_factory("=cmd|' /C calc'!A0", file_name="a.jpg")
    sea = Term.objects.create(facet="scene", name="sea")
    ice = Term.objects.create(facet="scene", name="ice")
    for term, state in ((sea, "accepted"), (ice, "rejected")):
        TagAssignment.objects.create(asset=asset, term=term, source="human", state=state)
    (row,) = rows_of(as_(viewer).post("/selection/list", {"asset": asset.pk}))
    assert row["title"] == "'=cmd|' /C calc'!A0"
    assert row["tags"] == "sea"
    assert row["sha256"] == asset.current_version.blob_id
    assert row["address"] == f"http://testserver/assets/{asset.pk}"


@pytest.mark.django_db
def test_what_one_may_not_see_is_not_in_the_list(as_, asset_factory, viewer):
    shown, hidden = asset_factory(), asset_factory(state="in_review")
    rows = rows_of(as_(viewer).post("/selection/list", {"asset": [shown.pk, hidden.pk]}))
    assert [row["asset"] for row in rows] == [str(shown.pk)]


@pytest.mark.django_db
def test_forty_lines_cost_no_query_each(as_, asset_factory, viewer, django_assert_max_num_queries):
    assets = [asset_factory().pk for _ in range(40)]
    browser = as_(viewer)
    with django_assert_max_num_queries(12):
        assert len(rows_of(browser.post("/selection/list", {"asset": assets}))) == 40
