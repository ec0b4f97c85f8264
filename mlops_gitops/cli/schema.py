"""`schema`: print the JSON Schema of a pipeline type, or of what a command writes."""

import json
from difflib import get_close_matches
from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import UsageError

OUTPUTS = {
    **{
        name: name
        for name in (
            "adopt",
            "apply",
            "bootstrap",
            "blueprint-list",
            "blueprint-show",
            "doctor",
            "drift",
            "history",
            "model-card-describe",
            "model-card-export",
            "model-card-list",
            "pipeline-run",
            "pipeline-steps",
            "plan",
            "problems",
            "render",
            "repair",
            "retire",
            "rollback",
            "status",
            "suspend",
            "why",
        )
    },
    "ci": "plan",
    "diff": "plan",
    "pipeline-start": "pipeline-steps",
}
"""Command -> file in `schemas/output`; `problems` is what any of them writes with exit code 3,
and `pipeline-run` what the commands about pipelines write of a run on this machine."""


@click.command("schema")
@click.argument("name", metavar="[TYPE]", required=False)
@click.option(
    "--output-of",
    "output_of",
    type=click.Choice(sorted(OUTPUTS)),
    metavar="COMMAND",
    default=None,
    help="Print the schema of what a command writes with --output json instead: "
    f"{', '.join(sorted(OUTPUTS))}.",
)
@options.root_if_any
def command(name: str | None, output_of: str | None, root: Path | None) -> None:
    """Print the JSON Schema of a pipeline type, or of what a command writes.

    TYPE is a pipeline type, the repository's own included, or `settings`. The schema is
    self-contained (draft 2020-12); editors complete and check with it. Without TYPE it lists what
    there is.

    \u0008
    Example:
      mlops-gitops schema byom_realtime_builtin > .schema.json
      mlops-gitops schema settings
      mlops-gitops schema --output-of problems
    """
    if output_of is not None:
        _print_output(name, output_of)
        return
    from mlops_gitops.config.read_settings import SETTINGS_SCHEMA
    from mlops_gitops.config.retired import for_editors
    from mlops_gitops.use_cases.validate import read_schemas, read_types

    data = app.package_data()
    files = app.no_files() if root is None else app.files(root)
    schemas = read_types(files, data, read_schemas(data)).schemas
    names = (*schemas.pipeline_types(), SETTINGS_SCHEMA)
    if name is None:
        echo("\n".join(names))
        return
    if name not in names:
        close = get_close_matches(name, names, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(names)}."
        raise UsageError(f"There is no schema {name!r}.", hint=hint)
    schema, type_ = schemas.bundled(name), schemas.pipeline_type(name)
    echo(json.dumps(schema if type_ is None else for_editors(schema, type_), indent=2))


def _print_output(name: str | None, output: str) -> None:
    if name is not None:
        message = "A pipeline type and --output-of are two different schemas."
        raise UsageError(message, hint="Name one of the two.")
    echo(app.package_data().schema(f"output/{OUTPUTS[output]}").decode().removesuffix("\n"))
