"""The declaration of a pipeline: what CreatePipeline and UpdatePipeline are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How executions that meet in one pipeline are handled; PARALLEL is not emulated."""

    QUEUED = "QUEUED"
    SUPERSEDED = "SUPERSEDED"


class Provider(StrEnum):
    """Who runs an action: the providers that are emulated, and all the others."""

    S3 = "S3"
    CLOUDFORMATION = "CloudFormation"
    MANUAL = "Manual"
    LAMBDA = "Lambda"
    STEP_FUNCTIONS = "StepFunctions"
    OTHER = "other"


EMULATED = {
    ("Source", "AWS", "S3"): Provider.S3,
    ("Deploy", "AWS", "CloudFormation"): Provider.CLOUDFORMATION,
    ("Approval", "AWS", "Manual"): Provider.MANUAL,
    ("Invoke", "AWS", "Lambda"): Provider.LAMBDA,
    ("Invoke", "AWS", "StepFunctions"): Provider.STEP_FUNCTIONS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of a stage. `timeout_minutes` is for approvals."""

    name: str
    category: str
    owner: str
    provider_name: str
    version: str = "1"
    run_order: int = 1
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    role_arn: str | None = None
    region: str | None = None
    namespace: str | None = None
    timeout_minutes: int | None = None

    @property
    def provider(self) -> Provider:
        """Who runs it."""
        return EMULATED.get((self.category, self.owner, self.provider_name), Provider.OTHER)

    @property
    def is_approval(self) -> bool:
        """Whether a person ends it."""
        return self.provider is Provider.MANUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage: the actions that one execution at a time may be in."""

    name: str
    actions: tuple[Action, ...]

    def action(self, name: str) -> Action | None:
        """Find an action by its name."""
        return next((action for action in self.actions if action.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A pipeline at one version. `raw` is the declaration as GetPipeline shows it."""

    name: str
    version: int
    role_arn: str
    mode: Mode
    is_v2: bool
    stages: tuple[Stage, ...]
    defaults: Mapping[str, str | None] = field(default_factory=dict)
    bucket: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)

    def stage(self, name: str) -> Stage | None:
        """Find a stage by its name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def after(self, name: str) -> Stage | None:
        """Give the stage that follows, if there is one."""
        names = [stage.name for stage in self.stages]
        following = names.index(name) + 1
        return self.stages[following] if following < len(names) else None


def normalise(raw: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Fill in what AWS fills in, so that GetPipeline shows it."""
    filled = {"executionMode": "SUPERSEDED", "pipelineType": "V1", **raw, "version": version}
    stages = [
        {
            **stage,
            "actions": [
                {
                    "runOrder": 1,
                    "configuration": {},
                    "inputArtifacts": [],
                    "outputArtifacts": [],
                    **action,
                }
                for action in stage["actions"]
            ],
        }
        for stage in raw["stages"]
    ]
    return {**filled, "stages": stages}


def read_pipeline(raw: Mapping[str, Any]) -> Pipeline:
    """Read a normalised declaration whose shape and structure have been checked."""
    stores: dict[str, dict[str, Any]] = raw.get("artifactStores") or {}
    store = raw.get("artifactStore") or next(iter(stores.values()), {})
    return Pipeline(
        name=raw["name"],
        version=raw["version"],
        role_arn=raw["roleArn"],
        mode=Mode(raw["executionMode"]),
        is_v2=raw["pipelineType"] == "V2",
        stages=tuple(
            Stage(name=stage["name"], actions=tuple(map(_read_action, stage["actions"])))
            for stage in raw["stages"]
        ),
        defaults={v["name"]: v.get("defaultValue") for v in raw.get("variables") or ()},
        bucket=store.get("location", ""),
        raw=raw,
    )


def _read_action(raw: Mapping[str, Any]) -> Action:
    kind = raw["actionTypeId"]
    return Action(
        name=raw["name"],
        category=kind["category"],
        owner=kind["owner"],
        provider_name=kind["provider"],
        version=kind["version"],
        run_order=raw["runOrder"],
        configuration=raw["configuration"],
        inputs=tuple(artifact["name"] for artifact in raw["inputArtifacts"]),
        outputs=tuple(artifact["name"] for artifact in raw["outputArtifacts"]),
        role_arn=raw.get("roleArn"),
        region=raw.get("region"),
        namespace=raw.get("namespace"),
        timeout_minutes=raw.get("timeoutInMinutes"),
    )
