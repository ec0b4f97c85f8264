"""What tests of the executor do: create, wait, answer, look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from emulator.codepipeline import declare
from emulator.codepipeline.world import PARAMETER_TEMPLATE, STAGE, World, eventually

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest
    from botocore.exceptions import ClientError

ACCEPTED = {"summary": "looks right", "status": "Approved"}


def bundle(value: str, **template: Any) -> dict[str, str]:
    """Give the files of a bundle that sets one parameter."""
    configuration = {"Parameters": {"Value": value}, "Tags": {"team": "ml"}}
    return {
        "template.json": json.dumps({**PARAMETER_TEMPLATE, **template}),
        "configuration.json": json.dumps(configuration),
    }


def deployment(
    world: World, name: str, *between: declare.Json, files: dict[str, str] | None = None
) -> str:
    """Create a pipeline that deploys a bundle; gives the key of the bundle."""
    key, _ = world.upload(files or bundle("first"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            name,
            declare.stage("Source", declare.source(key)),
            declare.stage("DeployDev", *declare.change_set_actions(f"{name}-dev", *between)),
            variables=[{"name": "commit", "defaultValue": "none"}],
        )
    )
    return key


def ended(world: World, name: str, execution: str | None = None) -> Mapping[str, Any]:
    """Wait for the end of an execution, the newest unless told."""

    def look() -> Any:
        found = world.pipelines.list_pipeline_executions(pipelineName=name)
        newest = [
            summary
            for summary in found["pipelineExecutionSummaries"]
            if execution in (None, summary["pipelineExecutionId"])
        ]
        return newest and newest[0]["status"] not in {"InProgress", "Stopping"} and newest[0]

    found = eventually(look)
    assert found, world.pipelines.get_pipeline_state(name=name)
    return dict(found)


def actions(world: World, name: str) -> dict[str, Any]:
    """Give the latest run of every action by its name."""
    state = world.pipelines.get_pipeline_state(name=name)
    return {
        action["actionName"]: action.get("latestExecution", {})
        for stage in state["stageStates"]
        for action in stage["actionStates"]
    }


def pending(world: World, name: str, action: str = "Approve") -> str:
    """Wait for an approval and give its token."""
    found = eventually(lambda: actions(world, name)[action].get("token"))
    assert found, actions(world, name)
    return str(found)


def resolved(world: World, name: str) -> Any:
    """Give the resolved configuration of a pipeline's newest action; empty until there is one."""
    found = world.pipelines.list_action_executions(pipelineName=name)
    return found["actionExecutionDetails"][0]["input"].get("resolvedConfiguration", {})


def answer(world: World, name: str, token: str, **result: str) -> Any:
    """Answer an approval."""
    return world.pipelines.put_approval_result(
        pipelineName=name,
        stageName="DeployDev",
        actionName="Approve",
        token=token,
        result={**ACCEPTED, **result},
    )


def failure(world: World, name: str, action: str) -> str:
    """Wait for the end of an execution and say why an action failed."""
    assert ended(world, name)["status"] == "Failed"
    return str(actions(world, name)[action]["errorDetails"]["message"])


def stack(world: World, name: str) -> Mapping[str, Any]:
    """Describe a stack in the stage account."""
    found = world.client("cloudformation", STAGE).describe_stacks(StackName=name)
    return dict(found["Stacks"][0])


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    """Give the code of an error."""
    return str(error.value.response["Error"]["Code"])
