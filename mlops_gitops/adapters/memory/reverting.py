"""Drift-aware change sets in a dict."""

from collections.abc import Iterator
from dataclasses import replace

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.live import MemoryLive
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.plan import Action, ResourceChange
from mlops_gitops.diff.values import canonical, compare_values


@atomic
class MemoryReverting:
    """Puts back what somebody changed: what lives, and what `MemoryStacks.by_hand` says."""

    def __init__(self, stacks: MemoryStacks, live: MemoryLive) -> None:
        self._stacks = stacks
        self._live = live
        stacks.put_back = live.mend

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Start to make a drift-aware change set of a stack that exists."""
        self._stacks.propose(stack, name, template_url)
        if found := tuple(self._changed(stack.id)):
            self._stacks.by_hand[stack.id] = found
        self._stacks.look_at_drift(stack.id, name)

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        self._stacks.withdraw(id_, name)

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set as it was made."""
        self._stacks.execute(id_, name)

    def _changed(self, id_: StackId) -> Iterator[ResourceChange]:
        """Tell what of a stack was changed, as far as its template says what it should be."""
        for record in self._stacks.records(id_.account):
            if record.deployed.id != id_:
                continue
            for name, resource in record.seen.resources.items():
                now = self._live.changed.get((id_, name), {})
                there = {key: canonical(now[key]) for key in now if key in resource.properties}
                wanted = {key: resource.properties[key] for key in there}
                values = tuple(compare_values("", there, wanted))
                if (id_, name) in self._live.gone:
                    yield _change(name, resource.type, Action.CREATE)
                elif values:
                    yield replace(_change(name, resource.type, Action.UPDATE), properties=values)


def _change(logical_id: str, resource_type: str, action: Action) -> ResourceChange:
    return ResourceChange(logical_id=logical_id, resource_type=resource_type, action=action)
