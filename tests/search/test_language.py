"""The query language: what is understood, what is said of the rest, and that it round-trips."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language import Filter, Query, parse
from search.values import FIELDS, STATES, TYPES

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
VALUES = st.one_of(
    st.builds(Filter, st.just("type"), st.sampled_from(list(TYPES)), st.booleans()),
    st.builds(Filter, st.just("state"), st.sampled_from(STATES), st.booleans()),
    st.builds(Filter, st.just("camera"), PHRASES, st.booleans()),
    st.builds(Filter, st.just("collection"), PHRASES, st.booleans()),
    st.builds(
        Filter,
        st.sampled_from(["before", "after"]),
        st.dates(date(1000, 1, 1), date(8999, 12, 31)).map(lambda day: day.isoformat()),
    ),
    st.builds(Filter, st.just("colour"), st.integers(0, 0xFFFFFF).map(lambda rgb: f"#{rgb:06x}")),
)
QUERIES = st.builds(
    Query,
    st.lists(WORDS, max_size=4).map(" ".join),
    st.lists(PHRASES, max_size=2, unique=True).map(tuple),
    st.lists(PHRASES, max_size=2, unique=True).map(tuple),
    st.lists(VALUES, max_size=3, unique=True).map(tuple),
)
PIECES = st.sampled_from([*(f"{name}:" for name in FIELDS), "-", '"', " ", "#d33", "“", "16:9"])


@given(QUERIES)
def test_a_query_written_out_reads_the_same(query):
    again = parse(query.to_string())
    assert again == query
    assert again.problems == ()


@given(st.lists(st.one_of(st.text(max_size=12), PIECES), max_size=12).map("".join))
def test_any_text_is_understood_and_settles(text):
    once = parse(text)
    assert parse(once.to_string()) == once


def test_all_parts_of_a_query():
    query = parse('red harbour "fishing boat" -people -"no entry" tag:"golden hour" Color:#d33')
    assert query.text == "red harbour"
    assert query.phrases == ("fishing boat",)
    assert query.without == ("people", "no entry")
    assert query.filters == (Filter("tag", "golden hour"), Filter("colour", "#dd3333"))
    assert query.meant == "red harbour fishing boat"
    assert not query.problems


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("type:JPG", Filter("type", "jpeg")),
        ("-type:image/png", Filter("type", "png", True)),
        ("orientation:vertical", Filter("orientation", "portrait")),
        ("state:in-review", Filter("state", "in_review")),
        ("before:2024", Filter("before", "2024-01-01")),
        ("after:2024/5", Filter("after", "2024-05-01")),
        ("colour:Red", Filter("colour", "#d32f2f")),
        ("tag:Dog", Filter("tag", "dog")),
    ],
)
def test_values_have_one_spelling(typed, kept):
    assert parse(typed).filters == (kept,)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("color:#12", "colour"),
        ("color:reddish", "reddish"),
        ("type:exe", "jpeg, png"),
        ("orientation:diagonal", "landscape"),
        ("before:2024-13-01", "2024-06-30"),
        ("after:yesterday", "date"),
        ("state:nowhere", "approved"),
        ("before:0001", "0001"),
        ("year:24", "year"),
        ("tag:", "tag:dog"),
        ('brand:""', "brand:acme"),
    ],
)
def test_a_bad_value_is_named_and_left_out(typed, named):
    query = parse(f"boats {typed}")
    assert query.text == "boats"
    assert query.filters == ()
    assert len(query.problems) == 1
    assert named in query.problems[0]


@pytest.mark.parametrize("text", ["ratio 16:9", "http://example.org", "untag:dog", "well-known"])
def test_what_only_looks_like_a_field_is_text(text):
    assert parse(text) == Query(text)


def test_typographic_quotes_and_an_open_quote():
    assert parse("“old town”").phrases == ("old town",)
    assert parse('"never closed').phrases == ("never closed",)


def test_a_very_long_text_is_cut_and_said_to_be():
    query = parse("word " * 400)
    assert len(query.text) <= 500
    assert "500" in query.problems[0]


def test_facets_add_and_chips_take_away():
    query = parse("boats").plus("tag", "sea").plus("tag", "sea").plus("type", "png")
    assert query.to_string() == "boats tag:sea type:png"
    assert query.minus(Filter("tag", "sea")).to_string() == "boats type:png"
