"""Reading docs/reference/json-contract.md: what each command is said to answer."""

import json
import re
from typing import Any

from tests.docs.reading import codes, document, sections


def _examples() -> dict[str, list[Any]]:
    """Command, with its subcommand → the examples of its section, read as JSON."""
    found = {}
    for heading, text in sections(document("reference/json-contract.md")).items():
        fences = re.findall(r"^```json\n(.*?)^```", text, re.S | re.M)
        examples = [json.loads(one) for one in fences]
        found |= dict.fromkeys(codes(heading), examples)
    return found


EXAMPLES = _examples()


def differences(said: Any, there: Any, at: str = "answer") -> list[str]:
    """Compare an example with a real answer: the names in objects, and the kinds of values.

    Return what differs, a line each. An empty list and null say nothing of what may stand there.
    """
    if said is None or there is None:
        return []
    if isinstance(said, dict) and isinstance(there, dict):
        lines = [f"{at}.{name} is not described" for name in there.keys() - said.keys()]
        lines += [f"{at}.{name} is not there" for name in said.keys() - there.keys()]
        for name in said.keys() & there.keys():
            lines += differences(said[name], there[name], f"{at}.{name}")
        return lines
    if isinstance(said, list) and isinstance(there, list):
        return (
            [] if not said else [d for one in there for d in differences(said[0], one, f"{at}[]")]
        )
    same = _kind(said) == _kind(there)
    return [] if same else [f"{at} is {_kind(there)} and described as {_kind(said)}"]


def _kind(value: Any) -> str:
    kinds = ((bool, "a flag"), ((int, float), "a number"), (str, "a text"), (dict, "an object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "a list")
