"""`mlops-gitops render`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.use_cases.render import render


@click.command("render")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stage", required=True, help="Which stage.")
@options.root
@options.output("text", "json")
def command(config: Path, stage: str, root: Path, output: str) -> None:
    """Print the template and the parameters of one stage, offline.

    Each parameter is shown with the place its value came from.

    \u0008
    Example:
      mlops-gitops render fraud/mlops-config.json --stage prod
    """
    path = app.path_in_repository(root, config)
    repository = app.repository_on_disk(root)
    blueprints = app.repository_blueprints(root)
    stack = render(repository, app.package_data(), blueprints, path, stage)
    if output == "json":
        from mlops_gitops.views.render_json import render_json

        echo(render_json(stack))
        return
    from mlops_gitops.views.render_text import render_text

    echo(render_text(stack))
