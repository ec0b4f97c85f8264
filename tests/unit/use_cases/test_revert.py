"""What somebody changed by hand is brought back to what git says, and never past a gate."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import pytest
from builders import ACCOUNTS, Trial, copied, realtime, trial

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.delivery import change_set_name, pipeline_name
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.status.drift import Drift, DriftKind
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, reject, review_approval
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.put_back import NAME as BY_HAND
from mlops_gitops.use_cases.revert import revert
from mlops_gitops.use_cases.suspend import Subject, suspend
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.review_text import review_text

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"


def quiet(_workload: str, _doing: str) -> None:
    """Nobody listens."""


def stack_in(stage: str) -> StackId:
    """Name the workload's stack in a stage."""
    return StackId(ACCOUNTS[stage], "us-east-1", f"{NAME}-{stage}")


def let_in(made: Trial, stage: str) -> None:
    """Approve what waits in a stage, and wait until nothing moves."""
    approve(made.world(), review_approval(made.world(), NAME, stage, None))
    made.cloud.settle()


@cache
def _deployed() -> Trial:
    made = trial(realtime("churn"))
    apply(made.world(), quiet)
    made.cloud.settle()
    let_in(made, "staging")
    let_in(made, "prod")
    return made


@pytest.fixture
def made() -> Trial:
    """A workload that is deployed everywhere."""
    return copied(_deployed())


def change(made: Trial, stage: str) -> None:
    """Let somebody give the endpoint of a stage another configuration."""
    made.cloud.live.changed[stack_in(stage), "Endpoint"] = {"EndpointConfigName": "by-hand"}


def found(world: World) -> tuple[Drift, ...]:
    """What a sweep finds."""
    return drift(world, quiet).drifts


def put_back(made: Trial) -> Applied:
    """Bring everything back that a sweep finds."""
    world = made.world()
    (applied,) = revert(world, found(world), quiet)
    assert applied.failure is None, applied.failure.message
    return applied


def by_hand(made: Trial) -> list[str]:
    """The change sets in dev that no execution made."""
    names = [each.name for each in made.cloud.stacks.change_sets(stack_in("dev"))]
    return [name for name in names if name.startswith(BY_HAND)]


def executions(made: Trial) -> int:
    """How many executions the delivery pipeline has had."""
    return len(made.cloud.pipelines.executions(pipeline_name(NAME)))


def test_without_a_gate_it_is_put_back_at_once(made: Trial) -> None:
    """No execution is needed, nothing of git is deployed, and the drift is gone."""
    change(made, "dev")
    before = executions(made)

    applied = put_back(made)

    assert applied.outcome is Outcome.PUT_BACK
    assert found(made.world()) == ()
    assert executions(made) == before


def test_before_a_gate_it_waits_for_somebody(made: Trial) -> None:
    """What waits shows what was changed by hand, and is put back only once it is approved."""
    change(made, "staging")

    applied = put_back(made)

    assert applied.outcome is Outcome.PREPARED
    assert [each.logical_id for each in found(made.world())] == ["Endpoint"]
    review = review_approval(made.world(), NAME, "staging", applied.digest)
    assert review.change_set.drifted == {"Endpoint"}
    shown = review_text(review.approval, review.change_set)
    assert "~ Endpoint (AWS::SageMaker::Endpoint), changed by hand" in shown
    assert "EndpointConfigName by-hand ->" in shown
    assert "put back staging: Endpoint changed outside of CloudFormation" in shown

    let_in(made, "staging")
    assert found(made.world()) == ()


def test_the_last_stage_is_prepared_when_the_execution_reaches_it(made: Trial) -> None:
    """What waits before it changes nothing; doing it again there prepares the gate."""
    change(made, "prod")

    first = put_back(made)
    let_in(made, "staging")
    second = put_back(made)
    let_in(made, "prod")

    assert (first.outcome, second.outcome) == (Outcome.STARTED, Outcome.PREPARED)
    assert first.execution_id == second.execution_id
    assert found(made.world()) == ()


def test_doing_it_twice_starts_once(made: Trial) -> None:
    """The second time finds the execution and its change set as they are."""
    change(made, "staging")

    first = put_back(made)
    before = executions(made)
    second = put_back(made)

    assert first == second
    assert executions(made) == before


@pytest.mark.usefixtures("eager_threads")
@pytest.mark.parametrize("stage", ["dev", "staging"])
def test_two_who_do_it_at_once_do_it_once(made: Trial, stage: str) -> None:
    """One execution at most, one change set, and both are told the same."""
    change(made, stage)
    before, worlds = executions(made), [made.world(), made.world()]
    drifts = found(worlds[0])

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda world: revert(world, drifts, quiet), worlds))

    assert {each.outcome for (each,) in both} <= {Outcome.PUT_BACK, Outcome.PREPARED}, both
    assert len({each.execution_id for (each,) in both}) == 1
    assert executions(made) <= before + 1
    if stage == "staging":
        let_in(made, "staging")
    assert found(made.world()) == ()


def test_a_change_set_that_is_gone_is_made_again(made: Trial) -> None:
    """Whoever was killed between deleting the one and making the other goes on there."""
    change(made, "staging")
    applied = put_back(made)
    made.cloud.stacks.withdraw(stack_in("staging"), change_set_name(applied.execution_id))

    again = put_back(made)

    assert again == applied
    let_in(made, "staging")
    assert found(made.world()) == ()


def test_a_change_set_that_is_there_is_gone_on_with(made: Trial) -> None:
    """Whoever was killed before it was executed goes on with it: none is left behind."""
    change(made, "dev")
    world = made.world()
    drifts = found(world)

    class Killed(Exception):
        """The process ends here."""

    class Killing:
        """Ends the process before anything is executed."""

        propose = staticmethod(world.reverting.propose)
        withdraw = staticmethod(world.reverting.withdraw)

        def execute(self, id_: StackId, name: str) -> None:
            """End it."""
            raise Killed(f"{id_} {name}")

    with pytest.raises(Killed):
        revert(replace(world, reverting=Killing()), drifts, quiet)
    (left,) = by_hand(made)
    put_back(made)

    assert found(made.world()) == ()
    assert by_hand(made) == [left]


def test_the_same_change_is_put_back_every_time(made: Trial) -> None:
    """Somebody who does it again is not taken for what was put back before."""
    for _ in range(2):
        change(made, "dev")
        assert put_back(made).outcome is Outcome.PUT_BACK
        assert found(made.world()) == ()


def test_what_cloudformation_does_not_see_is_not_called_put_back(made: Trial) -> None:
    """An endpoint's count is changed without its configuration: there is nothing to deploy."""
    variants = [{"VariantName": "AllTraffic", "InitialInstanceCount": "7"}]
    made.cloud.live.changed[stack_in("dev"), "Endpoint"] = {"ProductionVariants": variants}
    world = made.world()

    (applied,) = revert(world, found(world), quiet)

    assert isinstance(applied.failure, Blocked)
    assert "sees nothing" in applied.failure.message
    assert "--accept" in applied.failure.hint


def test_what_git_has_and_nobody_deployed_does_not_come_along(made: Trial) -> None:
    """Putting back is not deploying: what is new goes its own way first."""
    change(made, "staging")
    world = made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))

    (applied,) = revert(world, found(world), quiet)

    assert isinstance(applied.failure, Blocked)
    assert "apply" in applied.failure.hint


def test_a_stack_that_was_changed_by_hand_is_deployed_again(made: Trial) -> None:
    """Parameters that somebody set are what git says again, through the gate."""
    stacks, id_ = made.cloud.stacks, stack_in("staging")
    there = stacks.find(id_)
    assert there is not None
    stacks.update(
        DeployableStack(
            id=id_,
            template=stacks.template(id_),
            parameters={**there.parameters, "InferenceInstance": "ml.m5.12xlarge"},
            tags=there.tags,
            capabilities=(),
        )
    )
    made.cloud.settle()
    assert {each.kind for each in found(made.world())} == {DriftKind.STACK_CHANGED}

    assert put_back(made).outcome is Outcome.STARTED
    let_in(made, "staging")

    after = stacks.find(id_)
    assert after is not None
    assert after.parameters["InferenceInstance"] == "ml.m5.large"
    assert found(made.world()) == ()


def test_a_stack_that_was_deleted_is_made_again(made: Trial) -> None:
    """It comes back through its gate."""
    made.cloud.stacks.delete(stack_in("staging"))
    made.cloud.settle()

    assert put_back(made).outcome is Outcome.STARTED
    let_in(made, "staging")

    assert found(made.world()) == ()


def test_a_stage_that_is_suspended_is_left_as_it_is(made: Trial) -> None:
    """Whoever holds a stage has a reason; it is told."""
    change(made, "staging")
    world = made.world()
    suspend(world, Subject(stage="staging"), "an incident", None)

    (applied,) = revert(world, found(world), quiet)

    assert isinstance(applied.failure, Blocked)
    assert "suspended" in applied.failure.message


def test_approve_refuses_a_change_set_that_was_made_for_something_else(made: Trial) -> None:
    """Whoever may make change sets at the gate can still let nothing in that was not planned."""
    change(made, "staging")
    applied = put_back(made)
    id_, name = stack_in("staging"), change_set_name(applied.execution_id)
    there = made.cloud.stacks.change_set(id_, name)
    assert there is not None
    made.cloud.stacks.withdraw(id_, name)
    made.cloud.reverting.propose(
        DeployableStack(
            id=id_,
            template=there.template,
            parameters={**there.parameters, "InferenceInstance": "ml.p4d.24xlarge"},
            tags=there.tags,
            capabilities=(),
        ),
        name,
        "",
    )

    with pytest.raises(Blocked, match="parameters differ"):
        review_approval(made.world(), NAME, "staging", None)
    (again,) = revert(made.world(), found(made.world()), quiet)
    assert again.failure is not None
    assert "made for something else" in again.failure.message


def test_an_orphan_is_nothing_to_put_back(made: Trial) -> None:
    """What no config declares has nothing to go back to."""
    del made.files["churn/mlops-config.json"]
    world = made.world()

    applied = revert(world, found(world), quiet)

    assert {each.outcome for each in applied} == {Outcome.FAILED}
    assert all(each.failure is not None and each.failure.hint for each in applied)


def test_a_rejected_revert_can_be_tried_again(made: Trial) -> None:
    """Rejecting ends that execution; the next one is another."""
    change(made, "staging")
    first = put_back(made)
    reject(made.world(), NAME, "staging", "not now")
    made.cloud.settle()

    second = put_back(made)

    assert first.execution_id != second.execution_id
    there = made.cloud.stacks.change_set(stack_in("staging"), change_set_name(second.execution_id))
    assert there is not None
    assert (there.state, there.drifted) == (ChangeSetState.AVAILABLE, {"Endpoint"})
