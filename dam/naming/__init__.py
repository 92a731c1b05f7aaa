"""Names of files: patterns that read and write them, and names that every system takes. Pure."""

from dam.naming.cleaning import safe_name
from dam.naming.downloads import download_name
from dam.naming.expressions import PatternError
from dam.naming.parts import FormatError
from dam.naming.pattern import Match, Pattern

__all__ = ["FormatError", "Match", "Pattern", "PatternError", "download_name", "safe_name"]
