"""The whole path in memory: commit, plan, apply, approve, status, history."""

import json

import pytest
from builders import SINGLE_ACCOUNT, Trial, realtime, trial
from e2e.every_type import batch

from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import Blocked, InvalidRepository, UsageError
from mlops_gitops.ports import StackResource
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import ExecutionStatus
from mlops_gitops.status.report import Health, Sync, WorkloadStatus
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.history import history
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.status import status
from mlops_gitops.views.status_text import status_text

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
FAILURE = StackResource(
    logical_id="Endpoint",
    resource_type="AWS::SageMaker::Endpoint",
    status="CREATE_FAILED",
    reason="no capacity",
)


def carry(made: Trial, saved: Plan | None = None) -> tuple[Applied, ...]:
    """Apply, and let everything move that can."""
    applied = apply(made.world(), lambda _workload, _doing: None, saved)
    made.cloud.settle()
    return applied


def let_in(made: Trial, stage: str, workload: str = CHURN) -> None:
    """Approve one stage, and let everything move that can."""
    world = made.world()
    approve(world, review_approval(world, workload, stage, None))
    made.cloud.settle()


def carry_to_prod(made: Trial, workload: str = CHURN) -> None:
    """Apply and approve everything."""
    carry(made)
    for stage in ("staging", "prod"):
        let_in(made, stage, workload)


def syncs(made: Trial) -> list[Sync]:
    """How the stages of the only workload stand."""
    return [stage.sync for stage in only(made).stages]


def only(made: Trial) -> WorkloadStatus:
    """The status of the only workload."""
    (found,) = status(made.world())
    return found


def test_a_second_plan_is_empty() -> None:
    """After apply and all approvals nothing is left to do, and apply does nothing."""
    made = trial(realtime("churn"))
    assert not plan(made.world()).is_empty

    carry_to_prod(made)

    assert plan(made.world()).is_empty
    assert [each.outcome for each in carry(made)] == [Outcome.UNCHANGED]
    assert syncs(made) == [Sync.IN_SYNC] * 3
    assert {stage.health for stage in only(made).stages} == {Health.HEALTHY}


def test_apply_twice_starts_nothing_the_second_time() -> None:
    """While it waits for an approval, the execution under way is named."""
    made = trial(realtime("churn"))
    (first,) = carry(made)

    (second,) = carry(made)

    assert (first.outcome, second.outcome) == (Outcome.STARTED, Outcome.UNDER_WAY)
    assert second.execution_id == first.execution_id


def test_spelling_and_folder_of_a_config_deploy_nothing() -> None:
    """Only meaning counts."""
    made = trial(realtime("churn"))
    carry_to_prod(made)
    config = json.loads(made.files.pop("churn/mlops-config.json"))
    turned = dict(reversed(config.items()))
    made.files["moved/mlops-config.json"] = json.dumps(turned, indent=9).encode()

    assert plan(made.world()).is_empty
    assert [each.outcome for each in carry(made)] == [Outcome.UNCHANGED]


def test_going_back_deploys_again() -> None:
    """From A to B and back to A: the newest commit wins, whatever was deployed before."""
    made = trial(realtime("churn"))
    carry_to_prod(made)
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    carry(made)

    made.commit(realtime("churn"))
    (back,) = carry(made)

    assert back.outcome is Outcome.STARTED
    # The B that waits for staging was overtaken by nothing; once it is refused, A is prepared.
    world = made.world()
    reject(world, CHURN, "staging", "overtaken")
    made.cloud.settle()
    assert only(made).stages[0].facts["instance"] == "ml.m5.large"
    assert only(made).stages[0].sync is Sync.IN_SYNC


def test_one_failing_workload_holds_up_no_other() -> None:
    """Each is reported; the failure says what to do."""
    made = trial(realtime("churn"), realtime("fraud"), realtime("spam"))
    made.cloud.stacks.broken[f"{CHURN.replace('churn', 'fraud')}-codepipeline"] = FAILURE

    applied = {each.workload: each for each in carry(made)}

    outcomes = {name.split("-")[2]: each.outcome for name, each in applied.items()}
    assert outcomes == {
        "churn": Outcome.STARTED,
        "fraud": Outcome.FAILED,
        "spam": Outcome.STARTED,
    }
    (failed,) = [each.failure for each in applied.values() if each.failure]
    assert "no capacity" in failed.message
    assert failed.hint
    assert sum(bool(pending_approvals(made.world(), name)) for name in applied) == 2


def test_a_failed_first_deployment_is_mended_by_applying_again() -> None:
    """Rolled back, told with resource, reason and next command; then the empty stack goes first."""
    made = trial(realtime("churn"))
    made.cloud.stacks.broken[f"{CHURN}-dev"] = FAILURE
    (first,) = carry(made)
    failure = only(made).stages[0].failure
    assert failure is not None
    assert (failure.resource, failure.reason) == ("Endpoint", "no capacity")
    assert "mlops-gitops apply" in failure.next_step
    assert only(made).execution_status == "Failed"

    del made.cloud.stacks.broken[f"{CHURN}-dev"]
    (second,) = carry(made)

    assert second.outcome is Outcome.STARTED
    assert second.execution_id != first.execution_id
    assert syncs(made)[0] is Sync.IN_SYNC


def test_a_failed_update_goes_back_and_is_mended_by_applying_again() -> None:
    """What served before serves on."""
    made = trial(realtime("churn"))
    carry_to_prod(made)
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    made.cloud.stacks.broken[f"{CHURN}-staging"] = FAILURE
    carry(made)
    let_in(made, "staging")
    assert [stage.sync for stage in only(made).stages] == [
        Sync.IN_SYNC,
        Sync.OUT_OF_SYNC,
        Sync.OUT_OF_SYNC,
    ]
    assert only(made).stages[1].facts["instance"] == "ml.m5.large"
    assert only(made).stages[1].failure is not None

    made.cloud.stacks.broken.clear()
    (again,) = carry(made)

    assert again.outcome is Outcome.STARTED
    assert only(made).stages[1].failure is None
    let_in(made, "staging")
    let_in(made, "prod")
    assert plan(made.world()).is_empty


def test_an_old_failure_is_not_blamed_on_the_new_execution() -> None:
    """What has not been reached yet has not failed."""
    made = trial(realtime("churn"))
    carry_to_prod(made)
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    made.cloud.stacks.broken[f"{CHURN}-dev"] = FAILURE
    carry(made)
    made.cloud.stacks.broken.clear()

    apply(made.world(), lambda *_: None)

    steps = 0
    while made.cloud.advance():
        assert all(stage.failure is None for stage in only(made).stages)
        steps += 1
    assert steps > 3


def test_a_stale_plan_is_not_applied() -> None:
    """A saved plan holds for exactly the world it was made of."""
    made = trial(realtime("churn"))
    saved = plan(made.world())
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))

    with pytest.raises(Blocked, match="moved"):
        carry(made, saved)

    assert not made.cloud.pipelines.executions(CHURN)
    assert [each.outcome for each in carry(made, plan(made.world()))] == [Outcome.STARTED]


def test_nothing_is_touched_where_something_is_missing() -> None:
    """Every missing artifact and package is a problem at its place, before any stage."""
    package = "arn:aws:sagemaker:us-east-1:111111111111:model-package/spam/7"
    spam = realtime("spam", model_package_name=package)
    for field in ("model_framework", "model_framework_version", "model_artifact_location"):
        del spam[field]
    made = trial(realtime("churn"))
    made.commit(realtime("fraud"), spam)

    for use in (plan, lambda world: apply(world, lambda *_: None)):
        with pytest.raises(InvalidRepository) as refused:
            use(made.world())
        assert [(each.code, each.where.path) for each in refused.value.problems] == [
            ("MG080", "fraud/mlops-config.json"),
            ("MG081", "spam/mlops-config.json"),
        ]

    assert not made.cloud.pipelines.executions(CHURN)
    made.cloud.assets.write("fraud/model.tar.gz", b"", "")
    made.cloud.models.packages[package] = "Approved"
    assert {each.outcome for each in carry(made)} == {Outcome.STARTED}


def test_an_account_that_was_not_prepared_is_named() -> None:
    """Before bootstrap nothing can be planned."""
    made = Trial(trial(realtime("churn")).files)

    with pytest.raises(Blocked) as refused:
        plan(made.world())

    assert "mlops-gitops bootstrap" in refused.value.hint


def test_a_single_account_needs_no_approval() -> None:
    """One stage, no gate, a stack that is called like the workload."""
    config = realtime("churn", endpoint_name="churn")
    made = trial(config, settings=SINGLE_ACCOUNT)

    carry(made)

    assert plan(made.world()).is_empty
    assert [stage.stack for stage in only(made).stages] == [CHURN]
    assert [state.stage for state in made.cloud.pipelines.state(CHURN)] == [
        "Source",
        "DeployPipeline",
    ]


def test_a_pipeline_that_runs_is_not_updated() -> None:
    """A new definition would cancel the execution that waits; so it is refused, saying so."""
    made = trial(realtime("churn"))
    carry(made)
    settings = made.files["mlops-gitops.yaml"]
    made.files["mlops-gitops.yaml"] = settings.replace(
        b'"444444444444", approval: manual', b'"444444444444", approval: none'
    )

    (blocked,) = carry(made)

    assert isinstance(blocked.failure, Blocked)
    assert "cancel" in blocked.failure.message
    reject(made.world(), CHURN, None, "changing the gates")
    made.cloud.settle()
    assert [each.outcome for each in carry(made)] == [Outcome.STARTED]
    let_in(made, "staging")
    assert plan(made.world()).is_empty


def test_history_tells_decisions_with_reasons() -> None:
    """Newest first; an approval has a digest, a rejection its reason."""
    made = trial(realtime("churn"))
    carry_to_prod(made)
    first = made.commits.head(())
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    carry(made)
    reject(made.world(), CHURN, "staging", "latency doubled")
    made.cloud.settle()

    newest, oldest = history(made.world(), CHURN, 10)

    assert first is not None
    assert oldest.commit == first.id
    assert oldest.status is ExecutionStatus.SUCCEEDED
    assert oldest.stages == ("DeployDev", "DeployStaging", "DeployProd")
    assert [each.digest for each in oldest.approvals] == [oldest.digest] * 2
    assert newest.status is ExecutionStatus.FAILED
    assert newest.stages == ("DeployDev",)
    assert newest.approvals[0].summary.startswith("latency doubled")
    assert [each.execution_id for each in history(made.world(), CHURN, 1)] == [newest.execution_id]


def test_a_workload_is_found_by_its_models_name() -> None:
    """Or by its full name; a misspelling is told with what was probably meant."""
    made = trial(realtime("Churn"), realtime("fraud"))
    world = made.world()

    assert find_workload(world, "churn") == find_workload(world, "CHURN") == CHURN
    assert find_workload(world, CHURN) == CHURN
    with pytest.raises(UsageError) as refused:
        find_workload(world, "chrun")
    assert "'churn'" in refused.value.hint


def test_the_next_command_names_one_workload() -> None:
    """By its model's name, and in full where one model has several workloads."""
    made = trial(batch("Churn"), realtime("churn"), realtime("fraud"))
    carry(made)
    world = made.world()

    found = status(world)

    next_lines = [line for line in status_text(found).splitlines() if "next:" in line]
    assert [line.split()[3] for line in next_lines] == [each.called for each in found]
    assert [find_workload(world, each.called) for each in found] == [each.name for each in found]
    assert found[2].called == "fraud"
    assert status(world, frozenset({CHURN}))[0].called == CHURN
