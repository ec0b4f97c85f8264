"""A workload behind gates, and what people do to it: what the law of the gates is made of."""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from builders import ACCOUNTS, Trial, realtime
from hypothesis.stateful import (
    RuleBasedStateMachine,
)
from machine_pipelines import MachinePipelines
from witness import Door, Witness, digest_of_all

from mlops_gitops.adapters.memory.actions import Actions
from mlops_gitops.adapters.memory.cloud import MemoryCloud
from mlops_gitops.desired.stack import DIGEST, DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.emulator.codepipeline import events
from mlops_gitops.emulator.codepipeline.declaration import Mode
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.errors import Blocked
from mlops_gitops.package.bundle import BundledStage, bundle_key
from mlops_gitops.package.make import read_bundle
from mlops_gitops.pipeline.approval import Answer, Decision
from mlops_gitops.pipeline.delivery import APPROVE, change_set_name, pipeline_name
from mlops_gitops.runs.execution import StageState
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, review_approval
from mlops_gitops.use_cases.world import World

GATED = ("staging", "prod")
"""Stages behind gates."""
_GOOD = (StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE)
COPY = "ModelArtifactLocationObject"


class Gated(RuleBasedStateMachine):
    """A workload that is delivered to stages with gates.

    Attributes:
        made: repository and cloud.
        kept: what keys held when what uses them was approved.
        allowed: stage -> digests that were let in.
    """

    name = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
    instance = "InferenceInstance"
    mode = Mode.QUEUED
    world: World
    made: Trial
    pipelines: MachinePipelines
    witness: Witness
    kept: dict[str, bytes]
    allowed: dict[str, set[str]]

    def declared(self, **fields: Any) -> dict[str, Any]:
        """Declare the workload."""
        return realtime("churn", **fields)

    def stack_in(self, stage: str) -> StackId:
        """Name the workload's stack in a stage."""
        return StackId(ACCOUNTS[stage], "us-east-1", f"{self.name}-{stage}")

    def connect(self, cloud: MemoryCloud, witness: Witness) -> MachinePipelines:
        """Give the CodePipeline that carries the workload."""
        actions = Actions(self.doorway(witness), cloud.assets, cloud.machines)
        return MachinePipelines(actions, cloud.clock.now, self.mode)

    def doorway(self, witness: Witness) -> Any:
        """Give what the actions do to stacks."""
        return witness

    def at_the_gate(self, world: World) -> World:
        """Give the world as those see it who decide."""
        return world

    def apply(self) -> None:
        """Apply what is committed."""
        apply(self.world, lambda *_: None)

    def wait(self) -> None:
        """Let time pass, until only people can go on."""
        self.made.cloud.settle()

    def is_let_through(self, stage: str) -> bool:
        """Approve from the command line, which lets through exactly what is as it was planned."""
        is_good = self.is_as_planned(stage)
        try:
            approve(self.seen(), review_approval(self.seen(), self.name, stage, None))
        except Blocked:
            assert not is_good, "What is as it was planned cannot be approved."
        else:
            assert is_good, "What is not as it was planned was approved."
        return is_good

    def approve_in_console(self, stage: str) -> None:
        """Approve in the console of CodePipeline, which knows no digest."""
        self.seen().pipelines.decide(pipeline_name(self.name), self.yes(stage))

    def yes(self, stage: str) -> Decision:
        """Write the answer that the console gives."""
        return Decision(
            pipeline_stage=place(stage),
            action=APPROVE,
            token=self.waiting(stage).approval_token,
            answer=Answer.APPROVED,
            summary="looks good",
        )

    def spoil(self, stage: str, what: str) -> None:
        """Do what somebody with too many permissions can do to what waits in a stage."""
        there, stacks = self.change_set(stage), self.made.cloud.stacks
        match what:
            case "template" | "parameters" | "tags":
                if there.state is ChangeSetState.AVAILABLE:
                    stacks.prepare(another(there, what, self.instance), there.name)
                else:
                    self.interfere(stage)
            case "own":
                stacks.prepare(another(there, "parameters", self.instance), "somebodys-own")
            case "stack":
                self.interfere(stage)
            case "bundle":
                self.upload()
            case _:
                pass

    def upload(self) -> None:
        """Upload a bundle of one's own."""
        key = bundle_key(self.name)
        newest = self.made.cloud.assets.latest(key)
        assert newest is not None
        content = self.made.cloud.assets.read(key, newest.version_id)
        self.made.cloud.assets.write(key, forged(content, {self.instance: "ml.m5.12xlarge"}), "")

    def interfere(self, stage: str) -> None:
        """Change a stack by hand, if it is there."""
        there = self.made.cloud.stacks.find(self.stack_in(stage))
        if there is None or there.status not in _GOOD:
            return
        parameters = {**there.parameters, self.instance: f"ml.{len(self.allowed[stage])}"}
        digest = f"by hand: {len(self.allowed[stage])}"
        self.allowed[stage].add(digest)
        self.made.cloud.stacks.update(
            DeployableStack(
                id=there.id,
                template=self.made.cloud.stacks.template(there.id),
                parameters={**parameters, DIGEST: digest},
                tags=there.tags,
                capabilities=(),
            )
        )

    def again(self, *, whole: bool) -> None:
        """Retry the last of the stages that failed."""
        for place in self.ended("Failed")[-1:]:
            latest = self.pipelines.states[pipeline_name(self.name)].latest[place]
            event = events.Retried(stage=place, execution=latest, whole=whole)
            with contextlib.suppress(ApiError):
                self.pipelines.happen(pipeline_name(self.name), event)
                self.wait()
                self.retried(place)
        self.wait()

    def retried(self, place: str) -> None:
        """Go on after a retry; nobody has to do anything."""

    def seen(self) -> World:
        """Put the witness between the people and CodePipeline."""
        return self.at_the_gate(replace(self.world, pipelines=Desk(self.pipelines, self)))

    def waits(self) -> list[str]:
        """Name the stages in which an answer is waited for."""
        return [stage for stage in GATED if self.waiting(stage).approval_token]

    def one(self, last: bool) -> str:  # noqa: FBT001  drawn
        """Name one of them."""
        return self.waits()[-1 if last else 0]

    def waiting(self, stage: str) -> StageState:
        """Give what a stage holds."""
        states = self.pipelines.state(pipeline_name(self.name))
        return next(state for state in states if state.stage == place(stage))

    def change_set(self, stage: str) -> ChangeSet:
        """Give the change set that lies before a gate."""
        name = change_set_name(self.waiting(stage).execution_id)
        found = self.made.cloud.stacks.change_set(self.stack_in(stage), name)
        assert found is not None
        return found

    def ended(self, how: str) -> list[str]:
        """Name the gated stages of the pipeline that ended in some way."""
        return [place(stage) for stage in GATED if self.waiting(stage).status == how]

    def planned(self, stage: str) -> BundledStage:
        """Read what the execution that waits in a stage was started with."""
        execution = self.waiting(stage).execution_id
        version = self.pipelines.details(pipeline_name(self.name), execution).bundle_version
        return read_bundle(self.made.cloud.assets.read(bundle_key(self.name), version))[stage]

    def is_as_planned(self, stage: str) -> bool:
        """Whether the change set holds what the bundle of its execution says, and still fits."""
        stacks, id_ = self.made.cloud.stacks, self.stack_in(stage)
        planned, there = self.planned(stage), self.change_set(stage)
        if digest_of_all(there) != digest_of_all(planned):
            return False
        if there.state is ChangeSetState.EMPTY:
            stack = stacks.find(id_)
            return stack is not None and stack.parameters == planned.parameters
        return there.state is ChangeSetState.AVAILABLE

    def note(self, stage: str, there: ChangeSet) -> None:
        """Remember what an approval lets into a stage."""
        self.allowed[stage].add(there.parameters[DIGEST])
        self.kept[there.parameters[COPY]] = self.held(there.parameters[COPY])

    def held(self, key: str) -> bytes:
        """What a key of the bucket holds now."""
        newest = self.made.cloud.assets.latest(key)
        assert newest is not None
        return self.made.cloud.assets.read(key, newest.version_id)


def small(world: World) -> World:
    """Let templates hold little: what is deployed does not matter here, and digests take time."""
    return replace(world, blueprints=Door(world.blueprints, {"blueprint": _small(world)}))


def _small(world: World) -> Callable[[str], Any]:
    def blueprint(name: str) -> Any:
        found = world.blueprints.blueprint(name)
        template = found.template
        names = template["Parameters"]
        topic = {"DisplayName": {"Fn::Join": ["", [{"Ref": each} for each in names]]}}
        less = {
            "Metadata": template["Metadata"],
            "Parameters": {each: {"Type": "String"} for each in names},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": topic}},
            "Outputs": {DIGEST: {"Value": {"Ref": DIGEST}}},
        }
        return replace(found, template=less)

    return blueprint


@dataclass(frozen=True, slots=True)
class Desk:
    """CodePipeline's answers to approvals, given under the eyes of the witness."""

    pipelines: MachinePipelines
    gates: Gated

    def decide(self, pipeline: str, decision: Decision) -> None:
        """Let the answer be given, then tell the witness what was approved."""
        state = self.pipelines.states[pipeline]
        pending = {
            run.token: (one.id, run.stage)
            for one in state.executions.values()
            for run in one.runs.values()
            if run.token
        }
        self.pipelines.decide(pipeline, decision)
        execution, place = pending[decision.token]
        stage = place.removeprefix("Deploy").lower()
        id_, name = self.gates.stack_in(stage), change_set_name(execution)
        there = self.gates.made.cloud.stacks.change_set(id_, name)
        assert there is not None
        self.gates.note(stage, there)
        version = self.pipelines.details(pipeline, execution).bundle_version
        self.gates.witness.decided(id_, name, version, decision)

    def __getattr__(self, name: str) -> Any:
        """Let everything else through."""
        return getattr(self.pipelines, name)


def place(stage: str) -> str:
    """Name the pipeline's stage."""
    return f"Deploy{stage.capitalize()}"


def another(there: ChangeSet, what: str, instance: str) -> DeployableStack:
    """Give something else in the place of what a change set holds."""
    template, parameters, tags = there.template, dict(there.parameters), dict(there.tags)
    match what:
        case "template":
            template = {**template, "Description": "Somebody else's"}
        case "parameters":
            parameters[instance] = "ml.m5.24xlarge"
        case _:
            tags["owner"] = "somebody else"
    return DeployableStack(
        id=there.stack, template=template, parameters=parameters, tags=tags, capabilities=()
    )


def forged(content: bytes, parameters: dict[str, str]) -> bytes:
    """Make another bundle of a bundle, with other parameters in every stage."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for stage, each in read_bundle(content).items():
            configuration = {"Parameters": {**each.parameters, **parameters}, "Tags": each.tags}
            archive.writestr(f"{stage}/template.json", json.dumps(each.template))
            archive.writestr(f"{stage}/configuration.json", json.dumps(configuration))
    return buffer.getvalue()
