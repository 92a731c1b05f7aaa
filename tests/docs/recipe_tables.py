"""Tables of docs/reference/recipes.md that the code knows best. Run it to renew them."""

import re

from processing.recipes import shipped
from processing.recipes.facts import FACTS
from tests.docs.reading import ROOT

PAGE = ROOT / "docs/reference/recipes.md"


def facts() -> list[str]:
    return [
        f"| `{fact.name}` | {fact.kind} | {fact.meaning} |"
        f" {', '.join(f'`{one}`' for one in fact.choices)} |"
        for fact in FACTS.values()
    ]


def recipes() -> list[str]:
    rows = []
    for name in shipped.texts():
        made = shipped.recipe(name)
        outputs = ", ".join(f"`{one.name}` ({one.exporter.format})" for one in made.outputs)
        includes = ", ".join(f"`{one}`" for one in made.includes)
        rows.append(f"| `{name}` | {includes} | {outputs} | {' '.join(made.description.split())} |")
    return rows


def written(text: str) -> str:
    """The page with its tables as they should be."""
    for name, rows in (("facts", facts()), ("shipped", recipes())):
        table = "\n".join((f"<!-- {name} -->", *rows, "<!-- end -->"))
        text = re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _, t=table: t, text, flags=re.S)
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
