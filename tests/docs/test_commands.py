"""docs/reference/commands.md and the management commands with their options are the same."""

import argparse
import re

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from tests.docs.reading import OURS, ROOT, codes, document, rows, sections


def _words(action: argparse.Action) -> str:
    """How an option or argument is named in the documents: its longest form."""
    if action.option_strings:
        return max(action.option_strings, key=len)
    return str(action.metavar or action.dest).upper().strip("….")


def _walk(name: str, parser: argparse.ArgumentParser, common: set[str]) -> dict[str, set[str]]:
    """Command → names of its own options and arguments, subcommands included."""
    found: dict[str, set[str]] = {name: set()}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                found |= _walk(f"{name} {word}", below, common)
        elif action.dest not in common:
            found[name].add(_words(action))
    return found


def _commands() -> dict[str, set[str]]:
    common = {action.dest for action in BaseCommand().create_parser("manage.py", "x")._actions}
    found: dict[str, set[str]] = {}
    for name, app in get_commands().items():
        if app in OURS:
            parser = load_command_class(app, name).create_parser("manage.py", name)
            found |= _walk(name, parser, common)
    return found


def _documented() -> dict[str, set[str]]:
    """Command → the first word of each code that begins a row of its table."""
    found = {}
    for heading, text in sections(document("reference/commands.md")).items():
        names = re.fullmatch(r"`([a-z ]+)`", heading)
        if names:
            words = (code for row in rows(text) for code in codes(row[0]))
            found[names[1]] = {word.split()[0].strip("….") for word in words}
    return found


def test_every_command_is_documented():
    missing = _commands().keys() - _documented().keys()
    assert not missing


def test_every_documented_command_exists():
    gone = _documented().keys() - _commands().keys()
    assert not gone


@pytest.mark.parametrize("name", sorted(_commands()))
def test_options_are_documented_and_exist(name: str):
    assert _documented().get(name) == _commands()[name]


def test_every_make_target_is_documented():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.M)[0].split())
    text = sections(document("reference/commands.md"))["Make"]
    said = {code.split()[1] for row in rows(text) for code in codes(row[0])}
    assert said == targets
