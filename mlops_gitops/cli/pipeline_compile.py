"""`mlops-gitops pipeline compile`."""

import json
from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_compiled import compiled


@click.command("compile")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stage", default=None, help="Which stage's values; by default the first.")
@options.root
@options.python
def command(config: Path, stage: str | None, root: Path, python: str) -> None:
    """Print the definition that a config compiles to, as JSON.

    Offline: nothing is uploaded, and AWS is not asked. A config's script is run.

    \u0008
    Example:
      mlops-gitops pipeline compile abalone/mlops-config.json --stage prod
    """
    pipeline = compiled(root, config, stage, python)
    echo(json.dumps(pipeline.definition, indent=2, ensure_ascii=False))
