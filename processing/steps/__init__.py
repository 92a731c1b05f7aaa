"""The registry of ingest steps. Adding a step is one file and one `register` line.

Other rooms register theirs in `AppConfig.ready()`. A step runs when every step it comes after is
done for that version. It must be safe to repeat: a worker may die after the work and before the
note of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dam.formats import SHOWN

EVERY_KIND = SHOWN | {"other"}


@dataclass(frozen=True, slots=True)
class Step:
    """A named piece of work on versions.

    `run` gets 1 to `batch_size` versions (none where `for_library`), writes what it found, and
    raises `processing.errors.ProcessingError` for what a person should read. When a batch fails,
    each of its versions is tried alone, so that one bad picture costs only itself. Versions of a
    kind that is not in `kinds` pass the step by. Where `by_subject`, a job's subject says what is
    to be done: `run` gets it as its second argument, and one version at a time.
    """

    name: str
    title: str  # for people: "Making previews"
    run: Callable[..., None]
    after: tuple[str, ...] = ()
    batch_size: int = 1
    time_limit: int = 300  # seconds
    for_library: bool = False
    kinds: frozenset[str] = SHOWN
    by_subject: bool = False


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    """Add a step. Raises ValueError for a name that is taken."""
    if step.name in _steps:
        raise ValueError(f"there is a step named {step.name!r} already")
    _steps[step.name] = step


def get(name: str) -> Step:
    """Return a step. Raises KeyError for a name that nobody registered."""
    return _steps[name]


def known() -> list[Step]:
    """Return every step, each after those that it depends on. Raises ValueError for a circle."""
    placed: dict[str, Step] = {}
    waiting = dict(_steps)
    while waiting:
        ready = [s for s in waiting.values() if all(name in placed for name in s.after)]
        if not ready:
            raise ValueError(f"these steps wait for each other or for none: {sorted(waiting)}")
        for step in ready:
            placed[step.name] = waiting.pop(step.name)
    return list(placed.values())


def pipeline(kind: str) -> list[Step]:
    """Return the steps that every version of a kind goes through, in order.

    What came after a step that this kind passes by comes after that step's own predecessors.
    """
    kept: list[Step] = []
    passed: dict[str, tuple[str, ...]] = {}
    for step in known():
        after = tuple(dict.fromkeys(n for name in step.after for n in passed.get(name, (name,))))
        if kind in step.kinds and not step.for_library:
            kept.append(replace(step, after=after))
        else:
            passed[step.name] = after
    return kept
