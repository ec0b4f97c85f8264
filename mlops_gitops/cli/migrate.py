"""`migrate`: write configs of old formats anew."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.problems import Problem, errors_among
from mlops_gitops.use_cases.migrate import Migrated, migrate_configs
from mlops_gitops.views.problems_text import problems_text

_CHANGES = 2


@click.command("migrate")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--check", "--dry-run", "check", is_flag=True, help="Show the changes and write nothing."
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 if there are configs of old formats, 0 if not.",
)
@options.root
def command(paths: tuple[Path, ...], root: Path, *, check: bool, detailed_exitcode: bool) -> int:
    """Write configs of versions 1.0 to 1.5 in today's format.

    PATHS are files and folders; without them, all configs. Files keep their layout and the order
    of their keys. What cannot be carried over, and what is missing then, is told with its place.
    Exits with 3 if something is left for you to mend.

    \u0008
    Example:
      mlops-gitops migrate --check
      mlops-gitops migrate models/churn
    """
    wanted = tuple(app.path_in_repository(root, path) for path in paths) or (".",)
    migrated = migrate_configs(app.files(root), app.package_data(), wanted)
    if not migrated.checked and paths:
        hint = "Name configs, or folders that hold some, as the settings know them."
        raise UsageError("There is no config in these places.", hint=hint)
    _carry_out(migrated, root, check=check)
    notes = tuple(note for each in migrated.migrations for note in each.notes)
    _tell(migrated, notes)
    if errors_among((*notes, *migrated.problems)):
        return InvalidRepository.exit_code
    return _CHANGES if detailed_exitcode and migrated.migrations else 0


def _carry_out(migrated: Migrated, root: Path, *, check: bool) -> None:
    """Show the changes, or write them."""
    from mlops_gitops.views.migrated_text import diff_text, migrated_text

    changed = tuple(each for each in migrated.migrations if each.after != each.before)
    if not check:
        for each in changed:
            app.write_file(root, each.path, each.after.encode())
    text = diff_text(changed) if check else migrated_text(changed)
    if text:
        echo(text)


def _tell(migrated: Migrated, notes: tuple[Problem, ...]) -> None:
    """Say what could not be carried over, what is to be mended, and how much was looked at."""
    for heading, problems in (
        ("Not carried over; places are those of the old file:", notes),
        ("Still to be mended:", migrated.problems),
    ):
        if problems:
            echo(f"{heading}\n{problems_text(problems)}", err=True)
    count, old = len(migrated.checked), len(migrated.migrations)
    configs = "config" if count == 1 else "configs"
    echo(f"{count:,} {configs} looked at, {old:,} of old formats.", err=True)
