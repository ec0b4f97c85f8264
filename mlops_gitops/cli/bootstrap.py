"""`mlops-gitops bootstrap`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo


@click.command("bootstrap")
@click.option(
    "--assets-key",
    default="",
    help="ARN of the assets bucket's key, as the orchestrator's bootstrap printed it.",
)
@click.option(
    "--operator",
    "operators",
    multiple=True,
    help="ARN, with * and ?, of who may remove what a failed first creation left. Repeatable.",
)
@options.root
def command(assets_key: str, operators: tuple[str, ...], root: Path) -> None:
    """Prepare the account whose credentials are in use: roles, bucket, key, topic.

    Run it once in the orchestrator account, then in every account that takes workloads.
    Running it again changes nothing, or brings the account up to date.

    \u0008
    Example:
      mlops-gitops bootstrap
      mlops-gitops bootstrap --assets-key arn:aws:kms:us-east-1:111111111111:key/...
    """
    settings = app.settings_on_disk(root)
    outputs = app.bootstrap_on_aws(settings, assets_key, operators, _report)
    for name, value in sorted(outputs.items()):
        echo(f"{name}: {value}")


def _report(step: str) -> None:
    echo(step, err=True)
