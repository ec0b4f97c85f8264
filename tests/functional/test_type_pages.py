"""The pages of the pipeline types say what schemas and blueprints say."""

import json
from pathlib import Path

import pytest
from blueprints.blueprint_files import module_at
from functional.conftest import Say

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "types"
SCRIPT = module_at(ROOT / "scripts" / "write_type_pages.py", "write_type_pages")
PAGES: dict[str, str] = SCRIPT.pages()


def test_every_type_has_its_page() -> None:
    """No more and no fewer; `make docs` writes them."""
    assert {file.name for file in DOCS.iterdir()} == PAGES.keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_make_docs_writes_it(name: str) -> None:
    """What schema or blueprint say anew is in the documentation, or this test is red."""
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]


def test_the_command_writes_the_same_page(say: Say, tmp_path: Path) -> None:
    """Whoever has no checkout gets the page from the command."""
    example = tmp_path / "mlops-config.json"
    example.write_text(SCRIPT.best_examples()["byom_realtime_builtin"], encoding="utf-8")

    said = say(
        "blueprint",
        "show",
        "byom_realtime_builtin",
        "--output",
        "markdown",
        "--example",
        str(example),
    )

    assert said.out == PAGES["byom_realtime_builtin.md"]


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"README.md"}))
def test_a_type_tells_what_costs_money_and_shows_an_example(name: str) -> None:
    """Nobody deploys a type without having been told what it costs."""
    assert "## What costs money\n\n- " in PAGES[name]
    example = PAGES[name].partition("```json\n")[2].partition("```")[0]
    assert json.loads(example)["pipeline_type"] == name.removesuffix(".md")
