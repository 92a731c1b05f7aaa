"""docs/reference/settings.md and the environment variables that the code reads are the same."""

import ast
import functools
import re
from collections.abc import Iterator

from tests.docs.reading import codes, document, files, rows

NAME = re.compile(r"(LOUPE_[A-Z0-9_]+|DATABASE_URL)")


def _of_environment(node: ast.expr) -> bool:
    """Whether an expression is `env` (dam/environment.py), `os.environ` or `os`."""
    return ast.unparse(node) in {"env", "os.environ", "environ", "os"}


def _named(node: ast.AST) -> tuple[ast.expr, ast.expr | None] | None:
    """The variable that a node reads, and its default where it gives one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if _of_environment(node.func.value):
            keyword = next((one.value for one in node.keywords if one.arg == "default"), None)
            return node.args[0], node.args[1] if len(node.args) > 1 else keyword
    elif isinstance(node, ast.Subscript) and _of_environment(node.value):
        return node.slice, None
    elif isinstance(node, ast.Compare) and any(_of_environment(one) for one in node.comparators):
        return node.left, None
    return None


@functools.cache
def _read() -> list[tuple[str, ast.expr | None]]:
    """Every variable that some file reads, by its name or by a constant of that module."""
    texts = (path.read_text(encoding="utf-8") for path in files(".py"))
    return [found for text in texts if NAME.search(text) for found in _read_by(text)]


def _read_by(text: str) -> Iterator[tuple[str, ast.expr | None]]:
    module = ast.parse(text)
    constants = _constants(module)
    for node in ast.walk(module):
        name, default = _named(node) or (None, None)
        name = constants.get(name.id) if isinstance(name, ast.Name) else name
        if isinstance(name, ast.Constant) and NAME.fullmatch(str(name.value)):
            yield str(name.value), default


def _constants(module: ast.Module) -> dict[str, ast.expr]:
    """What a module's own names stand for, as far as they are assigned once, at its top."""
    return {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _documented() -> dict[str, str]:
    table = rows(document("reference/settings.md"))
    return {name: row[1] for row in table for name in codes(row[0]) if NAME.fullmatch(name)}


def test_every_setting_that_is_read_is_documented():
    missing = {name for name, _ in _read()} - _documented().keys()
    assert not missing


def test_every_documented_setting_is_read():
    unread = _documented().keys() - {name for name, _ in _read()}
    assert not unread


def test_documented_defaults_are_those_of_the_code():
    documented = _documented()
    checked = set()
    for name, default in _read():
        if default is None or not _constant(default) or ast.unparse(default) == "None":
            continue
        value = eval(compile(ast.Expression(default), "default", "eval"))  # constants alone
        said = codes(documented[name])[0] if codes(documented[name]) else ""
        word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        assert said == word, f"{name}: documented as {said!r}, but it is {word!r}"
        checked.add(name)
    assert len(checked) > 10


def _constant(node: ast.expr) -> bool:
    allowed = (ast.Constant, ast.BinOp, ast.operator)
    return all(isinstance(part, allowed) for part in ast.walk(node))
