"""State machines for tests: to be made, run and read in one go."""

import itertools
import json
import time
from typing import Any

from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running

MACHINE_ROLE = f"arn:aws:iam::{DEV}:role/machine"
NUMBERS = itertools.count(1)


def task(resource: str, arguments: Any, **more: Any) -> dict[str, Any]:
    """A task state that ends the machine unless told otherwise."""
    state = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{resource}",
        "Arguments": arguments,
        "End": True,
        **more,
    }
    if "Next" in more:
        del state["End"]
    return state


def start(aws: Running, states: dict[str, Any], role: str = MACHINE_ROLE) -> str:
    """Make a machine of these states and start it; gives the execution's ARN."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    client_ = client(aws, "stepfunctions", DEV)
    made = client_.create_state_machine(
        name=f"machine-{next(NUMBERS)}", definition=json.dumps(definition), roleArn=role
    )
    return str(client_.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"])


def ended(aws: Running, execution: str) -> dict[str, Any]:
    """The description of an execution that is no longer running."""
    for _ in range(1200):
        told = client(aws, "stepfunctions", DEV).describe_execution(executionArn=execution)
        if told["status"] != "RUNNING":
            break
        time.sleep(0.05)
    return dict(told)


def run(aws: Running, states: dict[str, Any], role: str = MACHINE_ROLE) -> dict[str, Any]:
    """Run a machine of these states to its end."""
    return ended(aws, start(aws, states, role))


def output(aws: Running, states: dict[str, Any]) -> Any:
    """The output of a machine that must succeed."""
    told = run(aws, states)
    assert told["status"] == "SUCCEEDED", f"{told.get('error')}: {told.get('cause')}"
    return json.loads(told["output"])


def caught(resource: str, arguments: Any) -> dict[str, Any]:
    """States that give the error of a task as output."""
    catch = {
        "ErrorEquals": ["States.ALL"],
        "Output": "{% $states.errorOutput %}",
        "Next": "Done",
    }
    return {"Try": task(resource, arguments, Catch=[catch]), "Done": {"Type": "Succeed"}}
