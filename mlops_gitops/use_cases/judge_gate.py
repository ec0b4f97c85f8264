"""Judge a gate: look at what runs there just now, and say what its change set would do to it."""

from mlops_gitops.diff.change_set import ChangeSet
from mlops_gitops.diff.judged import Judged, exists, judge_change_set
from mlops_gitops.use_cases.world import World


def judge_gate(world: World, change_set: ChangeSet) -> Judged:
    """Judge a change set against the live stack.

    Whoever changes the stack after this makes the change set obsolete, and CloudFormation executes
    no such thing.
    """
    deployed = world.stacks.find(change_set.stack)
    template = world.stacks.template(change_set.stack) if exists(deployed) else {}
    return judge_change_set(change_set, deployed, template)
