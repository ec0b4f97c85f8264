"""Status and history as values: what is said about them."""

from dataclasses import replace
from datetime import UTC, datetime

import botocore.session
import pytest

from mlops_gitops.runs.execution import (
    CREATED_WITH_PIPELINE,
    ActionRun,
    ActionStatus,
    Execution,
    ExecutionDetails,
    ExecutionStatus,
)
from mlops_gitops.status.history import deployment, is_deployment
from mlops_gitops.status.report import (
    Failure,
    Health,
    StageStatus,
    Sync,
    WorkloadStatus,
    health_of,
    standing,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "mg1-" + "a" * 64

HEALTH = {
    "InService": Health.HEALTHY,
    "Creating": Health.PROGRESSING,
    "Updating": Health.PROGRESSING,
    "SystemUpdating": Health.PROGRESSING,
    "RollingBack": Health.PROGRESSING,
    "OutOfService": Health.DEGRADED,
    "Deleting": Health.DEGRADED,
    "Failed": Health.DEGRADED,
    "UpdateRollbackFailed": Health.DEGRADED,
    "": Health.MISSING,
}


@pytest.mark.parametrize(("status", "health"), HEALTH.items())
def test_every_endpoint_status_has_its_health(status: str, health: Health) -> None:
    """What serves is healthy, what moves is progressing, everything else is not well."""
    assert health_of(status) is health


def test_every_endpoint_status_is_known() -> None:
    """SageMaker has no other words than those above."""
    model = botocore.session.get_session().get_service_model("sagemaker")

    assert set(model.shape_for("EndpointStatus").enum) == HEALTH.keys() - {""}


def stage(name: str, sync: Sync, waiting: str = "", newer: tuple[str, ...] = ()) -> StageStatus:
    """A stage that is in sync or not."""
    return StageStatus(
        stage=name,
        account="222222222222",
        stack=f"w-{name}",
        stack_status="CREATE_COMPLETE",
        sync=sync,
        health=Health.HEALTHY,
        digest="",
        facts={},
        endpoint="",
        endpoint_status="",
        execution_id="1",
        waiting=waiting,
        expiry=None,
        newer=newer,
        by_settings=False,
        failure=None,
    )


@pytest.mark.parametrize(
    ("syncs", "sentence"),
    [
        ("ooo", "All stages run what git says."),
        ("xxx", "No stage runs what git says yet."),
        ("oxx", "dev is ahead of staging and prod."),
        ("oox", "dev and staging are ahead of prod."),
        ("xoo", "staging and prod are ahead of dev."),
        ("o", "All stages run what git says."),
        ("x", "No stage runs what git says yet."),
    ],
)
def test_one_sentence_says_where_it_stands(syncs: str, sentence: str) -> None:
    """Which stages run what git says, and which do not."""
    names = ("dev", "staging", "prod")
    behind = {"o": Sync.IN_SYNC, "x": Sync.OUT_OF_SYNC}

    assert (
        standing([stage(name, behind[each]) for name, each in zip(names, syncs, strict=False)])
        == sentence
    )


def test_what_failed_after_it_was_deployed_is_not_called_running() -> None:
    """A stage may hold what git says while what it runs has failed."""
    failure = Failure(what="failed", resource="", reason="no data", next_step="")
    good = stage("dev", Sync.IN_SYNC)

    sentence = standing([good, replace(stage("prod", Sync.IN_SYNC), failure=failure)])

    assert sentence == "All stages hold what git says, but it failed in prod."


@pytest.mark.parametrize(
    ("newest", "status", "waiting", "newer", "settled"),
    [
        ("", "", "", (), True),
        ("1", "Succeeded", "", (), True),
        ("1", "Failed", "", (), True),
        ("1", "InProgress", "", (), False),
        ("1", "Stopping", "", (), False),
        ("1", "InProgress", "approval", (), True),
        ("1", "InProgress", "Deploy is running", (), False),
        ("2", "InProgress", "approval", (), False),
        ("2", "InProgress", "approval", ("2",), True),
    ],
)
def test_watching_ends_when_only_people_can_go_on(
    newest: str,
    status: str,
    waiting: str,
    newer: tuple[str, ...],
    settled: bool,  # noqa: FBT001 - pytest passes it
) -> None:
    """The newest execution waits for an approval, or queues behind one; or it is over."""
    workload = WorkloadStatus(
        workload="w",
        name="w",
        called="w",
        desired_digest="",
        execution_id=newest,
        execution_status=status,
        started_at=None,
        stages=(stage("dev", Sync.IN_SYNC, waiting, newer),),
        failure=None,
    )

    assert workload.is_settled is settled


def execution(trigger: str = "StartPipelineExecution") -> Execution:
    """An execution that is over."""
    return Execution(
        id="1",
        status=ExecutionStatus.FAILED,
        bundle_version="v1",
        trigger=trigger,
        started_at=AT,
    )


def run(stage: str, action: str, status: ActionStatus, summary: str = "") -> ActionRun:
    """One action of that execution."""
    return ActionRun(
        execution_id="1",
        stage=stage,
        action=action,
        status=status,
        updated_at=AT,
        summary=summary,
        updated_by="arn:somebody",
    )


def test_the_execution_of_a_new_pipeline_is_no_deployment() -> None:
    """It carried nothing."""
    assert is_deployment(execution())
    assert not is_deployment(execution(CREATED_WITH_PIPELINE))


def test_history_tells_what_was_deployed_and_who_approved_what() -> None:
    """Stages that were deployed, answers with and without a digest, nothing that still waits."""
    done, failed = ActionStatus.SUCCEEDED, ActionStatus.FAILED
    variables = {"commit": "c0ffee", "digest": DIGEST, "summary_dev": "more", "summary_prod": "-"}
    details = ExecutionDetails(
        id="1", status=ExecutionStatus.FAILED, variables=variables, bundle_version="v1"
    )
    runs = [
        run("DeployDev", "Deploy", done),
        run("DeployStaging", "Approve", done, f"digest={DIGEST} actor=arn:somebody"),
        run("DeployStaging", "Deploy", failed),
        run("DeployProd", "Approve", done, "looks good"),
        run("DeployProd", "Approve", failed, "too slow"),
        run("DeployProd", "Approve", ActionStatus.IN_PROGRESS),
    ]

    told = deployment(execution(), details, runs, ["dev", "staging", "prod"])

    assert (told.commit, told.digest, told.summaries) == ("c0ffee", DIGEST, ("more",))
    assert told.stages == ("DeployDev",)
    assert [(each.pipeline_stage, each.approved, each.digest) for each in told.approvals] == [
        ("DeployStaging", True, DIGEST),
        ("DeployProd", True, None),
        ("DeployProd", False, None),
    ]
    assert told.approvals[2].summary == "too slow"
