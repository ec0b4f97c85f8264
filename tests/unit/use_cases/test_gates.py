"""Any interleaving: no gated stage ever executes what was not approved.

Commits, manual updates of stacks, approvals from the command and from the console, late answers,
rejections, retries, rollbacks, artifacts that are overwritten under their keys, bundles and
change sets that somebody else puts in place, and runs that fail.
"""

import contextlib
from dataclasses import replace
from itertools import cycle, product
from typing import Any

import pytest
from builders import ACCOUNTS, trial
from e2e.every_type import batch
from gated import COPY, GATED, Desk, Gated, small
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from witness import Door, Witness

from mlops_gitops.desired.names import run_name
from mlops_gitops.desired.stack import DIGEST, DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.emulator.codepipeline import events
from mlops_gitops.emulator.codepipeline.declaration import Mode
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.errors import Blocked
from mlops_gitops.package.bundle import bundle_key
from mlops_gitops.pipeline.approval import Decision
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.execution import ExecutionStatus
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.revert import revert
from mlops_gitops.use_cases.world import World

INSTANCES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")
instances = st.sampled_from(INSTANCES)
contents = st.sampled_from((b"a model", b"a newer model", b"an even newer model"))
AFTERWARDS = ("stack", "own", "bundle")
"""What can be done to a stage without touching the very change set that was approved."""
SPOILS = ("nothing", "template", "parameters", "tags", *AFTERWARDS)
TURNS = (*product(SPOILS, (False,)), *product(("nothing", "parameters", "stack"), (True,)))
"""Taken in turns from a drawn one on: what is drawn each time leaves some out for long."""


class Gates(Gated):
    """A team commits, applies, decides and interferes, while everything moves step by step."""

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

    @precondition(lambda self: self.waits() or self.ended("Failed"))
    @rule(last=st.booleans(), whole=st.booleans())
    def retry(self, last: bool, whole: bool) -> None:  # noqa: FBT001  drawn
        """Somebody retries a stage that failed, at the latest now: all of it, or what failed."""
        if not self.ended("Failed"):
            reject(self.world, self.name, self.one(last), "no")
        self.again(whole=whole)

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
            copy = there.parameters.get(COPY) if there else None
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


class GatesOfHands(Gates):
    """The same where somebody changes resources by hand, and somebody else puts them back."""

    @rule(stage=st.sampled_from(tuple(ACCOUNTS)), steps=st.integers(0, 2))
    def put_back(self, stage: str, steps: int) -> None:
        """Where all is deployed somebody changes a resource, and somebody else puts it back."""
        self.apply()
        self.wait()
        while waits := self.waits():
            if not self.is_let_through(waits[-1]):
                reject(self.world, self.name, waits[-1], "It is not what was planned.")
            self.wait()
        self.made.cloud.live.changed[self.stack_in(stage), "Topic"] = {"DisplayName": "by hand"}
        world = self.witnessed()
        revert(world, drift(world, lambda *_: None).drifts, lambda *_: None)
        self.go_on(steps)

    def witnessed(self) -> World:
        """Put the witness before those who put back, too."""
        counted = {"propose": self.propose, "execute": self.witness.execute}
        return replace(self.world, reverting=Door(self.world.reverting, counted))

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Count the change sets that are made anew."""
        self.world.reverting.propose(stack, name, template_url)
        prepared = self.witness.prepared
        prepared[stack.id, name] = prepared.get((stack.id, name), 0) + 1


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


class Handy(GatesOfHands):
    """Whoever puts back makes anew what has been approved already, and executes it, too."""

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Execute what is made."""
        super().propose(stack, name, template_url)
        self.witness.execute(stack.id, name)


BROKEN = (Handy, Blind, Forgetful, Lenient, Careless, Newest, Rash, Impatient)


@pytest.mark.parametrize("gates", BROKEN, ids=lambda one: one.__name__.lower())
def test_the_law_sees_a_broken_gate(gates: type[Gates]) -> None:
    """Each of them within the usual number of examples, or a few more where chance wants it."""
    usual = settings(USUAL, max_examples=100, phases=(Phase.generate,), database=None)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run_state_machine_as_test(gates, settings=usual)  # type: ignore[no-untyped-call]  # hypothesis


USUAL = settings(max_examples=30, stateful_step_count=20, deadline=None)
Gates.TestCase.settings = USUAL
GatesOfRuns.TestCase.settings = settings(USUAL, max_examples=8)
GatesOfHands.TestCase.settings = settings(USUAL, max_examples=8)
TestGates = Gates.TestCase
TestGatesOfHands = GatesOfHands.TestCase
TestGatesOfRuns = GatesOfRuns.TestCase
