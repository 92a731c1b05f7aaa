"""Loaded before Django's settings (see addopts): the tests have a home of their own.

The embedded server stays in it between runs, for speed; each run makes its database anew.
"""

import os
import tempfile
from pathlib import Path

os.environ["LOUPE_HOME"] = os.environ.get("LOUPE_TEST_HOME") or str(
    Path(tempfile.gettempdir()) / f"loupe-tests-{os.getuid()}"
)
os.environ.setdefault("LOUPE_MODELS", str(Path(__file__).parent.parent / "var" / "models"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright runs a loop of its own
# The servers that tests talk to are on this machine.
os.environ["LOUPE_OUTBOUND_HOSTS"] = "127.0.0.1"
os.environ.pop("DATABASE_URL", None)
