"""What CodePipeline promises us, with a delivery pipeline of ours from Source to a gate."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from contract.conftest import Side
from strategies import desired_stack, with_parameters

from mlops_gitops.desired.stack import DIGEST, DesiredStack
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.package.make import make_bundle
from mlops_gitops.pipeline.approval import Answer, Decision
from mlops_gitops.pipeline.delivery import (
    APPROVE,
    SOURCE,
    change_set_name,
    delivery_pipeline,
    pipeline_name,
)
from mlops_gitops.runs.execution import (
    CREATED_WITH_PIPELINE,
    ActionStatus,
    Execution,
    ExecutionStatus,
    StageState,
)
from mlops_gitops.runs.start import StartRequest
from mlops_gitops.use_cases.desire import read_installation
from mlops_gitops.use_cases.settle import settle

GATE = "DeployStaging"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A workload whose delivery pipeline exists."""

    side: Side
    name: str
    stacks: tuple[DesiredStack, ...]
    version: str

    def start(self, token: str) -> str:
        """Start an execution of its bundle."""
        variables = {"commit": "c0ffee", "digest": "mg1-test"}
        request = StartRequest(bundle_version=self.version, variables=variables, token=token)
        return self.side.pipelines.start(self.name, request)

    def executions(self) -> dict[str, Execution]:
        """All executions by id, the newest first."""
        return {each.id: each for each in self.side.pipelines.executions(self.name)}

    def stage(self, name: str = GATE) -> StageState:
        """What a stage holds."""
        return next(each for each in self.side.pipelines.state(self.name) if each.stage == name)

    def waits(self, execution: str) -> StageState:
        """The gate, once an execution waits at it."""
        self.until(lambda: self.stage().execution_id == execution and self.stage().approval_token)
        return self.stage()

    def decide(self, state: StageState, answer: Answer) -> None:
        """Answer the approval that a stage held when it was looked at."""
        decision = Decision(
            pipeline_stage=GATE,
            action=APPROVE,
            token=state.approval_token,
            answer=answer,
            summary="digest=mg1-test actor=somebody",
        )
        self.side.pipelines.decide(self.name, decision)

    def ends(self, execution: str) -> ExecutionStatus:
        """How an execution ended, once it has."""
        self.until(lambda: self.executions()[execution].status.is_over)
        return self.executions()[execution].status

    def until(self, holds: Callable[[], object]) -> None:
        """Wait, for at most a minute."""
        for _ in range(600):
            if holds():
                return
            self.side.clock.sleep(0.1)
        raise AssertionError("It does not come about.")


@pytest.fixture
def delivered(side: Side, name: str) -> Delivered:
    """A workload with two stages that hold nothing but a text, and its pipeline."""
    template = {
        "Parameters": {
            "Artifact": {"Type": "String"},
            DIGEST: {"Type": "String"},
        },
        "Resources": {
            "Text": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Ref": "Artifact"}},
            }
        },
        "Outputs": {DIGEST: {"Value": {"Ref": DIGEST}}},
    }
    stacks = tuple(
        desired_stack(template, {"Artifact": "x"}, workload=name, stage=stage)
        for stage in ("dev", "staging")
    )
    wanted = delivery_pipeline(side.settings, name, stacks, read_installation(side.world))
    side.stacks.create(wanted.deployable())
    settle(side.stacks, side.clock, wanted.id)
    bundle = make_bundle(name, stacks)
    made = Delivered(side, pipeline_name(name), stacks, "")
    made.until(
        lambda: made.executions() and all(e.status.is_over for e in made.executions().values())
    )
    version = side.assets.write(bundle.key, bundle.content, bundle.sha256).version_id
    return Delivered(side, made.name, stacks, version)


def test_a_pipeline_that_nobody_made_has_no_executions(side: Side) -> None:
    """Neither executions nor stages; starting it is refused."""
    assert side.pipelines.executions("nobody-made-this") == ()
    assert side.pipelines.state("nobody-made-this") == ()
    request = StartRequest(bundle_version="1", variables={"commit": "c0ffee"}, token="mg-1")
    with pytest.raises(AwsError) as refused:
        side.pipelines.start("nobody-made-this", request)
    assert refused.value.code == "PipelineNotFoundException"
    assert refused.value.hint


def test_a_new_pipeline_starts_by_itself_and_fails(delivered: Delivered) -> None:
    """There is no bundle yet: Source fails, and the trigger tells where it came from."""
    (first,) = delivered.executions().values()

    assert first.trigger == CREATED_WITH_PIPELINE
    assert first.status is ExecutionStatus.FAILED
    (source,) = delivered.side.pipelines.actions(delivered.name, first.id)
    assert (source.stage, source.action, source.status) == (SOURCE, SOURCE, ActionStatus.FAILED)
    assert source.error


def test_one_token_starts_one_execution(delivered: Delivered) -> None:
    """Repeating the call gives the same execution; another token starts another, behind it."""
    first = delivered.start("mg-once")

    assert delivered.start("mg-once") == first
    second = delivered.start("mg-twice")
    assert list(delivered.executions())[:2] == [second, first]
    state = delivered.waits(first)
    delivered.until(lambda: second in delivered.stage().waiting)
    assert delivered.stage().execution_id == first
    delivered.decide(state, Answer.REJECTED)
    assert delivered.waits(second).waiting == ()


def test_codepipelines_own_words_hold_no_token(delivered: Delivered) -> None:
    """Where an execution is, as GetPipelineState tells it; what answers a gate is left out."""
    pipelines = delivered.side.pipelines
    delivered.waits(delivered.start("one"))

    told = pipelines.told(delivered.name)

    assert told is not None
    assert told["pipelineName"] == delivered.name
    gate = next(each for each in told["stageStates"] if each["stageName"] == GATE)
    runs = [each.get("latestExecution", {}) for each in gate["actionStates"]]
    assert "InProgress" in [each.get("status") for each in runs]
    assert {each.get("token", "...") for each in runs} == {"..."}
    assert pipelines.told("nobody-made-this") is None


def test_an_execution_remembers_what_it_was_started_with(delivered: Delivered) -> None:
    """Version and variables; those that were not given have their defaults."""
    execution = delivered.start("mg-remember")
    delivered.waits(execution)

    details = delivered.side.pipelines.details(delivered.name, execution)

    assert details.bundle_version == delivered.version
    assert details.status is ExecutionStatus.IN_PROGRESS
    assert details.variables["digest"] == "mg1-test"
    assert details.variables["summary_staging"] == "-"
    assert delivered.executions()[execution].bundle_version == delivered.version
    assert delivered.executions()[execution].started_at.tzinfo is not None


def test_what_was_approved_is_deployed(delivered: Delivered) -> None:
    """The gate holds everything; then the very change set is executed, and the approval kept."""
    execution = delivered.start("mg-approve")
    state = delivered.waits(execution)
    staging = delivered.stacks[1]
    assert shown(delivered, execution).state is ChangeSetState.AVAILABLE
    assert state.approval_since is not None
    there = delivered.side.stacks.find(staging.id)
    assert there is None or there.digest is None

    delivered.decide(state, Answer.APPROVED)

    assert delivered.ends(execution) is ExecutionStatus.SUCCEEDED
    deployed = delivered.side.stacks.find(staging.id)
    assert deployed is not None
    assert deployed.digest == staging.digest
    runs = delivered.side.pipelines.actions(delivered.name, execution)
    assert " ".join(run.action for run in runs) == "Source Prepare Deploy Prepare Approve Deploy"
    (approval,) = [run for run in runs if run.action == APPROVE]
    assert approval.status is ActionStatus.SUCCEEDED
    assert approval.summary == "digest=mg1-test actor=somebody"
    assert approval.updated_by


def test_a_change_set_shows_what_the_bundle_holds(delivered: Delivered) -> None:
    """Template, parameters, tags and changes: what an approval is compared with."""
    execution = delivered.start("mg-show")
    delivered.waits(execution)
    staging = delivered.stacks[1]

    change_set = shown(delivered, execution)

    assert change_set.template == staging.template
    assert change_set.parameters == staging.parameter_values()
    assert change_set.tags == staging.tags
    assert [(each.logical_id, each.action) for each in change_set.changes] == [
        ("Text", Action.CREATE)
    ]


def test_a_rejection_ends_the_execution(delivered: Delivered) -> None:
    """Nothing is deployed, and the reason stays readable."""
    execution = delivered.start("mg-reject")

    delivered.decide(delivered.waits(execution), Answer.REJECTED)

    assert delivered.ends(execution) is ExecutionStatus.FAILED
    runs = delivered.side.pipelines.actions(delivered.name, execution)
    assert runs[-1].action == APPROVE
    assert runs[-1].status is ActionStatus.FAILED
    assert runs[-1].summary == "digest=mg1-test actor=somebody"
    staging = delivered.side.stacks.find(delivered.stacks[1].id)
    assert staging is None or staging.digest is None


def test_a_stage_that_failed_is_done_again_with_its_gate(delivered: Delivered) -> None:
    """A new change set, and a new question; what is before the stage is not done again."""
    execution = delivered.start("again")
    delivered.decide(delivered.waits(execution), Answer.REJECTED)
    delivered.ends(execution)
    mending = delivered.side.world.mending

    mending.retry(delivered.name, GATE, execution)
    delivered.decide(delivered.waits(execution), Answer.APPROVED)

    assert delivered.ends(execution) is ExecutionStatus.SUCCEEDED
    actions = [
        run.action
        for run in delivered.side.pipelines.actions(delivered.name, execution)
        if run.stage == GATE
    ]
    assert actions == ["Prepare", APPROVE, "Prepare", APPROVE, "Deploy"]
    with pytest.raises(Blocked, match=r"stage|tried"):
        mending.retry(delivered.name, GATE, execution)


def test_an_approval_is_decided_once(delivered: Delivered) -> None:
    """The second answer is Blocked, whatever it says."""
    execution = delivered.start("mg-decide")
    state = delivered.waits(execution)
    delivered.decide(state, Answer.APPROVED)

    for answer in Answer:
        with pytest.raises(Blocked):
            delivered.decide(state, answer)


def test_a_change_set_without_changes_is_empty(delivered: Delivered) -> None:
    """A stage that is as desired already is prepared, approved and passed all the same."""
    first = delivered.start("mg-first")
    delivered.decide(delivered.waits(first), Answer.APPROVED)
    delivered.ends(first)

    second = delivered.start("mg-second")
    state = delivered.waits(second)

    assert shown(delivered, second).state is ChangeSetState.EMPTY
    assert shown(delivered, second).changes == ()
    delivered.decide(state, Answer.APPROVED)
    assert delivered.ends(second) is ExecutionStatus.SUCCEEDED


def test_a_change_by_hand_makes_a_change_set_obsolete(delivered: Delivered) -> None:
    """It cannot be deployed any more, and an approval given all the same fails the execution."""
    first = delivered.start("mg-first")
    delivered.decide(delivered.waits(first), Answer.APPROVED)
    delivered.ends(first)
    side, staging = delivered.side, delivered.stacks[1]
    changed = with_parameters(staging, Artifact="y")
    bundle = make_bundle(delivered.name, (delivered.stacks[0], changed))
    version = side.assets.write(bundle.key, bundle.content, bundle.sha256).version_id
    second = replace(delivered, version=version).start("mg-second")
    state = delivered.waits(second)
    assert shown(delivered, second).state is ChangeSetState.AVAILABLE

    side.stacks.update(with_parameters(staging, Artifact="z").deployable())
    settle(side.stacks, side.clock, staging.id)

    assert shown(delivered, second).state is ChangeSetState.OBSOLETE
    delivered.decide(state, Answer.APPROVED)
    assert delivered.ends(second) is ExecutionStatus.FAILED


def shown(delivered: Delivered, execution: str) -> ChangeSet:
    """The change set that waits at the gate."""
    found = delivered.side.stacks.change_set(delivered.stacks[1].id, change_set_name(execution))
    assert found is not None
    return found
