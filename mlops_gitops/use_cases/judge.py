"""Judge: put CloudFormation's verdict into a plan, stack by stack."""

from collections.abc import Iterable
from dataclasses import replace

from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Plan, StackChange
from mlops_gitops.diff.redact import redacted
from mlops_gitops.diff.verdict import can_be_asked, with_verdict
from mlops_gitops.errors import Incomplete
from mlops_gitops.use_cases.ask import ask_cloudformation
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World


def judge(world: World, made: Plan, stacks: Iterable[DesiredStack]) -> Plan:
    """Ask CloudFormation about every stack of a plan that is there and may differ.

    What it is not asked about stays as our own comparison told it, and says so: new stacks,
    stacks that are busy or blocked, and stacks that are as desired.

    Args:
        world: the repository and AWS.
        made: the plan by comparison of templates.
        stacks: what should run; all that the plan tells of.
    """
    desired = {stack.id: stack for stack in stacks}
    asked = [desired[change.id] for change in made.changes if can_be_asked(change)]
    judged = _judged(world, made, asked)
    changes = tuple(judged.get(change.id, change) for change in made.changes)
    return redacted(replace(made, changes=changes))


def _judged(world: World, made: Plan, asked: list[DesiredStack]) -> dict[StackId, StackChange]:
    told = {change.id: change for change in made.changes}
    verdicts = ask_cloudformation(world, asked)
    there = side_by_side(lambda stack: _deployed(world, stack.id), asked)
    templates = side_by_side(lambda stack: world.stacks.template(stack.id), asked)
    return {
        stack.id: with_verdict(told[stack.id], stack, deployed, template, verdicts[stack.id])
        for stack, deployed, template in zip(asked, there, templates, strict=True)
    }


def _deployed(world: World, id_: StackId) -> DeployedStack:
    deployed = world.stacks.find(id_)
    if deployed is None:
        hint = "Run the command again."
        raise Incomplete(f"Stack {id_} was deleted while it was planned.", hint=hint)
    return deployed
