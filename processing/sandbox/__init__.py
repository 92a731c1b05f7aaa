"""Strangers' files are opened in here: in a process of their own that can do nothing else.

`sandbox.call(function, …)` runs a function of a fixed list (`allowed.py`) in a cell: a process that
is bounded in memory and time, without network, other programs or any part of the file system but
its file and its folder for results, and that ends after some calls or after the first that fails.
What it answers is rebuilt by declared types and never unpickled.
docs/decisions/0015-sandbox.md has the reasons and figures.

Nothing in this package imports Django: a zygote is small and starts quickly.
"""

from processing.sandbox.allowed import NotAllowed
from processing.sandbox.bounds import Bounds
from processing.sandbox.calling import call, close, configure, enabled, usage
from processing.sandbox.endings import Crashed, Overstepped
from processing.sandbox.line import Unavailable
from processing.sandbox.room import sweep
from processing.sandbox.service import Busy, Setup, Usage

__all__ = [
    "Bounds",
    "Busy",
    "Crashed",
    "NotAllowed",
    "Overstepped",
    "Setup",
    "Unavailable",
    "Usage",
    "call",
    "close",
    "configure",
    "enabled",
    "sweep",
    "usage",
]
