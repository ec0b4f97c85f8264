"""CloudFormation's and CodePipeline's own ways out, in dicts."""

from collections.abc import Sequence

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.pipelines import MemoryPipelines
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus


@atomic
class MemoryMending:
    """Ways out of what is stuck.

    Attributes:
        skipped: stack -> what its rollback was continued without.
        retained: stack -> what was left behind when it was deleted.
    """

    def __init__(self, stacks: MemoryStacks, pipelines: MemoryPipelines) -> None:
        self.skipped: dict[StackId, tuple[str, ...]] = {}
        self.retained: dict[StackId, tuple[str, ...]] = {}
        self._stacks = stacks
        self._pipelines = pipelines

    def continue_rollback(self, id_: StackId, skip: Sequence[str]) -> None:
        """Start to go on with a rollback that failed; see `Mending.continue_rollback`."""
        self._stacks.roll_back(id_, {StackStatus.UPDATE_ROLLBACK_FAILED})
        self.skipped[id_] = tuple(skip)

    def roll_back(self, id_: StackId) -> None:
        """Start to bring a stack back to its last good state; see `Mending.roll_back`."""
        self._stacks.roll_back(id_, {StackStatus.CREATE_FAILED, StackStatus.UPDATE_FAILED})

    def delete(self, id_: StackId, retain: Sequence[str]) -> None:
        """Start to delete a stack and leave some of its resources; see `Mending.delete`."""
        self._stacks.delete_leaving(id_, retain)
        self.retained[id_] = tuple(retain)

    def retry(self, pipeline: str, stage: str, execution_id: str) -> None:
        """Let an execution do a stage that failed again; see `Mending.retry`."""
        self._pipelines.retry(pipeline, stage, execution_id)
