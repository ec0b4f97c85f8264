"""`mlops-gitops approve`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.approve import approve, review_approval
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.views.review_text import review_text


@click.command("approve")
@click.argument("workload")
@options.stage
@click.option(
    "--digest", default=None, help="The digest you looked at; nothing else will be approved."
)
@options.yes
@options.root
def command(workload: str, stage: str | None, digest: str | None, root: Path, *, yes: bool) -> None:
    """Let a stage be deployed, after showing exactly what will run.

    WORKLOAD is a model's name. What waits is held to its change set before anything is asked;
    if the stack moved since, nothing is approved and the exit code is 4.

    \u0008
    Example:
      mlops-gitops approve fraud --stage staging
      mlops-gitops approve fraud --stage prod --digest mg1-7f3a9c21e5b0 --yes
    """
    world = open_world(root)
    review = review_approval(world, find_workload(world, workload), stage, digest)
    click.echo(review_text(review.approval, review.change_set))
    if not yes:
        options.ask(f"Deploy this to {review.approval.stage}?")
    approve(world, review)
    click.echo(f"Approved {review.approval.digest} for {review.approval.stage}.")
