"""What public scanners said last, with the reason for each finding that stays."""

from dataclasses import dataclass
from pathlib import Path

from read_markdown import rows

TABLE = Path(__file__).parent / "scanners" / "README.md"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a scanner says.

    Attributes:
        where: template and resource, or template and Sid.
    """

    check: str
    where: str


def reasons(scanner: str) -> dict[Finding, str]:
    """Give the reason for each finding of a scanner that stays, sorted."""
    return {
        finding: why
        for who, check, places, why in sorted(rows(TABLE.read_text()))
        if who == scanner
        for finding in sorted(Finding(check, where) for where in places.split(", "))
    }


def short(path: Path) -> str:
    """Name a template: realtime, account."""
    return path.parent.name if path.stem == "template" else path.stem
