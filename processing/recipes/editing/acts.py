"""What a form does to a recipe's text: a value set or taken away, a step added, moved, removed.

The text is changed where the change is, and nowhere else. Each result is read again and compared
with what was meant: where they differ (an alias, a name that comes twice, a comment in the middle
of a value), the text stays as it was and the form says where to change it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from processing.recipes.editing import surgery
from processing.recipes.editing.spans import Items, Node, Path, Scalar, Table, find, plain, spanned
from processing.recipes.faults import RecipeError
from processing.recipes.sources import KEYS

Surgeon = Callable[[str, Node], str]
Change = Callable[[Any], Any]


class CannotEdit(ValueError):
    """This change has to be made in the text; the message says so, in a sentence."""


def put(text: str, path: Path, value: Any) -> str:
    """Set the value at a path, making what is missing on the way. Raises CannotEdit, RecipeError.

    A step that is only a name gets its parameters below it, and so does a format.
    """
    root = spanned(text)
    path, value = _from_what_is_there(root, path, value)
    return _checked(
        text, lambda: _put(text, root, path, value), partial(_set, path=path, value=value)
    )


def drop(text: str, path: Path) -> str:
    """Take away a name or an item; raises CannotEdit and RecipeError.

    A table or list of the recipe or of an output that has nothing left goes too.
    """
    root = spanned(text)
    path = _whole(root, path)
    return _checked(text, lambda: _drop(text, root, path), partial(_unset, path=path))


def move(text: str, path: Path, to: int) -> str:
    """Put an item elsewhere in its list, the comments right above it too. Raises as `put` does."""
    root = spanned(text)
    items, place = _item(root, path)
    if not 0 <= to < len(items.items):
        raise CannotEdit("There is no such place in the list.")
    meant = partial(_moved, path=path, to=to)
    return _checked(text, lambda: surgery.with_moved(text, items, place, to), meant)


def insert(text: str, path: Path, value: Any, at: int | None = None) -> str:
    """Add an item to a list, at its end without ``at``. Raises as `put` does."""
    root = spanned(text)
    items = find(root, path)
    if not isinstance(items, Items):
        if not (items is None or (isinstance(items, Scalar) and items.value is None)):
            raise CannotEdit(_IN_THE_TEXT)
        return put(text, path, [value])
    place = len(items.items) if at is None else max(0, min(at, len(items.items)))
    meant = partial(_inserted, path=path, place=place, value=value)
    return _checked(text, lambda: surgery.with_item(text, items, place, value), meant)


def rename(text: str, path: Path, name: str) -> str:
    """Call a name of a table something else; its place and value stay. Raises as `put` does."""
    root = spanned(text)
    table = find(root, path[:-1])
    if not isinstance(table, Table) or table.get(str(path[-1])) is None:
        raise CannotEdit(_IN_THE_TEXT)
    if table.get(name) is not None:
        raise CannotEdit(f"There is a “{name}” already.")
    key = next(key for key, _ in table.entries if key.text == path[-1])
    meant = partial(_renamed, path=path, name=name)
    return _checked(text, lambda: surgery.with_value(text, key, name, 0), meant)


_NOTHING: tuple[Any, ...] = (None, {}, [])
_IN_THE_TEXT = "The form cannot change this as it is written: change it in the text."


def _checked(text: str, cut: Callable[[], str], change: Change) -> str:
    """The new text, if it says what was meant."""
    meant = change(copy.deepcopy(plain(text)))
    made = cut()
    try:
        read = plain(made)
    except RecipeError as error:
        raise CannotEdit(_IN_THE_TEXT) from error
    if not _same(read, meant):
        raise CannotEdit(_IN_THE_TEXT)
    return made


def _same(one: Any, other: Any) -> bool:
    """Equal; a number is no yes or no, and a table or list without anything is nothing."""
    if one in _NOTHING and other in _NOTHING:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, str) and isinstance(other, str) and "\n" in other:
        return one.rstrip("\n") == other.rstrip("\n")
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _from_what_is_there(root: Node, path: Path, value: Any) -> tuple[Path, Any]:
    """The part of a path that is there, and the value that is to be put there for the rest."""
    for depth in range(len(path)):
        node = find(root, path[:depth])
        if isinstance(node, Table | Items) and _reaches(node, path[depth]):
            continue
        if isinstance(node, Table):  # a new name
            return path[: depth + 1], _nested(path[depth + 1 :], value)
        if isinstance(node, Scalar):
            begun = _spelled_out(node, path[:depth])
            return path[:depth], _set(begun, path[depth:], value)
        raise CannotEdit(_IN_THE_TEXT)
    return path, value


def _reaches(node: Table | Items, step: str | int) -> bool:
    return find(node, (step,)) is not None


def _nested(path: Path, value: Any) -> Any:
    for step in reversed(path):
        if isinstance(step, int):
            raise CannotEdit(_IN_THE_TEXT)
        value = {step: value}
    return value


def _spelled_out(node: Scalar, path: Path) -> dict[str, Any]:
    """A short form as the table that it stands for: a step, check or format by its name alone."""
    if node.value is None:
        return {}
    if isinstance(node.value, str) and path and isinstance(path[-1], int):
        return {node.value: None}
    if isinstance(node.value, str) and path and path[-1] == "export":
        return {"format": node.value}
    raise CannotEdit(_IN_THE_TEXT)


def _put(text: str, root: Node, path: Path, value: Any) -> str:
    node, parent = find(root, path), find(root, path[:-1])
    if node is None:
        if not isinstance(parent, Table):
            raise CannotEdit(_IN_THE_TEXT)
        before = KEYS[KEYS.index(str(path[-1])) + 1 :] if path[-1] in KEYS and not path[:-1] else ()
        depth = 2 - len(path[:-1])
        return surgery.with_entry(text, parent, str(path[-1]), value, before=before, depth=depth)
    nothing = isinstance(node, Scalar) and node.start == node.end
    if isinstance(node, Scalar) and (nothing or isinstance(value, dict | list)):
        return _opened(text, node, parent, path, value)
    if isinstance(node, Scalar):
        indent = parent.column + 2 if isinstance(parent, Table) else 0
        return surgery.with_value(text, node, value, indent)
    if surgery.COMMENT in text[node.start : node.end].replace("'#", "").replace('"#', ""):
        raise CannotEdit("There is a comment in the middle of this: change it in the text.")
    return _instead(text, node, value)


def _opened(text: str, node: Scalar, parent: Node | None, path: Path, value: Any) -> str:
    """A name, or nothing, that becomes a table or a list."""
    flow = isinstance(parent, Table | Items) and parent.flow
    if isinstance(parent, Items) and isinstance(value, dict) and not flow:
        written = surgery.item(value, node.column)
        return surgery.replaced(text, node.start, node.end, written)
    if isinstance(parent, Table) and not flow and node.value is None:
        place = next(i for i, (key, _) in enumerate(parent.entries) if key.text == path[-1])
        key = parent.entries[place][0]
        depth = 2 - len(path[:-1])
        written = surgery.entry(str(path[-1]), value, parent.column, depth)
        colon = text.index(":", key.end)
        end = node.end if node.end > node.start else colon + 1
        return surgery.replaced(text, key.start, end, written)
    return surgery.with_value(text, node, value, 0)


def _instead(text: str, node: Node, value: Any) -> str:
    """A value in the place of a table or list."""
    start, written = node.start, surgery.one_line(value)
    if isinstance(node, Table | Items) and not node.flow:
        begun = text.rfind(":", 0, start)
        return surgery.replaced(text, begun + 1, node.end, " " + written)
    return surgery.replaced(text, start, node.end, written)


def _drop(text: str, root: Node, path: Path) -> str:
    if isinstance(path[-1], int):
        items, place = _item(root, path)
        return surgery.without_item(text, items, place)
    table = find(root, path[:-1])
    if not isinstance(table, Table):
        raise CannotEdit(_IN_THE_TEXT)
    places = [place for place, (key, _) in enumerate(table.entries) if key.text == path[-1]]
    if not places:
        raise CannotEdit(_IN_THE_TEXT)
    return surgery.without_entry(text, table, places[0])


def _whole(root: Node, path: Path) -> Path:
    """What goes with a name or item: a table or list above it that would have nothing left.

    A step stays as a name without parameters.
    """
    while len(path) > 1:
        parent = find(root, path[:-1])
        count = len(parent.entries if isinstance(parent, Table) else ())
        count += len(parent.items if isinstance(parent, Items) else ())
        if count != 1 or isinstance(path[-2], int) or (len(path) > 2 and isinstance(path[-3], int)):
            return path
        path = path[:-1]
    return path


def _item(root: Node, path: Path) -> tuple[Items, int]:
    items = find(root, path[:-1])
    place = path[-1] if path else ""
    if not isinstance(items, Items) or not isinstance(place, int) or place >= len(items.items):
        raise CannotEdit(_IN_THE_TEXT)
    return items, place


# The same changes, in plain values: what is meant.


def _within(all: Any, path: Path) -> Any:
    for step in path:
        all = all[step]
    return all


def _set(all: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    inner = all.get(path[0]) if isinstance(all, dict) else all[path[0]]
    all[path[0]] = _set({} if inner is None else inner, path[1:], value)
    return all


def _unset(all: Any, path: Path) -> Any:
    holder = _within(all, path[:-1])
    del holder[path[-1]]
    return all


def _moved(all: Any, path: Path, to: int) -> Any:
    items = _within(all, path[:-1])
    items.insert(to, items.pop(path[-1]))
    return all


def _inserted(all: Any, path: Path, place: int, value: Any) -> Any:
    _within(all, path).insert(place, value)
    return all


def _renamed(all: Any, path: Path, name: str) -> Any:
    holder = _within(all, path[:-1])
    holder[name] = holder.pop(path[-1])
    return all
