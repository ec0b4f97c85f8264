"""Approvals: exactly what was shown is let in, and nothing else."""

from dataclasses import replace

import pytest
from builders import ACCOUNTS, Trial, realtime, trial

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.package.bundle import bundle_key
from mlops_gitops.pipeline.delivery import change_set_name
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import (
    Review,
    approve,
    pending_approvals,
    reject,
    review_approval,
)
from mlops_gitops.use_cases.history import history

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
STAGING = StackId(ACCOUNTS["staging"], "us-east-1", f"{CHURN}-staging")


def waiting() -> Trial:
    """A workload that waits for its approval in staging."""
    made = trial(realtime("churn"))
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    return made


def deployed_then_waiting(instance: str = "ml.m5.xlarge") -> Trial:
    """A workload that runs in staging and prod, with a change that waits for staging."""
    made = waiting()
    for stage in ("staging", "prod"):
        approve(made.world(), review(made, stage))
        made.cloud.settle()
    made.commit(realtime("churn", inference_instance=instance))
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    return made


def review(made: Trial, stage: str | None = None, digest: str | None = None) -> Review:
    """What an approver is shown."""
    return review_approval(made.world(), CHURN, stage, digest)


def prepared(made: Trial) -> DeployableStack:
    """What the change set that waits in staging would deploy."""
    found = review(made).change_set
    return DeployableStack(
        id=STAGING,
        template=found.template,
        parameters=found.parameters,
        tags=found.tags,
        capabilities=(),
    )


def refused(made: Trial, *, because: str) -> None:
    """Reviewing is blocked with a way out, and nothing reaches staging."""
    with pytest.raises(Blocked, match=because) as blocked:
        review(made)
    assert blocked.value.exit_code == 4
    assert blocked.value.hint
    assert pending_approvals(made.world(), CHURN)


def change_by_hand(made: Trial, **parameters: str) -> None:
    """Somebody updates the stack in staging behind the pipeline's back."""
    there = made.cloud.stacks.find(STAGING)
    assert there is not None
    stack = DeployableStack(
        id=STAGING,
        template=made.cloud.stacks.template(STAGING),
        parameters={**there.parameters, **parameters},
        tags=there.tags,
        capabilities=(),
    )
    made.cloud.stacks.update(stack)
    made.cloud.stacks.advance()


def test_an_approver_sees_what_would_run() -> None:
    """The digest, the commit, the change set that the execution prepared, what waits behind."""
    made = deployed_then_waiting()

    shown = review(made)

    assert shown.stage.name == shown.approval.stage == "staging"
    head = made.commits.head(())
    assert head is not None
    assert shown.approval.variables["commit"] == head.id
    assert shown.approval.variables["digest"] == shown.approval.digest
    assert "ml.m5.large -> ml.m5.xlarge" in shown.approval.variables["summary_staging"]
    assert shown.change_set.name == change_set_name(shown.approval.execution_id)
    assert {each.logical_id for each in shown.change_set.changes} >= {"EndpointConfig"}


@pytest.mark.parametrize("length", [68, 16, 12 + 4])
def test_the_right_digest_is_accepted(length: int) -> None:
    """Whole, or cut to at least twelve digits."""
    made = waiting()
    digest = review(made).approval.digest[:length]

    approve(made.world(), review(made, digest=digest))

    made.cloud.settle()
    assert made.cloud.stacks.find(STAGING) is not None
    assert pending_approvals(made.world(), CHURN)[0].stage == "prod"


@pytest.mark.parametrize("digest", ["mg1-" + "0" * 64, "mg1-0", ""])
def test_another_digest_approves_nothing(digest: str) -> None:
    """What waits is named; it still waits afterwards."""
    made = waiting()
    pending = pending_approvals(made.world(), CHURN)

    with pytest.raises(Blocked, match=pending[0].digest):
        review(made, digest=digest)

    assert pending_approvals(made.world(), CHURN) == pending


def test_nothing_is_approved_where_nothing_waits() -> None:
    """Before apply, in a stage that is not reached, and after the decision."""
    for made, stage in ((trial(realtime("churn")), None), (waiting(), "prod")):
        with pytest.raises(Blocked, match="No approval"):
            review(made, stage)


def test_an_approval_is_given_once() -> None:
    """The second one, made of the same review, is refused."""
    made = waiting()
    shown = review(made)
    approve(made.world(), shown)

    with pytest.raises(Blocked):
        approve(made.world(), shown)


def test_a_change_by_hand_makes_what_waits_obsolete() -> None:
    """The stack moved since it was prepared, so what was shown would not be what happens."""
    made = deployed_then_waiting()
    shown = review(made)
    change_by_hand(made, InferenceInstance="ml.m5.4xlarge")

    refused(made, because="obsolete")
    with pytest.raises(Blocked, match="obsolete"):
        approve(made.world(), shown)


def test_what_somebody_executed_is_not_approved() -> None:
    """Executing the change set by hand does not count as an approval."""
    made = deployed_then_waiting()
    made.cloud.stacks.execute(STAGING, review(made).change_set.name)

    refused(made, because="executed")


def test_a_change_set_that_is_gone_is_not_approved() -> None:
    """Somebody executed another one, which removes ours."""
    made = deployed_then_waiting()
    other = replace(prepared(made), parameters={**prepared(made).parameters, "KmsKeyArn": "x"})
    made.cloud.stacks.prepare(other, "somebody-elses")
    made.cloud.stacks.execute(STAGING, "somebody-elses")
    made.cloud.stacks.advance()

    refused(made, because="gone")


@pytest.mark.parametrize("what", ["template", "parameters", "tags"])
def test_a_change_set_that_differs_from_the_bundle_is_not_approved(what: str) -> None:
    """Somebody replaced it by one of the same name; what differs is named."""
    made = deployed_then_waiting()
    ours, name = prepared(made), review(made).change_set.name
    theirs = {
        "template": replace(ours, template={**ours.template, "Description": "theirs"}),
        "parameters": replace(ours, parameters={**ours.parameters, "InferenceInstance": "ml.x"}),
        "tags": replace(ours, tags={**ours.tags, "more": "x"}),
    }
    made.cloud.stacks.prepare(theirs[what], name)

    refused(made, because=f"{what} differ")


def test_a_bundle_that_cannot_be_read_is_not_approved() -> None:
    """The very version that the execution carries is read, and must be a bundle of ours."""
    made = waiting()
    version, _ = made.cloud.assets.versions[bundle_key(CHURN)][0]
    made.cloud.assets.versions[bundle_key(CHURN)][0] = (version, b"garbage")

    with pytest.raises(Blocked, match="cannot be read"):
        review(made)


def test_a_newer_upload_does_not_change_what_is_approved() -> None:
    """The digest is taken over the execution's own version, not over the newest object."""
    made = waiting()
    before = review(made).approval.digest
    made.cloud.assets.write(bundle_key(CHURN), b"newer", "")

    assert review(made).approval.digest == before


def test_an_empty_change_set_is_approved_as_long_as_the_stack_is_as_planned() -> None:
    """It locks nothing, so a change by hand is found by looking at the stack itself."""
    made = deployed_then_waiting()
    approve(made.world(), review(made))
    made.cloud.settle()
    reject(made.world(), CHURN, "prod", "not today")
    made.cloud.settle()
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    assert review(made, "staging").change_set.state is ChangeSetState.EMPTY

    change_by_hand(made, InferenceInstance="ml.m5.4xlarge")

    refused(made, because="was changed after it was prepared")


def test_a_newer_execution_is_shown_behind_the_approval() -> None:
    """Whoever approves sees that something newer waits."""
    made = waiting()
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    (second,) = apply(made.world(), lambda *_: None)
    made.cloud.settle()

    shown = review(made)

    assert shown.approval.newer == (second.execution_id,)
    assert shown.approval.execution_id != second.execution_id


def test_two_approvals_that_wait_have_to_be_told_apart() -> None:
    """Without a stage it is not guessed which one is meant."""
    made = waiting()
    approve(made.world(), review(made))
    made.cloud.settle()
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    apply(made.world(), lambda *_: None)
    made.cloud.settle()

    with pytest.raises(UsageError, match="staging, prod"):
        review(made)

    assert review(made, "prod").approval.digest != review(made, "staging").approval.digest


def test_a_rejection_keeps_its_reason() -> None:
    """The execution fails there; nothing is deployed; the history tells why."""
    made = waiting()

    rejected = reject(made.world(), CHURN, None, "latency doubled in the load test")

    made.cloud.settle()
    (told,) = history(made.world(), CHURN, 5)
    there = made.cloud.stacks.find(STAGING)
    assert rejected.stage == "staging"
    assert not told.approvals[0].approved
    assert told.approvals[0].summary.startswith("latency doubled in the load test | digest=mg1-")
    assert there is None or there.digest is None
    with pytest.raises(Blocked):
        reject(made.world(), CHURN, None, "again")
