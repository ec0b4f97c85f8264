"""`mlops-gitops pipeline import`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli.options import find_root
from mlops_gitops.cli.out import echo
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.errors import UsageError
from mlops_gitops.use_cases.pipeline_import import Imported, import_definition, import_template

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("template", required=False, type=_file)
@click.option(
    "--definition", type=_file, default=None, help="Definition of a SageMaker pipeline, as JSON."
)
@click.option("--name", default=None, help="The model's name; by default the original's.")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Where to write; by default a folder named like the model.",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
def command(
    template: Path | None,
    definition: Path | None,
    name: str | None,
    output_dir: Path | None,
    *,
    force: bool,
) -> None:
    """Write a config from an exported template or definition.

    TEMPLATE is what the Step Functions Data Science SDK's get_cloudformation_template writes. It
    becomes a config of type step_functions and a definition file; roles and buckets become
    parameters, and with their values the definition is the same, byte by byte. With --definition
    the definition of a SageMaker pipeline becomes a config of type sagemaker_pipeline.

    \u0008
    Example:
      mlops-gitops pipeline import exported.yaml
      mlops-gitops pipeline import --definition pipeline.json --output-dir pipelines/abalone
    """
    if template is not None and definition is None:
        imported = import_template(template.as_posix(), template.read_bytes(), name)
    elif definition is not None and template is None:
        imported = import_definition(definition.as_posix(), definition.read_bytes(), name)
    else:
        hint = "Name a template, or a definition: --definition FILE"
        raise UsageError("One thing can be imported at a time.", hint=hint)
    folder = output_dir if output_dir is not None else Path(imported.model_name)
    there = [name for name in imported.files if (folder / name).exists()]
    if there and not force:
        names = ", ".join((folder / name).as_posix() for name in there)
        hint = "Nothing was written. Write over it with --force, or choose another --output-dir."
        raise UsageError(f"Already there: {names}.", hint=hint)
    app.put_files(folder, imported.files)
    _tell(imported, folder)


def _tell(imported: Imported, folder: Path) -> None:
    for name in imported.files:
        echo(f"Wrote {(folder / name).as_posix()}")
    for note in imported.notes:
        echo(note, err=True)
    check = f"mlops-gitops validate {folder.as_posix()}"
    try:
        find_root(None)
    except UsageError:
        before = f"There is no {SETTINGS_PATH} here yet. Next: mlops-gitops init, then "
        echo(before + check, err=True)
    else:
        echo(f"Next: {check}", err=True)
