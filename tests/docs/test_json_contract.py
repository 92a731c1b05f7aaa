"""docs/reference/json-contract.md describes every command that takes --json, and no others.

tests/processing/test_json_contract.py runs them and compares.
"""

from dataclasses import fields

import pytest

from dam.backup.making import Backup
from dam.backup.restoring import Restored
from tests.docs.json_contract import EXAMPLES, differences
from tests.docs.test_commands import _commands


def test_every_command_for_machines_is_described():
    for_machines = {name for name, options in _commands().items() if "--json" in options}
    assert for_machines == EXAMPLES.keys()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_each_has_an_example(name):
    assert EXAMPLES[name], "an example in a block of JSON, such as the command writes"


@pytest.mark.parametrize(("name", "made"), [("backup", Backup), ("restore", Restored)])
def test_what_is_answered_about_backups(name, made):
    assert EXAMPLES[name][0].keys() == {one.name for one in fields(made)}


def test_differences_are_seen():
    said = {"rows": [{"name": "a", "size": 1, "when": None}], "ok": True}
    assert differences(said, {"rows": [], "ok": False}) == []
    assert (
        differences(said, {"rows": [{"name": "b", "size": 2.5, "when": "now"}], "ok": True}) == []
    )
    assert len(differences(said, {"rows": [{"name": 1, "more": 2, "when": 3}], "ok": 1})) == 4
    assert differences(said, {"rows": {}, "ok": True})
