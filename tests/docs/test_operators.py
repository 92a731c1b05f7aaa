"""docs/reference/operators.md is what the operators say of themselves."""

from processing.operators.reference import page
from tests.docs.reading import document


def test_the_page_is_in_step():
    assert document("reference/operators.md") == page(), (
        "run: python -m processing.operators.reference docs/reference/operators.md"
    )
