"""What the API shows of executions that wait, stop, or ended long ago."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator.codepipeline import declare
from emulator.codepipeline.steps import (
    actions,
    answer,
    bundle,
    code_of,
    deployment,
    ended,
    pending,
)
from emulator.codepipeline.world import World, eventually

GATE = declare.stage("Gate", declare.approve())


def test_a_newer_execution_queues_behind_a_pending_approval(gated: World) -> None:
    """While the stage waits for its approval, the newer execution is shown as inbound."""
    newer = gated.pipelines.start_pipeline_execution(name="waiting")["pipelineExecutionId"]

    def inbound() -> Any:
        (_, stage) = gated.pipelines.get_pipeline_state(name="waiting")["stageStates"]
        return stage.get("inboundExecutions")

    (found,) = eventually(inbound)
    assert found == {"pipelineExecutionId": newer, "status": "InProgress", "type": "STANDARD"}
    answer(gated, "waiting", pending(gated, "waiting"))
    assert eventually(lambda: not inbound())


def test_a_disabled_transition_holds_executions_back(world: World) -> None:
    """A disabled stage shows why, and lets executions in once it is enabled."""
    deployment(world, "frozen")
    ended(world, "frozen")
    gate = {"pipelineName": "frozen", "stageName": "DeployDev", "transitionType": "Inbound"}
    world.pipelines.disable_stage_transition(**gate, reason="freeze")
    execution = world.pipelines.start_pipeline_execution(name="frozen")["pipelineExecutionId"]

    def held() -> Any:
        return world.pipelines.get_pipeline_state(name="frozen")["stageStates"][1]

    assert eventually(lambda: held().get("inboundExecution"))
    assert held()["inboundTransitionState"]["disabledReason"] == "freeze"

    world.pipelines.enable_stage_transition(**gate)

    assert ended(world, "frozen", execution)["status"] == "Succeeded"
    assert held()["inboundTransitionState"] == {"enabled": True}


def test_stopping_with_abandon_ends_at_once(gated: World) -> None:
    """The pending approval is abandoned, and its token works no more."""
    token = pending(gated, "waiting")
    found = gated.pipelines.list_pipeline_executions(pipelineName="waiting")
    execution = found["pipelineExecutionSummaries"][0]["pipelineExecutionId"]
    stop = {"pipelineName": "waiting", "pipelineExecutionId": execution, "abandon": True}

    gated.pipelines.stop_pipeline_execution(**stop, reason="wrong one")

    assert ended(gated, "waiting")["stopTrigger"] == {"reason": "wrong one"}
    assert actions(gated, "waiting")["Approve"]["status"] == "Abandoned"
    with pytest.raises(ClientError) as late:
        answer(gated, "waiting", token)
    assert code_of(late) == "ApprovalAlreadyCompletedException"
    with pytest.raises(ClientError) as again:
        gated.pipelines.stop_pipeline_execution(**stop)
    assert code_of(again) == "PipelineExecutionNotStoppableException"


def test_history_is_paged_and_filtered(world: World) -> None:
    """Pages join to the whole, newest first, and filters keep what they say."""
    deployment(world, "history")
    ended(world, "history")
    started = [
        world.pipelines.start_pipeline_execution(
            name="history", variables=[{"name": "commit", "value": f"c{number}"}]
        )["pipelineExecutionId"]
        for number in range(3)
    ]
    ended(world, "history", started[-1])
    pages = world.pipelines.get_paginator("list_pipeline_executions").paginate(
        pipelineName="history", PaginationConfig={"PageSize": 2}
    )
    paged = [one["pipelineExecutionId"] for p in pages for one in p["pipelineExecutionSummaries"]]
    assert paged[:3] == started[::-1]
    assert len(paged) == 4
    only = {"pipelineExecutionId": started[1]}
    runs = world.pipelines.list_action_executions(pipelineName="history", filter=only, maxResults=2)
    rest = world.pipelines.list_action_executions(
        pipelineName="history", filter=only, nextToken=runs["nextToken"]
    )
    names = [r["actionName"] for part in (runs, rest) for r in part["actionExecutionDetails"]]
    assert names == ["Deploy", "Prepare", "Bundle"]
    succeeded = world.pipelines.list_pipeline_executions(
        pipelineName="history", filter={"succeededInStage": {"stageName": "DeployDev"}}
    )
    assert len(succeeded["pipelineExecutionSummaries"]) == 4
    one = world.pipelines.get_pipeline_execution(
        pipelineName="history", pipelineExecutionId=started[1]
    )["pipelineExecution"]
    assert one["variables"] == [{"name": "commit", "resolvedValue": "c1"}]
    assert one["artifactRevisions"][0]["name"] == "BundleArtifact"


def test_pipelines_are_listed_tagged_and_deleted(world: World) -> None:
    """Tags are kept with the pipeline; a deleted pipeline is gone, also after a restart."""
    key, _ = world.upload(bundle("x"))
    stages = [declare.stage("Source", declare.source(key)), GATE]
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline("tagged", *stages), tags=[{"key": "a", "value": "1"}]
    )
    shown = world.pipelines.get_pipeline(name="tagged")
    arn = {"resourceArn": shown["metadata"]["pipelineArn"]}
    assert shown["pipeline"]["stages"][1]["actions"][0]["runOrder"] == 1
    world.pipelines.tag_resource(**arn, tags=[{"key": "b", "value": "2"}])
    world.pipelines.untag_resource(**arn, tagKeys=["a"])
    world.restart()
    assert world.pipelines.list_tags_for_resource(**arn)["tags"] == [{"key": "b", "value": "2"}]
    (listed,) = world.pipelines.list_pipelines()["pipelines"]
    assert (listed["name"], listed["executionMode"]) == ("tagged", "QUEUED")

    world.pipelines.delete_pipeline(name="tagged")
    world.pipelines.delete_pipeline(name="tagged")

    world.restart()
    assert world.pipelines.list_pipelines()["pipelines"] == []
