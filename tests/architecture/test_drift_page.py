"""docs/drift.md says of each type what is compared, and what is not."""

import re
from pathlib import Path

import pytest
from builders import BLUEPRINTS, DATA

from mlops_gitops.status.drifting.rules import TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "drift.md").read_text(encoding="utf-8")
ROWS = {
    name: line.split(" | ")
    for line in PAGE.splitlines()
    if line.startswith("| `AWS::")
    for name in re.findall(r"`(AWS::\w+::\w+)`", line)
}


def named(cell: str) -> set[str]:
    """Give the properties that a cell names."""
    return set(re.findall(r"`([A-Z][\w.\[\]*]+)`", cell))


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_the_page_names_what_the_rules_leave_out_and_watch_for(type_: str) -> None:
    """A rule that changes changes the page."""
    _, _, never, noticed = ROWS[type_]

    assert named(never) == TYPES[type_].never.keys()
    assert named(noticed) == TYPES[type_].defaults.keys()


def test_every_type_of_the_blueprints_has_a_row() -> None:
    """Nobody has to guess whether a resource is looked at."""
    used = {
        resource["Type"]
        for name in DATA.blueprint_names()
        if name != "bootstrap"
        for resource in BLUEPRINTS.blueprint(name).template["Resources"].values()
        if isinstance(resource, dict)
    }

    assert used <= ROWS.keys()
