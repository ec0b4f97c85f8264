"""Public scanners find nothing in templates and policies but what has its reason."""

from pathlib import Path

from scanned import reasons
from scanners.scanning import checkov, parliament


def test_checkov_finds_nothing_without_a_reason(tmp_path: Path) -> None:
    """What it says of templates is in the table, and nothing is there that it no longer says."""
    assert sorted({*checkov(tmp_path)}) == sorted(reasons("checkov"))


def test_parliament_finds_nothing_without_a_reason(tmp_path: Path) -> None:
    """What it says of policies is in the table, and nothing is there that it no longer says."""
    assert sorted({*parliament(tmp_path)}) == sorted(reasons("parliament"))
