"""A delivery pipeline that somebody changed beside its stack is put back, its gate above all."""

from builders import ORCHESTRATOR, Trial, realtime
from unit.use_cases.test_revert import NAME, change, executions, found, made, put_back, quiet

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import Blocked
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.status.drift import DriftKind
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.revert import revert

__all__ = ["made"]

DELIVERY = StackId(ORCHESTRATOR, "us-east-1", f"{NAME}-codepipeline")


def remove_gates(made: Trial) -> None:
    """Let somebody take every gate out of the delivery pipeline, beside its stack."""
    (record,) = [
        each for each in made.cloud.stacks.records(ORCHESTRATOR) if each.deployed.id == DELIVERY
    ]
    stages = record.seen.resources["Pipeline"].properties["Stages"]
    open_stages = [
        {**stage, "Actions": [each for each in stage["Actions"] if each["Name"] != "Approve"]}
        for stage in stages
    ]
    made.cloud.live.changed[DELIVERY, "Pipeline"] = {"Stages": open_stages}


def test_a_gate_that_somebody_removed_is_there_again(made: Trial) -> None:
    """The stack's digest says that it is as it should be, and it is put back all the same."""
    remove_gates(made)
    assert {each.kind for each in found(made.world())} == {DriftKind.PIPELINE_CHANGED}

    assert put_back(made).outcome is Outcome.PUT_BACK

    assert found(made.world()) == ()


def test_a_pipeline_is_not_put_back_under_an_execution(made: Trial) -> None:
    """An update would cancel it; the exit code is 4, and what to do is said."""
    apply(made.commit(realtime("churn", inference_instance="ml.m5.xlarge")), quiet)
    made.cloud.settle()
    remove_gates(made)
    world = made.world()

    (applied,) = revert(
        world, [each for each in found(world) if each.kind is DriftKind.PIPELINE_CHANGED], quiet
    )

    assert isinstance(applied.failure, Blocked)
    assert "would cancel execution" in applied.failure.message
    assert "reject" in applied.failure.hint
    assert any(each.kind is DriftKind.PIPELINE_CHANGED for each in found(made.world()))


def test_the_gate_is_back_before_anything_goes_through_it(made: Trial) -> None:
    """A gate and what is behind it: the gate first, and what is behind it waits there."""
    remove_gates(made)
    change(made, "staging")

    applied = put_back(made)

    assert applied.outcome is Outcome.PREPARED
    assert {each.kind for each in found(made.world())} == {DriftKind.RESOURCE_CHANGED}


def test_a_delivery_stack_that_was_changed_or_deleted_is_made_again(made: Trial) -> None:
    """Its digest may say that it is as it should be; no execution is needed for it."""
    stacks, before = made.cloud.stacks, executions(made)
    there = stacks.find(DELIVERY)
    assert there is not None
    template = {**stacks.template(DELIVERY), "Description": "Somebody else's"}
    changed = DeployableStack(
        id=DELIVERY,
        template=template,
        parameters=there.parameters,
        tags=there.tags,
        capabilities=(),
    )
    for spoil in (lambda: stacks.update(changed), lambda: stacks.delete(DELIVERY)):
        spoil()
        made.cloud.settle()
        assert {each.stage for each in found(made.world())} == {"delivery"}

        assert put_back(made).outcome is Outcome.PUT_BACK

        assert found(made.world()) == ()
    assert executions(made) <= before + 1  # that which CodePipeline starts with a new pipeline
