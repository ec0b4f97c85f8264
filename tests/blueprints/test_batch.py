"""Batch inference: one job for each deployment and each schedule, and failures that are heard."""

import json
from typing import Any

import pytest
from blueprints.composed import Example, examples, stack_of
from blueprints.machine import TaskError
from blueprints.monitors import KEY, missing
from blueprints.resolving import resolved
from blueprints.running import SCHEDULE, machine_of, run
from builders import DATA, SINGLE_ACCOUNT, repository
from request_shapes import refusals

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.validate import load_repository


def batch(**fields: Any) -> Example:
    """Make a batch workload; `fields` overrides."""
    config = {
        "pipeline_type": "byom_batch_builtin",
        "model_name": "churn",
        "model_artifact_location": "models/churn/model.tar.gz",
        "model_framework": "xgboost",
        "model_framework_version": "1",
        "inference_instance": "ml.m5.large",
        "batch_inference_data": "acme-data/churn/today.csv",
        "batch_job_output_location": "acme-predictions/churn/",
        **fields,
    }
    loaded = load_repository(MemoryFiles(repository(config, settings=SINGLE_ACCOUNT)), DATA)
    (read,) = loaded.configs
    stack = stack_of(loaded.settings, read)
    return Example(name="batch", blueprint="batch", config=read, stack=stack)


def resources_of(example: Example) -> dict[str, Any]:
    """Give an example's resources as CloudFormation works them out."""
    return resolved(example.stack.template, example.stack.parameter_values())


def statements(example: Example, role: str) -> dict[str, Any]:
    """Give what a role may do, by the statements' names."""
    (policy,) = resources_of(example)[role]["Properties"]["Policies"]
    return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}


@pytest.mark.parametrize("example", examples("batch"), ids=lambda one: one.name)
def test_every_request_is_one_that_the_service_takes(example: Example) -> None:
    """Members, kinds, limits, patterns and enumerations are those of the API's own description."""
    states = machine_of(example)["States"]
    asked = run(example, LastRun=missing).asked

    assert asked.keys() == {"LastRun", "Transform", "Remember"}
    for name, (request,) in asked.items():
        service, operation = states[name]["Resource"].split(":")[-2:]
        operation = operation[0].upper() + operation[1:].removesuffix(".sync")
        if "Body" in request:  # Step Functions writes an object as JSON
            request["Body"] = json.dumps(request["Body"])
        assert refusals(service, operation, request) == [], name


def test_the_job_is_the_predecessors() -> None:
    """CSV line by line, in and out, on one instance, under a name of its own."""
    example = batch(kms_key_arn=KEY)
    (request,) = run(example, LastRun=missing).asked["Transform"]
    name = request.pop("TransformJobName")

    assert name.startswith("churn-")
    assert request == {
        "ModelName": "Model",
        "TransformInput": {
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": "s3://acme-data/churn/today.csv",
                }
            },
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": "s3://acme-predictions/churn",
            "Accept": "text/csv",
            "AssembleWith": "Line",
            "KmsKeyId": KEY,
        },
        "TransformResources": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeKmsKeyId": KEY,
        },
    }


def test_volumes_get_the_key_unless_they_are_the_instances_own() -> None:
    """SageMaker refuses a volume key for instances with disks of their own."""
    example = batch(kms_key_arn=KEY, inference_instance="ml.g4dn.xlarge")
    (request,) = run(example, LastRun=missing).asked["Transform"]

    assert "VolumeKmsKeyId" not in request["TransformResources"]
    assert request["TransformOutput"]["KmsKeyId"] == KEY


DEPLOYED, OTHER = "the digest that was run last", "mg1-" + "0" * 64


@pytest.mark.parametrize(
    ("given", "last", "end"),
    [
        ({"reason": "deploy"}, DEPLOYED, "NothingToDo"),
        ({"reason": "deploy"}, OTHER, "Done"),
        (SCHEDULE, DEPLOYED, "Done"),
        ({}, DEPLOYED, "Done"),
    ],
    ids=["deployed-again", "changed", "schedule", "by-hand"],
)
def test_a_deployment_that_was_run_is_not_run_again(
    given: dict[str, str], last: str, end: str
) -> None:
    """Only a deployment asks whether it was run; schedules and people mean what they say."""
    example = batch()
    digest = example.stack.digest if last == DEPLOYED else last

    walk = run(example, given, LastRun=lambda _: {"Body": json.dumps({"digest": digest})})

    assert walk.states[-1] == end
    assert ("Transform" in walk.asked) == (end == "Done")


def test_what_was_run_is_remembered_where_it_is_looked_for() -> None:
    """The digest that one run writes is what the next one reads."""
    example = batch()

    asked = run(example, LastRun=missing).asked

    (read,), (written,) = asked["LastRun"], asked["Remember"]
    assert written["Body"]["digest"] == example.stack.digest
    assert (read["Bucket"], read["Key"]) == (written["Bucket"], written["Key"])
    assert read["Bucket"] == "acme-predictions"
    assert read["Key"].startswith("churn/mlops-gitops/mlops-pipeline-churn")


def test_a_job_that_fails_says_why_and_is_not_remembered() -> None:
    """The run fails with SageMaker's own reason, and a retry works again."""

    def fail(_: dict[str, Any]) -> Any:
        cause = {"TransformJobStatus": "Failed", "FailureReason": "ClientError: See job logs"}
        raise TaskError("States.TaskFailed", json.dumps(cause))

    walk = run(batch(), LastRun=missing, Transform=fail)

    (request,) = walk.asked["Transform"]
    told = f"Transform job {request['TransformJobName']} failed: ClientError: See job logs"
    assert walk.failure == ("States.TaskFailed", told)
    assert "Remember" not in walk.asked


def test_there_is_a_schedule_only_where_one_is_written() -> None:
    """The schedule starts the very machine of the deployment, and says that it was the schedule."""
    plain, daily = (
        resources_of(batch(**fields)) for fields in ({}, {"schedule_expression": "rate(1 day)"})
    )

    assert not plain.keys() & {"Schedule", "ScheduleRole"}
    target = daily["Schedule"]["Properties"]["Target"]
    assert json.loads(target["Input"]) == SCHEDULE
    assert target["Arn"].endswith(":stateMachine:Run")


@pytest.mark.parametrize(
    ("data", "found", "read"),
    [
        ("acme-data/churn/today.csv", "churn/today.csv*", "acme-data/churn/today.csv*"),
        ("acme-data/churn/", "churn/*", "acme-data/churn/*"),
        ("acme-data", "*", "acme-data/*"),
    ],
)
def test_the_job_reads_its_data_and_no_other_bucket(data: str, found: str, read: str) -> None:
    """A bucket's name is never the beginning of another bucket's."""
    allowed = statements(batch(batch_inference_data=data), "ExecutionRole")

    assert allowed["FindData"]["Condition"] == {"StringLike": {"s3:prefix": found}}
    assert allowed["FindData"]["Resource"] == "arn:aws:s3:::acme-data"
    assert allowed["ReadData"]["Resource"] == f"arn:aws:s3:::{read}"


@pytest.mark.parametrize(("location", "prefix"), [("acme-out", ""), ("acme-out/a/b/", "a/b/")])
def test_the_run_writes_down_below_its_output(location: str, prefix: str) -> None:
    """With or without a prefix, policy and request name the same key."""
    example = batch(batch_job_output_location=location)
    (request,) = run(example, LastRun=missing).asked["Remember"]
    allowed = statements(example, "RunRole")["RememberLastRun"]

    assert allowed["Resource"] == f"arn:aws:s3:::{request['Bucket']}/{request['Key']}"
    assert request["Key"].startswith(f"{prefix}mlops-gitops/")


@pytest.mark.parametrize("name", ["churn", "Churn", "c" * 60, "c" * 53 + "-d"])
def test_jobs_names_fit_and_are_the_roles_own(name: str) -> None:
    """Whatever the model is called, SageMaker takes the name and the role may use it."""
    example = batch(model_name=name)
    (request,) = run(example, LastRun=missing).asked["Transform"]
    job = request["TransformJobName"]
    pattern = statements(example, "RunRole")["Transform"]["Resource"].rpartition("/")[2]

    assert len(job) <= 63
    assert "--" not in job
    assert job == job.lower()
    assert job.startswith(pattern.removesuffix("*"))
