"""Holds: what is suspended stays as it is, and what was rolled back from is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import SETTINGS, Trial, realtime, trial

from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.pipeline.holds import Refused, Suspension
from mlops_gitops.runs.applied import Applied, Outcome, exit_code
from mlops_gitops.status.held import with_holds
from mlops_gitops.status.report import Health
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, review_approval
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.suspend import Subject, keep, resume, suspend

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
DEV_GATED = SETTINGS.replace("approval: none", "approval: manual")


def carry(made: Trial) -> tuple[Applied, ...]:
    """Apply, and let everything move that can."""
    applied = apply(made.world(), lambda *_: None)
    made.cloud.settle()
    return applied


def halted(made: Trial, hours: int | None = None, **what: str) -> Suspension:
    """Suspend something for a load test."""
    until = None if hours is None else made.cloud.clock.now() + timedelta(hours=hours)
    return suspend(made.world(), Subject(**what), "load test", until)


def test_a_suspended_workload_is_left_as_it_is() -> None:
    """Told with who, why and how to end it; others go on, and nothing has failed."""
    made = trial(realtime("churn"), realtime("fraud"))
    held = halted(made, workload="churn")

    told = plan(made.world()).held
    churn, fraud = carry(made)

    assert (churn.outcome, fraud.outcome) == (Outcome.SUSPENDED, Outcome.STARTED)
    assert churn.held == held
    assert exit_code((churn, fraud)) == 0
    assert [(each.workload, each.message) for each in told] == [(CHURN, held.why)]
    assert "load test" in held.why
    assert made.cloud.identity.arn() in held.why
    assert made.cloud.assets.latest(f"mlops_provisioned_pipelines/{CHURN}/template.zip") is None


def test_a_suspension_ends_by_itself_or_when_somebody_resumes() -> None:
    """Then the same command starts what it had left."""
    made = trial(realtime("churn"))
    halted(made, 2, workload="churn")
    assert carry(made)[0].outcome is Outcome.SUSPENDED

    made.cloud.clock.sleep(2 * 3600)

    assert carry(made)[0].outcome is Outcome.STARTED
    held = halted(made, workload="churn")
    assert resume(made.world(), Subject(workload="churn")) == (held,)
    assert resume(made.world(), Subject(workload="churn")) == ()
    assert carry(made)[0].outcome is Outcome.UNDER_WAY


def test_what_has_not_changed_is_not_called_suspended() -> None:
    """There is nothing that would be started."""
    made = trial(realtime("churn"))
    carry(made)
    for stage in ("staging", "prod"):
        approve(made.world(), review_approval(made.world(), CHURN, stage, None))
        made.cloud.settle()
    halted(made, workload="churn")

    assert carry(made)[0].outcome is Outcome.UNCHANGED
    assert plan(made.world()).held == ()


def test_a_suspended_stage_keeps_its_gates_shut() -> None:
    """Those before it open; without a gate, nothing is started."""
    made = trial(realtime("churn"))
    halted(made, stage="prod")
    assert [each.stage for each in plan(made.world()).held] == ["prod"]
    assert carry(made)[0].outcome is Outcome.STARTED
    staging = review_approval(made.world(), CHURN, "staging", None)
    approve(made.world(), staging)
    made.cloud.settle()

    with pytest.raises(Blocked, match="stage prod is suspended") as refused:
        review_approval(made.world(), CHURN, "prod", None)
    assert "mlops-gitops resume --stage prod" in refused.value.hint
    resume(made.world(), Subject(stage="prod"))
    review = review_approval(made.world(), CHURN, "prod", None)
    halted(made, stage="prod")
    with pytest.raises(Blocked, match="suspended"):
        approve(made.world(), review)

    for settings, outcome in ((SETTINGS, Outcome.SUSPENDED), (DEV_GATED, Outcome.STARTED)):
        other = trial(realtime("churn"), settings=settings)
        halted(other, stage="dev")
        assert carry(other)[0].outcome is outcome


def test_a_refused_digest_is_refused_everywhere_until_it_changes() -> None:
    """By plan, apply and approve, with who and why; any other digest goes through."""
    made = trial(realtime("churn"))
    carry(made)
    (waiting,) = pending_approvals(made.world(), CHURN)
    bad = Refused(workload=CHURN, digest=waiting.digest, reason="it drifts", by="arn:me")
    keep(made.world(), bad)

    (applied,) = carry(made)
    (told,) = plan(made.world()).refused
    with pytest.raises(Blocked) as refused:
        review_approval(made.world(), CHURN, None, None)

    assert applied.failure is not None
    assert exit_code((applied,)) == 4
    assert applied.failure.message == told.message == refused.value.message == bad.why
    assert "arn:me rolled back from it: it drifts." in bad.why
    assert f"mlops-gitops resume {CHURN} --digest {bad.digest}" in applied.failure.hint
    (shown,) = status(made.world())
    assert [each.why for each in shown.held] == [bad.why]
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    assert plan(made.world()).refused == ()
    assert carry(made)[0].outcome is Outcome.STARTED
    made.commit(realtime("churn"))
    assert carry(made)[0].outcome is Outcome.FAILED
    assert resume(made.world(), Subject(workload="churn"), bad.digest[:16]) == (bad,)
    assert carry(made)[0].outcome is Outcome.STARTED


def test_status_shows_who_suspended_what() -> None:
    """In the health of each stage that is meant, unless something is worse."""
    made = trial(realtime("churn"))
    carry(made)
    halted(made, 2, stage="staging")

    (shown,) = status(made.world())

    assert [each.health for each in shown.stages] == [
        Health.HEALTHY,
        Health.SUSPENDED,
        Health.MISSING,
    ]
    (held,) = shown.held
    assert (held.stage, held.resume) == ("staging", "mlops-gitops resume --stage staging")
    assert held.until is not None
    ill = tuple(replace(each, health=Health.DEGRADED) for each in shown.stages)
    told = with_holds(replace(shown, stages=ill), read_holds(made.world()))
    assert {each.health for each in told.stages} == {Health.DEGRADED}


def test_the_same_again_changes_nothing() -> None:
    """Who said it first stays; another reason or end is written over it."""
    made = trial(realtime("churn"))
    first = halted(made, workload="churn")
    made.cloud.clock.sleep(60)

    assert halted(made, workload="churn") == first
    later = suspend(made.world(), Subject(workload="churn"), "freeze", None)
    assert read_holds(made.world()).suspended == (later,)
    assert later.since != first.since


def test_what_nobody_holds_or_declares_is_a_usage_error() -> None:
    """With a name that is close; what is held can be resumed after its config is gone."""
    made = trial(realtime("churn"))
    with pytest.raises(UsageError, match="no workload 'chrun'") as refused:
        halted(made, workload="chrun")
    assert "churn" in refused.value.hint
    with pytest.raises(UsageError, match="no stage"):
        halted(made, stage="live")
    with pytest.raises(UsageError, match="is not refused"):
        resume(made.world(), Subject(workload="churn"), "mg1-0123456789ab")
    gone = Suspension(workload="mlops-pipeline-gone-x")
    keep(made.world(), gone)
    assert resume(made.world(), Subject(workload=gone.workload)) == (gone,)
