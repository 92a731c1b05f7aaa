"""The reference of the API is that of the code: its addresses, its scopes."""

from dam.scopes import Scope
from tests.docs.api_table import PAGE, written
from tests.docs.reading import document, first_codes


def test_every_operation_is_in_the_reference():
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text), "bring it up to date: python -m tests.docs.api_table"


def test_every_scope_is_explained():
    assert set(Scope.values) <= first_codes(document("explanation/tokens-and-scopes.md"))
