"""The table of docs/reference/api.md, from the description: `python -m tests.docs.api_table`."""

import os
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "api.md"
BEGIN, END = "<!-- made by tests/docs/api_table.py -->", "<!-- end -->"


def table() -> str:
    """Return every operation as Markdown, a table for each group."""
    from dam.api.reference import groups

    parts = []
    for group in groups():
        parts.append(f"\n### {group.name}\n\n{group.words}\n")
        parts.append("| method | address | scope | what it does |\n|---|---|---|---|")
        for one in group.operations:
            scope = f"`{one.scope}`" if one.scope else "any"
            words = one.summary.replace("|", "\\|")
            parts.append(f"| `{one.method}` | `{one.path}` | {scope} | {words} |")
    return "\n".join(parts) + "\n\n"


def written(text: str) -> str:
    """Return the page's text with the table of today in it."""
    inside = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.S)
    return inside.sub(lambda _: f"{BEGIN}\n{table()}{END}", text)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dam.settings")
    import django

    django.setup()
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
