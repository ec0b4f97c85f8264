"""`mlops-gitops pipeline resolve`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.use_cases.pipeline_resolve import known_models, nothing_known, resolve_models


@click.command("resolve")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--refresh", is_flag=True, help="Ask for models again that are in the file already.")
@options.root
def command(config: Path, root: Path, *, refresh: bool) -> None:
    """Look up foundation models, and write what they are made of into the lock file.

    Images, artifacts and defaults of the models that CONFIG fine-tunes are written into
    mlops-gitops.lock.json beside it, to be committed. AWS is asked once for each model, with
    sagemaker:DescribeHubContent; everything else reads the file.

    \u0008
    Example:
      mlops-gitops pipeline resolve answers/mlops-config.json
      mlops-gitops pipeline resolve answers/mlops-config.json --refresh
    """
    path = app.path_in_repository(root, config)
    files, region = app.files(root), app.settings_on_disk(root).region
    known = nothing_known() if refresh else known_models(files, path)
    found = resolve_models(files, path, region, app.foundation_models(region), known)
    app.put_files(root, {found.path: found.lock.text().encode()})
    for model in found.asked:
        echo(f"Looked up {model}.", err=True)
    echo(f"Wrote {found.path}: commit it with the config.")
