"""Retire: what no config declares goes by a tombstone, behind the gates, and never by itself."""

from dataclasses import replace

import pytest
from builders import SETTINGS, Trial, realtime, trial

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.declared import Config
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import Blocked, InvalidRepository, PolicyFailure, UsageError
from mlops_gitops.package.retirement import Retirement
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.retire import Endpoints, retire
from mlops_gitops.use_cases.retirement import find_retirement, refuse_unmatched
from mlops_gitops.use_cases.suspend import Subject, suspend

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
HANDLE = "AWS::CloudFormation::WaitConditionHandle"
ENDPOINT = "AWS::SageMaker::Endpoint"


def promote(made: Trial, name: str = NAME) -> None:
    """Approve every stage."""
    made.cloud.settle()
    while pending_approvals(made.world(), name):
        approve(made.world(), review_approval(made.world(), name, None, None))
        made.cloud.settle()


def orphaned(settings: str = SETTINGS) -> Trial:
    """A workload that runs everywhere, and whose config is gone."""
    made = trial(realtime("churn"), settings=settings)
    apply(made.world(), lambda *_: None)
    promote(made)
    del made.files["churn/mlops-config.json"]
    return made


def found(made: Trial, name: str = "churn") -> Retirement:
    """Find what is to be retired."""
    wanted = find_retirement(made.world(), name)
    assert isinstance(wanted, Retirement)
    return wanted


def carry(made: Trial, endpoints: Endpoints = Endpoints.GIVEN_UP) -> Applied:
    """Retire, and let everything move that can."""
    applied = retire(made.world(), found(made), endpoints)
    made.cloud.settle()
    return applied


def kinds(made: Trial) -> dict[str, set[str]]:
    """Tell what kinds of resources each stage stack has."""
    accounts = {stage.account: stage.name for stage in made.world().settings.stages}
    return {
        accounts[account]: {each.resource_type for each in made.cloud.stacks.resources(stack.id)}
        for account in accounts
        for stack in made.cloud.stacks.overview(account)
        if stack.id.name.startswith(NAME)
    }


def test_an_orphan_is_retired_behind_its_gates() -> None:
    """Nothing goes before it was approved, and then nothing of it is an orphan any more."""
    made = orphaned()
    assert {each.stage for each in plan(made.world()).orphans} >= {"dev", "staging", "prod"}

    wanted = found(made)
    applied = carry(made)

    assert [each.stage for each in wanted.plan.changes] == ["dev", "staging", "prod"]
    assert applied.outcome is Outcome.STARTED
    assert kinds(made)["dev"] == {HANDLE}
    assert ENDPOINT in kinds(made)["staging"]
    assert find_workload(made.world(), "churn") == NAME
    promote(made)
    assert set(map(frozenset, kinds(made).values())) == {frozenset({HANDLE})}
    assert plan(made.world()).orphans == ()
    assert carry(made).outcome is Outcome.UNCHANGED


def test_retiring_twice_starts_once() -> None:
    """While it waits, and by two who found the same."""
    made = orphaned()
    both = [found(made), found(made)]

    outcomes = [retire(made.world(), each, Endpoints.GIVEN_UP).outcome for each in both]
    made.cloud.settle()

    assert outcomes == [Outcome.STARTED, Outcome.UNDER_WAY]
    assert carry(made).outcome is Outcome.UNDER_WAY
    assert carry(made, Endpoints.KEPT).outcome is Outcome.UNDER_WAY


def test_what_was_rejected_can_be_retired_once_more() -> None:
    """The same digest, a new execution."""
    made = orphaned()
    carry(made)
    reject(made.world(), NAME, None, "not yet")
    made.cloud.settle()

    assert carry(made).outcome is Outcome.STARTED
    promote(made)
    assert kinds(made)["prod"] == {HANDLE}


def test_production_keeps_its_endpoint() -> None:
    """Unless it is said, or the settings do not want that."""
    made = orphaned()

    with pytest.raises(PolicyFailure, match="prod protects its endpoints"):
        carry(made, Endpoints.KEPT)

    assert ENDPOINT in kinds(made)["dev"]


def test_it_works_without_its_delivery_pipeline() -> None:
    """And the bundle that was deployed last is not deployed once more by the new pipeline."""
    made = orphaned()
    made.cloud.stacks.delete(_delivery(made))
    made.cloud.settle()

    applied = carry(made)

    assert applied.outcome is Outcome.STARTED
    assert kinds(made)["dev"] == {HANDLE}
    promote(made)
    assert kinds(made)["prod"] == {HANDLE}


def _delivery(made: Trial) -> StackId:
    (one,) = [
        stack.id
        for stack in made.cloud.stacks.overview(made.world().settings.orchestrator_account)
        if stack.id.name == f"{NAME}-codepipeline"
    ]
    return one


def test_a_stage_that_is_gone_is_not_asked() -> None:
    """Nobody approves a tombstone of nothing."""
    made = orphaned()
    (prod,) = [each.id for each in found(made).stacks if each.stage == "prod"]
    made.cloud.stacks.delete(prod)
    made.cloud.settle()

    assert [each.stage for each in found(made).stacks] == ["dev", "staging"]
    carry(made)
    promote(made)
    assert kinds(made) == {"dev": {HANDLE}, "staging": {HANDLE}}


def test_what_a_config_declares_is_told() -> None:
    """Wherever its folder is."""
    made = orphaned()
    made.commit(realtime("churn"))

    wanted = find_retirement(made.world(), "CHURN")

    assert isinstance(wanted, Config)
    assert wanted.document.path == "churn/mlops-config.json"


def test_a_config_that_cannot_be_read_is_not_gone() -> None:
    """Nothing is retired while the repository does not validate."""
    made = orphaned()
    made.files["churn/mlops-config.json"] = b"{"

    with pytest.raises(InvalidRepository):
        made.world()


def test_a_config_that_the_settings_do_not_match_is_not_gone() -> None:
    """A pattern that was changed makes no orphan."""
    made = orphaned()
    made.commit(realtime("churn"))
    settings = SETTINGS.replace("**/mlops-config.json", "models/**/mlops-config.json")
    made.files["mlops-gitops.yaml"] = settings.encode()

    with pytest.raises(Blocked, match=r"churn/mlops-config\.json declares churn"):
        refuse_unmatched(made.world(), MemoryFiles(made.files), found(made))


def test_stages_that_the_settings_have_not_are_left_alone() -> None:
    """They are told, and refused if nothing else is left."""
    made = orphaned()
    lines = [line for line in SETTINGS.splitlines(keepends=True) if "name: prod" not in line]
    made.files["mlops-gitops.yaml"] = "".join(lines).encode()

    # The account of a stage that is gone is not read any more.
    assert [each.stage for each in found(made).stacks] == ["dev", "staging"]

    other = SETTINGS.replace("name: prod", "name: live")
    made.files["mlops-gitops.yaml"] = other.encode()
    wanted = found(made)
    assert [each.name for each in wanted.strange] == [f"{NAME}-prod"]
    assert [each.stage for each in wanted.stacks] == ["dev", "staging"]


def test_unknown_names_are_told() -> None:
    """With what there is."""
    with pytest.raises(UsageError, match="No workload 'chrun'") as refused:
        find_retirement(orphaned().world(), "chrun")
    assert refused.value.hint == "Did you mean 'churn'?"


def test_a_stage_that_a_config_left_is_an_orphan() -> None:
    """It is retired alone; what is declared stays as it is."""
    made = orphaned()
    made.commit(realtime("churn", stages=["dev"]))

    assert [each.stage for each in found(made).stacks] == ["staging", "prod"]
    carry(made)
    promote(made)

    assert kinds(made)["prod"] == {HANDLE}
    assert ENDPOINT in kinds(made)["dev"]
    assert plan(made.world()).is_empty


def test_a_workload_that_was_retired_and_is_declared_again_comes_back() -> None:
    """By its old pipeline, or by a new one."""
    made = orphaned()
    carry(made)
    promote(made)
    made.cloud.stacks.delete(_delivery(made))
    made.cloud.settle()
    made.commit(realtime("churn"))

    (applied,) = apply(made.world(), lambda *_: None)
    promote(made)

    assert applied.outcome is Outcome.STARTED
    assert ENDPOINT in kinds(made)["prod"]
    assert all(each.action is Action.KEEP for each in plan(made.world()).changes)


def test_a_suspended_workload_is_not_retired() -> None:
    """Whoever suspended it is named."""
    made = orphaned()
    made.commit(realtime("churn"))
    suspend(made.world(), Subject(workload="churn"), "load test", None)
    del made.files["churn/mlops-config.json"]

    with pytest.raises(Blocked, match="load test"):
        carry(made)


def test_a_head_with_another_author_does_not_count() -> None:
    """Whoever retires is who wants it, so that somebody else approves."""
    made = orphaned()
    made.commits.commit = replace(made.commits.commit, author="Other <o@example.com>")
    carry(made)
    (waiting,) = pending_approvals(made.world(), NAME)

    assert "Other" not in waiting.variables["author"]
