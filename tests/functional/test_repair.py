"""`repair` and `why` through the front door: what is shown is what is done."""

import json
from dataclasses import replace

import pytest
from builders import ORCHESTRATOR, SINGLE_ACCOUNT, realtime
from functional.desk import NAME, Desk
from functional.repair_rows import beyond_repair, failed, failed_change, stuck
from functional.retire_rows import orphaned, orphaned_in_prod
from functional.situations import CONFIG, at_prod, changed, desk, in_prod, same_again, waiting
from functional.test_secrets import DEV

from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.ports import StackResource

__all__ = ["desk"]


def in_dev(desk: Desk) -> DeployedStack | None:
    """Tell the stack in dev."""
    return desk.made.cloud.stacks.find(DEV)


def broken(desk: Desk, status: StackStatus) -> None:
    """The next operation of the stack in dev ends in this status."""
    desk.made.cloud.stacks.stuck[DEV.name] = status
    desk.types("apply")


def test_a_rollback_that_failed_goes_on_and_what_served_serves(desk: Desk) -> None:
    """The stack is back at what was deployed before, and the stage is tried again next."""
    in_prod(desk)
    before = in_dev(desk)
    changed(desk)
    broken(desk, StackStatus.UPDATE_ROLLBACK_FAILED)

    asked = desk.types("repair", "churn")
    still = in_dev(desk)
    said = desk.types("repair", "churn", "--yes")
    after = in_dev(desk)

    assert asked.code == 4
    assert "-> continue the rollback" in asked.out
    assert still is not None
    assert still.status is StackStatus.UPDATE_ROLLBACK_FAILED
    assert "UPDATE_ROLLBACK_COMPLETE\n  next: mlops-gitops apply" in said.out
    assert before is not None
    assert after is not None
    assert after.digest == before.digest
    assert after.status is StackStatus.UPDATE_ROLLBACK_COMPLETE
    assert "-> try DeployDev again" in desk.types("repair", "churn", "--yes").out
    assert in_dev(desk) != after
    waits = desk.types("repair", "churn")
    assert "nothing to mend" in waits.out


def test_what_cannot_be_rolled_back_is_skipped_by_name(desk: Desk) -> None:
    """Only what a person names; and they are told that it may differ from then on."""
    stuck(desk)

    said = desk.types("repair", "churn", "--skip", "Endpoint", "--yes")

    assert "skipped, left as it is: Endpoint" in said.out
    assert "mlops-gitops drift" in said.out
    assert desk.made.cloud.mending.skipped == {DEV: ("Endpoint",)}


def test_an_update_that_stopped_half_way_is_rolled_back(desk: Desk) -> None:
    """UPDATE_FAILED is where rollback was switched off by hand."""
    in_prod(desk)
    before = in_dev(desk)
    changed(desk)
    broken(desk, StackStatus.UPDATE_FAILED)

    said = desk.types("repair", "churn", "--yes")

    after = in_dev(desk)
    assert said.code == 0
    assert before is not None
    assert after is not None
    assert after.digest == before.digest
    assert after.status is StackStatus.UPDATE_ROLLBACK_COMPLETE


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (StackStatus.CREATE_FAILED, "undo the failed creation"),
        (StackStatus.ROLLBACK_FAILED, "delete what the failed creation left"),
        (StackStatus.ROLLBACK_COMPLETE, "remove the empty stack"),
    ],
)
def test_a_creation_that_failed_makes_way(desk: Desk, status: StackStatus, told: str) -> None:
    """After it `apply` creates the stack again."""
    broken(desk, status)

    said = desk.types("repair", "churn", "--yes")
    gone = in_dev(desk)
    desk.types("apply")

    assert f"-> {told}" in said.out
    assert gone is None
    again = in_dev(desk)
    assert again is not None
    assert again.status is StackStatus.CREATE_COMPLETE


def test_what_cannot_be_deleted_stays_behind_and_is_told(desk: Desk) -> None:
    """A second failure is no dead end."""
    broken(desk, StackStatus.ROLLBACK_FAILED)
    desk.made.cloud.stacks.stuck[DEV.name] = StackStatus.DELETE_FAILED

    first = desk.types("repair", "churn", "--yes")
    second = desk.types("repair", "churn", "--yes")

    assert "DELETE_FAILED\n  next: mlops-gitops repair" in first.out
    assert "stays behind: Endpoint (AWS::SageMaker::Endpoint)" in second.out
    assert "may cost" in second.out
    assert "Endpoint" in desk.made.cloud.mending.retained[DEV]
    assert in_dev(desk) is None


def test_a_phantom_goes_and_what_waits_at_a_gate_stays(desk: Desk) -> None:
    """REVIEW_IN_PROGRESS is both; an execution under way tells them apart."""
    waiting(desk)

    held = desk.types("repair", "churn", "--yes")
    desk.types("reject", "churn", "--reason", "Not today.")
    freed = desk.types("repair", "churn", "--yes")

    assert held.code == 4
    assert "under way" in held.out
    assert freed.code == 0
    assert "-> remove the empty stack" in freed.out
    assert "mlops-gitops apply" in desk.types("repair", "churn").out


def test_what_nobody_here_can_mend_is_refused_with_the_next_command(desk: Desk) -> None:
    """Nothing is touched."""
    beyond_repair(desk)
    before = in_dev(desk)

    said = desk.types("repair", "churn", "--yes")

    assert said.code == 4
    assert "AWS Support" in said.out
    assert in_dev(desk) == before


def test_an_orphan_is_mended_by_the_name_of_its_stack(desk: Desk) -> None:
    """What no config declares any more can be stuck, too."""
    stuck(desk)
    del desk.made.files["churn/mlops-config.json"]

    said = desk.types("repair", DEV.name, "--yes")

    assert said.code == 0
    assert "UPDATE_ROLLBACK_COMPLETE" in said.out
    assert desk.types("repair", f"{DEV.name}x").code == 1


def test_what_no_config_declares_is_mended_by_its_name_and_then_retired(desk: Desk) -> None:
    """All of its stacks are looked at, and what comes next is never to deploy it."""
    stuck(desk)
    del desk.made.files["churn/mlops-config.json"]

    said = desk.types("repair", "churn", "--yes")

    assert said.code == 0
    assert "-> continue the rollback" in said.out
    assert f"Afterwards: mlops-gitops retire {NAME}" in said.out
    assert f"UPDATE_ROLLBACK_COMPLETE\n  next: mlops-gitops retire {NAME}" in said.out
    assert desk.types("repair", "churn").out == f"{NAME}: nothing to mend.\n"


def test_a_stage_that_waits_for_its_first_approval_stays_whatever_it_is_called(
    desk: Desk,
) -> None:
    """By the name of its stack as by that of its workload: people are asked about it just now."""
    waiting(desk)

    said = desk.types("repair", f"{NAME}-staging", "--yes")

    assert said.code == 4
    assert "under way" in said.out
    assert desk.types("approve", "churn", "--yes").code == 0


def test_what_was_never_made_and_is_not_declared_is_removed_and_no_orphan(desk: Desk) -> None:
    """Its first deployment was rejected, then its config was removed, and dev was retired."""
    orphaned(desk)
    assert desk.types("retire", "churn", "--yes").code == 0

    before = desk.types("status").out
    asked = desk.types("status", "churn").out
    mended = desk.types("repair", "churn", "--yes")
    desk.types("gc", "--yes")

    assert "Orphans" not in before
    assert (
        f"not deployed\n  No config declares it any more.\n  next: mlops-gitops repair {NAME}"
        in asked
    )
    assert "-> remove the empty stack" in mended.out
    assert mended.out.endswith("gone\n  next: mlops-gitops gc\n")
    left = [each.name for each in desk.made.cloud.stacks._records if NAME in each.name]
    assert left == []


def test_where_there_is_one_account_the_workload_and_not_its_stack_is_meant(desk: Desk) -> None:
    """Both have the same name there; what failed in the delivery pipeline is tried again."""
    text = json.dumps(realtime("churn", endpoint_name="churn"))
    desk.change("mlops-gitops.yaml", SINGLE_ACCOUNT.encode())
    desk.change(CONFIG, text.encode())
    live = replace(DEV, account=ORCHESTRATOR, name=NAME)
    desk.made.cloud.stacks.broken[NAME] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="CREATE_FAILED",
        reason="There is no capacity.",
    )
    desk.types("apply")
    del desk.made.cloud.stacks.broken[NAME]

    first = desk.types("repair", NAME, "--yes")
    second = desk.types("repair", NAME, "--yes")

    assert "-> remove the empty stack" in first.out
    assert "-> try DeployPipeline again" in second.out
    there = desk.made.cloud.stacks.find(live)
    assert there is not None
    assert there.status is StackStatus.CREATE_COMPLETE


def test_somebody_elses_stack_is_none_of_ours(desk: Desk) -> None:
    """A stack without our tags is not known by its name."""
    in_prod(desk)
    theirs = replace(DEV, name="mlops-pipeline-theirs")
    desk.made.cloud.stacks.create(replace(same_again(desk, DEV), id=theirs, tags={}))
    desk.made.cloud.settle()

    assert desk.types("repair", theirs.name, "--yes").code == 1


def test_json_tells_what_was_found_and_done(desk: Desk) -> None:
    """Programs read the same facts."""
    stuck(desk)

    told = json.loads(desk.types("repair", "churn", "--yes", "--output", "json").out)

    (remedy,) = (each for each in told["examined"]["remedies"] if each["step"] != "nothing to mend")
    assert remedy["step"] == "continue the rollback"
    assert [each["status"] for each in told["mended"]] == ["UPDATE_ROLLBACK_COMPLETE"]


def test_why_names_the_first_resource_the_reason_and_the_command(desk: Desk) -> None:
    """What an operator reads first at night."""
    failed(desk)

    said = desk.types("why", "churn").out

    assert "failed: Endpoint (AWS::SageMaker::Endpoint): There is no capacity." in said
    assert said.endswith("next: mlops-gitops repair churn\n")


def test_why_tells_what_runs_meanwhile_and_the_last_lines(desk: Desk) -> None:
    """The old model serves, and costs, while the new one fails."""
    failed_change(desk)
    lines = tuple(f"line {number}" for number in range(30))
    group = "/aws/sagemaker/Endpoints/churn-dev"
    desk.made.cloud.sagemaker_pipelines.logs[group, "AllTraffic"] = lines

    said = desk.types("why", "churn").out

    assert "running: endpoint churn-dev on ml.m5.large, InService" in said
    assert "      line 29\n" in said
    assert "line 19\n" not in said
    assert said.count("next: mlops-gitops apply") == 0


def test_why_of_what_waits_is_the_gate(desk: Desk) -> None:
    """Nothing failed; a person is waited for."""
    at_prod(desk)

    said = desk.types("why", "churn").out

    assert "waits for approval" in said
    assert said.endswith("next: mlops-gitops approve churn --stage prod\n")


def test_why_of_what_no_config_declares_says_so_and_what_it_costs(desk: Desk) -> None:
    """It runs on until somebody retires it; a gate of its retirement comes first."""
    orphaned_in_prod(desk)

    said = desk.types("why", "churn").out
    desk.types("retire", "churn", "--yes", "--delete-endpoint")
    later = desk.types("why", "churn").out

    assert said.count("not in git, healthy") == 3
    assert said.count("running: endpoint") == 3
    assert said.endswith(f"next: mlops-gitops retire {NAME}\n")
    assert later.count("running: endpoint") == 2
    assert later.endswith(f"next: mlops-gitops approve {NAME} --stage staging\n")


def test_why_of_what_is_well_says_so(desk: Desk) -> None:
    """And what runs."""
    in_prod(desk)

    said = desk.types("why", "churn").out

    assert said.endswith("Nothing is wrong.\n")
    assert said.count("running: endpoint") == 3
    assert NAME in said
