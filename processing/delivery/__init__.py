"""Downloads of renditions: the library's words of today, written in when somebody asks.

`values.py` says what the library knows, `making.py` makes and keeps the file, `writer.py` is what
`dam.delivery` calls.
"""

from processing.delivery.writer import connect

__all__ = ["connect"]
