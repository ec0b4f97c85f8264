"""`mlops-gitops approve`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.live import watch
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.approval import PendingApproval
from mlops_gitops.use_cases.approve import approve, refuse_unseen, review_approval
from mlops_gitops.use_cases.find import find_stage, find_workload
from mlops_gitops.use_cases.follow import all_to_follow, to_follow
from mlops_gitops.use_cases.four_eyes import refuse_author
from mlops_gitops.use_cases.pass_gates import pass_gates
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.passages_text import passages_text
from mlops_gitops.views.review_text import review_text
from mlops_gitops.views.status_text import status_text


@click.command("approve")
@click.argument("workload", required=False)
@options.stage
@click.option(
    "--digest", default=None, help="The digest you looked at; nothing else will be approved."
)
@options.yes
@click.option(
    "--by-settings",
    "by_settings",
    is_flag=True,
    help="Let in what has no risk of require_approval_for; without WORKLOAD, of all workloads.",
)
@click.option(
    "--wait", is_flag=True, help="Follow to the next gate or the end; exit with 1 if it fails."
)
@options.root
def command(  # noqa: PLR0913 -- one for each word of the command line
    workload: str | None,
    stage: str | None,
    digest: str | None,
    root: Path,
    *,
    yes: bool,
    by_settings: bool,
    wait: bool,
) -> int:
    """Let a stage be deployed, after showing exactly what will run.

    WORKLOAD is a model's name. What waits is held to its change set before anything is asked;
    if the stack moved since, nothing is approved and the exit code is 4. For production (a stage
    called prod, production or live, or the last with a gate) --yes needs --digest beside it.

    With --by-settings nobody is asked: what waits is held to its change set, and let in where the
    settings say which risks need a person and it has none of them. The rest goes on waiting.

    \u0008
    Example:
      mlops-gitops approve fraud --stage staging --wait
      mlops-gitops approve fraud --stage prod --digest mg1-7f3a9c21e5b0 --yes
      mlops-gitops approve --by-settings
    """
    if by_settings:
        if digest is not None or yes or wait:
            hint = "Leave out --digest, --yes and --wait. `mlops-gitops apply --wait` follows."
            raise UsageError("--by-settings asks nobody and looks once.", hint=hint)
        return _by_settings(open_world(root), workload, stage)
    if workload is None:
        hint = "Name its model, or let the settings decide with --by-settings."
        raise UsageError("Which workload is to be approved?", hint=hint)
    world = open_world(root)
    review = review_approval(world, find_workload(world, workload), stage, digest)
    echo(review_text(review.approval, review.change_set))
    refuse_author(world, review.stage, review.approval)
    if not yes:
        options.ask(f"Deploy this to {review.approval.stage}?")
    elif digest is None:
        refuse_unseen(world, review)
    approve(world, review)
    echo(f"Approved {review.approval.digest} for {review.approval.stage}.")
    return _follow(world, review.approval) if wait else 0


def _follow(world: World, approval: PendingApproval) -> int:
    """Follow what was let in, say how it ended, and give the exit code."""
    name, execution = approval.workload_stack, approval.execution_id
    (ended,) = watch(world, [to_follow(world, name, execution, approval.token)])
    echo(f"\n{status_text(status(world, frozenset({name})))}")
    return int(ended.has_failed(execution))


def _by_settings(world: World, workload: str | None, stage: str | None) -> int:
    """Answer what the settings let through; give the first refusal's exit code, 0 without one."""
    only = () if workload is None else (find_workload(world, workload),)
    places = world.settings.places if stage is None else (find_stage(world.settings, stage),)
    passages = pass_gates(
        world, all_to_follow(world, frozenset(only)), {each.name for each in places}
    )
    echo(passages_text(passages) or "No approval waits.")
    return next((each.failure.exit_code for each in passages if each.failure), 0)
