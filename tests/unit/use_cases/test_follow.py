"""Following: what moves is shown until nothing does without a person, and few things are read."""

from contextlib import suppress
from dataclasses import replace

from builders import ORCHESTRATOR, Trial, realtime, trial
from e2e.every_type import training

from mlops_gitops.errors import AwsError
from mlops_gitops.pipeline.approval import Answer, Decision
from mlops_gitops.pipeline.delivery import APPROVE, pipeline_name
from mlops_gitops.ports import StackResource
from mlops_gitops.status.progress import RunProgress, Standing, WorkloadProgress
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.follow import all_to_follow, follow, to_follow
from mlops_gitops.views.progress_text import progress_lines, progress_text

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
TRAINING = "mlops-pipeline-churn-modeltraining"
MACHINE = f"arn:aws:states:us-east-1:{ORCHESTRATOR}:stateMachine:{TRAINING}"
FAILURE = StackResource(
    logical_id="Endpoint",
    resource_type="AWS::SageMaker::Endpoint",
    status="CREATE_FAILED",
    reason="no capacity",
)

Seen = list[tuple[WorkloadProgress, ...]]


def started(made: Trial) -> str:
    """Apply the only workload; give its execution."""
    (applied,) = apply(made.world(), lambda *_: None)
    return applied.execution_id


def watched(made: Trial, name: str, execution_id: str = "", answered: str = "") -> Seen:
    """Follow one workload to the end; give all that was shown."""
    world, seen = made.world(), Seen()
    follow(world, [to_follow(world, name, execution_id, answered)], seen.append)
    return seen


def answer(made: Trial, kind: Answer) -> str:
    """Answer the only approval that waits; give its token."""
    name = pipeline_name(CHURN)
    (state,) = [each for each in made.cloud.pipelines.state(name) if each.approval_token]
    decision = Decision(
        pipeline_stage=state.stage,
        action=APPROVE,
        token=state.approval_token,
        answer=kind,
        summary="",
    )
    made.cloud.pipelines.decide(name, decision)
    return state.approval_token


def standings(progress: WorkloadProgress) -> list[Standing]:
    """How far each stage is."""
    return [stage.standing for stage in progress.stages]


def lines(seen: Seen) -> list[str]:
    """What is said where nothing can be drawn."""
    return [line for pair in zip([(), *seen], seen, strict=False) for line in progress_lines(*pair)]


def test_a_new_execution_is_followed_to_the_gate() -> None:
    """Dev is deployed and staging waits; what CloudFormation is at work on was shown."""
    made = trial(realtime("churn"))

    seen = watched(made, CHURN, started(made))

    (end,) = seen[-1]
    assert standings(end) == [Standing.DONE, Standing.APPROVAL, Standing.AHEAD]
    assert end.is_settled
    assert not end.has_failed(end.executions[0].id)
    moving = [each for (one,) in seen for stage in one.stages for each in stage.resources]
    assert {each.logical_id for each in moving if each.is_moving} >= {"Endpoint", "Model"}


def test_lines_say_each_thing_once() -> None:
    """Nothing is repeated while nothing moves, and the last line is where it stands."""
    made = trial(realtime("churn"))

    said = lines(watched(made, CHURN, started(made)))

    assert len(said) == len(set(said))
    assert "churn dev: Deploy is running" in said
    assert "churn dev: Endpoint CREATE_IN_PROGRESS" in said
    assert said[-1] == "churn staging: waits for approval"


def test_an_answered_approval_is_followed_to_the_next_gate() -> None:
    """What AWS still shows as pending, though it was just answered, is not taken for a gate."""
    made = trial(realtime("churn"))
    execution = started(made)
    made.cloud.settle()
    (before,) = watched(made, CHURN)[-1]
    pending = before.stages[1].token

    world, seen = made.world(), Seen()
    answered = to_follow(world, CHURN, execution, pending)

    def show(found: tuple[WorkloadProgress, ...]) -> None:
        seen.append(found)
        if len(seen) == 1:
            answer(made, Answer.APPROVED)

    follow(world, [answered], show)

    assert not seen[0][0].is_settled
    assert standings(seen[-1][0]) == [Standing.DONE, Standing.DONE, Standing.APPROVAL]


def test_a_rejection_is_an_end() -> None:
    """The stage has failed and the stages after it are not reached."""
    made = trial(realtime("churn"))
    execution = started(made)
    made.cloud.settle()
    token = answer(made, Answer.REJECTED)

    ((end,),) = watched(made, CHURN, execution, token)

    assert standings(end)[:2] == [Standing.DONE, Standing.FAILED]
    assert end.has_failed(execution)
    assert lines([(end,)])[-1] == f"churn: execution {execution} Failed"


def test_a_failed_deployment_is_an_end() -> None:
    """The execution is over; whoever waits for it is told."""
    made = trial(realtime("churn"))
    made.cloud.stacks.broken[f"{CHURN}-dev"] = FAILURE

    execution = started(made)
    (end,) = watched(made, CHURN, execution)[-1]

    assert end.has_failed(execution)
    assert standings(end)[0] is Standing.FAILED
    assert "failed" in progress_text([end])


def test_an_execution_that_is_not_listed_yet_is_waited_for() -> None:
    """What was just started may take a moment to show; until then nothing has settled."""
    made = trial(realtime("churn"))
    started(made)
    made.cloud.settle()
    seen = Seen()

    class Enough(Exception):
        """Seen often enough."""

    def show(found: tuple[WorkloadProgress, ...]) -> None:
        seen.append(found)
        if len(seen) > 2:
            raise Enough

    world = made.world()
    with suppress(Enough):
        follow(world, [to_follow(world, CHURN, "not-yet")], show)

    assert [each.is_settled for (each,) in seen] == [False] * 3


def test_a_run_tells_its_state_and_its_job() -> None:
    """While a stage runs its state machine, the state it is in and the job are shown."""
    made = trial(training("churn"))
    made.cloud.machines.steps[MACHINE] = [
        RunProgress(state="LastRun"),
        RunProgress(state="Train", job="churn-1a2b3c4d"),
    ]

    said = lines(watched(made, TRAINING, started(made)))

    assert "churn orchestrator: Run is running: LastRun" in said
    assert "churn orchestrator: Run is running: Train, job churn-1a2b3c4d" in said
    assert said[-2] == "churn orchestrator: done"
    assert made.cloud.machines.ran == [MACHINE]


def test_progress_that_may_not_be_read_stops_nobody() -> None:
    """Following goes on without details where a role may not read them."""
    made = trial(training("churn"))
    made.cloud.machines.steps[MACHINE] = [RunProgress(state="Train")] * 2
    execution = started(made)

    class Refusing:
        """Step Functions that may not be asked."""

        def progress(self, account: str, execution: str) -> RunProgress | None:
            """Refuse."""
            raise AwsError(f"{account} {execution}: no", hint="")

    world = replace(made.world(), machines=Refusing())
    (end,) = follow(world, [to_follow(world, TRAINING, execution)], lambda _: None)

    assert standings(end) == [Standing.DONE]


def test_what_has_settled_is_not_read_again() -> None:
    """Following many workloads costs reads only for those that move."""
    made = trial(realtime("churn"), realtime("fraud"))
    world = made.world()
    apply(world, lambda *_: None)
    made.cloud.settle()
    everything = all_to_follow(world, frozenset())
    start = world.clock.now()

    found = follow(world, everything, lambda _: None)

    assert [each.called for each in found] == ["churn", "fraud"]
    assert all(each.is_settled for each in found)
    assert world.clock.now() == start


def test_nothing_deployed_is_settled() -> None:
    """A workload without a delivery pipeline is followed to where it is: nowhere."""
    made = trial(realtime("churn"))

    ((end,),) = watched(made, CHURN)

    assert (end.is_settled, end.stages) == (True, ())
    assert progress_text([end]) == "churn  no execution"
