"""Entrance: one config from outside of git, judged and carried as `apply` carries those in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any

from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.names import delivery_stack, workload_stack
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Method, Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.errors import Blocked, InvalidRepository
from mlops_gitops.pipeline.brakes import Brake, refuse_blocked_risks
from mlops_gitops.pipeline.delivery import delivery_pipeline
from mlops_gitops.ports import Files, PackageData
from mlops_gitops.ports.doors import Later, PipelineStates, Proposal, Proposals
from mlops_gitops.problems import errors_among
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.deliver import refuse_foreign
from mlops_gitops.use_cases.desire import Desired, desire
from mlops_gitops.use_cases.holds import refuse_start
from mlops_gitops.use_cases.plan import plan_by
from mlops_gitops.use_cases.validate import (
    Repository,
    contract_of,
    read_config_at,
    read_schemas,
)
from mlops_gitops.use_cases.world import World

CONFIG = "mlops-config.json"
"""What a config is called, in git and in the bucket that takes configs."""
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """Who hands a config in.

    Attributes:
        door: `api` or `drop`; stands where a commit would.
        name: ARN of whoever it was; empty if AWS does not tell.
    """

    door: str
    name: str = ""


OpenWorld = Callable[[Repository, Submitter], World]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What configs from outside of git go through.

    Attributes:
        files: the settings, and no configs.
        open: reaches AWS for one config.
        proposals: where pull requests are opened; None where configs are deployed.
    """

    settings: Settings
    files: Files
    data: PackageData
    open: OpenWorld
    states: PipelineStates
    later: Later
    proposals: Proposals | None


class Step(Enum):
    """How far a config has come."""

    CREATING = "creating"  # its delivery pipeline is being made; the rest follows by itself
    STARTED = "started"
    UNCHANGED = "unchanged"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of a config.

    Attributes:
        stack: name of its delivery stack.
        pipeline_id: ARN of that; empty where nothing is deployed.
        execution_id: of the delivery pipeline; empty while there is none.
        pull_request: address; empty where there is none.
    """

    step: Step
    stack: str
    pipeline_id: str = ""
    execution_id: str = ""
    pull_request: str = ""


def judge(entrance: Entrance, path: str, content: bytes) -> Config:
    """Read a config from outside of git.

    Args:
        entrance: with the settings that it is held to.
        path: what its problems call it.
        content: of the file.

    Raises:
        InvalidRepository: it has errors; it carries all problems.
    """
    contract = contract_of(entrance.settings, read_schemas(entrance.data))
    read = read_config_at(_With(entrance.files, path, content), path, contract, frozenset())
    if read.config is None or errors_among(read.problems):
        raise InvalidRepository(read.problems)
    return read.config


def submit(entrance: Entrance, config: Config, by: Submitter, event: Mapping[str, Any]) -> Accepted:
    """Begin to deploy a config, or propose it; no step of it takes longer than a caller waits.

    Args:
        entrance: where it comes in.
        config: valid.
        by: who hands it in.
        event: what is to be handled later if a delivery pipeline has to be made first.

    Raises:
        MlopsError: as `apply` does.
    """
    if entrance.proposals is not None:
        return propose(entrance, entrance.proposals, config, by)
    world = _world(entrance, config, by)
    desired = desire(world)
    workload = desired.workloads[0]
    wanted = delivery_pipeline(world.settings, workload.name, workload.stacks, desired.installation)
    there = world.stacks.find(wanted.id)
    if there is not None:
        refuse_foreign(there, wanted)
    if _is_ready(there, wanted) and world.assets.latest(workload.bundle.key) is not None:
        return carry(entrance, config, by)
    return _begin(world, desired, wanted, there, lambda: entrance.later.hand_over(event))


def carry(entrance: Entrance, config: Config, by: Submitter) -> Accepted:
    """Carry a config into its delivery pipeline, and wait for that pipeline if it must be made.

    Raises:
        MlopsError: as `apply` does.
    """
    if entrance.proposals is not None:
        return propose(entrance, entrance.proposals, config, by)
    world = _world(entrance, config, by)
    # One call is about one workload, which is never too much.
    (applied,) = apply(world, _silent, brake=Brake.RELEASED)
    if applied.failure is not None:
        raise applied.failure
    if applied.held is not None:
        raise Blocked(applied.held.why, hint=applied.held.hint)
    started = applied.outcome is Outcome.STARTED
    stack = world.stacks.find(_delivery(entrance.settings, config))
    return Accepted(
        step=Step.STARTED if started else Step.UNCHANGED,
        stack=delivery_stack(applied.workload),
        pipeline_id=stack.arn if stack else "",
        execution_id=applied.execution_id,
    )


def propose(entrance: Entrance, proposals: Proposals, config: Config, by: Submitter) -> Accepted:
    """Open a pull request with a config; the same config has the same one.

    Raises:
        HostError: the host refused, or was not reached.
    """
    content = (json.dumps(config.document.value, indent=2, ensure_ascii=False) + "\n").encode()
    name = workload_stack(entrance.settings, config)
    made = proposals.open(
        Proposal(
            branch=f"mlops-gitops/{name}-{sha256(content).hexdigest()[:_SHORT]}",
            path=f"{config.workload.model_name}/{CONFIG}",
            content=content,
            title=f"Deploy {config.workload.model_name} ({config.type.name})",
            body=f"Handed in by {by.name or 'somebody whom AWS does not name'} ({by.door}).",
        )
    )
    step = Step.PROPOSED if made else Step.UNCHANGED
    return Accepted(step=step, stack=delivery_stack(name), pull_request=made)


def _begin(
    world: World,
    desired: Desired,
    wanted: DesiredStack,
    there: DeployedStack | None,
    hand_over: Callable[[], None],
) -> Accepted:
    """Refuse what `apply` would, then start to make the delivery pipeline and leave the rest."""
    plan = plan_by(world, desired, Method.TEMPLATE)
    refuse_blocked_risks(world.settings, plan.changes)
    refuse_start(world, desired.workloads[0].name, desired.workloads[0].bundle.digest)
    if there is None:
        world.stacks.create(wanted.deployable())
    hand_over()
    made = there or world.stacks.find(wanted.id)
    arn = made.arn if made else ""
    return Accepted(step=Step.CREATING, stack=wanted.id.name, pipeline_id=arn)


def _is_ready(there: DeployedStack | None, wanted: DesiredStack) -> bool:
    if there is None or there.digest != wanted.digest:
        return False
    state = state_of(there.status)
    return state.exists and state.verdict is Verdict.READY


def _world(entrance: Entrance, config: Config, by: Submitter) -> World:
    # Only this workload's stacks are read, and no other workload is missed.
    repository = Repository(settings=entrance.settings, configs=(config,), since=by.door)
    return entrance.open(repository, by)


def _delivery(settings: Settings, config: Config) -> StackId:
    name = delivery_stack(workload_stack(settings, config))
    return StackId(settings.orchestrator_account, settings.region, name)


def _silent(_workload: str, _doing: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class _With:
    """Some files, and one more that is nowhere but here."""

    files: Files
    path: str
    content: bytes

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        return self.files.find(patterns)

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        return self.files.below(folder)

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        return self.content if path == self.path else self.files.read(path)
