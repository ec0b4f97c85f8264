"""What CodePipeline puts on the bus."""

from __future__ import annotations

import json
from typing import Any

from emulator.codepipeline import declare
from emulator.codepipeline.steps import answer, deployment, ended, pending
from emulator.codepipeline.world import HOME, World, eventually


def is_end(entry: dict[str, Any], kind: str) -> bool:
    """Tell whether an entry is the last that an execution has to tell."""
    return bool(entry["DetailType"] == kind and entry["Detail"]["state"] == "SUCCEEDED")


def test_what_executions_and_actions_do_is_announced(world: World) -> None:
    """Each start and each end, once, as AWS tells EventBridge; retries are counted."""
    heard: list[tuple[str, str, Any]] = []
    world.service.announce(
        lambda account, region, entry: heard.append(
            (account, region, {**entry, "Detail": json.loads(str(entry["Detail"]))})
        )
    )
    deployment(world, "announced", declare.approve(order=2))
    answer(world, "announced", pending(world, "announced"), status="Rejected")
    execution = ended(world, "announced")["pipelineExecutionId"]
    world.pipelines.retry_stage_execution(
        pipelineName="announced",
        stageName="DeployDev",
        pipelineExecutionId=execution,
        retryMode="ALL_ACTIONS",
    )
    answer(world, "announced", pending(world, "announced"))
    ended(world, "announced")
    kind = "CodePipeline {} Execution State Change".format
    # What has happened is told after it has.
    eventually(lambda: [each for *_, each in heard if is_end(each, kind("Pipeline"))])

    entries = [entry for _, _, entry in heard]
    details = [each["Detail"] for each in entries if each["DetailType"] == kind("Action")]
    whole = [each["Detail"] for each in entries if each["DetailType"] == kind("Pipeline")]
    assert {(account, region) for account, region, _ in heard} == {(HOME, "us-east-1")}
    assert {each["Source"] for each in entries} == {"aws.codepipeline"}
    assert {each["DetailType"] for each in entries} == {kind("Action"), kind("Pipeline")}
    resource = f"arn:aws:codepipeline:us-east-1:{HOME}:announced"
    assert [each["Resources"] for each in entries] == [[resource]] * len(entries)
    assert {each["execution-id"] for each in (*details, *whole)} == {execution}
    assert [(each["state"], each["pipeline-execution-attempt"]) for each in whole] == [
        *(("STARTED", 1), ("FAILED", 1), ("RESUMED", 2), ("SUCCEEDED", 2)),
    ]
    assert len({(each["action-execution-id"], each["state"]) for each in details}) == len(details)
    asked = [each for each in details if each["type"]["category"] == "Approval"]
    assert [(each["state"], each["pipeline-execution-attempt"]) for each in asked] == [
        *(("STARTED", 1), ("FAILED", 1), ("STARTED", 2), ("SUCCEEDED", 2)),
    ]
    assert {each["state"] for each in details if each["stage"] == "Source"} == {
        *("STARTED", "SUCCEEDED")
    }
