"""`validate`: check settings and configs, offline."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.problems_output import FORMATS, problems_output
from mlops_gitops.config.blueprints.folder import FOLDER
from mlops_gitops.config.scripts import scripts_in
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.problems import Problem, errors_among, in_order
from mlops_gitops.use_cases.validate import Validated, narrowed, validate
from mlops_gitops.views.problems_text import summary_text


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.changed_since
@options.root
@click.option(
    "--lint", is_flag=True, help="Have cfn-lint check what configs are rendered to; takes longer."
)
@options.output(*FORMATS)
def command(
    paths: tuple[Path, ...], since: str | None, root: Path, output: str, *, lint: bool
) -> int:
    """Check settings and configs, offline.

    PATHS narrow the answer to these files and folders. Exits with 3 if there are errors.
    `github` annotates files in a workflow, `sarif` is for code scanning, `junit` for test reports.

    \u0008
    Example:
      mlops-gitops validate
      mlops-gitops validate models/churn --output github
      mlops-gitops validate --changed-since origin/main
    """
    validated = _whole(paths, root) if since is None else _changed(paths, root, since)
    problems = _linted(validated, root) if lint else validated.problems
    text = problems_output(output, root, validated.checked, problems)
    if text:
        echo(text)
    echo(summary_text(len(validated.checked), problems), err=True)
    for script in scripts_in(validated.configs):
        echo(f"{script} was not run: plan has it make its pipeline, and checks that.", err=True)
    return InvalidRepository.exit_code if errors_among(problems) else 0


def _whole(paths: tuple[Path, ...], root: Path) -> Validated:
    validated = validate(app.files(root), app.package_data())
    return _narrowed(validated, paths, root) if paths else validated


def _changed(paths: tuple[Path, ...], root: Path, since: str) -> Validated:
    """Keep what concerns a change; the rest is looked at only for clashes with it."""
    if paths:
        message = "Paths and --changed-since both say what to check."
        raise UsageError(message, hint="Name one of the two.")
    from mlops_gitops.use_cases.changed import validate_changed

    changed = app.commits(root).changed_since(since)
    validated, _part = validate_changed(app.files(root), app.package_data(), changed)
    return validated


def _linted(validated: Validated, root: Path) -> tuple[Problem, ...]:
    """Add what is wrong with the templates of the configs that are valid."""
    if validated.settings is None:
        return validated.problems
    from mlops_gitops.use_cases.lint_rendered import lint_rendered

    linter = app.linter(validated.settings.region)
    blueprints = app.repository_blueprints(root)
    found = lint_rendered(validated, app.package_data(), blueprints, linter)
    return in_order((*validated.problems, *found))


def _narrowed(validated: Validated, paths: tuple[Path, ...], root: Path) -> Validated:
    """Keep what concerns the paths; one that concerns nothing is a mistake of the caller."""
    wanted = tuple(_in_repository(path, root.resolve()) for path in paths)
    for path, name in zip(paths, wanted, strict=True):
        is_blueprint = f"{name}/".startswith(f"{FOLDER}/")
        if validated.settings and not is_blueprint and not narrowed(validated, (name,)).checked:
            message = f"{path} is no config and has none in it."
            hint = f"Configs are: {', '.join(validated.settings.configs)} (see the settings)."
            raise UsageError(message, hint=hint)
    return narrowed(validated, wanted)


def _in_repository(path: Path, root: Path) -> str:
    absolute = path.absolute()
    folder = absolute.parent.resolve()
    if not (folder / absolute.name).is_relative_to(root):
        hint = "Name files of the repository, or another one with --root."
        raise UsageError(f"{path} is not in the repository {root}.", hint=hint)
    return (folder / absolute.name).relative_to(root).as_posix()
