"""The API: what it refuses, in AWS's codes and words, and what it shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from emulator.codepipeline import declare
from emulator.codepipeline.steps import (
    ACCEPTED,
    answer,
    code_of,
    pending,
)
from emulator.codepipeline.world import HOME, REGION, World, new_service
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops_gitops.emulator.codepipeline.service import OPERATIONS
from mlops_gitops.emulator.codepipeline.shapes import service_model

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = declare.stage("Source", declare.source("k"))
GATE = declare.stage("Gate", declare.approve())
UNKNOWN_ID = "00000000-0000-0000-0000-000000000000"


def handled(world: World, operation: str, **request: Any) -> tuple[int, dict[str, Any]]:
    """Call the executor as a server does: without botocore's own checks."""
    return world.service.handle(operation, request, account=HOME, region=REGION)


def changed_action(**change: Any) -> declare.Json:
    """Give a pipeline whose gate has been changed."""
    return declare.pipeline("p", SOURCE, declare.stage("Gate", {**declare.approve(), **change}))


BROKEN = {
    "one stage": (declare.pipeline("p", SOURCE), "InvalidStructureException", "at least 2"),
    "no source first": (
        declare.pipeline("p", GATE, declare.stage("More", declare.approve())),
        "InvalidStructureException",
        "only contains source actions",
    ),
    "a gate beside the source": (
        declare.pipeline(
            "p", declare.stage("Source", declare.source("k"), declare.approve()), GATE
        ),
        "InvalidStructureException",
        "only contains source actions",
    ),
    "a source later": (
        declare.pipeline(
            "p", SOURCE, declare.stage("Gate", {**declare.source("k"), "namespace": "Again"})
        ),
        "InvalidStructureException",
        "only allowed in the first stage",
    ),
    "stage twice": (
        declare.pipeline("p", SOURCE, GATE, GATE),
        "InvalidStructureException",
        "found duplicate: Gate",
    ),
    "action twice": (
        declare.pipeline("p", SOURCE, declare.stage("G", declare.approve(), declare.approve())),
        "InvalidStructureException",
        "found duplicate: Approve",
    ),
    "empty stage": (
        declare.pipeline("p", SOURCE, declare.stage("G")),
        "InvalidStructureException",
        "at least one action",
    ),
    "undeclared artifact": (
        declare.pipeline(
            "p",
            SOURCE,
            declare.stage(
                "D",
                {
                    **declare.stack_action("D", "DELETE_ONLY", "s"),
                    "inputArtifacts": [{"name": "Other"}],
                },
            ),
        ),
        "InvalidStructureException",
        "Input Artifact Bundle Other in action D",
    ),
    "queued V1": (
        declare.pipeline("p", SOURCE, GATE, pipelineType="V1"),
        "InvalidStructureException",
        "requires pipeline type V2",
    ),
    "variables of a V1": (
        declare.pipeline(
            "p",
            SOURCE,
            GATE,
            pipelineType="V1",
            executionMode="SUPERSEDED",
            variables=[{"name": "v"}],
        ),
        "InvalidStructureException",
        "require pipeline type V2",
    ),
    "triggers of a V1": (
        declare.pipeline(
            "p",
            SOURCE,
            GATE,
            pipelineType="V1",
            executionMode="SUPERSEDED",
            triggers=[
                {
                    "providerType": "CodeStarSourceConnection",
                    "gitConfiguration": {"sourceActionName": "Source"},
                }
            ],
        ),
        "InvalidStructureException",
        "Triggers require pipeline type V2",
    ),
    "parallel": (
        declare.pipeline("p", SOURCE, GATE, executionMode="PARALLEL"),
        "InvalidStructureException",
        "not emulated",
    ),
    "unknown configuration": (
        changed_action(configuration={"Custom": "x"}),
        "InvalidActionDeclarationException",
        "contains unknown configuration 'Custom'",
    ),
    "missing configuration": (
        declare.pipeline(
            "p",
            SOURCE,
            declare.stage("D", {**declare.stack_action("D", "X", "s"), "configuration": {}}),
        ),
        "InvalidActionDeclarationException",
        "missing required configuration 'ActionMode'",
    ),
    "long value": (
        changed_action(configuration={"CustomData": "x" * 1001}),
        "ValidationException",
        "Member must have length less than or equal to 1000",
    ),
    "long key": (
        changed_action(configuration={"x" * 51: "x"}),
        "ValidationException",
        "Member must have length less than or equal to 50",
    ),
    "name": (
        declare.pipeline("p p", SOURCE, GATE),
        "ValidationException",
        (
            "Value 'p p' at 'pipeline.name' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: [A-Za-z0-9.@\\-_]+"
        ),
    ),
    "short timeout": (
        changed_action(timeoutInMinutes=4),
        "ValidationException",
        (
            "at 'pipeline.stages.2.member.actions.1.member.timeoutInMinutes' failed to satisfy "
            "constraint: Member must have value greater than or equal to 5"
        ),
    ),
    "variables": (
        declare.pipeline("p", SOURCE, GATE, variables=[{"name": f"v{n}"} for n in range(51)]),
        "ValidationException",
        "Member must have length less than or equal to 50",
    ),
    "no role": (
        {key: value for key, value in declare.pipeline("p").items() if key != "roleArn"},
        "ValidationException",
        "Value null at 'pipeline.roleArn' failed to satisfy constraint: Member must not be null",
    ),
    "unknown role": (
        declare.pipeline("p", SOURCE, GATE, roleArn=f"arn:aws:iam::{HOME}:role/nobody"),
        "InvalidStructureException",
        "CodePipeline is not authorized to perform AssumeRole on role",
    ),
    "role that trusts others": (
        declare.pipeline("p", SOURCE, GATE, roleArn=declare.DEPLOY_ROLE),
        "InvalidStructureException",
        "CodePipeline is not authorized to perform AssumeRole on role",
    ),
    "wrong type": (
        declare.pipeline("p", SOURCE, GATE, stages="all"),
        "SerializationException",
        "Expected a list at 'pipeline.stages'",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_declaration_is_refused(world: World, case: str) -> None:
    """Every broken declaration gets AWS's code, and words that say what is wrong."""
    raw, code, words = BROKEN[case]

    status, body = handled(world, "CreatePipeline", pipeline=raw)

    assert (status, body["__type"]) == (400, code)
    assert words in body["message"]
    assert handled(world, "ListPipelines") == (200, {"pipelines": []})


def test_what_is_not_emulated_says_so(world: World) -> None:
    """No operation of the model that is missing here succeeds, nor one that does not exist."""
    missing = set(service_model().operation_names) - set(OPERATIONS)
    assert "PutJobSuccessResult" in missing
    for operation in [*missing, "MakeCoffee"]:
        status, body = handled(world, operation)
        assert (status, body["__type"]) == (400, "UnknownOperationException")


def test_nothing_is_found_where_nothing_is(world: World) -> None:
    """A pipeline that does not exist has AWS's code, for every operation that names one."""
    client = world.pipelines
    for call in (
        lambda: client.get_pipeline(name="none"),
        lambda: client.get_pipeline_state(name="none"),
        lambda: client.start_pipeline_execution(name="none"),
        lambda: client.list_action_executions(pipelineName="none"),
        lambda: client.update_pipeline(pipeline=declare.pipeline("none", SOURCE, GATE)),
        lambda: client.get_pipeline_execution(pipelineName="none", pipelineExecutionId=UNKNOWN_ID),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert code_of(error) == "PipelineNotFoundException"


def test_what_does_not_exist_in_a_pipeline_is_not_found(gated: World) -> None:
    """Stages, actions, versions and executions have codes of their own."""
    named = {"pipelineName": "waiting", "token": UNKNOWN_ID, "result": ACCEPTED}
    cases: list[tuple[str, str, dict[str, Any]]] = [
        (
            "PutApprovalResult",
            "StageNotFoundException",
            {**named, "stageName": "x", "actionName": "Approve"},
        ),
        (
            "PutApprovalResult",
            "ActionNotFoundException",
            {**named, "stageName": "DeployDev", "actionName": "x"},
        ),
        ("GetPipeline", "PipelineVersionNotFoundException", {"name": "waiting", "version": 9}),
        (
            "GetPipelineExecution",
            "PipelineExecutionNotFoundException",
            {"pipelineName": "waiting", "pipelineExecutionId": UNKNOWN_ID},
        ),
        (
            "RollbackStage",
            "PipelineExecutionNotFoundException",
            {
                "pipelineName": "waiting",
                "stageName": "DeployDev",
                "targetPipelineExecutionId": UNKNOWN_ID,
            },
        ),
        (
            "ListPipelineExecutions",
            "InvalidNextTokenException",
            {"pipelineName": "waiting", "nextToken": "?"},
        ),
        (
            "CreatePipeline",
            "PipelineNameInUseException",
            {"pipeline": declare.pipeline("waiting", SOURCE, GATE)},
        ),
        (
            "StartPipelineExecution",
            "ValidationException",
            {"name": "waiting", "variables": [{"name": "x", "value": "y"}]},
        ),
    ]
    for operation, code, request in cases:
        status, body = handled(gated, operation, **request)
        assert (status, body["__type"]) == (400, code), body


def test_a_long_summary_is_refused(gated: World) -> None:
    """The summary of an approval has at most 512 characters; the gate stays shut."""
    with pytest.raises(ClientError) as error:
        answer(gated, "waiting", pending(gated, "waiting"), summary="x" * 513)

    assert code_of(error) == "ValidationException"
    assert pending(gated, "waiting")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
members = st.sampled_from(
    ["name", "pipelineName", "pipeline", "tags", "stageName", "nextToken", "result", "resourceArn"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    operation=st.sampled_from(sorted(OPERATIONS)),
    request=st.dictionaries(members, junk | st.just("waiting")),
)
def test_no_request_breaks_the_service(
    world: World, operation: str, request: dict[str, Any]
) -> None:
    """Whatever JSON comes in, the answer is an answer, and never an internal failure."""
    status, body = handled(world, operation, **request)

    assert status in {200, 400}, body
    json.dumps(body)


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    """A broken or foreign state file is named, and left as it is."""
    path = tmp_path / "state.json"
    for text in ("{", "[]", '{"format": 99}', '{"format": 1, "pipelines": [{}]}'):
        path.write_text(text)

        with pytest.raises(ValueError, match=r"state\.json is no state"):
            new_service("http://127.0.0.1:9", path)

        assert path.read_text() == text
