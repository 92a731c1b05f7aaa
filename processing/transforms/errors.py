"""Why a picture is not sent, each with a status and a sentence for whoever asked."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """Base: ``str()`` is a sentence, ``status`` the HTTP status that goes with it."""

    status: ClassVar[int] = 400


class BadOptions(Refused, ValueError):
    """Options that are unknown, repeated, out of range, or do not go together."""


class TooCostly(Refused):
    """More pixels than this installation makes at once."""


class NotSigned(Refused):
    """An address that no key of ours signed, or whose time is over."""

    status = 403


class NotThere(Refused):
    """Nothing that may be served; which reason it has is nobody's business."""

    status = 404


class Busy(Refused):
    """As much is being made as may be at once; trying again in a moment helps."""

    status = 503
