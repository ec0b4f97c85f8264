"""The table of what public scanners say, held to the templates without running the scanners."""

import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, mappings
from scanned import Finding, reasons, short

LOADED = {short(path): load(path) for path in TEMPLATES}
ROWS = [
    pytest.param(scanner, finding, why, id=f"{finding.check} {finding.where}")
    for scanner in ("checkov", "parliament")
    for finding, why in sorted(reasons(scanner).items())
]


@pytest.mark.parametrize(("scanner", "finding", "why"), ROWS)
def test_every_finding_is_of_something_that_is_there(
    scanner: str, finding: Finding, why: str
) -> None:
    """A resource or statement that is gone leaves no excuse behind, and each has a reason."""
    template, name = finding.where.split(" ", 1)
    sids = {one.get("Sid") for one in mappings(LOADED[template]["Resources"])}
    there = LOADED[template]["Resources"] if scanner == "checkov" else sids

    assert name in there
    assert len(why.split()) > 4, "a reason is a sentence"


def test_the_table_has_findings_of_both_scanners() -> None:
    """An empty table would mean that nobody reads it any more, not that all is well."""
    assert {each.values[0] for each in ROWS} == {"checkov", "parliament"}


def test_scanners_are_locked_with_hashes() -> None:
    """What scans us is fetched like everything else: a version and a hash for it."""
    lock = (ROOT / "requirements" / "scan.lock").read_text()

    for name in ("checkov", "parliament", "setuptools"):
        (_, _, rest) = lock.partition(f"\n{name}==")
        assert rest.split("\n")[1].strip().startswith("--hash=sha256:"), name
