"""A witness of what is approved and of what is executed, independent of the code that gates.

It stands at the two doors of the cloud: where CodePipeline answers approvals, and where
CloudFormation executes change sets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlops_gitops.adapters.memory.assets import MemoryAssets
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.digest import bundle_digest, digest_of
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.package.bundle import BundledStage
from mlops_gitops.package.make import read_bundle
from mlops_gitops.pipeline.approval import Answer, Decision, approved_digest


def digest_of_all(stage: BundledStage | ChangeSet | DeployableStack) -> str:
    """Give one word for the very template, parameters and tags, our own digest included."""
    return digest_of(
        {
            "template": stage.template,
            "parameters": dict(stage.parameters),
            "tags": dict(stage.tags),
        }
    )


@dataclass(frozen=True, slots=True)
class Door:
    """A port of which some calls are answered by somebody else."""

    port: Any
    instead: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Let everything else through."""
        return self.instead[name] if name in self.instead else getattr(self.port, name)


@dataclass(slots=True)
class Witness:
    """What was approved, by stack and change set; what is executed is held to it.

    Attributes:
        stacks: the real ones.
        assets: where bundles lie.
        key: of the workload's bundle.
        stages: the stacks behind gates -> our name of their stage.
        prepared: which change set lies under a name, counted.
        approved: which of them was approved, and as what.
        executed: how many change sets were.
    """

    stacks: MemoryStacks
    assets: MemoryAssets
    key: str
    stages: dict[StackId, str]
    prepared: dict[tuple[StackId, str], int] = field(default_factory=dict)
    approved: dict[tuple[StackId, str], tuple[int, str]] = field(default_factory=dict)
    executed: int = 0

    def prepare(self, stack: DeployableStack, name: str) -> ChangeSet:
        """Count the change sets that the pipeline makes."""
        made = self.stacks.prepare(stack, name)
        self.prepared[stack.id, name] = self.prepared.get((stack.id, name), 0) + 1
        return made

    def execute(self, id_: StackId, name: str) -> None:
        """Hold what is executed behind a gate to what was approved there."""
        there = self.stacks.change_set(id_, name)
        if id_ in self.stages and there and there.state is ChangeSetState.AVAILABLE:
            now = (self.prepared.get((id_, name), 0), digest_of_all(there))
            assert self.approved.get((id_, name)) == now, f"{name} of {id_} was not approved."
            self.executed += 1
        self.stacks.execute(id_, name)

    def decided(self, id_: StackId, name: str, version: str, decision: Decision) -> None:
        """Remember what an approval is for: the digest it names, else what the change set holds."""
        if decision.answer is not Answer.APPROVED:
            return
        digest = approved_digest(decision.summary)
        there = self.stacks.change_set(id_, name)
        assert there is not None
        content = digest_of_all(there)
        if digest is not None:
            bundle = read_bundle(self.assets.read(self.key, version))
            carried = bundle_digest({stage: each.digest for stage, each in bundle.items()})
            assert digest == carried, f"{digest} was approved, but {carried} waited."
            content = digest_of_all(bundle[self.stages[id_]])
        self.approved[id_, name] = (self.prepared[id_, name], content)

    def __getattr__(self, name: str) -> Any:
        """Let everything else through."""
        return getattr(self.stacks, name)
