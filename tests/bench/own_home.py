"""A LOUPE_HOME for one benchmark: temporary, or kept where LOUPE_BENCH_HOME says."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def prepare(name: str) -> Path:
    """Point Loupe at a fresh home, migrate it, and return its folder."""
    folder = Path(os.environ.get("LOUPE_BENCH_HOME") or tempfile.mkdtemp(prefix=f"loupe-{name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    os.environ["LOUPE_HOME"] = str(folder)
    os.environ.setdefault("LOUPE_MODELS", str(ROOT / "var" / "models"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dam.settings")
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("models", "fetch", verbosity=0)
    return folder
