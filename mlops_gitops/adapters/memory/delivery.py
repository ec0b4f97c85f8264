"""What the in-memory CodePipeline knows: a pipeline's definition and its executions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mlops_gitops.desired.stack import StackId
from mlops_gitops.runs.execution import ActionRun, ActionStatus, ExecutionStatus

_ACCOUNT = re.compile(r"::(\d{12}):role/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of a definition.

    Attributes:
        kind: CloudFormation's action mode, or the provider of any other action.
        account: of the role that the action assumes; empty if it assumes none.
    """

    stage: str
    name: str
    kind: str
    account: str
    configuration: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A pipeline as the template of its delivery stack declares it; the actions in order.

    Attributes:
        defaults: of its variables.
    """

    name: str
    region: str
    defaults: Mapping[str, str]
    actions: tuple[Action, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages in order."""
        return tuple(dict.fromkeys(action.stage for action in self.actions))

    def stack_of(self, action: Action) -> StackId:
        """Say which stack a CloudFormation action is about."""
        return StackId(action.account, self.region, action.configuration["StackName"])


def definition_of(properties: Mapping[str, Any], region: str) -> Definition:
    """Read the properties of an `AWS::CodePipeline::Pipeline`.

    Raises:
        ValueError: it is not queued; nothing else is known here.
    """
    if properties.get("ExecutionMode") != "QUEUED":
        raise ValueError(f"Pipeline {properties['Name']} is not QUEUED; the twin knows no other.")
    return Definition(
        name=properties["Name"],
        region=region,
        defaults={raw["Name"]: raw["DefaultValue"] for raw in properties.get("Variables", [])},
        actions=tuple(
            _action(stage["Name"], raw)
            for stage in properties["Stages"]
            for raw in sorted(stage["Actions"], key=lambda raw: int(raw["RunOrder"]))
        ),
    )


def _action(stage: str, raw: Mapping[str, Any]) -> Action:
    configuration = raw.get("Configuration", {})
    account = _ACCOUNT.search(str(raw.get("RoleArn", "")))
    return Action(
        stage=stage,
        name=raw["Name"],
        kind=configuration.get("ActionMode", raw["ActionTypeId"]["Provider"]),
        account=account[1] if account else "",
        configuration=configuration,
    )


@dataclass(slots=True, kw_only=True)
class Run:
    """One execution on its way.

    Attributes:
        wanted: the bundle's version it was started with; empty for the newest.
        bundle_version: empty until Source has run.
        at: index of the action that runs or comes next.
        stage: the stage it holds; empty while it waits to enter one.
        token: of the approval it waits for; empty if for none.
        actions: what it did, oldest first.
    """

    id: str
    trigger: str
    started_at: datetime
    wanted: str
    variables: Mapping[str, str]
    status: ExecutionStatus = ExecutionStatus.IN_PROGRESS
    bundle_version: str = ""
    at: int = 0
    stage: str = ""
    token: str = ""
    actions: list[ActionRun] = field(default_factory=list)

    @property
    def is_acting(self) -> bool:
        """Whether an action of it runs."""
        return bool(self.actions) and self.actions[-1].status is ActionStatus.IN_PROGRESS


@dataclass(slots=True, kw_only=True)
class Delivery:
    """A pipeline and its executions, oldest first."""

    definition: Definition
    runs: list[Run] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def active(self) -> Sequence[Run]:
        """List the executions that are not over, oldest first."""
        return [run for run in self.runs if not run.status.is_over]
