"""Reading the documents and the sources that they must agree with."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
OURS = ("dam", "processing", "search", "review")
# Made by tools or by Loupe itself: not the repository's.
NOT_OURS = {
    *(".git", ".venv", "var", "staticfiles", ".cache", "__pycache__", "test-results"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"),
}


def document(name: str) -> str:
    """The text of a document by its path below docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def files(*suffixes: str) -> Iterator[Path]:
    """Every file of the repository, or those with one of the suffixes."""
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in NOT_OURS)
        for name in sorted(names):
            if name not in NOT_OURS and (not suffixes or name.endswith(suffixes)):
                yield Path(folder, name)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def codes(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def rows(markdown: str) -> Iterator[list[str]]:
    """The cells of every row of every table; heads and rules are left out."""
    lines = markdown.splitlines()
    for at, line in enumerate(lines):
        if not line.startswith("|") or re.fullmatch(r"[|:\s-]+", line):
            continue
        if at + 1 < len(lines) and re.fullmatch(r"\|[|:\s-]+", lines[at + 1]):
            continue  # a head: a rule follows it
        cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
        yield [cell.replace("\\|", "|").strip() for cell in cells]


def first_codes(markdown: str) -> set[str]:
    """Every name that begins a row of a table."""
    return {code for row in rows(markdown) for code in codes(row[0])}


def sections(markdown: str) -> dict[str, str]:
    """Heading → the text below it, up to the next heading of any level."""
    found: dict[str, str] = {}
    heading, fenced = "", False
    for line in markdown.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            heading = line.lstrip("#").strip()
            found[heading] = ""
        elif heading:
            found[heading] += line + "\n"
    return found


def without_fences(markdown: str) -> str:
    """The text without its code blocks and code spans."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", markdown, flags=re.S | re.M))
