"""Garbage collection: what is empty or over goes, and nothing that anybody may need."""

from datetime import timedelta
from typing import Any

import pytest
from builders import SETTINGS, Trial, realtime, trial

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.gc import collect, leftovers
from mlops_gitops.use_cases.leftover import Kind
from mlops_gitops.use_cases.plan import plan

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
UNPROTECTED = SETTINGS.replace("{name: prod,", "{name: prod, protect_endpoints: false,")
ALL = {f"{NAME}-dev", f"{NAME}-staging", f"{NAME}-prod", f"{NAME}-codepipeline"}


def carry(made: Trial) -> None:
    """Apply, and let everything move that can."""
    apply(made.world(), lambda *_: None)
    made.cloud.settle()


def promote(made: Trial) -> None:
    """Approve every stage."""
    while pending_approvals(made.world(), NAME):
        approve(made.world(), review_approval(made.world(), NAME, None, None))
        made.cloud.settle()


def running() -> Trial:
    """A workload that runs everywhere."""
    made = trial(realtime("churn"), settings=UNPROTECTED)
    carry(made)
    promote(made)
    return made


def retired() -> Trial:
    """One that a tombstone has emptied."""
    made = running()
    made.commit(realtime("churn", state="retired"))
    carry(made)
    promote(made)
    later(made)
    return made


def later(made: Trial) -> None:
    """Let an hour pass, and more."""
    made.cloud.clock.sleep(timedelta(hours=2).total_seconds())


def stacks(made: Trial) -> set[str]:
    """Name all stacks of the workload."""
    accounts = made.world().settings.accounts
    found = (each for account in accounts for each in made.cloud.stacks.overview(account))
    return {each.id.name for each in found if each.id.name.startswith(NAME)}


def swept(made: Trial) -> list[tuple[Kind, str]]:
    """Collect, and tell what was found."""
    found = leftovers(made.world())
    collect(made.world(), found)
    made.cloud.settle()
    return [(one.kind, one.stack.name) for one in found]


@pytest.mark.parametrize("is_declared", [True, False])
def test_what_is_left_of_a_retired_workload_goes(is_declared: bool) -> None:  # noqa: FBT001 - a case of the table
    """Its empty stacks, then its pipeline, whether the tombstone is still there or not."""
    made = retired()
    if not is_declared:
        del made.files["churn/mlops-config.json"]

    assert {(Kind.EMPTY, f"{NAME}-prod"), (Kind.PIPELINE, f"{NAME}-codepipeline")} < set(
        swept(made)
    )
    assert stacks(made) == set()
    assert swept(made) == []
    assert plan(made.world()).changes == ()


def test_what_runs_stays() -> None:
    """Declared, or an orphan."""
    made = running()
    later(made)
    assert swept(made) == []
    del made.files["churn/mlops-config.json"]

    assert swept(made) == []
    assert stacks(made) == ALL


def test_what_is_not_empty_in_every_stage_stays() -> None:
    """Its pipeline still has to bring the tombstone to the others."""
    made = running()
    made.commit(realtime("churn", state="retired"))
    carry(made)
    later(made)

    assert swept(made) == []
    reject(made.world(), NAME, None, "not yet")
    made.cloud.settle()
    assert Kind.EMPTY not in {kind for kind, _ in swept(made)}
    assert stacks(made) == ALL


def test_what_is_wanted_again_stays() -> None:
    """From the moment when git says so, and while somebody begins to fill it."""
    made = retired()
    found = leftovers(made.world())
    made.commit(realtime("churn"))
    assert swept(made) == []
    (applied,) = apply(made.world(), lambda *_: None)
    assert applied.outcome is Outcome.STARTED

    assert collect(made.world(), found) == ()

    made.cloud.settle()
    assert stacks(made) == ALL


def test_a_rejected_first_deployment_leaves_no_phantom() -> None:
    """The stack that only a change set has made goes with it, once its execution is over."""
    made = trial(realtime("churn"), settings=UNPROTECTED)
    carry(made)
    later(made)
    assert _status(made, "staging") is StackStatus.REVIEW_IN_PROGRESS
    assert swept(made) == []
    reject(made.world(), NAME, None, "no")
    made.cloud.settle()

    assert swept(made) == [(Kind.UNMADE, f"{NAME}-staging")]
    assert stacks(made) == {f"{NAME}-dev", f"{NAME}-codepipeline"}


def _status(made: Trial, stage: str) -> StackStatus | None:
    settings = made.world().settings
    account = settings.stage(stage).account
    found = made.cloud.stacks.find(StackId(account, settings.region, f"{NAME}-{stage}"))
    return found.status if found else None


def test_change_sets_of_executions_that_are_over_go() -> None:
    """One that still waits keeps its own."""
    made = running()
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    carry(made)
    later(made)
    assert swept(made) == []
    reject(made.world(), NAME, None, "no")
    made.cloud.settle()

    assert swept(made) == [(Kind.CHANGE_SET, f"{NAME}-staging")]
    assert stacks(made) == ALL


def test_marks_of_a_workload_that_is_gone_go() -> None:
    """Nothing of it is left in the folder of marks."""
    made = retired()
    del made.files["churn/mlops-config.json"]

    swept(made)

    assert _marks(made) == ()


def _marks(made: Trial) -> tuple[Any, ...]:
    return tuple(key for key in made.cloud.assets.listed("mlops_gitops_started/") if NAME in key)
