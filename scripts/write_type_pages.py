"""Write docs/types: a page for each installed pipeline type, and the list of all.

Run it with `make docs` after a schema, a blueprint or an example has changed; a test holds the
pages to what it writes. A type whose blueprint is not there yet has no page.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from mlops_gitops import app
from mlops_gitops.desired.type_facts import TypeFacts
from mlops_gitops.use_cases.pipeline_types import describe_type, list_types
from mlops_gitops.views.type_markdown import type_markdown, types_markdown

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "types"
GOOD = ROOT / "config-examples" / "good"


def pages() -> dict[str, str]:
    """Make every page: file name -> text."""
    examples = best_examples()
    facts = all_facts()
    made = {
        f"{each.name}.md": type_markdown(each, examples.get(each.name, "")) + "\n" for each in facts
    }
    return {**made, "README.md": types_markdown(facts) + "\n"}


def all_facts() -> tuple[TypeFacts, ...]:
    """Tell everything about each type that has a blueprint."""
    files, data, blueprints = app.no_files(), app.package_data(), app.blueprints()
    found = []
    for listed in list_types(files, data):
        try:
            found.append(describe_type(files, data, blueprints, listed.name))
        except FileNotFoundError:
            sys.stderr.write(f"{listed.name}: no blueprint yet, so no page\n")
    return tuple(found)


def best_examples() -> Mapping[str, str]:
    """Choose the good example of each type: of several accounts, then the one with most fields."""
    best: dict[str, tuple[tuple[bool, int], str]] = {}
    for file in sorted(GOOD.rglob("mlops-config.json"), reverse=True):
        text = file.read_text("utf-8")
        config = json.loads(text)
        name, rank = config["pipeline_type"], ("multi-account" in file.parts[-3], len(config))
        if name not in best or rank >= best[name][0]:
            best[name] = (rank, text)
    return {name: text for name, (_, text) in best.items()}


def main() -> None:
    """Write the pages, and delete those of types that are gone."""
    made = pages()
    DOCS.mkdir(exist_ok=True)
    for old in DOCS.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
