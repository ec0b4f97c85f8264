"""Runs of monitors: no schedule runs without its baseline, and no baseline is made twice."""

import json
from typing import Any

import pytest
from blueprints.composed import Example, examples
from blueprints.machine import TaskError
from blueprints.monitors import KEY, KINDS, execute, monitor, statuses
from blueprints.running import machine_of
from request_shapes import refusals

EXAMPLES = [one for kind in KINDS for one in examples(f"{kind}_monitor")]

every_kind = pytest.mark.parametrize("kind", KINDS)
every_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda one: f"{one.blueprint}-{one.name}"
)


@every_example
def test_every_request_is_one_that_the_service_takes(example: Example) -> None:
    """Members, kinds, limits, patterns and enumerations are those of the API's own description."""
    states = machine_of(example)["States"]
    asked = execute(example).asked

    assert {"Look", "Stop", "MakeBaseline", "Remember", "Start"} <= asked.keys()
    for name, requests in asked.items():
        service, operation = states[name]["Resource"].split(":")[-2:]
        operation = operation[0].upper() + operation[1:].removesuffix(".sync")
        for request in requests:
            assert refusals(service, operation, as_api(request)) == [], name


def as_api(request: dict[str, Any]) -> dict[str, Any]:
    """Spell a request as the API does: Step Functions has S3's members from the SDK for Java."""
    spelled = {"SsekmsKeyId": "SSEKMSKeyId"}
    named = {spelled.get(name, name): value for name, value in request.items()}
    return {**named, "Body": json.dumps(named["Body"])} if "Body" in named else named


@every_kind
def test_the_schedule_stands_still_while_its_baseline_is_made(kind: str) -> None:
    """Stopped, then looked at again, then the job, then written down, then started."""
    walk = execute(monitor(kind))

    order = ["Stop", "Wait", "MakeBaseline", "Remember", "Start", "Done"]
    assert [state for state in walk.states if state in order] == order
    assert walk.failure is None


@every_kind
def test_a_baseline_that_is_there_is_not_made_again(kind: str) -> None:
    """A file that is applied again starts no job, and the schedule goes on."""
    walk = execute(monitor(kind), FindBaseline=lambda _: {"Body": "{}"})

    assert "MakeBaseline" not in walk.asked
    assert "Remember" not in walk.asked
    assert walk.states[-2:] == ["Start", "Done"]


@every_kind
def test_a_baseline_that_fails_says_why_and_leaves_the_schedule_stopped(kind: str) -> None:
    """The run fails with SageMaker's own reason, and nothing is written down or started."""
    reason = 'AlgorithmError: no column "left"'
    cause = json.dumps({"ProcessingJobStatus": "Failed", "FailureReason": reason})

    def fail(_: dict[str, Any]) -> Any:
        raise TaskError("States.TaskFailed", cause)

    walk = execute(monitor(kind), MakeBaseline=fail)

    (request,) = walk.asked["MakeBaseline"]
    told = f"Baseline job {request['ProcessingJobName']} failed: {reason}"
    assert walk.failure == ("States.TaskFailed", told)
    assert not walk.asked.keys() & {"Remember", "Start"}


@every_kind
def test_a_failure_that_is_no_job_is_told_as_it_is(kind: str) -> None:
    """A cause that is no JSON is a sentence already."""

    def refuse(_: dict[str, Any]) -> Any:
        error = "SageMaker.SageMakerException"
        raise TaskError(error, "Not authorized. (Service: SageMaker, Status Code: 403)")

    walk = execute(monitor(kind), Stop=refuse)

    told = "Stopping the schedule failed: Not authorized. (Service: SageMaker, Status Code: 403)"
    assert walk.failure == ("SageMaker.SageMakerException", told)


@every_kind
def test_a_schedule_is_stopped_only_when_it_can_be(kind: str) -> None:
    """A new schedule is Pending for a while; one that is stopped already is left alone."""
    pending = execute(monitor(kind), Look=statuses("Pending", "Pending", "Scheduled", "Stopped"))
    stopped = execute(monitor(kind), Look=statuses("Stopped"))

    assert pending.waited == 30
    assert len(pending.asked["Stop"]) == 1
    assert "Stop" not in stopped.asked
    assert stopped.failure is None


@every_kind
def test_a_schedule_that_never_stops_ends_the_run(kind: str) -> None:
    """Waiting has an end, and its sentence says what the schedule was."""
    walk = execute(monitor(kind), Look=statuses("Pending"))

    assert walk.waited == 600
    assert walk.failure is not None
    assert walk.failure[0] == "ScheduleNotStopped"
    assert "it is Pending after ten minutes" in walk.failure[1]


@every_kind
def test_every_run_gives_its_job_a_name_of_its_own(kind: str) -> None:
    """SageMaker keeps the names of jobs for ever, so a retry needs another one."""
    example = monitor(kind)

    names = {execute(example).asked["MakeBaseline"][0]["ProcessingJobName"] for _ in range(3)}

    assert len(names) == 3
    base = example.stack.parameter_values()["BaselineName"]
    assert all(name.startswith(f"{base}-") and len(name) <= 63 for name in names)


@every_kind
@pytest.mark.parametrize("instance", ["ml.m5.large", "ml.r5d.large"])
def test_the_key_encrypts_output_and_volume(kind: str, instance: str) -> None:
    """SageMaker refuses a volume key for instances with disks of their own."""
    walk = execute(monitor(kind, kms_key_arn=KEY, instance_type=instance))

    (request,) = walk.asked["MakeBaseline"]
    assert request["ProcessingOutputConfig"]["KmsKeyId"] == KEY
    volume = request["ProcessingResources"]["ClusterConfig"].get("VolumeKmsKeyId")
    assert volume == (KEY if instance == "ml.m5.large" else None)
    written = [walk.asked[name][0] for name in walk.asked if name.endswith("Config")]
    assert all(one["SsekmsKeyId"] == KEY for one in written)


def test_an_explainability_monitor_learns_the_model_with_every_run() -> None:
    """After a deployment of the endpoint the old model is gone; the baseline stays what it was."""
    example = monitor("model_explainability")

    walk = execute(
        example,
        FindBaseline=lambda _: {"Body": "{}"},
        FindModel=lambda _: {"ProductionVariants": [{"ModelName": "a-newer-model"}]},
    )

    (config,) = walk.asked["WriteMonitorConfig"]
    assert config["Body"]["predictor"]["model_name"] == "a-newer-model"
    assert "MakeBaseline" not in walk.asked


@pytest.mark.parametrize("kind", ["model_bias", "model_explainability"])
def test_an_endpoint_without_a_model_of_its_own_is_told(kind: str) -> None:
    """Inference components have no model in the endpoint's configuration."""
    walk = execute(monitor(kind), FindModel=lambda _: {"ProductionVariants": [{}]})

    assert walk.failure is not None
    assert walk.failure[1].startswith("Finding the model of endpoint churn failed: ")
