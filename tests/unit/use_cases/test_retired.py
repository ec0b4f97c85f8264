"""Tombstones: a retired config empties its stacks on the way of any other change."""

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import SETTINGS, SINGLE_ACCOUNT, Trial, realtime, trial

from mlops_gitops.diff.plan import Action, Plan, ValueChange
from mlops_gitops.errors import Blocked, InvalidRepository, PolicyFailure
from mlops_gitops.pipeline.delivery import delivery_pipeline
from mlops_gitops.runs.applied import Applied, Outcome, exit_code
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.desire import desire
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.gc import collect, leftovers
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.status import survey
from mlops_gitops.views.status_text import orphans_text, status_text

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
UNPROTECTED = SETTINGS.replace("{name: prod,", "{name: prod, protect_endpoints: false,")
TOMBSTONE = {"pipeline_type": "byom_realtime_builtin", "model_name": "churn", "state": "retired"}


def carry(made: Trial) -> Applied:
    """Apply the one workload that there is, and let everything move that can."""
    (applied,) = apply(made.world(), lambda *_: None)
    made.cloud.settle()
    return applied


def promote(made: Trial) -> None:
    """Approve every stage."""
    while pending_approvals(made.world(), NAME):
        approve(made.world(), review_approval(made.world(), NAME, None, None))
        made.cloud.settle()


def deployed(settings: str = SETTINGS) -> Trial:
    """A workload that runs in every stage."""
    made = trial(realtime("churn"), settings=settings)
    carry(made)
    promote(made)
    assert plan(made.world()).is_empty
    return made


def retire(made: Trial, **fields: Any) -> None:
    """Write the tombstone into the config's place."""
    made.files["churn/mlops-config.json"] = json.dumps({**TOMBSTONE, **fields}).encode()


def types_in(made: Trial) -> dict[str, set[str]]:
    """Tell what kinds of resources each stage stack has."""
    return {
        stack.stage: {each.resource_type for each in made.cloud.stacks.resources(stack.id)}
        for workload in desire(made.world()).workloads
        for stack in workload.stacks
        if made.cloud.stacks.find(stack.id) is not None
    }


def deleted(found: Plan, stage: str) -> set[str]:
    """Name the kinds of what a plan deletes in a stage."""
    (change,) = [each for each in found.changes if each.stage == stage]
    return {each.resource_type for each in change.resources if each.action is Action.DELETE}


def test_a_tombstone_empties_every_stage_behind_its_gates() -> None:
    """Each stage keeps an empty stack of the same tags; nothing goes before it was approved."""
    made = deployed(UNPROTECTED)
    tags = {stage: made.cloud.stacks.find(id_).tags for stage, id_ in _ids(made).items()}  # type: ignore[union-attr] # deployed above
    retire(made)

    shown = plan(made.world())
    applied = carry(made)

    assert "AWS::SageMaker::Endpoint" in deleted(shown, "prod")
    assert {each.summary for each in shown.changes} == {
        (ValueChange("state", "active", "retired"),)
    }
    assert applied.outcome is Outcome.STARTED
    assert types_in(made)["dev"] == {"AWS::CloudFormation::WaitConditionHandle"}
    assert "AWS::SageMaker::Endpoint" in types_in(made)["staging"]
    promote(made)
    assert set(map(frozenset, types_in(made).values())) == {
        frozenset({"AWS::CloudFormation::WaitConditionHandle"})
    }
    assert plan(made.world()).is_empty
    assert carry(made).outcome is Outcome.UNCHANGED
    assert tags == {stage: made.cloud.stacks.find(id_).tags for stage, id_ in _ids(made).items()}  # type: ignore[union-attr] # nothing was deleted


def _ids(made: Trial) -> dict[str, Any]:
    stacks = [stack for workload in desire(made.world()).workloads for stack in workload.stacks]
    return {each.stage: each.id for each in stacks if made.cloud.stacks.find(each.id)}


def test_a_tombstone_of_what_is_not_there_does_nothing() -> None:
    """No delivery pipeline is made for it, and the plan has nothing to show."""
    made = trial(realtime("churn"))
    retire(made)

    assert plan(made.world()).changes == ()
    assert carry(made).outcome is Outcome.UNCHANGED
    assert made.cloud.pipelines.names() == ()


def test_a_stage_that_was_never_reached_is_not_asked() -> None:
    """Retiring what runs in dev alone needs no approval of staging and prod."""
    made = trial(realtime("churn"))
    carry(made)
    (waiting,) = pending_approvals(made.world(), NAME)
    reject(made.world(), NAME, waiting.stage, "no")
    made.cloud.settle()
    retire(made)

    assert [each.stage for each in plan(made.world()).changes] == ["dev"]
    assert carry(made).outcome is Outcome.STARTED
    assert pending_approvals(made.world(), NAME) == ()
    assert plan(made.world()).is_empty


def test_what_waits_at_a_gate_is_not_cancelled_by_a_tombstone() -> None:
    """Exit 4 until somebody has decided about it."""
    made = trial(realtime("churn"))
    carry(made)
    retire(made)

    applied = carry(made)

    assert isinstance(applied.failure, Blocked)
    assert len(pending_approvals(made.world(), NAME)) == 1


def test_production_keeps_its_endpoint_until_it_is_said_twice() -> None:
    """The plan shows the refusal beforehand; the commit's own line lets it through."""
    made = deployed()
    retire(made)

    (refusal,) = plan(made.world()).refused
    applied = carry(made)

    assert isinstance(applied.failure, PolicyFailure)
    assert exit_code((applied,)) == 3
    assert (refusal.stage, refusal.message) == ("prod", applied.failure.message)
    assert "Accept-Endpoint-Deletion: churn" in refusal.hint
    assert "AWS::SageMaker::Endpoint" in types_in(made)["dev"]
    made.commits.commit = replace(
        made.commits.commit, message="Retire\n\nAccept-Endpoint-Deletion: churn\n"
    )  # type: ignore[type-var] # a trial has a commit
    assert plan(made.world()).refused == ()
    assert carry(made).outcome is Outcome.STARTED
    made.commits.commit = replace(made.commits.commit, message="Another")  # type: ignore[type-var] # as above
    assert plan(made.world()).refused == ()
    assert carry(made).outcome is Outcome.UNDER_WAY


@pytest.mark.parametrize("message", ["Accept-Endpoint-Deletion: fraud", "accept: churn", ""])
def test_another_line_gives_up_no_endpoint(message: str) -> None:
    """The line names the workload."""
    made = deployed()
    made.commits.commit = replace(made.commits.commit, message=message)  # type: ignore[type-var] # a trial has a commit
    retire(made)

    assert isinstance(carry(made).failure, PolicyFailure)


def test_a_new_name_of_an_endpoint_is_a_deletion() -> None:
    """Whoever calls the old one gets no answer any more."""
    made = deployed()
    names = {"dev": "churn-dev", "staging": "churn-staging", "prod": "churn-new"}
    made.commit(realtime("churn", endpoint_name=names))

    assert [each.stage for each in plan(made.world()).refused] == ["prod"]
    assert isinstance(carry(made).failure, PolicyFailure)


def test_a_single_account_has_no_gate_and_retires_at_once() -> None:
    """The stage is called live, which is production, so it is said twice there, too."""
    endpoint = {"endpoint_name": "churn"}
    made = trial(realtime("churn", **endpoint), settings=SINGLE_ACCOUNT)
    carry(made)
    retire(made)
    assert isinstance(carry(made).failure, PolicyFailure)
    made.files["mlops-gitops.yaml"] = SINGLE_ACCOUNT.replace(
        "approval: none", "approval: none, protect_endpoints: false"
    ).encode()

    assert carry(made).outcome is Outcome.STARTED

    assert types_in(made) == {"live": {"AWS::CloudFormation::WaitConditionHandle"}}


def test_what_else_a_tombstone_says_is_not_looked_at() -> None:
    """A model that is not there any more, or a key of another type, is no problem of it."""
    made = deployed(UNPROTECTED)
    retire(made, **{**realtime("churn"), "state": "retired", "old_key": 1})
    made.files["churn/mlops-config.json"] = made.files["churn/mlops-config.json"].replace(
        b"churn/model.tar.gz", b"churn/gone.tar.gz"
    )

    assert carry(made).outcome is Outcome.STARTED


@pytest.mark.parametrize("state", ["Retired", "retird", "", 1, None])
def test_a_misspelt_state_is_one_problem_with_its_place(state: object) -> None:
    """It never counts as retired, nor as active."""
    made = trial(realtime("churn"))
    retire(made, state=state)

    with pytest.raises(InvalidRepository) as refused:
        made.world()

    (problem,) = refused.value.problems
    assert (problem.pointer, problem.where.path) == ("/state", "churn/mlops-config.json")


def test_active_is_what_there_is_without_it() -> None:
    """The word changes no digest."""
    made = deployed()
    made.commit(realtime("churn", state="active"))

    assert plan(made.world()).is_empty


def test_a_workload_that_is_wanted_again_comes_back() -> None:
    """The plan says so, and creates what was deleted."""
    made = deployed(UNPROTECTED)
    retire(made)
    carry(made)
    promote(made)
    made.commit(realtime("churn"))

    (change, *_) = plan(made.world()).changes
    carry(made)
    promote(made)

    assert change.summary[0] == ValueChange("state", "retired", "active")
    assert "AWS::SageMaker::Endpoint" in types_in(made)["prod"]


def test_a_stack_of_somebody_else_is_not_emptied() -> None:
    """A name is not enough: it has to carry our tags."""
    made = deployed(UNPROTECTED)
    retire(made)
    (workload,) = desire(made.world()).workloads
    for stack in workload.stacks:
        if made.cloud.stacks.find(stack.id):
            made.cloud.stacks.update(replace(stack.deployable(), tags={}, template=OTHER))
    made.cloud.settle()

    assert plan(made.world()).changes == ()


OTHER = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


def test_a_tombstones_pipeline_runs_nothing() -> None:
    """The machine is gone by then."""
    made = trial(realtime("churn"))
    retire(made)
    desired = desire(made.world())
    (workload,) = desired.workloads

    made_of = delivery_pipeline(
        made.world().settings, workload.name, workload.stacks[:1], desired.installation
    )

    stages = made_of.template["Resources"]["Pipeline"]["Properties"]["Stages"]
    assert [each["Name"] for each in stages[1]["Actions"]] == ["Prepare", "Deploy"]


def test_status_says_what_is_retired_and_what_is_an_orphan() -> None:
    """With the command that deletes it, and without one where nothing is left to do."""
    made = deployed(UNPROTECTED)
    del made.files["churn/mlops-config.json"]
    found = survey(made.world())
    assert found.workloads == ()
    assert {each.stage for each in found.orphans} == {"dev", "staging", "prod", "delivery"}
    assert "next: mlops-gitops retire churn" in orphans_text(found.orphans)

    retire(made)
    carry(made)
    promote(made)
    found = survey(made.world())
    assert found.orphans == ()
    assert "All stages run what git says." in status_text(found.workloads)
    collect(made.world(), leftovers(made.world()))
    made.cloud.settle()
    assert "retired: nothing of it is left" in status_text(survey(made.world()).workloads)


def test_what_is_retired_has_not_drifted() -> None:
    """Neither its empty stacks, nor its pipeline, nor what `gc` took away."""
    made = deployed(UNPROTECTED)
    retire(made)
    carry(made)
    promote(made)
    assert drift(made.world(), lambda *_: None).drifts == ()

    collect(made.world(), leftovers(made.world()))
    made.cloud.settle()
    assert drift(made.world(), lambda *_: None).drifts == ()


def test_many_tombstones_at_once_are_a_mass_change() -> None:
    """They count like any change; nothing goes until that is said."""
    names = ("a", "b", "c")
    made = trial(*map(realtime, names), settings=f"{UNPROTECTED}max_changed_percent: 50\n")
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    made.commit(*(realtime(name, state="retired") for name in names[:2]))
    assert [each.workload for each in plan(made.world()).refused] == [""]

    with pytest.raises(Blocked, match="2 of 3 deployed workloads would change"):
        apply(made.world(), lambda *_: None)
