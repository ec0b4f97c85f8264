"""Invoke actions: functions and state machines, on ministack."""

from __future__ import annotations

import json

import pytest
from emulator.codepipeline import declare
from emulator.codepipeline.steps import (
    actions,
    bundle,
    ended,
    failure,
)
from emulator.codepipeline.world import STAGE, World, eventually

STATES = {
    "good": {"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}},
    "bad": {
        "StartAt": "End",
        "States": {"End": {"Type": "Fail", "Error": "Sad", "Cause": "no data"}},
    },
}


@pytest.mark.parametrize(("name", "status"), [("good", "Succeeded"), ("bad", "Failed")])
def test_a_state_machine_decides_its_action(world: World, name: str, status: str) -> None:
    """The action waits for the execution, and fails with its error and cause."""
    machine = world.client("stepfunctions").create_state_machine(
        name=f"machine-{name}",
        definition=json.dumps(STATES[name]),
        roleArn=declare.PIPELINE_ROLE,
    )["stateMachineArn"]
    run = {
        "name": "Run",
        "actionTypeId": declare.kind("Invoke", "StepFunctions"),
        "configuration": {"StateMachineArn": machine, "Input": "{}"},
    }
    key, _ = world.upload(bundle("x"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            f"running-{name}",
            declare.stage("Source", declare.source(key)),
            declare.stage("Run", run),
        )
    )

    assert ended(world, f"running-{name}")["status"] == status
    told = actions(world, f"running-{name}")["Run"]["summary"]
    assert ("Sad: no data" in told) == (name == "bad")


def test_a_state_machine_of_another_account_is_run_by_its_role(world: World) -> None:
    """The action's role starts it there, and the failure tells the machine's error and cause."""
    machine = world.client("stepfunctions", STAGE).create_state_machine(
        name="machine-there", definition=json.dumps(STATES["bad"]), roleArn=declare.STACK_ROLE
    )["stateMachineArn"]
    run = {
        "name": "Run",
        "actionTypeId": declare.kind("Invoke", "StepFunctions"),
        "roleArn": declare.DEPLOY_ROLE,
        "configuration": {"StateMachineArn": machine, "Input": '{"reason": "deploy"}'},
    }
    key, _ = world.upload(bundle("x"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            "running-there", declare.stage("Source", declare.source(key)), declare.stage("Run", run)
        )
    )

    assert "Sad: no data" in failure(world, "running-there", "Run")
    (told,) = world.client("stepfunctions", STAGE).list_executions(stateMachineArn=machine)[
        "executions"
    ]
    assert told["status"] == "FAILED"


def test_a_restart_starts_a_state_machine_only_once(world: World) -> None:
    """An action that was in progress is taken up again, not done again."""
    waiting = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
    client = world.client("stepfunctions")
    machine = client.create_state_machine(
        name="machine-waiting", definition=json.dumps(waiting), roleArn=declare.PIPELINE_ROLE
    )["stateMachineArn"]
    run = {
        "name": "Run",
        "actionTypeId": declare.kind("Invoke", "StepFunctions"),
        "configuration": {"StateMachineArn": machine},
    }
    key, _ = world.upload(bundle("x"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            "resumed", declare.stage("Source", declare.source(key)), declare.stage("Run", run)
        )
    )
    assert eventually(lambda: actions(world, "resumed")["Run"].get("externalExecutionId"))

    world.restart()

    assert ended(world, "resumed")["status"] == "Succeeded"
    assert len(client.list_executions(stateMachineArn=machine)["executions"]) == 1


FUNCTION = "def handler(event, context):\n    return 1 / (event['CodePipeline.job'] != {{}}) + {}\n"


@pytest.mark.parametrize(("term", "status"), [("1", "Succeeded"), ("1 / 0", "Failed")])
def test_a_function_decides_its_action(world: World, term: str, status: str) -> None:
    """The function gets a CodePipeline job; returning is success, raising is failure."""
    name = f"function-{status}"
    world.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handler",
        Role=declare.PIPELINE_ROLE,
        Code={"ZipFile": world.pack({"index.py": FUNCTION.format(term)})},
    )
    invoke = {
        "name": "Invoke",
        "actionTypeId": declare.kind("Invoke", "Lambda"),
        "configuration": {"FunctionName": name},
    }
    key, _ = world.upload(bundle("x"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            name,
            declare.stage("Source", declare.source(key)),
            declare.stage("Invoke", invoke),
        )
    )

    assert ended(world, name)["status"] == status
    told = actions(world, name)["Invoke"]["summary"]
    assert ("division by zero" in told) == (status == "Failed")
