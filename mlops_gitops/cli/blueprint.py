"""`mlops-gitops blueprint`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import errors_among
from mlops_gitops.use_cases.pipeline_types import (
    describe_type,
    lint_types,
    list_types,
    new_type,
)
from mlops_gitops.use_cases.validate import read_schemas, read_types

_SKELETON = Path(__file__).parent / "blueprint_skeleton"


@click.group("blueprint")
def command() -> None:
    """List, show, begin and lint pipeline types: the installed ones and your own.

    A folder blueprints/NAME of your repository with schema.json, template.yaml and README.md makes
    a pipeline type NAME.

    \u0008
    Example:
      mlops-gitops blueprint new webhook
      mlops-gitops blueprint lint webhook
    """


@command.command("list")
@options.root_if_any
@options.output("text", "json")
def list_(root: Path | None, output: str) -> None:
    """List all pipeline types: name, where it comes from, what it is.

    \u0008
    Example:
      mlops-gitops blueprint list
    """
    files = app.no_files() if root is None else app.files(root)
    types = list_types(files, app.package_data())
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(pipeline_types=types))
        return
    from mlops_gitops.views.type_text import types_text

    echo(types_text(tuple((each.name, each.home, each.title) for each in types)))


@command.command("show")
@click.argument("name", metavar="TYPE")
@click.option(
    "--example",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="A config to show as the example; only with --output markdown.",
)
@options.root_if_any
@options.output("text", "json", "markdown")
def show(name: str, example: Path | None, root: Path | None, output: str) -> None:
    """Show what a pipeline type takes, creates, allows and tells.

    The markdown page has the fields of a config, too.

    \u0008
    Example:
      mlops-gitops blueprint show byom_realtime_builtin
      mlops-gitops blueprint show byom_realtime_builtin --output markdown
    """
    if root is None:
        files, blueprints = app.no_files(), app.blueprints()
    else:
        files, blueprints = app.files(root), app.repository_blueprints(root)
    facts = describe_type(files, app.package_data(), blueprints, name)
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(pipeline_type=facts))
    elif output == "markdown":
        from mlops_gitops.views.type_markdown import type_markdown

        echo(type_markdown(facts, example.read_text("utf-8") if example else ""))
    else:
        from mlops_gitops.views.type_text import type_text

        echo(type_text(facts))


@command.command("new")
@click.argument("name")
@options.root
def new(name: str, root: Path) -> None:
    """Write a folder blueprints/NAME that works as it is, to start from.

    It holds a template, a schema, a README and an example of a config. Nothing is overwritten.

    \u0008
    Example:
      mlops-gitops blueprint new webhook
    """
    data = app.package_data()
    types = read_types(app.files(root), data, read_schemas(data))
    skeleton = {file.name: file.read_bytes() for file in sorted(_SKELETON.iterdir())}
    app.write_new(root, new_type(name, types, data, skeleton))
    echo(f"Written to blueprints/{name}: {', '.join(skeleton)}.")
    echo(f"Next: mlops-gitops blueprint lint {name}", err=True)


@command.command("lint")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@options.root
@options.output("text", "json")
def lint(names: tuple[str, ...], root: Path, output: str) -> int:
    """Check the repository's own blueprints and examples, and their templates with cfn-lint.

    Without NAME, all of them. Exits with 3 if there are errors; warnings are only told.

    \u0008
    Example:
      mlops-gitops blueprint lint
      mlops-gitops blueprint lint webhook --output json
    """
    settings = app.settings_on_disk(root)
    linter = app.linter(settings.region)
    problems = lint_types(app.files(root), app.package_data(), linter, settings, names)
    if output == "json":
        from mlops_gitops.views.problems_json import problems_json

        echo(problems_json(problems))
    elif problems:
        from mlops_gitops.views.problems_text import problems_text

        echo(problems_text(problems))
    else:
        echo("No problems.", err=True)
    return InvalidRepository.exit_code if errors_among(problems) else 0
