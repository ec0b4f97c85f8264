"""`mlops-gitops pipeline graph`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_compiled import compiled
from mlops_gitops.views.pipeline_graph import graph_text, mermaid


@click.command("graph")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stage", default=None, help="Which stage's values; by default the first.")
@options.root
@options.python
@options.output("mermaid", "text")
def command(config: Path, stage: str | None, root: Path, python: str, output: str) -> None:
    """Print what waits for what: as Mermaid, which GitHub and GitLab draw, or as text.

    \u0008
    Example:
      mlops-gitops pipeline graph abalone/mlops-config.json
    """
    definition = compiled(root, config, stage, python).definition
    echo(mermaid(definition) if output == "mermaid" else graph_text(definition))
