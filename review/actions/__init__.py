"""Changes of the review room: what people decide, how it is taken back, and what the machine asks.

Each checks the permission, writes atomically and conditionally, and leaves a trace.
"""

from review.actions.decisions import decide
from review.actions.routing import route
from review.actions.undo import undo

__all__ = ["decide", "route", "undo"]
