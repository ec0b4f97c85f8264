"""Any interleaving: no gated stage ever executes what was not approved.

Commits, manual updates of stacks, approvals from the command and from the console, late answers,
rejections, retries, rollbacks, artifacts that are overwritten under their keys, bundles and
change sets that somebody else puts in place, and runs that fail.
"""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle, product
from typing import Any

import pytest
from builders import ACCOUNTS, realtime, trial
from e2e.every_type import batch
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from machine_pipelines import MachinePipelines
from witness import Door, Witness, digest_of_all

from mlops_gitops.adapters.memory.actions import Actions
from mlops_gitops.adapters.memory.cloud import MemoryCloud
from mlops_gitops.desired.names import run_name
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
from mlops_gitops.runs.execution import ExecutionStatus, StageState
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.world import World

GATED = ("staging", "prod")
INSTANCES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")
instances = st.sampled_from(INSTANCES)
contents = st.sampled_from((b"a model", b"a newer model", b"an even newer model"))
AFTERWARDS = ("stack", "own", "bundle")
"""What can be done to a stage without touching the very change set that was approved."""
SPOILS = ("nothing", "template", "parameters", "tags", *AFTERWARDS)
TURNS = (*product(SPOILS, (False,)), *product(("nothing", "parameters", "stack"), (True,)))
"""Taken in turns from a drawn one on: what is drawn each time leaves some out for long."""


class Gates(RuleBasedStateMachine):
    """A team commits, applies, decides and interferes, while everything moves step by step."""

    name = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
    instance = "InferenceInstance"
    mode = Mode.QUEUED

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

    @initialize(first=st.integers(0, len(TURNS) - 1))
    def start(self, first: int) -> None:
        """One workload that runs everywhere, and a commit of it that waits for staging."""
        self.turns = cycle(TURNS[first:] + TURNS[:first])
        self.made = trial(self.declared())
        self.sizes = dict.fromkeys(ACCOUNTS, "ml.m5.large")
        self.key = self.declared()["model_artifact_location"]
        self.kept: dict[str, bytes] = {}
        self.allowed: dict[str, set[str]] = {stage: set() for stage in GATED}
        cloud = self.made.cloud
        stages = {self.stack_in(stage): stage for stage in GATED}
        self.witness = Witness(cloud.stacks, cloud.assets, bundle_key(self.name), stages)
        self.pipelines = self.connect(cloud, self.witness)
        cloud.pipelines = self.pipelines  # type: ignore[assignment]  # the same port
        self.world = small(self.made.world())
        self.apply()
        self.wait()
        for stage in GATED:
            assert self.is_let_through(stage)
            self.wait()
        self.commit("ml.m5.xlarge", tuple(ACCOUNTS))
        self.wait()

    def at_the_gate(self, world: World) -> World:
        """Give the world as those see it who decide."""
        return world

    @rule(
        sizes=st.permutations(INSTANCES),
        stages=st.sampled_from((tuple(ACCOUNTS), ("prod",), ("staging",))),
    )
    def commit_often(self, sizes: list[str], stages: tuple[str, ...]) -> None:
        """Several commit, one after the other, faster than anybody approves."""
        for size in sizes:
            self.commit(size, stages)
            self.wait()

    @rule(instance=instances, stages=st.sampled_from((tuple(ACCOUNTS), ("prod",), ("staging",))))
    def commit(self, instance: str, stages: tuple[str, ...]) -> None:
        """Somebody commits a change of some stages, and applies it."""
        self.sizes |= dict.fromkeys(stages, instance)
        self.world = small(self.made.commit(self.declared(inference_instance=self.sizes)))
        self.apply()

    def apply(self) -> None:
        """Apply what is committed."""
        apply(self.world, lambda *_: None)

    @rule(content=contents)
    def overwrite(self, content: bytes) -> None:
        """Somebody trains anew, and uploads the model under the key of the one before."""
        self.made.cloud.assets.write(self.key, content, "")

    @rule(steps=st.integers(0, 3))
    def go_on(self, steps: int) -> None:
        """A moment passes, or all the time until only people can go on."""
        if not steps:
            self.wait()
        for _ in range(steps):
            self.made.cloud.advance()

    def wait(self) -> None:
        """Let time pass, until only people can go on."""
        self.made.cloud.settle()

    @precondition(lambda self: self.waits())
    @rule(last=st.booleans(), steps=st.integers(0, 2))
    def decide(self, last: bool, steps: int) -> None:  # noqa: FBT001  drawn
        """Somebody approves what waits, which somebody else may have spoiled just before."""
        stage, (what, console) = self.one(last), next(self.turns)
        self.spoil(stage, what)
        if console:
            self.approve_in_console(stage)
            self.go_on(steps)
        elif self.is_let_through(stage):
            self.go_on(steps)
        else:
            reject(self.world, self.name, stage, "It is not what was planned.")
            self.wait()

    @precondition(lambda self: self.waits())
    @rule(last=st.booleans(), what=st.sampled_from(AFTERWARDS), steps=st.integers(0, 2))
    def decide_and_spoil(self, last: bool, what: str, steps: int) -> None:  # noqa: FBT001  drawn
        """Somebody approves what waits, somebody else moves the world; what fails is retried."""
        stage = self.one(last)
        if self.is_let_through(stage):
            self.spoil(stage, what)
        self.go_on(steps)
        if not steps:
            self.again(whole=True)

    @precondition(lambda self: self.waits())
    @rule(instance=instances, spoiled=st.booleans())
    def decide_what_is_empty(self, instance: str, spoiled: bool) -> None:  # noqa: FBT001  drawn
        """A commit of prod alone waits in staging with an empty change set."""
        while waits := self.waits():
            if not self.is_let_through(waits[-1]):
                reject(self.world, self.name, waits[-1], "It is not what was planned.")
            self.wait()
        self.commit(instance, ("prod",))
        self.wait()
        for stage in self.waits():
            self.spoil(stage, "stack" if spoiled else "nothing")
            self.is_let_through(stage)
        self.wait()

    @precondition(lambda self: self.waits())
    @rule(last=st.booleans())
    def decide_late(self, last: bool) -> None:  # noqa: FBT001  drawn
        """One looks, another interferes, and then the first one approves."""
        stage, (what, _) = self.one(last), next(self.turns)
        with contextlib.suppress(Blocked):
            review = review_approval(self.seen(), self.name, stage, None)
            self.spoil(stage, what)
            self.wait()
            approve(self.seen(), review)
        self.wait()

    @precondition(lambda self: self.waits())
    @rule(last=st.booleans(), instance=instances)
    def decide_too_late(self, last: bool, instance: str) -> None:  # noqa: FBT001  drawn
        """One looks, others commit and reject, and then the first one approves."""
        stage = self.one(last)
        self.commit(instance, tuple(ACCOUNTS))
        try:
            review = review_approval(self.seen(), self.name, stage, None)
        except Blocked:
            return
        reject(self.world, self.name, stage, "no")
        self.wait()
        with pytest.raises(Blocked):
            approve(self.seen(), review)

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
            pipeline_stage=_place(stage),
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

    @precondition(lambda self: self.waits() or self.ended("Failed"))
    @rule(last=st.booleans(), whole=st.booleans())
    def retry(self, last: bool, whole: bool) -> None:  # noqa: FBT001  drawn
        """Somebody retries a stage that failed, at the latest now: all of it, or what failed."""
        if not self.ended("Failed"):
            reject(self.world, self.name, self.one(last), "no")
        self.again(whole=whole)

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

    @precondition(lambda self: self.ended("Succeeded"))
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        """Somebody rolls a stage back to what an execution deployed there."""
        place = self.ended("Succeeded")[-1]
        state = self.pipelines.states[pipeline_name(self.name)]
        deployed = [one.id for one in state.executions.values() if place in one.visits]
        target, fresh = data.draw(st.sampled_from(deployed)), self.pipelines.fresh()
        event = events.RolledBack(stage=place, target=target, execution=fresh)
        with contextlib.suppress(ApiError):
            self.pipelines.happen(pipeline_name(self.name), event)
        self.wait()

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
        return next(state for state in states if state.stage == _place(stage))

    def change_set(self, stage: str) -> ChangeSet:
        """Give the change set that lies before a gate."""
        name = change_set_name(self.waiting(stage).execution_id)
        found = self.made.cloud.stacks.change_set(self.stack_in(stage), name)
        assert found is not None
        return found

    def ended(self, how: str) -> list[str]:
        """Name the gated stages of the pipeline that ended in some way."""
        return [_place(stage) for stage in GATED if self.waiting(stage).status == how]

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
        self.kept[there.parameters[_COPY]] = self.held(there.parameters[_COPY])

    def held(self, key: str) -> bytes:
        """What a key of the bucket holds now."""
        newest = self.made.cloud.assets.latest(key)
        assert newest is not None
        return self.made.cloud.assets.read(key, newest.version_id)

    @invariant()
    def only_what_was_approved_runs(self) -> None:
        """What a gated stack holds, or is on its way to, was approved there or done by hand."""
        for stage in GATED:
            there = self.made.cloud.stacks.find(self.stack_in(stage))
            if there is not None and there.parameters:
                assert there.parameters[DIGEST] in self.allowed[stage]

    @invariant()
    def what_was_approved_is_what_serves(self) -> None:
        """The artifact of a gated stack still holds the bytes that it held at the approval."""
        for stage in GATED:
            there = self.made.cloud.stacks.find(self.stack_in(stage))
            copy = there.parameters.get(_COPY) if there else None
            if copy is not None:
                assert self.held(copy) == self.kept[copy]

    @invariant()
    def one_approval_waits_in_a_stage(self) -> None:
        """The approvals that wait are of different stages."""
        waiting = [each.stage for each in pending_approvals(self.world, self.name)]
        assert len(set(waiting)) == len(waiting)

    @invariant()
    def nothing_is_overtaken(self) -> None:
        """What was applied is decided by people, and by no newer commit."""
        found = self.pipelines.executions(pipeline_name(self.name))
        assert ExecutionStatus.SUPERSEDED not in {each.status for each in found}


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
    gates: Gates

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


def _place(stage: str) -> str:
    return f"Deploy{stage.capitalize()}"


class GatesOfRuns(Gates):
    """The same where each stage ends with a run, which may fail."""

    name = "mlops-pipeline-churn-byompipelinebatchbuiltin"

    def declared(self, **fields: Any) -> dict[str, Any]:
        """Declare the workload."""
        return batch("churn", **fields)

    @rule(stage=st.sampled_from(tuple(ACCOUNTS)))
    def break_runs(self, stage: str) -> None:
        """Whatever runs in a stage fails from now on."""
        self.made.cloud.machines.failing[self.machine(stage)] = "no data"

    @rule()
    def mend_runs(self) -> None:
        """Nothing fails any more."""
        self.made.cloud.machines.failing.clear()

    def machine(self, stage: str) -> str:
        """Name what a stage ends with."""
        stack = self.stack_in(stage)
        head = f"arn:aws:states:{stack.region}:{stack.account}:stateMachine"
        return f"{head}:{run_name(stack.name)}"


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


class Blind(Gates):
    """The command takes a change set for what was planned, whatever it holds."""

    def at_the_gate(self, world: World) -> World:
        """Show what was planned."""
        return replace(world, stacks=Door(world.stacks, {"change_set": self.shown}))

    def shown(self, id_: StackId, name: str) -> ChangeSet | None:
        """Show what the bundle holds."""
        there = self.made.cloud.stacks.change_set(id_, name)
        planned = self.planned(self.witness.stages[id_])
        return there and replace(
            there, template=planned.template, parameters=planned.parameters, tags=planned.tags
        )


class Forgetful(Gates):
    """The command reads the newest bundle instead of the one that is carried."""

    def at_the_gate(self, world: World) -> World:
        """Give the newest version of everything."""
        return replace(world, assets=Door(world.assets, {"read": self.newest}))

    def newest(self, key: str, _version: str) -> bytes:
        """Read the newest version."""
        return self.held(key)


class Lenient(Gates):
    """The command takes a change set that fits the stack no more for one that does."""

    def at_the_gate(self, world: World) -> World:
        """Show every change set as one that can be deployed."""
        return replace(world, stacks=Door(world.stacks, {"change_set": self.shown}))

    def shown(self, id_: StackId, name: str) -> ChangeSet | None:
        """Call it available."""
        there = self.made.cloud.stacks.change_set(id_, name)
        return there and replace(there, state=ChangeSetState.AVAILABLE)


class Careless(Gates):
    """The command answers whatever waits now, instead of what was looked at."""

    def at_the_gate(self, world: World) -> World:
        """Answer with the token of the moment."""
        return replace(world, pipelines=Door(world.pipelines, {"decide": self.answer}))

    def answer(self, pipeline: str, decision: Decision) -> None:
        """Answer what waits."""
        stage = decision.pipeline_stage.removeprefix("Deploy").lower()
        token = self.waiting(stage).approval_token
        Desk(self.pipelines, self).decide(pipeline, replace(decision, token=token))


class Newest(Gates):
    """CodePipeline executes the newest change set of the stack."""

    def doorway(self, witness: Witness) -> Any:
        """Take the last one that was made."""

        def execute(id_: StackId, _name: str) -> None:
            witness.execute(id_, witness.change_sets(id_)[-1].name)

        return Door(witness, {"execute": execute})


class Rash(Gates):
    """CodePipeline asks nobody when a stage is retried."""

    def retried(self, place: str) -> None:
        """Let through what waits."""
        stage = place.removeprefix("Deploy").lower()
        if self.waiting(stage).approval_token:
            self.pipelines.decide(pipeline_name(self.name), self.yes(stage))


class Impatient(Gates):
    """CodePipeline lets newer executions supersede those that wait."""

    mode = Mode.SUPERSEDED


BROKEN = (Blind, Forgetful, Lenient, Careless, Newest, Rash, Impatient)


@pytest.mark.parametrize("gates", BROKEN, ids=lambda one: one.__name__.lower())
def test_the_law_sees_a_broken_gate(gates: type[Gates]) -> None:
    """Each of them within the usual number of examples, or a few more where chance wants it."""
    usual = settings(USUAL, max_examples=100, phases=(Phase.generate,), database=None)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run_state_machine_as_test(gates, settings=usual)  # type: ignore[no-untyped-call]  # hypothesis


_GOOD = (StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE)
_COPY = "ModelArtifactLocationObject"
USUAL = settings(max_examples=30, stateful_step_count=20, deadline=None)
Gates.TestCase.settings = USUAL
GatesOfRuns.TestCase.settings = settings(USUAL, max_examples=8)
TestGates = Gates.TestCase
TestGatesOfRuns = GatesOfRuns.TestCase
