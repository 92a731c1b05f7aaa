"""The ways a piece of processing can fail, each with a sentence for the person it happens to.

The category decides what happens next (see the job queue): ``input`` is never retried,
``transient`` is retried with backoff, ``provider`` waits for a rate limit or a budget,
``resource`` ran out of memory or time. Anything raised that is not a ``ProcessingError`` is
``internal``: a fault of ours.
"""

from __future__ import annotations

from typing import ClassVar


class ProcessingError(Exception):
    """Base of the expected failures.

    ``sentence`` is plain English for a person and ends with a full stop. ``detail`` is what a
    library said, for the log; it may name paths and must not be shown to strangers.
    """

    category: ClassVar[str] = "internal"

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class InputError(ProcessingError):
    """The file itself is at fault: trying again cannot help."""

    category: ClassVar[str] = "input"


class TransientError(ProcessingError):
    """Something outside was briefly unavailable: trying again may help."""

    category: ClassVar[str] = "transient"


class ProviderError(ProcessingError):
    """An outside service refused: rate limit, budget or credentials."""

    category: ClassVar[str] = "provider"


class ResourceError(ProcessingError):
    """This machine ran out of memory, time or disk."""

    category: ClassVar[str] = "resource"


class OverQuota(ResourceError):
    """A person has no room left for this file: nothing of it was kept."""
