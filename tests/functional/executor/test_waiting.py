"""Callbacks wait for answers, functions are called, and stopping waits for both."""

import json
from typing import Any

import pytest
from local_pipeline import Kitchen, ends, expecting, get, until

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import (
    Handle,
    LocalFunction,
    Status,
    start,
)

OUTPUTS = [
    {"OutputName": "answer", "OutputType": "String"},
    {"OutputName": "count", "OutputType": "Integer"},
]


def callback(name: str = "Ask") -> dict[str, Any]:
    """Write a step that waits for an answer."""
    return {
        "Name": name,
        "Type": "Callback",
        "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/111111111111/queue",
        "OutputParameters": OUTPUTS,
        "Arguments": {"question": "6 x 7", "from": get("Execution.PipelineName")},
    }


def function(name: str = "Call", **outputs: str) -> dict[str, Any]:
    """Write a step that calls a function."""
    declared = [{"OutputName": key, "OutputType": kind} for key, kind in outputs.items()]
    return {
        "Name": name,
        "Type": "Lambda",
        "FunctionArn": "arn:aws:lambda:us-east-1:111111111111:function:double",
        "OutputParameters": declared,
        "Arguments": {"number": 21},
    }


def messages(handle: Handle) -> list[dict[str, Any]]:
    """Read the messages in the queue of a run."""
    files = sorted((handle.folder / "queue" / "messages").glob("[!.]*.json"))
    return [json.loads(file.read_text("utf-8")) for file in files]


def test_a_callback_waits_for_its_answer(kitchen: Kitchen) -> None:
    """The message is what SageMaker sends; the outputs have their types."""
    steps = [callback(), expecting("Steps.Ask.OutputParameters['count']", 42)]
    handle = start(kitchen.request({"Steps": steps}))
    until(lambda: messages(handle))
    (message,) = messages(handle)

    assert message == {
        "token": message["token"],
        "pipelineExecutionArn": handle.arn,
        "arguments": {"question": "6 x 7", "from": "Slopes"},
        "status": "Executing",
    }
    assert len(message["token"]) == 10
    outputs = [{"Name": "answer", "Value": "yes"}, {"Name": "count", "Value": "42"}]
    handle.answer(message["token"], "Success", {"OutputParameters": outputs})
    result = handle.wait(60)

    assert result.status is Status.SUCCEEDED
    with pytest.raises(UsageError, match="has been answered"):
        handle.answer(message["token"], "Success", {})
    with pytest.raises(UsageError, match="No message has the token"):
        handle.answer("../../run", "Success", {})


@pytest.mark.parametrize(
    ("status", "details", "reason"),
    [
        ("Failure", {"FailureReason": "nobody knows"}, "nobody knows"),
        ("Success", {}, "ClientError: The output answer was not given."),
        (
            "Success",
            {
                "OutputParameters": [
                    {"Name": "answer", "Value": "a"},
                    {"Name": "count", "Value": "many"},
                ]
            },
            "ClientError: The output count is of type Integer, not 'many'.",
        ),
    ],
)
def test_a_callback_may_fail(
    kitchen: Kitchen, status: str, details: dict[str, Any], reason: str
) -> None:
    """Because the answer says so, or because it does not fit."""
    handle = start(kitchen.request({"Steps": [callback()]}))
    until(lambda: messages(handle))
    handle.answer(messages(handle)[0]["token"], status, details)

    assert handle.wait(60).steps[0].reason == reason


def test_a_stop_waits_for_the_answer_to_a_callback(kitchen: Kitchen) -> None:
    """A second message says that the execution stops; abandoning it waits for nothing."""
    handle = start(kitchen.request({"Steps": [callback()]}))
    until(lambda: messages(handle))
    handle.stop()
    until(lambda: len(messages(handle)) == 2)
    first, second = messages(handle)

    assert {**first, "status": "Stopping"} == second
    assert not handle.is_over
    handle.answer(first["token"], "Success", {})
    assert handle.wait(60).status is Status.STOPPED

    other = start(kitchen.request({"Steps": [callback()]}))
    until(lambda: messages(other))
    other.abandon()
    assert other.wait(60).status is Status.STOPPED


def test_a_function_that_is_known_is_called(kitchen: Kitchen) -> None:
    """With the step's arguments; its outputs are typed."""
    code = "def handle(event, context):\n    return {'twice': 2 * event['number'], 'more': 1}\n"
    kitchen.script("double.py", code)
    known = {"double": LocalFunction(folder=kitchen.path / "code", handler="double.handle")}
    steps = [function(twice="Integer"), expecting("Steps.Call.OutputParameters['twice']", 42)]

    result = kitchen.run({"Steps": steps}, functions=known)

    assert ends(result)["Call"] == ("Succeeded", "executed")
    assert result.status is Status.SUCCEEDED


@pytest.mark.parametrize(
    ("code", "seconds", "reason"),
    [
        ("def handle(e, c): raise ValueError('no')", 60, "The function failed: ValueError: no."),
        ("def handle(e, c): return {}", 60, "The output twice was not given."),
        (
            "import time\ndef handle(e, c): time.sleep(9)",
            2,
            "The function ran for longer than 2 s.",
        ),
        ("def other(e, c): pass", 60, "has no attribute 'handle'"),
    ],
)
def test_a_function_may_fail(kitchen: Kitchen, code: str, seconds: int, reason: str) -> None:
    """By raising, by giving too little, by taking too long, by not being there."""
    kitchen.script("double.py", code)
    folder = kitchen.path / "code"
    known = {"double": LocalFunction(folder=folder, handler="double.handle", seconds=seconds)}

    result = kitchen.run({"Steps": [function(twice="Integer")]}, functions=known)

    assert reason in result.steps[0].reason


def test_a_stop_waits_for_a_function(kitchen: Kitchen) -> None:
    """If it ends in time, the execution has stopped."""
    mark = kitchen.path / "mark"
    code = f"import time, pathlib\ndef handle(e, c):\n    pathlib.Path({str(mark)!r}).touch()\n"
    kitchen.script("double.py", code + "    time.sleep(1)\n    return {'twice': 2}\n")
    known = {"double": LocalFunction(folder=kitchen.path / "code", handler="double.handle")}
    handle = start(kitchen.request({"Steps": [function(twice="Integer")]}, functions=known))
    until(mark.exists)
    handle.stop()
    result = handle.wait(60)

    assert result.status is Status.STOPPED
    assert ends(result) == {"Call": ("Succeeded", "executed")}


def test_a_function_that_speaks_to_aws_is_stood_in_for(kitchen: Kitchen) -> None:
    """There are no credentials for it, and it is said."""
    code = "import boto3\ndef handle(e, c): return boto3.client('s3').list_buckets()\n"
    kitchen.script("double.py", code)
    known = {"double": LocalFunction(folder=kitchen.path / "code", handler="double.handle")}

    result = kitchen.run({"Steps": [function(twice="Integer")]}, functions=known)

    assert ends(result) == {"Call": ("Succeeded", "stubbed")}
    assert result.steps[0].why == "The function speaks to AWS, and has no credentials here."


def test_a_function_that_runs_out_of_time_while_stopping_fails_the_execution(
    kitchen: Kitchen,
) -> None:
    """It cannot be stopped, and its time is over."""
    mark = kitchen.path / "mark"
    code = f"import time, pathlib\ndef handle(e, c):\n    pathlib.Path({str(mark)!r}).touch()\n"
    kitchen.script("double.py", code + "    time.sleep(60)\n")
    folder = kitchen.path / "code"
    known = {"double": LocalFunction(folder=folder, handler="double.handle", seconds=10)}
    handle = start(kitchen.request({"Steps": [function(twice="Integer")]}, functions=known))
    until(mark.exists)
    handle.stop()

    assert handle.wait(50).status is Status.FAILED
