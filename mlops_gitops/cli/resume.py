"""`mlops-gitops resume`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.config.said import printable
from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.holds import Refused
from mlops_gitops.use_cases.suspend import Subject, resume


@click.command("resume")
@click.argument("workload", default="")
@click.option("--stage", default="", help="End the suspension of this stage.")
@click.option(
    "--digest", default="", help="Let this digest be deployed again, which was rolled back from."
)
@options.root
def command(workload: str, stage: str, digest: str, root: Path) -> None:
    """End a suspension, or let a digest be deployed again that was rolled back from.

    Nothing is deployed by it; the next `mlops-gitops apply` does that. Where nothing is suspended,
    nothing is done, and the exit code is 0.

    \u0008
    Example:
      mlops-gitops resume fraud
      mlops-gitops resume --stage prod
      mlops-gitops resume fraud --digest mg1-7f3a9c21e5b0
    """
    if bool(workload) == bool(stage) or (digest and stage):
        hint = "Name a workload, with or without --digest, or a stage with --stage."
        raise UsageError("What is to be resumed?", hint=hint)
    ended = resume(open_world(root), Subject(workload=workload, stage=stage), digest)
    for each in ended:
        what = f"{each.digest} of {each.workload}" if isinstance(each, Refused) else each.subject
        echo(printable(f"Resumed {what}."))
    if not ended:
        echo(printable(f"{workload or f'Stage {stage}'} is not suspended."))
    else:
        echo("next: mlops-gitops apply")
