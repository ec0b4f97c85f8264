"""Callbacks and Lambda functions: those that are there, and new ones of the stack."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from steps_of_pipelines import STACK, compiled, get, step_of, told

from mlops_gitops.definitions.archive import zipped
from mlops_gitops.definitions.pipeline.archive import contents, missing_handler

CODE = b"def handler(event, context):\n    return {}\n"
FILES = {"split.py": CODE}
QUEUE = "https://sqs.us-east-1.amazonaws.com/222222222222/labels"
ACCOUNT = "222222222222"
NEW: dict[str, Any] = {
    "name": "split",
    "type": "lambda",
    "function_name": "split_data",
    "role": "pipelines/split",
    "handler": "split.handler",
    "script": "split.py",
}
SCALE = Path(__file__).parents[4] / "mlops_gitops/definitions/data/scale_endpoint.py.txt"


def test_a_callback_carries_flat_inputs_and_names_what_comes_back() -> None:
    """Queue and outputs stand beside the arguments; names alone are texts."""
    callback = {"name": "label", "type": "callback", "sqs_queue_url": QUEUE}
    inputs = {"data": {"parameter": "data"}, "number": 5, "urgent": True}

    step = step_of({**callback, "inputs": inputs, "outputs": ["labels"]}, parameters={"data": "x"})

    assert step == {
        "Name": "label",
        "Type": "Callback",
        "Arguments": {"data": get("Parameters.data"), "number": 5, "urgent": True},
        "SqsQueueUrl": QUEUE,
        "OutputParameters": [{"OutputName": "labels", "OutputType": "String"}],
    }


def test_a_function_that_is_there_is_called_by_its_arn() -> None:
    """A name is one of the stage's account; an ARN is taken as it is."""
    call = {"name": "tell", "type": "lambda"}
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tell"

    assert step_of({**call, "function": "tell"}) == {
        "Name": "tell",
        "Type": "Lambda",
        "Arguments": {},
        "FunctionArn": arn,
        "OutputParameters": [],
    }
    assert step_of({**call, "function": f"{arn}:live"})["FunctionArn"] == f"{arn}:live"
    assert step_of({**call, "function": {"parameter": "f"}}, parameters={"f": arn})[
        "FunctionArn"
    ] == get("Parameters.f")


def test_a_new_function_is_a_resource_of_the_stack() -> None:
    """Its name follows from the workload's identity; its code is an asset."""
    definition = compiled({**NEW, "outputs": {"rows": "Integer"}}, files=FILES)

    (asset,) = definition.assets
    name = f"{STACK}-split-data"
    assert definition.steps == (
        {
            "Name": "split",
            "Type": "Lambda",
            "Arguments": {},
            "FunctionArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}",
            "OutputParameters": [{"OutputName": "rows", "OutputType": "Integer"}],
        },
    )
    (function,) = definition.resources.values()
    assert function == {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Description": f"Called by pipeline {STACK}.",
            "Runtime": "python3.12",
            "Handler": "split.handler",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/pipelines/split",
            "Timeout": 120,
            "MemorySize": 128,
            "Code": {"S3Bucket": "acme-mlops-assets", "S3Key": asset.key},
        },
    }
    assert contents(asset.content) == FILES


def test_an_archive_is_deployed_as_it_is() -> None:
    """Its bytes are the user's, and address it."""
    archive = zipped({"split.py": CODE, "data/table.csv": b"1\n"})
    written = {key: value for key, value in NEW.items() if key != "script"}

    definition = compiled({**written, "zip": "split.zip"}, files={"split.zip": archive})

    (asset,) = definition.assets
    assert asset.content == archive


def test_equal_files_are_equal_archives() -> None:
    """Neither order nor time changes a byte, and Lambda may read what is inside."""
    files = {"a.py": b"a = 1\n", "b.py": b"b = 2\n"}

    archive = zipped(files)

    assert archive == zipped(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert [entry.external_attr >> 16 & 0o444 for entry in opened.infolist()] == [0o444, 0o444]


def test_steps_may_call_one_new_function_together() -> None:
    """The same function twice is one resource; another one of its name is refused."""
    again = {**NEW, "name": "again"}

    assert len(compiled(NEW, again, files=FILES).resources) == 1
    assert told(NEW, again, files=FILES) == []
    assert told(NEW, {**again, "timeout_seconds": 60}, files=FILES) == [
        ("MG409", "/steps/1/function_name")
    ]


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        ("split.handler", ""),
        ("split.other", "split.py defines no function other"),
        ("main.handler", "there is no file main.py"),
        ("lib.tools.run", ""),
        ("lib.tools.made", ""),
        ("wrong.handler", "wrong.py is no Python"),
    ],
)
def test_handlers_are_looked_for_in_the_code(handler: str, why: str) -> None:
    """A function may be defined, imported or assigned."""
    files = {
        "split.py": CODE,
        "lib/tools.py": b"from split import handler as run\nmade = print\n",
        "wrong.py": b"def (",
    }

    assert missing_handler(files, handler) == why


def test_what_is_no_archive_is_none() -> None:
    """Bytes that are no zip file have no contents."""
    assert contents(b"no archive") is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": 1}, [("MG405", "/steps/0/Arguments/x")]),
        ([1], [("MG405", "/steps/0/Arguments/x")]),
        (True, [("MG405", "/steps/0/Arguments/x")]),
        (1.5, []),
        ({"Get": "Execution.PipelineName"}, []),
    ],
)
def test_written_calls_are_flat_too(value: Any, said: list[tuple[str, str]]) -> None:
    """A step in the definition's spelling is held to what Lambda functions get."""
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tell"
    step = {
        "Name": "tell",
        "Type": "Lambda",
        "FunctionArn": arn,
        "OutputParameters": [],
        "Arguments": {"x": value},
    }

    assert told(step) == said


def test_only_declared_outputs_are_referred_to() -> None:
    """A value that a function does not declare comes back from none."""
    call = {"name": "tell", "type": "lambda", "function": "tell"}
    wanted = {**call, "name": "next", "inputs": {"x": {"returned": {"step": "tell", "name": "a"}}}}

    assert told({**call, "outputs": ["a"]}, wanted) == []
    assert told({**call, "outputs": ["b"]}, wanted) == [("MG305", "/steps/1")]


class _Aws:
    """Application Auto Scaling and SageMaker, as far as the function of the stack uses them."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)
        self.asked: dict[str, dict[str, Any]] = {}

    def client(self, _service: str) -> "_Aws":
        return self

    def describe_endpoint(self, **_about: Any) -> dict[str, str]:
        return {"EndpointStatus": self.statuses.pop(0), "FailureReason": "No image."}

    def register_scalable_target(self, **about: Any) -> None:
        self.asked["target"] = about

    def put_scaling_policy(self, **about: Any) -> None:
        self.asked["policy"] = about


EVENT = {
    "endpoint": "abalone",
    "variant": "AllTraffic",
    "min_capacity": 1,
    "max_capacity": 4,
    "invocations_per_instance": 1000,
    "scale_in_cooldown": 300,
    "scale_out_cooldown": 60,
}


def scale(aws: _Aws, milliseconds: int = 600_000) -> Any:
    """Call the function that registers autoscaling; it gets another AWS than boto3's."""
    names: dict[str, Any] = {"boto3": aws}
    code = SCALE.read_text().replace("import boto3\n", "")
    exec(compile(code, SCALE.name, "exec"), names)  # noqa: S102 - our own code
    names["WAIT"] = 0.0
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)
    return names["handler"](EVENT, context)


def test_an_endpoint_is_registered_once_it_is_in_service() -> None:
    """Target and policy are about the variant of the endpoint that was deployed."""
    aws = _Aws("Creating", "InService")

    scale(aws)

    variant = "endpoint/abalone/variant/AllTraffic"
    assert aws.statuses == []
    assert aws.asked["target"]["ResourceId"] == aws.asked["policy"]["ResourceId"] == variant
    assert (aws.asked["target"]["MinCapacity"], aws.asked["target"]["MaxCapacity"]) == (1, 4)
    tracking = aws.asked["policy"]["TargetTrackingScalingPolicyConfiguration"]
    assert (tracking["TargetValue"], tracking["ScaleOutCooldown"]) == (1000, 60)


@pytest.mark.parametrize(
    ("status", "milliseconds", "why"),
    [("Failed", 600_000, "No image"), ("Creating", 0, "not in service yet")],
)
def test_an_endpoint_that_does_not_come_up_is_not_registered(
    status: str, milliseconds: int, why: str
) -> None:
    """The step fails with the reason, or before Lambda ends it."""
    aws = _Aws(status)

    with pytest.raises(RuntimeError, match=why):
        scale(aws, milliseconds)

    assert aws.asked == {}
