"""Many stacks are compared a part at a time, and none of them is left out."""

import weakref
from dataclasses import replace
from typing import Any

from builders import Trial, realtime, trial

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.plan import Action
from mlops_gitops.use_cases.desire import desire
from mlops_gitops.use_cases.plan import plan

COUNT = 70
STAGES = 3


class Template(dict[str, Any]):
    """A template that can be looked for."""

    __hash__ = object.__hash__


class Watched:
    """Stacks, and how many of their templates somebody still holds."""

    def __init__(self, stacks: Any) -> None:
        self._stacks = stacks
        self._held: weakref.WeakSet[Template] = weakref.WeakSet()
        self.read: list[StackId] = []
        self.most = 0

    def __getattr__(self, name: str) -> Any:
        """Give what is not watched."""
        return getattr(self._stacks, name)

    def template(self, id_: StackId) -> Template:
        """Read a template, and count those that are held."""
        made = Template(self._stacks.template(id_))
        self._held.add(made)
        self.read.append(id_)
        self.most = max(self.most, len(self._held))
        return made


def deployed(count: int) -> Trial:
    """Give workloads that run in all stages, and are no longer what git says."""
    made = trial(*(realtime(f"model-{number}") for number in range(count)))
    for workload in desire(made.world()).workloads:
        for stack in workload.stacks:
            made.cloud.stacks.create(stack.deployable())
    made.cloud.settle()
    made.commit(
        *(realtime(f"model-{number}", inference_instance="ml.m5.xlarge") for number in range(count))
    )
    return made


def test_every_stack_is_compared_and_few_templates_are_held() -> None:
    """Each with its own template, which is read once and not kept."""
    made = deployed(COUNT)
    world = made.world()
    stacks = Watched(world.stacks)

    found = plan(replace(world, stacks=stacks))

    assert len(found.changes) == len(set(stacks.read)) == len(stacks.read) == COUNT * STAGES
    assert {each.action for each in found.changes} == {Action.UPDATE}
    assert all(each.resources for each in found.changes)
    assert stacks.most <= 100 + 8
