"""What migrating does, as text."""

from collections.abc import Sequence
from difflib import unified_diff

from mlops_gitops.config.migrate import Migration
from mlops_gitops.config.said import printable


def migrated_text(migrations: Sequence[Migration]) -> str:
    """Name each config that was written anew, and the versions that it came from."""
    return "\n".join(
        printable(f"{each.path}: written anew (format before: {each.versions}).")
        for each in migrations
    )


def diff_text(migrations: Sequence[Migration]) -> str:
    """Show what would change as a unified diff; nothing drives a terminal."""
    lines = (line for each in migrations for line in _diff(each))
    return "\n".join(printable(line) for line in lines)


def _diff(migration: Migration) -> Sequence[str]:
    return tuple(
        unified_diff(
            migration.before.splitlines(),
            migration.after.splitlines(),
            f"a/{migration.path}",
            f"b/{migration.path}",
            lineterm="",
        )
    )
