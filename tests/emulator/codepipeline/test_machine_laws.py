"""Laws of the pure state machine, under any order of events.

Hypothesis drives a pipeline with starts, results, approvals, stops, retries, rollbacks,
disabled transitions and new definitions; after each event all laws must hold.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from emulator.codepipeline import declare
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mlops_gitops.emulator.codepipeline import codec, events
from mlops_gitops.emulator.codepipeline.declaration import (
    Mode,
    normalise,
    read_pipeline,
)
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.events import Event, Stamp
from mlops_gitops.emulator.codepipeline.machine import ids_needed, overdue, step
from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Execution,
    ExecutionStatus,
    ExecutionType,
    Failure,
    PipelineState,
    RunStatus,
    StageStatus,
)

STAGES = ("Source", "Dev", "Prod")
ENDED = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.ABANDONED)
WEEK = 7 * 24 * 3600


def declaration(mode: Mode, version: int) -> Any:
    """Give a pipeline with two actions side by side, and a gate before what deploys to prod."""
    deploy = declare.stack_action("Deploy", "DELETE_ONLY", "s", 2)
    dev = declare.stack_action("Dev", "DELETE_ONLY", "s")
    raw = declare.pipeline(
        "law",
        declare.stage("Source", declare.source("k")),
        declare.stage("Dev", dev, {**dev, "name": "Beside", "namespace": "Beside"}),
        declare.stage("Prod", declare.approve(), deploy),
        executionMode=mode.value,
    )
    return read_pipeline(normalise(raw, version))


def of(state: PipelineState, status: RunStatus) -> list[tuple[Execution, ActionRun]]:
    """Give the runs of a status, with their executions."""
    return [
        (execution, run)
        for execution in state.executions.values()
        for run in execution.runs.values()
        if run.status is status
    ]


class Pipelines(RuleBasedStateMachine):
    """One pipeline, and whatever may happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh = count(1)
        self.clock = 0.0
        self.used: set[str] = set()
        self.approved: set[tuple[str, str]] = set()
        self.entered: dict[str, list[str]] = {stage: [] for stage in STAGES}
        self.effects: list[str] = []

    @initialize(mode=st.sampled_from(Mode))
    def create(self, mode: Mode) -> None:
        """Begin with nothing running."""
        self.state = PipelineState(pipeline=declaration(mode, 1), created=0, updated=0)

    def happen(self, event: Event) -> bool:
        """Let an event happen; False if it is refused."""
        self.clock += 1
        ids = tuple(f"id-{next(self.fresh)}" for _ in range(ids_needed(self.state)))
        before = self.state
        try:
            outcome = step(before, event, Stamp(at=self.clock, ids=ids))
        except ApiError:
            return False
        self.state = outcome.state
        self.check_holders_were_not_superseded(before)
        for effect in outcome.effects:
            if isinstance(effect, events.RunAction):
                assert effect.run not in self.effects
                was = before.executions.get(effect.execution)
                assert was is None or was.status is not ExecutionStatus.STOPPING
                self.effects.append(effect.run)
        for stage in STAGES:
            holder = self.state.holders.get(stage)
            if holder and holder != before.holders.get(stage):
                steered = isinstance(event, events.Retried | events.RolledBack)
                assert steered or stage not in self.state.disabled
                self.entered[stage].append(holder)
        return True

    def check_holders_were_not_superseded(self, before: PipelineState) -> None:
        """Only who waits between stages is ever superseded, and only by a newer one."""
        order = list(self.state.executions)
        for execution in before.executions.values():
            after = self.state.executions[execution.id]
            if after.status is ExecutionStatus.SUPERSEDED and execution.is_active:
                assert before.pipeline.mode is Mode.SUPERSEDED
                assert execution.id not in before.holders.values()
                arrived = self.state.inbound.get(after.stage, ())
                taken = self.state.holders.get(after.stage)
                newer = [*arrived, *([taken] if taken else [])]
                assert any(order.index(one) > order.index(execution.id) for one in newer)

    @rule(many=st.integers(1, 3))
    def start(self, many: int) -> None:
        """Somebody starts executions."""
        for _ in range(many):
            self.happen(events.Started(execution=f"exec-{next(self.fresh)}", trigger="test"))

    @rule(data=st.data(), good=st.booleans())
    def finish(self, data: st.DataObject, good: bool) -> None:  # noqa: FBT001  drawn
        """A running action ends."""
        running = [(e, r) for e, r in of(self.state, RunStatus.IN_PROGRESS) if not r.token]
        if running:
            execution, run = data.draw(st.sampled_from(running))
            done = events.Succeeded(execution=execution.id, run=run.id, variables={"a": "b"})
            failure = Failure(code="JobFailed", message="no")
            failed = events.Failed(execution=execution.id, run=run.id, failure=failure)
            assert self.happen(done if good else failed)

    @rule(data=st.data(), good=st.booleans())
    def report_late(self, data: st.DataObject, good: bool) -> None:  # noqa: FBT001  drawn
        """What an ended run still says changes nothing."""
        ended = [pair for s in ENDED for pair in of(self.state, s)]
        if ended:
            execution, run = data.draw(st.sampled_from(ended))
            before = self.state
            failure = Failure(code="JobFailed", message="no")
            failed = events.Failed(execution=execution.id, run=run.id, failure=failure)
            done = events.Succeeded(execution=execution.id, run=run.id)
            assert self.happen(done if good else failed)
            assert self.state == before

    @rule(times=st.integers(1, 4))
    def go_on(self, times: int) -> None:
        """Everything that runs ends well, some times over."""
        for _ in range(times):
            for execution, run in of(self.state, RunStatus.IN_PROGRESS):
                if not run.token:
                    self.happen(events.Succeeded(execution=execution.id, run=run.id))
                    self.the_mode_is_kept()

    @rule(data=st.data(), good=st.booleans())
    def answer(self, data: st.DataObject, good: bool) -> None:  # noqa: FBT001  drawn
        """Somebody answers an approval, perhaps one that was answered already."""
        asked = [
            (execution, run)
            for status in RunStatus
            for execution, run in of(self.state, status)
            if run.token
        ]
        if asked:
            execution, run = data.draw(st.sampled_from(asked))
            accepted = self.happen(
                events.ApprovalGiven(
                    stage="Prod",
                    action="Approve",
                    token=run.token,
                    approved=good,
                    summary="",
                    by="me",
                )
            )
            assert accepted == (run.status is RunStatus.IN_PROGRESS)
            assert not (accepted and run.token in self.used)
            self.used.add(run.token)
            if accepted and good:
                self.approved.add((execution.id, run.id))

    @rule(token=st.uuids())
    def guess(self, token: object) -> None:
        """A token that was never given out is refused."""
        assert not self.happen(
            events.ApprovalGiven(
                stage="Prod",
                action="Approve",
                token=str(token),
                approved=True,
                summary="",
                by="me",
            )
        )

    @rule()
    def wait_a_week(self) -> None:
        """Nobody answers for a week."""
        asked = {r.id for _, r in of(self.state, RunStatus.IN_PROGRESS) if r.token}
        self.clock += WEEK
        for event in overdue(self.state, self.clock):
            assert self.happen(event)
        assert not asked & {run.id for _, run in of(self.state, RunStatus.IN_PROGRESS)}

    @rule(data=st.data(), abandon=st.booleans())
    def stop(self, data: st.DataObject, abandon: bool) -> None:  # noqa: FBT001  drawn
        """Somebody stops an execution."""
        if self.state.executions:
            execution = data.draw(st.sampled_from(list(self.state.executions.values())))
            stopped = self.happen(events.StopRequested(execution=execution.id, abandon=abandon))
            again = execution.status is ExecutionStatus.STOPPING and not abandon
            assert stopped == (execution.is_active and not again)

    @rule(data=st.data(), whole=st.booleans())
    def retry(self, data: st.DataObject, whole: bool) -> None:  # noqa: FBT001  drawn
        """Somebody retries a stage that an execution was in."""
        seen = [(e, stage) for e in self.state.executions.values() for stage in e.visits]
        if seen:
            before, stage = data.draw(st.sampled_from(seen))
            if self.happen(events.Retried(stage=stage, execution=before.id, whole=whole)):
                assert self.state.latest[stage] == before.id
                visit = before.visits[stage]
                assert visit.status in {StageStatus.FAILED, StageStatus.STOPPED}
                kept = set(self.state.executions[before.id].visits[stage].runs) & set(visit.runs)
                good = {r for r in visit.runs if before.runs[r].status is RunStatus.SUCCEEDED}
                assert kept == (set() if whole else good)

    @rule(data=st.data(), stage=st.sampled_from(STAGES))
    def roll_back(self, data: st.DataObject, stage: str) -> None:
        """Somebody rolls a stage back."""
        if self.state.executions:
            target = data.draw(st.sampled_from(list(self.state.executions.values())))
            fresh = f"exec-{next(self.fresh)}"
            is_held = stage in self.state.holders
            if self.happen(events.RolledBack(stage=stage, target=target.id, execution=fresh)):
                assert stage != STAGES[0]
                assert not is_held
                assert target.type is ExecutionType.STANDARD
                assert target.version == self.state.pipeline.version
                assert target.visits[stage].status is StageStatus.SUCCEEDED

    @rule(stage=st.sampled_from(STAGES), reason=st.sampled_from(["freeze", ""]))
    def transition(self, stage: str, reason: str) -> None:
        """Somebody disables or enables the way into a stage."""
        disabled = events.TransitionDisabled(stage=stage, reason=reason, by="me")
        self.happen(disabled if reason else events.TransitionEnabled(stage=stage))

    @rule(chance=st.integers(0, 5))
    def update(self, chance: int) -> None:
        """Somebody updates the definition, now and then: nothing goes on."""
        if chance:
            return
        pipeline = self.state.pipeline
        newer = declaration(pipeline.mode, pipeline.version + 1)
        self.happen(events.DefinitionUpdated(pipeline=newer))
        assert not any(execution.is_active for execution in self.state.executions.values())
        assert not of(self.state, RunStatus.IN_PROGRESS)

    @invariant()
    def a_stage_holds_one_execution(self) -> None:
        """What runs in a stage belongs to its holder, and each holder is in that stage alone."""
        for execution, run in of(self.state, RunStatus.IN_PROGRESS):
            assert self.state.holders[run.stage] == execution.id
        assert len(set(self.state.holders.values())) == len(self.state.holders)

    @invariant()
    def nothing_passes_a_gate_unapproved(self) -> None:
        """What deploys behind the gate began after an approval of that very execution."""
        for execution in self.state.executions.values():
            for run in execution.runs.values():
                if run.action == "Deploy":
                    assert any(who == execution.id for who, _ in self.approved)
            counted = execution.visits.get("Prod")
            if counted and any(execution.runs[r].action == "Deploy" for r in counted.runs):
                gates = [r for r in counted.runs if (execution.id, r) in self.approved]
                assert gates

    @invariant()
    def an_active_execution_goes_on_or_waits(self) -> None:
        """An execution ends when its actions end: else it runs something, or waits for a stage."""
        running = {execution.id for execution, _ in of(self.state, RunStatus.IN_PROGRESS)}
        waiting = [one for ids in self.state.inbound.values() for one in ids]
        active = {e.id for e in self.state.executions.values() if e.is_active}
        assert active == running | set(waiting)
        assert len(waiting) == len(set(waiting))
        assert running == set(self.state.holders.values())

    @invariant()
    def a_free_stage_lets_the_next_one_in(self) -> None:
        """Who waits, waits for a holder or for a disabled transition."""
        for stage, waiting in self.state.inbound.items():
            assert not waiting or stage in self.state.holders or stage in self.state.disabled

    @invariant()
    def the_mode_is_kept(self) -> None:
        """QUEUED supersedes nothing and keeps the order; SUPERSEDED lets one wait at most."""
        if self.state.pipeline.mode is Mode.SUPERSEDED:
            assert all(len(waiting) <= 1 for waiting in self.state.inbound.values())
            return
        statuses = {execution.status for execution in self.state.executions.values()}
        assert ExecutionStatus.SUPERSEDED not in statuses
        order = list(self.state.executions)
        for entered in self.entered.values():
            first: dict[str, None] = dict.fromkeys(
                e for e in entered if self.state.executions[e].type is ExecutionType.STANDARD
            )
            assert list(first) == sorted(first, key=order.index)

    def teardown(self) -> None:
        """However it ended: what is saved is loaded."""
        text = json.dumps(codec.encode(self.state))
        assert codec.decode(PipelineState, json.loads(text)) == self.state


TestPipelines = Pipelines.TestCase
TestPipelines.settings = settings(stateful_step_count=40)
